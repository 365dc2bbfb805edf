// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/mapfile/toml_scope.h"

#include <algorithm>

namespace sekisho::converter {

TomlScope::TomlScope(const toml::table* table, std::string where)
    : table_(table), where_(std::move(where)) {}

bool TomlScope::has(std::string_view key) const {
  return table_ != nullptr && table_->contains(key);
}

const toml::node* TomlScope::find(std::string_view key) {
  asked_.push_back(key);
  return table_ == nullptr ? nullptr : table_->get(key);
}

std::string TomlScope::place(std::string_view key) const {
  std::string out = where_ + "." + std::string(key);
  const toml::node* node = table_ == nullptr ? nullptr : table_->get(key);
  if (node != nullptr) out += " (line " + std::to_string(node->source().begin.line) + ")";
  return out;
}

void TomlScope::mistake(std::string_view key, std::string_view what) {
  if (mistake_.empty()) mistake_ = place(key) + ": " + std::string(what);
}

std::string TomlScope::text(std::string_view key) {
  std::string value = text_or(key, "");
  if (value.empty()) mistake(key, "is required");
  return value;
}

std::string TomlScope::text_or(std::string_view key, std::string_view otherwise) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::string(otherwise);
  const auto value = node->value_exact<std::string>();
  if (!value) mistake(key, "must be a string");
  return value.value_or(std::string(otherwise));
}

std::size_t TomlScope::choice(std::string_view key, const std::vector<std::string_view>& choices) {
  const std::string value = text_or(key, choices.front());
  const auto found = std::find(choices.begin(), choices.end(), value);
  if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
  std::string all;
  for (const std::string_view word : choices) all += (all.empty() ? "" : ", ") + std::string(word);
  mistake(key, "must be one of: " + all);
  return 0;
}

std::int64_t TomlScope::integer_or(std::string_view key, std::int64_t otherwise, std::int64_t min,
                                   std::int64_t max) {
  const toml::node* node = find(key);
  if (node == nullptr) return otherwise;
  const auto value = node->value_exact<std::int64_t>();
  if (!value || *value < min || *value > max) {
    mistake(key,
            "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
    return otherwise;
  }
  return *value;
}

bool TomlScope::flag_or(std::string_view key, bool otherwise) {
  const toml::node* node = find(key);
  if (node == nullptr) return otherwise;
  const auto value = node->value_exact<bool>();
  if (!value) mistake(key, "must be true or false");
  return value.value_or(otherwise);
}

std::vector<std::string> TomlScope::texts(std::string_view key) {
  std::vector<std::string> out;
  const toml::array* list = array(key);
  if (list == nullptr) return out;
  for (const toml::node& node : *list) {
    const auto value = node.value_exact<std::string>();
    if (!value) mistake(key, "must be a list of strings");
    out.push_back(value.value_or(std::string{}));
  }
  return out;
}

const toml::table* TomlScope::table(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return nullptr;
  if (node->as_table() == nullptr) mistake(key, "must be a table");
  return node->as_table();
}

const toml::array* TomlScope::array(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return nullptr;
  if (node->as_array() == nullptr) mistake(key, "must be an array");
  return node->as_array();
}

Status TomlScope::finish() {
  if (!mistake_.empty()) return fail(Code::kInvalidArgument, mistake_);
  if (table_ == nullptr) return {};
  for (const auto& [key, node] : *table_) {
    if (std::find(asked_.begin(), asked_.end(), key.str()) == asked_.end()) {
      return fail(Code::kInvalidArgument,
                  place(key.str()) + ": unknown key; remove it or correct its spelling");
    }
  }
  return {};
}

Result<toml::table> parse_toml(BytesView bytes, std::string_view file_name) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  toml::parse_result parsed = toml::parse(bytes, file_name);
  if (!parsed) {
    const toml::source_position at = parsed.error().source().begin;
    return fail(Code::kInvalidArgument,
                std::string(file_name) + " line " + std::to_string(at.line) + " column " +
                    std::to_string(at.column) + ": " + std::string(parsed.error().description()));
  }
  return std::move(parsed).table();
}

}  // namespace sekisho::converter
