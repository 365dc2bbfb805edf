// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "node/base/bytes.h"
#include "node/base/result.h"

// The subset of ASN.1 encoding (X.690) that envelopes and signatures need: one-byte tags, lengths
// below 2^32.
namespace sekisho::crypto::detail {

namespace tag {
inline constexpr std::uint8_t kInteger = 0x02;
inline constexpr std::uint8_t kBitString = 0x03;
inline constexpr std::uint8_t kOctetString = 0x04;
inline constexpr std::uint8_t kNull = 0x05;
inline constexpr std::uint8_t kOid = 0x06;
inline constexpr std::uint8_t kOctetStringConstructed = 0x24;
inline constexpr std::uint8_t kSequence = 0x30;
inline constexpr std::uint8_t kSet = 0x31;
inline constexpr std::uint8_t kContext0 = 0x80;             // [0] IMPLICIT of a primitive
inline constexpr std::uint8_t kContext0Constructed = 0xa0;  // [0] EXPLICIT or of a structure
inline constexpr std::uint8_t kContext1Constructed = 0xa1;
inline constexpr std::uint8_t kContext2Constructed = 0xa2;
}  // namespace tag

// Identifier and definite length octets.
[[nodiscard]] Bytes der_header(std::uint8_t tag, std::size_t content_size_bytes);
// A whole element around the joined parts.
[[nodiscard]] Bytes der(std::uint8_t tag, std::initializer_list<BytesView> parts);

struct Element {
  std::uint8_t tag = 0;
  BytesView content;
  BytesView whole;  // identifier and length octets, and the end marker of an indefinite length too
};

// Reads elements one after another. Views its input. One thread.
class DerReader {
 public:
  // kDer takes minimal definite lengths only; kBer takes indefinite lengths too, as streaming
  // writers make them.
  enum class Rules : std::uint8_t { kDer, kBer };

  // Elements that one foreign input may make us look at, whatever its size.
  static constexpr std::size_t kElementsMax = std::size_t{1} << 20;

  explicit DerReader(BytesView input, Rules rules = Rules::kDer) : rest_(input), rules_(rules) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] bool next_is(std::uint8_t tag) const;
  // kInvalidArgument when the input ends inside the element or its length is not allowed.
  Result<Element> next();
  Result<Element> expect(std::uint8_t tag);
  // Reader over the content of the next element.
  Result<DerReader> enter(std::uint8_t tag);
  // kInvalidArgument unless everything was read.
  [[nodiscard]] Status finish() const;

 private:
  struct Length;
  Result<Length> length_octets();
  Result<std::size_t> indefinite_size() const;

  BytesView rest_;
  Rules rules_;
};

// True when `signature` is SEQUENCE { r INTEGER, s INTEGER } in DER with positive numbers of at
// most 256 bits and nothing behind them.
[[nodiscard]] bool is_canonical_ecdsa(BytesView signature);

}  // namespace sekisho::crypto::detail
