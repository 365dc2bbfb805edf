// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/messages/messages.h"

#include <algorithm>
#include <optional>

#include "node/base/check.h"
#include "node/messages/messages_text.h"

namespace sekisho::messages {
namespace {

constexpr std::string_view kHole = "{}";
constexpr std::string_view kLayerMark = ": ";
constexpr int kDepthMax = 6;

std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

// "[RULE] sentence", or a sentence alone: a rule is written in capitals.
Message parse_english(std::string_view line) {
  Message message{line, {}, {}};
  const auto end = line.find("] ");
  if (!line.starts_with('[') || end == std::string_view::npos) return message;
  const std::string_view rule = line.substr(1, end - 1);
  const bool capitals = std::all_of(rule.begin(), rule.end(),
                                    [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; });
  if (capitals && !rule.empty()) message = {line.substr(end + 2), {}, rule};
  return message;
}

std::size_t literal_size(std::string_view pattern) {
  std::size_t size = pattern.size();
  for (auto at = pattern.find(kHole); at != std::string_view::npos;
       at = pattern.find(kHole, at + kHole.size())) {
    size -= kHole.size();
  }
  return size;
}

// What stands in the holes when the sentence fits the pattern. Each part is the shortest that fits,
// the last one what is left.
std::optional<std::vector<std::string_view>> parts_of(std::string_view pattern,
                                                      std::string_view sentence) {
  std::vector<std::string_view> parts;
  auto hole = pattern.find(kHole);
  if (!sentence.starts_with(pattern.substr(0, hole))) return std::nullopt;
  sentence.remove_prefix(std::min(hole, pattern.size()));
  while (hole != std::string_view::npos) {
    pattern.remove_prefix(hole + kHole.size());
    hole = pattern.find(kHole);
    const std::string_view literal = pattern.substr(0, hole);
    const bool last = hole == std::string_view::npos;
    if (last && !sentence.ends_with(literal)) return std::nullopt;
    const auto at = last ? sentence.size() - literal.size() : sentence.find(literal, 1);
    if (at == std::string_view::npos || at == 0) return std::nullopt;
    parts.push_back(sentence.substr(0, at));
    sentence.remove_prefix(at + literal.size());
  }
  if (parts.empty() && !sentence.empty()) return std::nullopt;
  return parts;
}

std::string fill(std::string_view japanese, const std::vector<std::string>& parts) {
  std::string out;
  for (std::size_t i = 0; i < japanese.size(); ++i) {
    const bool named = japanese[i] == '{' && i + 2 < japanese.size() && japanese[i + 2] == '}' &&
                       japanese[i + 1] >= '1' && japanese[i + 1] <= '9';
    if (!named) {
      out.push_back(japanese[i]);
      continue;
    }
    const auto part = static_cast<std::size_t>(japanese[i + 1] - '1');
    CHECK(part < parts.size());
    out += parts[part];
    i += 2;
  }
  return out;
}

// Kana, kanji and the marks beside them: three bytes from U+3000 on.
bool has_japanese(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0xE3 && static_cast<unsigned char>(c) <= 0xE9;
  });
}

}  // namespace

Catalogue::Catalogue(std::string_view text) {
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line.empty() || line.starts_with('#')) continue;
    Message message = parse_english(line);
    message.japanese = take_line(text);
    CHECK(!message.japanese.empty());
    rows_.push_back(message);
  }
  std::stable_sort(rows_.begin(), rows_.end(), [](const Message& a, const Message& b) {
    return literal_size(a.english) > literal_size(b.english);
  });
}

Translation Catalogue::translate(std::string_view english) const { return translate(english, 0); }

Translation Catalogue::translate(std::string_view english, int depth) const {
  if (depth < kDepthMax) {
    if (auto whole = translate_whole(english, depth); whole.known) return whole;
    if (auto layers = translate_layers(english, depth); layers.known) return layers;
  }
  return {std::string(english), {}, false};
}

Translation Catalogue::translate_whole(std::string_view english, int depth) const {
  for (const Message& row : rows_) {
    const auto parts = parts_of(row.english, english);
    if (!parts) continue;
    Translation found{{}, row.rule, true};
    std::vector<std::string> translated;
    for (const std::string_view part : *parts) {
      auto inner = translate(part, depth + 1);
      if (found.rule.empty()) found.rule = inner.rule;
      translated.push_back(std::move(inner.japanese));
    }
    found.japanese = fill(row.japanese, translated);
    return found;
  }
  return {};
}

Translation Catalogue::translate_layers(std::string_view english, int depth) const {
  const auto at = english.find(kLayerMark);
  if (at == std::string_view::npos) return {};
  const std::string_view layer = english.substr(0, at);
  auto outer = translate_whole(layer, depth + 1);
  if (!outer.known) outer.japanese = layer;
  const auto inner = translate(english.substr(at + kLayerMark.size()), depth + 1);
  if (!outer.known && !inner.known) return {};
  return {outer.japanese + "：" + inner.japanese, inner.rule.empty() ? outer.rule : inner.rule,
          true};
}

const Catalogue& catalogue() {
  static const Catalogue catalogue(messages_text());
  return catalogue;
}

std::string in_japanese(std::string_view english) {
  auto found = catalogue().translate(english);
  if (found.known || has_japanese(english)) return std::move(found.japanese);
  return "詳細（英語）: " + found.japanese;
}

std::string_view rule_of(std::string_view english) { return catalogue().translate(english).rule; }

}  // namespace sekisho::messages
