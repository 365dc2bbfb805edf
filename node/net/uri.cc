// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/uri.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace sekisho::net {
namespace {

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

// Length of the UTF-8 sequence that starts with `lead`, 0 for a byte that starts none.
std::size_t utf8_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

// The second byte's range (Unicode 15, table 3-7) keeps out overlong forms, surrogates and values
// above U+10FFFF.
bool second_byte_fits(unsigned char lead, unsigned char second) {
  if (lead == 0xE0) return second >= 0xA0 && second <= 0xBF;
  if (lead == 0xED) return second >= 0x80 && second <= 0x9F;
  if (lead == 0xF0) return second >= 0x90 && second <= 0xBF;
  if (lead == 0xF4) return second >= 0x80 && second <= 0x8F;
  return second >= 0x80 && second <= 0xBF;
}

bool is_plain_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead < 0x20 || lead == 0x7F) return false;
    const std::size_t length = utf8_length(lead);
    if (length == 0 || i + length > text.size()) return false;
    if (length > 1 && !second_byte_fits(lead, static_cast<unsigned char>(text[i + 1])))
      return false;
    for (std::size_t k = 2; k < length; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80) return false;
    }
    i += length;
  }
  return true;
}

Status check_segments(std::string_view encoded_path) {
  for (std::size_t begin = 1; begin <= encoded_path.size();) {
    const auto end = std::min(encoded_path.find('/', begin), encoded_path.size());
    TRY(const std::string segment, percent_decode(encoded_path.substr(begin, end - begin)));
    if (segment == "." || segment == ".." || segment.find('/') != std::string::npos) {
      return fail(Code::kInvalidArgument, "the path has a '.', '..' or encoded '/' segment");
    }
    begin = end + 1;
  }
  return {};
}

Result<std::pair<std::string, std::string>> parse_parameter(std::string_view text) {
  const auto equals = std::min(text.find('='), text.size());
  TRY(std::string name, percent_decode(text.substr(0, equals), true));
  const auto encoded = equals < text.size() ? text.substr(equals + 1) : std::string_view();
  TRY(std::string value, percent_decode(encoded, true));
  if (!is_plain_utf8(name) || !is_plain_utf8(value)) {
    return fail(Code::kInvalidArgument, "a query parameter is not UTF-8 text");
  }
  return std::pair(std::move(name), std::move(value));
}

Status parse_query(std::string_view query, Target& target) {
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    if (end != 0) {
      if (target.query.size() == kQueryParametersMax) {
        return fail(
            Code::kInvalidArgument,
            "the query has more than " + std::to_string(kQueryParametersMax) + " parameters");
      }
      TRY(auto parameter, parse_parameter(query.substr(0, end)));
      target.query.push_back(std::move(parameter));
    }
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return {};
}

}  // namespace

Result<Target> parse_target(std::string_view target) {
  if (target.empty() || target[0] != '/') {
    return fail(Code::kInvalidArgument, "the request target must start with '/'");
  }
  const auto path_end = std::min(target.find('?'), target.size());
  const auto encoded_path = target.substr(0, path_end);
  TRY_STATUS(check_segments(encoded_path));
  Target out;
  TRY(out.path, percent_decode(encoded_path));
  if (!is_plain_utf8(out.path)) return fail(Code::kInvalidArgument, "the path is not UTF-8 text");
  if (path_end < target.size()) TRY_STATUS(parse_query(target.substr(path_end + 1), out));
  return out;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_unreserved(c)) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(kHex[byte >> 4]);
    out.push_back(kHex[byte & 15]);
  }
  return out;
}

Result<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out.push_back(' ');
    } else if (text[i] != '%') {
      out.push_back(text[i]);
    } else {
      const auto high = i + 1 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
      const auto low = i + 2 < text.size() ? hex_digit(text[i + 2]) : std::nullopt;
      if (!high || !low) {
        return fail(Code::kInvalidArgument, "a '%' is not followed by two hex digits");
      }
      out.push_back(static_cast<char>(*high * 16 + *low));
      i += 2;
    }
  }
  return out;
}

Result<HostPort> parse_host_port(std::string_view text) {
  const auto wrong = [&] {
    return fail(Code::kInvalidArgument,
                "an address is host:port or [IPv6]:port, not '" + std::string(text) + "'");
  };
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return wrong();
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  if (host.front() == '[') {
    if (host.size() < 3 || host.back() != ']') return wrong();
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return wrong();
  }
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size()) return wrong();
  return HostPort{std::string(host), port};
}

}  // namespace sekisho::net
