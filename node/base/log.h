// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "node/base/result.h"

namespace sekisho::log {

enum class Level : std::uint8_t { kDebug, kInfo, kWarning, kError };

// One field of a log line: a name and a value that is already text or a number. Never personal
// data, file names, file contents or secrets.
struct Field {
  template <typename T>
    requires std::is_integral_v<T>
  Field(std::string_view field_name, T value)
      : name(field_name), text(std::to_string(value)), quoted(false) {}
  Field(std::string_view field_name, std::string_view value)
      : name(field_name), text(value), quoted(true) {}
  Field(std::string_view field_name, const char* value)
      : Field(field_name, std::string_view(value)) {}
  Field(std::string_view field_name, const std::string& value)
      : Field(field_name, std::string_view(value)) {}

  std::string_view name;
  std::string text;
  bool quoted;
};

// Sets where lines go: standard error when `path` is empty. Called once, before threads start. kIo
// when the file cannot be opened.
Status open(std::string_view path, Level level);

// One JSON object a line: {"time":…,"level":…,"event":…,fields…}. `event` is a stable snake_case
// name. Any thread. Durable as far as the operating system's buffers.
void write(Level level, std::string_view event, std::initializer_list<Field> fields);

inline void debug(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::kDebug, event, fields);
}
inline void info(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::kInfo, event, fields);
}
inline void warning(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::kWarning, event, fields);
}
inline void error(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::kError, event, fields);
}

// The value as it stands between JSON quotes (RFC 8259 section 7).
[[nodiscard]] std::string escape_json(std::string_view text);

}  // namespace sekisho::log
