// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sekisho::messages {

// One sentence in both languages. `english` is a pattern: {} stands for a part that differs from
// case to case; `japanese` names the parts by their order, {1}, {2}. `rule` is the stable name by
// which programs know the sentence, or empty.
struct Message {
  std::string_view english;
  std::string_view japanese;
  std::string_view rule;
};

// What an English sentence of an Error says in Japanese. Immutable value.
struct Translation {
  std::string japanese;
  std::string_view rule;
  bool known = false;  // false: nothing of the sentence is in the catalogue; it stands unchanged
};

// A catalogue of messages, as messages.txt is written. Views the text, which outlives it. Immutable
// after construction; any thread.
class Catalogue {
 public:
  explicit Catalogue(std::string_view text);

  // The row with most literal text that the sentence fits; its parts are looked up in turn. What
  // fits no row is cut at its first ": ", where layers of an Error are joined.
  [[nodiscard]] Translation translate(std::string_view english) const;
  [[nodiscard]] const std::vector<Message>& rows() const { return rows_; }

 private:
  [[nodiscard]] Translation translate(std::string_view english, int depth) const;
  [[nodiscard]] Translation translate_whole(std::string_view english, int depth) const;
  [[nodiscard]] Translation translate_layers(std::string_view english, int depth) const;

  std::vector<Message> rows_;  // by literal length, longest first
};

// The catalogue of this program, node/messages/messages.txt.
[[nodiscard]] const Catalogue& catalogue();

// For people who read Japanese: the translation; a sentence that is Japanese already, unchanged; an
// unknown one marked as English.
[[nodiscard]] std::string in_japanese(std::string_view english);
// The stable name of the sentence, or of a layer of it; empty when it has none.
[[nodiscard]] std::string_view rule_of(std::string_view english);

}  // namespace sekisho::messages
