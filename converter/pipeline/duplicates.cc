// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/pipeline/duplicates.h"

#include "converter/text/text_map.h"

namespace sekisho::converter {

std::size_t SeenSet::probe(std::uint64_t hash, std::uint32_t more) const {
  const std::size_t mask = entries_.size() - 1;
  std::size_t at = hash & mask;
  while (entries_[at].row != 0 && (entries_[at].hash != hash || entries_[at].more != more)) {
    at = (at + 1) & mask;
  }
  return at;
}

void SeenSet::grow() {
  std::vector<Entry> old = std::move(entries_);
  entries_.assign(old.empty() ? 1024 : old.size() * 2, Entry{});
  for (const Entry& entry : old) {
    if (entry.row != 0) entries_[probe(entry.hash, entry.more)] = entry;
  }
}

std::uint32_t SeenSet::add(std::string_view text, std::uint64_t hash, std::uint32_t row) {
  if ((count_ + 1) * 4 > entries_.size() * 3) grow();
  const auto more = static_cast<std::uint32_t>(hash_text(text.substr(0, 256), hash) >> 16);
  Entry& entry = entries_[probe(hash, more)];
  if (entry.row != 0) return entry.row;
  entry = Entry{hash, more, row};
  ++count_;
  return 0;
}

}  // namespace sekisho::converter
