// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "node/base/result.h"

namespace sekisho {

// Owned bytes and a view of bytes. Strings, because RocksDB, Protobuf and HTTP bodies are; a byte
// that is text and a byte that is not are told apart by name, not by type.
using Bytes = std::string;
using BytesView = std::string_view;

// A 32-byte SHA-256 value or public-key identifier. Ordered by bytes; immutable value; any thread.
struct Digest {
  static constexpr std::size_t kSize = 32;
  std::array<std::uint8_t, kSize> bytes{};

  auto operator<=>(const Digest&) const = default;
  [[nodiscard]] BytesView view() const;
  [[nodiscard]] std::string hex() const;
  [[nodiscard]] bool is_zero() const;
  // Exactly 32 bytes, or kInvalidArgument.
  static Result<Digest> from_bytes(BytesView bytes);
  // Exactly 64 lower- or upper-case hex digits, or kInvalidArgument.
  static Result<Digest> from_hex(std::string_view text);
};

// Hashes by the first eight bytes, which are uniform.
struct DigestHash {
  std::size_t operator()(const Digest& digest) const noexcept;
};

// A random 16-byte identifier (operation id, exchange id).
struct Id16 {
  static constexpr std::size_t kSize = 16;
  std::array<std::uint8_t, kSize> bytes{};

  auto operator<=>(const Id16&) const = default;
  [[nodiscard]] BytesView view() const;
  [[nodiscard]] std::string hex() const;
  [[nodiscard]] bool is_zero() const;
  static Result<Id16> from_bytes(BytesView bytes);
  static Result<Id16> from_hex(std::string_view text);
};

// Lower-case hexadecimal.
[[nodiscard]] std::string to_hex(BytesView bytes);
[[nodiscard]] Result<Bytes> from_hex(std::string_view text);

// RFC 4648 section 4, with padding; decoding is strict (no white space, canonical padding bits).
[[nodiscard]] std::string to_base64(BytesView bytes);
[[nodiscard]] Result<Bytes> from_base64(std::string_view text);

// True when equal; time depends on the sizes only.
[[nodiscard]] bool equal_constant_time(BytesView a, BytesView b);

// Big-endian appends, the byte order of every format of ours.
void put_u8(Bytes& out, std::uint8_t value);
void put_u16(Bytes& out, std::uint16_t value);
void put_u32(Bytes& out, std::uint32_t value);
void put_u64(Bytes& out, std::uint64_t value);
// u32 length, then the bytes.
void put_sized(Bytes& out, BytesView value);

// Reads what the put_ functions wrote. Every call checks the bound; a short input is kCorrupt.
// Views the input, so the input outlives the reader and the views it hands out.
class ByteReader {
 public:
  explicit ByteReader(BytesView input) : rest_(input) {}

  Result<std::uint8_t> u8();
  Result<std::uint16_t> u16();
  Result<std::uint32_t> u32();
  Result<std::uint64_t> u64();
  Result<BytesView> take(std::size_t size_bytes);
  // A put_sized value of at most `size_max` bytes.
  Result<BytesView> sized(std::size_t size_max);
  Result<Digest> digest();
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] BytesView rest() const { return rest_; }
  // kCorrupt unless everything was read.
  [[nodiscard]] Status finish() const;

 private:
  BytesView rest_;
};

}  // namespace sekisho
