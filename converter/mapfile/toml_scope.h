// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// toml++ without exceptions and as headers, so that the packaged library's exception mode does not
// matter. Only the sources of this module include it.
#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"

namespace sekisho::converter {

// Reads one table strictly: remembers the first mistake and which keys were asked for, so that the
// code that reads stays a plain list. Call finish() before trusting any value.
class TomlScope {
 public:
  // `table` may be null: every key is then absent. `where` names the table for people.
  TomlScope(const toml::table* table, std::string where);

  [[nodiscard]] bool present() const { return table_ != nullptr; }
  [[nodiscard]] bool has(std::string_view key) const;
  // Required text: absent or empty is a mistake.
  std::string text(std::string_view key);
  std::string text_or(std::string_view key, std::string_view otherwise);
  // One of `choices`, the first being the default.
  std::size_t choice(std::string_view key, const std::vector<std::string_view>& choices);
  std::int64_t integer_or(std::string_view key, std::int64_t otherwise, std::int64_t min,
                          std::int64_t max);
  bool flag_or(std::string_view key, bool otherwise);
  std::vector<std::string> texts(std::string_view key);
  // Null when absent; a mistake when of another kind.
  const toml::table* table(std::string_view key);
  const toml::array* array(std::string_view key);
  void mistake(std::string_view key, std::string_view what);
  // The first mistake, or a key that nobody asked for.
  [[nodiscard]] Status finish();

 private:
  const toml::node* find(std::string_view key);
  [[nodiscard]] std::string place(std::string_view key) const;

  const toml::table* table_;
  std::string where_;
  std::vector<std::string_view> asked_;
  std::string mistake_;
};

// Parses UTF-8 TOML (a byte order mark is skipped); the error names line and column.
[[nodiscard]] Result<toml::table> parse_toml(BytesView bytes, std::string_view file_name);

}  // namespace sekisho::converter
