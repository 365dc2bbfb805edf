// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/pipeline/same_person.h"

#include <algorithm>
#include <array>

#include "converter/text/fold.h"
#include "converter/text/text_map.h"

namespace sekisho::converter {
namespace {

constexpr std::size_t kRememberedMax = 1'000;
constexpr std::uint64_t kContentSeed = 3;

constexpr std::array<Role, 9> kKeyRoles = {
    Role::kName,          Role::kKana,          Role::kBirthDate,
    Role::kSex,           Role::kExamDate,      Role::kInsurerNumber,
    Role::kInsuredSymbol, Role::kInsuredNumber, Role::kVoucherNumber};

std::uint32_t name_item(const Definition& definition) {
  return static_cast<std::uint32_t>(std::max(definition.item_with(Role::kName), 0));
}

}  // namespace

SamePerson::SamePerson(const MapFile& map, const Definition& definition)
    : definition_(definition), exam_date_column_(Slot::kNoColumn) {
  for (const std::uint32_t column : map.work_order) {
    const Role role = definition.items[static_cast<std::size_t>(map.columns[column].item)].role;
    if (role == Role::kExamDate) exam_date_column_ = column;
    if (std::find(kKeyRoles.begin(), kKeyRoles.end(), role) != kKeyRoles.end()) {
      key_columns_.push_back(column);
      fields_wanted_ = std::max<std::size_t>(fields_wanted_, column + 1);
    }
  }
}

// Spellings that differ in width or blanks are the same key. Without an examination date there is
// nothing to compare.
bool SamePerson::make_key(const RecordReader& reader) {
  if (exam_date_column_ >= reader.field_count() || reader.is_empty(exam_date_column_)) return false;
  key_.clear();
  for (const std::uint32_t column : key_columns_) {
    if (column < reader.field_count()) {
      fold(reader.raw(column), scratch_);
      for (const char c : scratch_) {
        if (c != ' ') key_.push_back(c);
      }
    }
    key_.push_back('\x1F');
  }
  return true;
}

SamePerson::Entry& SamePerson::find(std::uint64_t key, std::uint32_t more) {
  const std::size_t mask = entries_.size() - 1;
  std::size_t at = key & mask;
  while (entries_[at].record != 0 && (entries_[at].key != key || entries_[at].more != more)) {
    at = (at + 1) & mask;
  }
  return entries_[at];
}

void SamePerson::grow() {
  std::vector<Entry> old = std::move(entries_);
  entries_.assign(old.empty() ? 1024 : old.size() * 2, Entry{});
  for (const Entry& entry : old) {
    if (entry.record != 0) find(entry.key, entry.more) = entry;
  }
}

std::uint32_t SamePerson::repeats(std::uint32_t record) const {
  const auto found = repeated_.find(record);
  return found == repeated_.end() ? 0 : found->second;
}

void SamePerson::learn(const RecordReader& reader, std::uint32_t record) {
  const std::uint64_t content = hash_text(reader.text(), kContentSeed);
  if (const std::uint32_t earlier = contents_.add(reader.text(), content, record); earlier != 0) {
    repeated_.emplace(record, earlier);
    return;
  }
  if (!make_key(reader)) return;
  if ((count_ + 1) * 4 > entries_.size() * 3) grow();
  const std::uint64_t key = hash_text(key_, 1);
  const auto more = static_cast<std::uint32_t>(hash_text(key_, 2) >> 32);
  Entry& entry = find(key, more);
  if (entry.record == 0) {
    entry = {key, more, record};
    ++count_;
  } else {
    first_of_.emplace(entry.record, entry.record);
    first_of_.emplace(record, entry.record);
  }
}

void SamePerson::examine(Row& row) {
  const auto found = first_of_.find(static_cast<std::uint32_t>(row.row_number));
  if (found == first_of_.end()) return;
  report_conflict(
      row, row.map.policy.duplicate_person_hold ? kinds::kPersonAmbiguous : kinds::kDuplicatePerson,
      found->second);
}

void SamePerson::remember(Row& row, bool stored) {
  if (remembered_.size() >= kRememberedMax) return;
  Remembered kept;
  for (const std::uint32_t item : row.map.targets) {
    if (row.slot(item).original.empty()) continue;
    kept.originals.emplace_back(item, row.slot(item).original);
  }
  kept.stored = stored;
  kept.message = row.reporter.stored() - (stored ? 1 : 0);
  remembered_.emplace(static_cast<std::uint32_t>(row.row_number), std::move(kept));
}

// The column in which two records part is known only with the second; the first one's message is
// completed then.
void SamePerson::report_conflict(Row& row, const MessageKind& kind, std::uint32_t first) {
  const auto found = remembered_.find(first);
  if (found == remembered_.end()) {
    const std::size_t before = row.reporter.stored();
    row.report_item(kind, name_item(definition_));
    return remember(row, row.reporter.stored() > before);
  }
  std::uint32_t differing = name_item(definition_);
  std::string other;
  for (const auto& [item, original] : found->second.originals) {
    if (row.slot(item).original == original) continue;
    differing = item;
    other = original;
    break;
  }
  row.report_item(kind, differing, "(行 " + std::to_string(first) + " と異なる)");
  if (!found->second.stored) return;
  Message& earlier = row.reporter.message(found->second.message);
  earlier.column = row.map.column_name(row.column_of(differing));
  earlier.item = definition_.items[differing].name;
  earlier.raw_value = other;
  found->second.stored = false;
}

}  // namespace sekisho::converter
