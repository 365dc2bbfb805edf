// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/base/bytes.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "node/base/check.h"

namespace sekisho {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";
constexpr char kBase64Digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return -1;
}

template <typename Array>
BytesView view_of(const Array& array) {
  return {reinterpret_cast<const char*>(array.data()), array.size()};
}

template <typename T>
Result<T> fixed_from_bytes(BytesView bytes) {
  if (bytes.size() != T::kSize) {
    return fail(Code::kInvalidArgument, "expected " + std::to_string(T::kSize) + " bytes, got " +
                                            std::to_string(bytes.size()));
  }
  T value;
  std::memcpy(value.bytes.data(), bytes.data(), T::kSize);
  return value;
}

template <typename T>
Result<T> fixed_from_hex(std::string_view text) {
  TRY(const Bytes bytes, from_hex(text));
  return fixed_from_bytes<T>(bytes);
}

template <typename T>
bool all_zero(const T& value) {
  return std::all_of(value.bytes.begin(), value.bytes.end(), [](std::uint8_t b) { return b == 0; });
}

template <typename T>
void put_big_endian(Bytes& out, T value) {
  for (std::size_t i = sizeof(T); i-- > 0;) {
    out.push_back(static_cast<char>(static_cast<std::uint8_t>(value >> (8 * i))));
  }
}

template <typename T>
T get_big_endian(BytesView bytes) {
  std::uint64_t value = 0;
  for (const char c : bytes) value = (value << 8) | static_cast<std::uint8_t>(c);
  return static_cast<T>(value);
}

}  // namespace

BytesView Digest::view() const { return view_of(bytes); }
std::string Digest::hex() const { return to_hex(view()); }
bool Digest::is_zero() const { return all_zero(*this); }
Result<Digest> Digest::from_bytes(BytesView bytes) { return fixed_from_bytes<Digest>(bytes); }
Result<Digest> Digest::from_hex(std::string_view text) { return fixed_from_hex<Digest>(text); }

std::size_t DigestHash::operator()(const Digest& digest) const noexcept {
  std::size_t value = 0;
  std::memcpy(&value, digest.bytes.data(), sizeof value);
  return value;
}

BytesView Id16::view() const { return view_of(bytes); }
std::string Id16::hex() const { return to_hex(view()); }
bool Id16::is_zero() const { return all_zero(*this); }
Result<Id16> Id16::from_bytes(BytesView bytes) { return fixed_from_bytes<Id16>(bytes); }
Result<Id16> Id16::from_hex(std::string_view text) { return fixed_from_hex<Id16>(text); }

std::string to_hex(BytesView bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto b = static_cast<std::uint8_t>(c);
    text.push_back(kHexDigits[b >> 4]);
    text.push_back(kHexDigits[b & 15]);
  }
  return text;
}

Result<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return fail(Code::kInvalidArgument, "odd number of hex digits");
  Bytes bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return fail(Code::kInvalidArgument, "not a hex digit");
    bytes.push_back(static_cast<char>(high * 16 + low));
  }
  return bytes;
}

std::string to_base64(BytesView bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = (group << 8) | (k < count ? static_cast<std::uint8_t>(bytes[i + k]) : 0u);
    }
    text.push_back(kBase64Digits[(group >> 18) & 63]);
    text.push_back(kBase64Digits[(group >> 12) & 63]);
    text.push_back(count > 1 ? kBase64Digits[(group >> 6) & 63] : '=');
    text.push_back(count > 2 ? kBase64Digits[group & 63] : '=');
  }
  return text;
}

Result<Bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0)
    return fail(Code::kInvalidArgument, "base64 length is not a multiple of 4");
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  const std::size_t digits = text.size() - padding;
  Bytes bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t group = 0;
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const int value = base64_value(text[i]);
    if (value < 0) return fail(Code::kInvalidArgument, "not a base64 digit");
    group = (group << 6) | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push_back(static_cast<char>(static_cast<std::uint8_t>(group >> bits)));
      group &= (1u << bits) - 1;
    }
  }
  if (group != 0) return fail(Code::kInvalidArgument, "base64 padding bits are not zero");
  return bytes;
}

bool equal_constant_time(BytesView a, BytesView b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference |=
        static_cast<unsigned>(static_cast<std::uint8_t>(a[i]) ^ static_cast<std::uint8_t>(b[i]));
  }
  return difference == 0;
}

void put_u8(Bytes& out, std::uint8_t value) { put_big_endian(out, value); }
void put_u16(Bytes& out, std::uint16_t value) { put_big_endian(out, value); }
void put_u32(Bytes& out, std::uint32_t value) { put_big_endian(out, value); }
void put_u64(Bytes& out, std::uint64_t value) { put_big_endian(out, value); }

void put_sized(Bytes& out, BytesView value) {
  CHECK(value.size() <= std::numeric_limits<std::uint32_t>::max());
  put_u32(out, static_cast<std::uint32_t>(value.size()));
  out.append(value);
}

Result<BytesView> ByteReader::take(std::size_t size_bytes) {
  if (size_bytes > rest_.size()) {
    return fail(Code::kCorrupt,
                "record ends " + std::to_string(size_bytes - rest_.size()) + " bytes too early");
  }
  const BytesView taken = rest_.substr(0, size_bytes);
  rest_.remove_prefix(size_bytes);
  return taken;
}

Result<std::uint8_t> ByteReader::u8() {
  TRY(const BytesView b, take(1));
  return get_big_endian<std::uint8_t>(b);
}

Result<std::uint16_t> ByteReader::u16() {
  TRY(const BytesView b, take(2));
  return get_big_endian<std::uint16_t>(b);
}

Result<std::uint32_t> ByteReader::u32() {
  TRY(const BytesView b, take(4));
  return get_big_endian<std::uint32_t>(b);
}

Result<std::uint64_t> ByteReader::u64() {
  TRY(const BytesView b, take(8));
  return get_big_endian<std::uint64_t>(b);
}

Result<BytesView> ByteReader::sized(std::size_t size_max) {
  TRY(const std::uint32_t size, u32());
  if (size > size_max) return fail(Code::kCorrupt, "record field is longer than its bound");
  return take(size);
}

Result<Digest> ByteReader::digest() {
  TRY(const BytesView b, take(Digest::kSize));
  return Digest::from_bytes(b);
}

Status ByteReader::finish() const {
  if (!rest_.empty()) {
    return fail(Code::kCorrupt, std::to_string(rest_.size()) + " bytes left over after the record");
  }
  return {};
}

}  // namespace sekisho
