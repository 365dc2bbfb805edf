// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/crypto/detail/der.h"

#include <algorithm>

#include "node/base/check.h"

namespace sekisho::crypto::detail {
namespace {

constexpr BytesView kEndMarker("\0\0", 2);
constexpr std::uint8_t kIndefinite = 0x80;
constexpr std::size_t kScalarSizeMax = 32;

std::uint8_t octet(BytesView bytes, std::size_t index) {
  return static_cast<std::uint8_t>(bytes[index]);
}

bool is_constructed(std::uint8_t tag) { return (tag & 0x20) != 0; }

tl::unexpected<Error> truncated() {
  return fail(Code::kInvalidArgument, "the data ends too early: it is truncated");
}

}  // namespace

Bytes der_header(std::uint8_t tag, std::size_t content_size_bytes) {
  CHECK(content_size_bytes <= 0xffffffff);
  Bytes header;
  put_u8(header, tag);
  if (content_size_bytes < 0x80) {
    put_u8(header, static_cast<std::uint8_t>(content_size_bytes));
    return header;
  }
  Bytes size;
  put_u32(size, static_cast<std::uint32_t>(content_size_bytes));
  const std::size_t zeros = std::min(size.find_first_not_of('\0'), size.size());
  put_u8(header, static_cast<std::uint8_t>(0x80 | (size.size() - zeros)));
  return header.append(size, zeros);
}

Bytes der(std::uint8_t tag, std::initializer_list<BytesView> parts) {
  std::size_t size = 0;
  for (const BytesView part : parts) size += part.size();
  Bytes element = der_header(tag, size);
  element.reserve(element.size() + size);
  for (const BytesView part : parts) element.append(part);
  return element;
}

struct DerReader::Length {
  std::size_t header_size_bytes = 0;  // identifier and length octets
  std::size_t content_size_bytes = 0;
  bool indefinite = false;
};

Result<DerReader::Length> DerReader::length_octets() {
  if (rest_.size() < 2) return truncated();
  const std::uint8_t first = octet(rest_, 1);
  if (first < 0x80) return Length{2, first, false};
  if (first == kIndefinite && rules_ == Rules::kBer && is_constructed(octet(rest_, 0)))
    return Length{2, 0, true};
  const std::size_t count = first & 0x7f;
  if (count == 0 || count > 4)
    return fail(Code::kInvalidArgument, "an element has a length that is not allowed here");
  if (rest_.size() < 2 + count) return truncated();
  std::size_t size = 0;
  for (std::size_t i = 0; i < count; ++i) size = size << 8 | octet(rest_, 2 + i);
  const bool minimal = octet(rest_, 2) != 0 && size >= 0x80;
  if (!minimal) return fail(Code::kInvalidArgument, "an element's length is not written shortest");
  return Length{2 + count, size, false};
}

// Walks the elements up to the end marker that closes this one, counting the openings between.
Result<std::size_t> DerReader::indefinite_size() const {
  DerReader walk(rest_.substr(2), Rules::kBer);
  std::size_t open = 1;
  for (std::size_t seen = 0; seen < kElementsMax; ++seen) {
    if (walk.rest_.starts_with(kEndMarker)) {
      walk.rest_.remove_prefix(kEndMarker.size());
      if (--open == 0) return rest_.size() - 2 - walk.rest_.size() - kEndMarker.size();
      continue;
    }
    TRY(const Length length, walk.length_octets());
    const std::size_t size = length.header_size_bytes + length.content_size_bytes;
    if (walk.rest_.size() < size) return truncated();
    walk.rest_.remove_prefix(size);
    if (length.indefinite) ++open;
  }
  return fail(Code::kInvalidArgument, "the data is cut into too many pieces");
}

bool DerReader::next_is(std::uint8_t tag) const { return !rest_.empty() && octet(rest_, 0) == tag; }

Result<Element> DerReader::next() {
  TRY(Length length, length_octets());
  std::size_t trailer = 0;
  if (length.indefinite) {
    TRY(length.content_size_bytes, indefinite_size());
    trailer = kEndMarker.size();
  }
  const std::uint8_t tag = octet(rest_, 0);
  if ((tag & 0x1f) == 0x1f) return fail(Code::kInvalidArgument, "an element has a long tag");
  const std::size_t whole = length.header_size_bytes + length.content_size_bytes + trailer;
  if (rest_.size() < whole) return truncated();
  const Element element{tag, rest_.substr(length.header_size_bytes, length.content_size_bytes),
                        rest_.substr(0, whole)};
  rest_.remove_prefix(whole);
  return element;
}

Result<Element> DerReader::expect(std::uint8_t tag) {
  if (rest_.empty()) return truncated();
  if (!next_is(tag)) return fail(Code::kInvalidArgument, "an element is not of the kind expected");
  return next();
}

Result<DerReader> DerReader::enter(std::uint8_t tag) {
  TRY(const Element element, expect(tag));
  return DerReader(element.content, rules_);
}

Status DerReader::finish() const {
  if (!rest_.empty()) return fail(Code::kInvalidArgument, "there are bytes after the end");
  return {};
}

namespace {

bool is_scalar(const Result<Element>& element) {
  if (!element || element->content.empty()) return false;
  const BytesView number = element->content;
  const std::uint8_t first = octet(number, 0);
  if ((first & 0x80) != 0) return false;
  if (first != 0) return number.size() <= kScalarSizeMax;
  return number.size() >= 2 && number.size() <= kScalarSizeMax + 1 &&
         (octet(number, 1) & 0x80) != 0;
}

}  // namespace

bool is_canonical_ecdsa(BytesView signature) {
  DerReader outer(signature);
  auto numbers = outer.enter(tag::kSequence);
  if (!numbers || !outer.at_end()) return false;
  if (!is_scalar(numbers->expect(tag::kInteger))) return false;
  if (!is_scalar(numbers->expect(tag::kInteger))) return false;
  return numbers->at_end();
}

}  // namespace sekisho::crypto::detail
