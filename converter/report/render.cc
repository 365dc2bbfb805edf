// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "converter/report.h"
#include "converter/text/encode.h"
#include "converter/text/fold.h"

namespace sekisho::converter {
namespace {

std::string_view class_word(char message_class) {
  switch (message_class) {
    case 'F':
      return "F ファイル";
    case 'E':
      return "E エラー";
    case 'W':
      return "W 警告";
    case 'P':
      return "P パニック値";
    default:
      return "I 情報";
  }
}

// A spreadsheet takes these, in either width, for the start of a formula.
bool starts_formula(std::string_view text) {
  const std::string start = folded(text.substr(0, 4));
  return !start.empty() && std::string_view("=+-@\t\r").find(start[0]) != std::string_view::npos;
}

void put_cell(std::string& out, std::string_view text, bool last) {
  out += '"';
  if (starts_formula(text)) out += '\'';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += last ? "\"\r\n" : "\",";
}

void put_json(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

void put_counts(std::string& out, const std::map<std::string, std::uint64_t>& counts) {
  out += '{';
  bool first = true;
  for (const auto& [name, count] : counts) {
    if (!first) out += ',';
    first = false;
    put_json(out, name);
    out += ':' + std::to_string(count);
  }
  out += '}';
}

void put_field(std::string& out, std::string_view name, std::string_view value) {
  out += ',';
  put_json(out, name);
  out += ':';
  put_json(out, value);
}

void put_message(std::string& out, const Message& message) {
  out += "{\"class\":\"";
  out += message.message_class;
  out += "\",\"row\":" + std::to_string(message.row);
  put_field(out, "code", message.code);
  put_field(out, "column", message.column);
  put_field(out, "raw_value", message.raw_value);
  put_field(out, "item", message.item);
  put_field(out, "reason", message.reason);
  put_field(out, "action", message.action);
  out += '}';
}

}  // namespace

Report report_for(const Report& report, std::uint32_t receiver) {
  Report out;
  for (const Message& message : report.messages) {
    if (message.receiver != receiver) continue;
    ++out.counts[message.code];
    out.messages.push_back(message);
  }
  return out;
}

Bytes render_unmapped_csv(const Report& report) {
  std::vector<std::pair<std::uint64_t, std::string_view>> lines;
  for (const auto& [key, times] : report.unmapped_terms) lines.emplace_back(times, key);
  std::stable_sort(lines.begin(), lines.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  Bytes out;
  std::string line;
  const auto put_line = [&](std::string_view item, std::string_view term, std::string_view times) {
    line.clear();
    put_cell(line, item, false);
    put_cell(line, term, false);
    put_cell(line, times, true);
    append_cp932(out, line);
  };
  put_line("項目", "用語", "件数");
  for (const auto& [times, key] : lines) {
    const std::size_t tab = key.find('\t');
    put_line(key.substr(0, tab), key.substr(tab + 1), std::to_string(times));
  }
  return out;
}

Bytes render_report_csv(const Report& report) {
  constexpr std::array<std::string_view, 8> kHeads = {"区分",   "コード", "行",   "列",
                                                      "元の値", "項目",   "理由", "対応"};
  Bytes out;
  std::string line;
  for (std::size_t i = 0; i < kHeads.size(); ++i) put_cell(line, kHeads[i], i + 1 == kHeads.size());
  append_cp932(out, line);
  for (const Message& message : report.messages) {
    line.clear();
    put_cell(line, class_word(message.message_class), false);
    put_cell(line, message.code, false);
    put_cell(line, message.row == 0 ? "ファイル全体" : std::to_string(message.row), false);
    put_cell(line, message.column, false);
    put_cell(line, message.raw_value, false);
    put_cell(line, message.item, false);
    put_cell(line, message.reason, false);
    put_cell(line, message.action, true);
    append_cp932(out, line);
  }
  return out;
}

std::string render_report_json(const Report& report) {
  std::string out = "{\"counts\":";
  put_counts(out, report.counts);
  out += ",\"dropped\":" + std::to_string(report.dropped) + ",\"messages\":[";
  for (std::size_t i = 0; i < report.messages.size(); ++i) {
    if (i > 0) out += ",\n";
    put_message(out, report.messages[i]);
  }
  out += "],\"unmapped_terms\":";
  put_counts(out, report.unmapped_terms);
  return out + "}";
}

}  // namespace sekisho::converter
