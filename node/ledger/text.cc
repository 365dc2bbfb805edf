// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/text.h"

#include <algorithm>
#include <charconv>

namespace sekisho::ledger {
namespace {

// The next code point and its size in bytes (RFC 3629), or nothing when ill-formed.
struct CodePoint {
  std::uint32_t value = 0;
  std::size_t size = 0;
};

std::size_t sequence_size(std::uint8_t lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  if (lead >= 0xf0 && lead < 0xf5) return 4;
  return 0;
}

std::optional<CodePoint> next_code_point(std::string_view text) {
  static constexpr std::uint32_t kLeadMask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
  static constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const auto lead = static_cast<std::uint8_t>(text.front());
  const std::size_t size = sequence_size(lead);
  if (size == 0 || size > text.size()) return std::nullopt;
  std::uint32_t value = lead & kLeadMask[size];
  for (std::size_t i = 1; i < size; ++i) {
    const auto byte = static_cast<std::uint8_t>(text[i]);
    if ((byte & 0xc0) != 0x80) return std::nullopt;
    value = (value << 6) | (byte & 0x3fu);
  }
  if (value < kSmallest[size] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) {
    return std::nullopt;
  }
  return CodePoint{value, size};
}

bool harmless(std::uint32_t c) {
  if (c < 0x20 || (c >= 0x7f && c < 0xa0)) return false;
  if (c == 0x2028 || c == 0x2029 || c == 0xfeff) return false;
  return !(c >= 0x202a && c <= 0x202e) && !(c >= 0x2066 && c <= 0x2069);
}

}  // namespace

bool valid_text(std::string_view text, std::size_t size_max) {
  if (text.size() > size_max) return false;
  while (!text.empty()) {
    const auto point = next_code_point(text);
    if (!point || !harmless(point->value)) return false;
    text.remove_prefix(point->size);
  }
  return true;
}

bool valid_token(std::string_view text, std::size_t size_max) {
  if (text.empty() || text.size() > size_max) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

bool valid_message_code(std::string_view text) {
  constexpr std::size_t kSizeMax = 32;
  if (text.empty() || text.size() > kSizeMax) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '>' || c == '#';
  });
}

std::optional<std::uint64_t> parse_decimal(std::string_view text) {
  if (text.empty() || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace sekisho::ledger
