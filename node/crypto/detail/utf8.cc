// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/crypto/detail/utf8.h"

#include <cstddef>

namespace sekisho::crypto::detail {
namespace {

unsigned octet(std::string_view bytes, std::size_t index) {
  return static_cast<unsigned char>(bytes[index]);
}

bool within(char32_t character, char32_t low, char32_t high) {
  return low <= character && character <= high;
}

struct Form {
  std::size_t size_bytes;
  unsigned lead_bits;
  char32_t least;  // smaller characters have a shorter form
};

std::optional<Form> form_of(unsigned lead) {
  if (lead < 0x80) return Form{1, lead, 0};
  if ((lead & 0xe0) == 0xc0) return Form{2, lead & 0x1f, 0x80};
  if ((lead & 0xf0) == 0xe0) return Form{3, lead & 0x0f, 0x800};
  if ((lead & 0xf8) == 0xf0) return Form{4, lead & 0x07, 0x10000};
  return std::nullopt;
}

}  // namespace

std::optional<char32_t> take_character(std::string_view& rest) {
  if (rest.empty()) return std::nullopt;
  const auto form = form_of(octet(rest, 0));
  if (!form || rest.size() < form->size_bytes) return std::nullopt;
  char32_t character = form->lead_bits;
  for (std::size_t i = 1; i < form->size_bytes; ++i) {
    if ((octet(rest, i) & 0xc0) != 0x80) return std::nullopt;
    character = character << 6 | (octet(rest, i) & 0x3f);
  }
  const bool valid =
      character >= form->least && character <= 0x10ffff && !within(character, 0xd800, 0xdfff);
  if (!valid) return std::nullopt;
  rest.remove_prefix(form->size_bytes);
  return character;
}

bool is_invisible(char32_t character) {
  return character < 0x20 || within(character, 0x7f, 0x9f) || character == 0x61c ||
         within(character, 0x200b, 0x200f) || within(character, 0x2028, 0x202e) ||
         within(character, 0x2060, 0x206f) || character == 0xfeff;
}

bool is_space(char32_t character) {
  return within(character, 0x09, 0x0d) || character == 0x20 || character == 0x85 ||
         character == 0xa0 || character == 0x1680 || within(character, 0x2000, 0x200a) ||
         within(character, 0x2028, 0x2029) || character == 0x202f || character == 0x205f ||
         character == 0x3000;
}

}  // namespace sekisho::crypto::detail
