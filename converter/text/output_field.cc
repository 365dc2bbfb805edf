// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/text/output_field.h"

#include "converter/text/encode.h"

namespace sekisho::converter {
namespace {

bool needs_quotes(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    if (c == ',' || c == '"' || c == '\n' || c == '\r') return true;
  }
  return text.front() == ' ' || text.back() == ' ';
}

void append_text(const OutputFormat& format, std::string_view text, std::string& out) {
  if (format.encoding == OutputEncoding::kCp932) {
    append_cp932(out, text);
  } else {
    out += text;
  }
}

}  // namespace

void append_output_field(const OutputFormat& format, std::string_view text, std::string& out) {
  if (!format.quote_all && !needs_quotes(text)) return append_text(format, text, out);
  out += '"';
  for (std::size_t at = text.find('"'); at != text.npos; at = text.find('"')) {
    append_text(format, text.substr(0, at + 1), out);
    out += '"';
    text.remove_prefix(at + 1);
  }
  append_text(format, text, out);
  out += '"';
}

}  // namespace sekisho::converter
