// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/detail/response_writer.h"

#include <array>
#include <charconv>

#include "node/net/problem.h"

namespace sekisho::net::detail {
namespace {

void put_number(Bytes& out, std::uint64_t value, int base = 10) {
  std::array<char, 24> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, base).ptr;
  out.append(text.data(), end);
}

void put_field(Bytes& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  for (const char c : value) {
    if (c != '\r' && c != '\n') out.push_back(c);
  }
  out += "\r\n";
}

// IMF-fixdate (RFC 9110, 5.6.7), independent of the locale.
std::string format_date(std::time_t second) {
  constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm utc{};
  gmtime_r(&second, &utc);
  const auto two = [](int value) {
    return std::string{static_cast<char>('0' + value / 10), static_cast<char>('0' + value % 10)};
  };
  return std::string("Date: ") + kDays.at(static_cast<std::size_t>(utc.tm_wday)) + ", " +
         two(utc.tm_mday) + " " + kMonths.at(static_cast<std::size_t>(utc.tm_mon)) + " " +
         std::to_string(utc.tm_year + 1900) + " " + two(utc.tm_hour) + ":" + two(utc.tm_min) + ":" +
         two(utc.tm_sec) + " GMT\r\n";
}

}  // namespace

std::string_view ResponseWriter::date_line() {
  const std::time_t now = std::time(nullptr);
  if (now != second_) {
    second_ = now;
    date_line_ = format_date(now);
  }
  return date_line_;
}

void ResponseWriter::put_head(Bytes& out, unsigned status, std::string_view content_type,
                              const std::vector<Header>& headers, const ResponseFraming& framing) {
  out += "HTTP/1.1 ";
  put_number(out, status);
  out.push_back(' ');
  out += reason_phrase(status);
  out += "\r\n";
  out += date_line();
  if (!framing.without_body) {
    if (!content_type.empty()) put_field(out, "Content-Type", content_type);
    if (framing.content_length) {
      out += "Content-Length: ";
      put_number(out, *framing.content_length);
      out += "\r\n";
    } else {
      out += "Transfer-Encoding: chunked\r\n";
    }
  }
  for (const Header& header : headers) put_field(out, header.name, header.value);
  if (!framing.keep_alive) out += "Connection: close\r\n";
  out += "\r\n";
}

void put_chunk(Bytes& out, BytesView bytes) {
  put_number(out, bytes.size(), 16);
  out += "\r\n";
  out += bytes;
  out += "\r\n";
}

}  // namespace sekisho::net::detail
