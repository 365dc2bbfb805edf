// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string_view>

#include "converter/hasher.h"
#include "node/base/bytes.h"
#include "node/base/result.h"

namespace sekisho::converter {

// The first half of a salted digest: tells texts apart and says nothing to who lacks the salt.
using Mark = std::array<std::uint8_t, 16>;

// A delivered record: who and when, and what it said.
struct PersonMark {
  Mark person{};
  Mark content{};
};

// What a sender has delivered before, so that a file sent twice (F-DUPLICATE-FILE) and a person
// whose results differ from those delivered (check 22) are noticed. Holds marks, no texts. Kept by
// the sender; conversions only read it, and then it is any thread's.
class History {
 public:
  // 32 random bytes that make the marks of one sender his own.
  explicit History(Bytes salt) : salt_(std::move(salt)) {}

  [[nodiscard]] Mark mark(std::string_view text, const Hasher& hasher) const;
  [[nodiscard]] bool has_file(const Digest& file) const { return files_.contains(file); }
  // The content delivered last for the person and day, or null.
  [[nodiscard]] const Mark* content_of(const Mark& person) const;

  void add_file(const Digest& file) { files_.insert(file); }
  void add_person(const PersonMark& mark) { persons_[mark.person] = mark.content; }

  // Lines of text: "sekisho-history 1", "salt <hex>", "file <hex>", "person <hex> <hex>". Parsing
  // refuses anything else, and more than four million lines.
  [[nodiscard]] Bytes render() const;
  [[nodiscard]] static Result<History> parse(BytesView text);

 private:
  Bytes salt_;
  std::set<Digest> files_;
  std::map<Mark, Mark> persons_;
};

}  // namespace sekisho::converter
