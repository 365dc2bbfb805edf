// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/mapfile/map_parts.h"
#include "converter/text/encode.h"
#include "converter/text/fold.h"

namespace sekisho::converter {
namespace {

// Follows the chain from `first` and hangs `index` on its end.
void append_to_chain(std::vector<TableEntry>& entries, std::uint32_t first, std::uint32_t index,
                     std::uint32_t TableEntry::*next) {
  if (first == index) return;
  std::uint32_t at = first;
  while (entries[at].*next != TextMap::kNone) at = entries[at].*next;
  entries[at].*next = index;
}

bool overlap(const Validity& a, const Validity& b) {
  const bool a_before_b = a.to.is_set() && b.from.is_set() && a.to < b.from;
  const bool b_before_a = b.to.is_set() && a.from.is_set() && b.to < a.from;
  return !a_before_b && !b_before_a;
}

// True when an earlier entry says something else for the same text on the same day.
bool contradicts(const std::vector<TableEntry>& entries, std::uint32_t first,
                 const TableEntry& entry) {
  for (std::uint32_t at = first; at != TextMap::kNone; at = entries[at].next_exact) {
    if (entries[at].standard != entry.standard && overlap(entries[at].valid, entry.valid)) {
      return true;
    }
  }
  return false;
}

std::string text_at(const toml::array& list, std::size_t index) {
  const toml::node* node = list.get(index);
  return node == nullptr ? "" : node->value_exact<std::string>().value_or("");
}

bool read_end(const std::string& text, Date& out) {
  if (text.empty()) return true;
  const auto date = parse_iso_date(text);
  out = date.value_or(Date{});
  return date.has_value();
}

void read_entry(TomlScope& scope, const toml::node& node, ValueTable& out) {
  const toml::array* parts = node.as_array();
  if (parts == nullptr || (parts->size() != 2 && parts->size() != 4)) {
    scope.mistake("entries", "must hold [raw, standard] or [raw, standard, from, to]");
    return;
  }
  TableEntry entry;
  entry.raw = text_at(*parts, 0);
  entry.standard = text_at(*parts, 1);
  if (entry.raw.empty() || !is_standard_text(entry.standard)) {
    scope.mistake("entries", "raw must not be empty, standard must be writable in CP932");
  }
  if (!read_end(text_at(*parts, 2), entry.valid.from) ||
      !read_end(text_at(*parts, 3), entry.valid.to)) {
    scope.mistake("entries", "dates must look like \"2024-04-01\"");
  }
  const std::uint32_t earlier = out.exact.find(entry.raw);
  if (earlier != TextMap::kNone && contradicts(out.entries, earlier, entry)) {
    scope.mistake("entries", "\"" + entry.raw + "\" has two standards on the same day");
  }
  const auto index = static_cast<std::uint32_t>(out.entries.size());
  out.entries.push_back(std::move(entry));
  append_to_chain(out.entries, out.exact.insert(out.entries[index].raw, index), index,
                  &TableEntry::next_exact);
}

// Spellings that fold together but mean different things must stay exact.
void index_folded(ValueTable& table) {
  if (!table.fold) return;
  for (std::uint32_t i = 0; i < table.entries.size(); ++i) {
    const std::uint32_t first = table.folded.insert(folded(table.entries[i].raw), i);
    append_to_chain(table.entries, first, i, &TableEntry::next_folded);
  }
}

const TableEntry* find_in(const ValueTable& table, std::uint32_t at, Date day,
                          std::uint32_t TableEntry::*next) {
  for (; at != TextMap::kNone; at = table.entries[at].*next) {
    if (table.entries[at].valid.holds(day)) return &table.entries[at];
  }
  return nullptr;
}

}  // namespace

const TableEntry* ValueTable::find(std::string_view text, Date day) const {
  return find_in(*this, exact.find(text), day, &TableEntry::next_exact);
}

const TableEntry* ValueTable::find_folded(std::string_view folded_text, Date day) const {
  if (!fold) return nullptr;
  const TableEntry* found = find_in(*this, folded.find(folded_text), day, &TableEntry::next_folded);
  if (found == nullptr) return nullptr;
  // Two spellings that fold together and disagree: not ours to choose.
  for (std::uint32_t at = found->next_folded; at != TextMap::kNone; at = entries[at].next_folded) {
    const TableEntry& other = entries[at];
    if (other.valid.holds(day) && other.standard != found->standard) return nullptr;
  }
  return found;
}

Status read_value_tables(const toml::array* array, MapFile& out) {
  if (array == nullptr) return {};
  for (const toml::node& node : *array) {
    TomlScope scope(node.as_table(), "value_table[" + std::to_string(out.tables.size() + 1) + "]");
    ValueTable table;
    table.name = scope.text("name");
    table.fold = scope.flag_or("fold", true);
    const toml::array* entries = scope.array("entries");
    if (entries == nullptr) {
      scope.mistake("entries", "is required");
    } else {
      for (const toml::node& entry : *entries) read_entry(scope, entry, table);
    }
    for (const ValueTable& other : out.tables) {
      if (other.name == table.name) scope.mistake("name", "is used twice");
    }
    TRY_STATUS(scope.finish());
    index_folded(table);
    out.tables.push_back(std::move(table));
  }
  return {};
}

}  // namespace sekisho::converter
