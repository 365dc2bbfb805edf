// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/text/text_map.h"

#include <cstring>

#include "node/base/check.h"

namespace sekisho::converter {
namespace {

// Bytes become numbers in one fixed order, whatever the machine.
std::uint64_t load_le(const char* from, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(from[i])) << (8 * i);
  }
  return value;
}

std::uint64_t mix(std::uint64_t value) {
  value ^= value >> 32;
  value *= 0xD6E8FEB86659FD93ull;
  value ^= value >> 32;
  value *= 0xD6E8FEB86659FD93ull;
  return value ^ value >> 32;
}

}  // namespace

std::uint64_t hash_text(std::string_view text, std::uint64_t seed) {
  std::uint64_t hash = mix(seed + 0x9E3779B97F4A7C15ull * (text.size() + 1));
  const char* from = text.data();
  std::size_t left = text.size();
  for (; left >= 8; from += 8, left -= 8) hash = mix(hash ^ load_le(from, 8)) + 0x2545F4914F6CDD1Dull;
  if (left > 0) hash = mix(hash ^ load_le(from, left));
  return hash;
}

bool TextMap::matches(const Slot& slot, std::string_view key, std::uint64_t hash) const {
  return slot.hash == hash && slot.key_size == key.size() &&
         std::memcmp(keys_.data() + slot.key_at, key.data(), key.size()) == 0;
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

void TextMap::assign(std::string_view key, std::uint32_t value) {
  CHECK(value != kNone);
  CHECK(count_ > 0);
  Slot& slot = slots_[probe(key, hash_text(key))];
  CHECK(slot.value != kNone);
  slot.value = value;
}

}  // namespace sekisho::converter
