// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/text/text_map.h"

#include <bit>
#include <cstring>

#include "node/base/check.h"

namespace sekisho::converter {
namespace {

__extension__ typedef unsigned __int128 UInt128;

// Bytes become numbers in one fixed order, whatever the machine.
template <typename Word>
std::uint64_t load(const char* from) {
  Word word = 0;
  std::memcpy(&word, from, sizeof(word));
  if constexpr (std::endian::native == std::endian::big) {
    return sizeof(word) == 8 ? __builtin_bswap64(word)
                             : __builtin_bswap32(static_cast<std::uint32_t>(word));
  }
  return word;
}

// Up to seven bytes, told apart from each other once the size is known.
std::uint64_t load_short(const char* from, std::size_t size) {
  if (size >= 4) {
    return load<std::uint32_t>(from) | load<std::uint32_t>(from + size - 4) << 32;
  }
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(from[i])) << (8 * i);
  }
  return value;
}

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  const UInt128 product = static_cast<UInt128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

constexpr std::uint64_t kFirst = 0x9E3779B97F4A7C15ull;
constexpr std::uint64_t kSecond = 0xD6E8FEB86659FD93ull;

bool equal_text(const char* a, const char* b, std::size_t size) {
  if (size < 8) return load_short(a, size) == load_short(b, size);
  for (std::size_t i = 0; i + 8 < size; i += 8) {
    if (load<std::uint64_t>(a + i) != load<std::uint64_t>(b + i)) return false;
  }
  return load<std::uint64_t>(a + size - 8) == load<std::uint64_t>(b + size - 8);
}

}  // namespace

std::uint64_t hash_text(std::string_view text, std::uint64_t seed) {
  const char* from = text.data();
  const std::size_t size = text.size();
  std::uint64_t hash = seed ^ mix(size + kFirst, kSecond);
  if (size < 8) return mix(hash ^ load_short(from, size), kFirst);
  for (std::size_t i = 0; i + 8 < size; i += 8) {
    hash = std::rotl(mix(hash ^ load<std::uint64_t>(from + i), kSecond), 23) + kFirst;
  }
  return mix(hash ^ load<std::uint64_t>(from + size - 8), kFirst);
}

bool TextMap::matches(const Slot& slot, std::string_view key, std::uint64_t hash) const {
  return slot.hash == hash && slot.key_size == key.size() &&
         equal_text(keys_.data() + slot.key_at, key.data(), key.size());
}

std::size_t TextMap::probe(std::string_view key, std::uint64_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  while (slots_[at].value != kNone && !matches(slots_[at], key, hash)) at = (at + 1) & mask;
  return at;
}

void TextMap::grow() {
  std::vector<Slot> old = std::move(slots_);
  slots_.assign(old.empty() ? 8 : old.size() * 2, Slot{});
  for (const Slot& slot : old) {
    if (slot.value == kNone) continue;
    const std::string_view key(keys_.data() + slot.key_at, slot.key_size);
    slots_[probe(key, slot.hash)] = slot;
  }
}

std::uint32_t TextMap::insert(std::string_view key, std::uint32_t value) {
  CHECK(value != kNone);
  if ((count_ + 1) * 2 > slots_.size()) grow();
  const std::uint64_t hash = hash_text(key);
  Slot& slot = slots_[probe(key, hash)];
  if (slot.value != kNone) return slot.value;
  slot = Slot{hash, value, static_cast<std::uint32_t>(key.size()), keys_.size()};
  keys_.append(key);
  ++count_;
  return value;
}

std::uint32_t TextMap::find(std::string_view key) const {
  if (count_ == 0) return kNone;
  return slots_[probe(key, hash_text(key))].value;
}

}  // namespace sekisho::converter
