// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/pipeline/same_person.h"

#include <algorithm>

namespace sekisho::converter {
namespace {

constexpr std::size_t kRememberedMax = 1'000;

std::string key_of(Row& row) {
  std::string key;
  for (const Role role : {Role::kName, Role::kKana, Role::kBirthDate, Role::kSex, Role::kExamDate,
                          Role::kInsurerNumber, Role::kInsuredSymbol, Role::kInsuredNumber,
                          Role::kVoucherNumber}) {
    if (const Slot* slot = row.slot(role); slot != nullptr) key += slot->standard;
    key += '\x1F';
  }
  return key;
}

std::uint32_t name_item(const Definition& definition) {
  return static_cast<std::uint32_t>(std::max(definition.item_with(Role::kName), 0));
}

}  // namespace

void SamePerson::begin_second_pass() {
  second_pass_ = true;
  seen_.clear();
}

void SamePerson::examine(Row& row) {
  const auto number = static_cast<std::uint32_t>(row.row_number);
  const std::uint32_t earlier = seen_.add(key_of(row), number);
  if (!row.map.policy.duplicate_person_hold) {
    if (earlier != 0) row.report_item(kinds::kDuplicatePerson, name_item(row.definition));
    return;
  }
  if (second_pass_) {
    if (conflicting_.contains(number)) hold(row, earlier);
  } else if (earlier != 0) {
    conflicting_.insert(earlier);
    conflicting_.insert(number);
  }
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

void SamePerson::hold(Row& row, std::uint32_t first) {
  const auto found = remembered_.find(first);
  if (found == remembered_.end()) {
    const std::size_t before = row.reporter.stored();
    row.report_item(kinds::kPersonAmbiguous, name_item(row.definition));
    return remember(row, row.reporter.stored() > before);
  }
  std::uint32_t differing = name_item(row.definition);
  std::string other;
  for (const auto& [item, original] : found->second.originals) {
    if (row.slot(item).original == original) continue;
    differing = item;
    other = original;
    break;
  }
  row.report_item(kinds::kPersonAmbiguous, differing,
                  "(行 " + std::to_string(first) + " と異なる)");
  if (!found->second.stored) return;
  Message& earlier = row.reporter.message(found->second.message);
  earlier.column = row.map.column_name(row.column_of(differing));
  earlier.item = row.definition.items[differing].name;
  earlier.raw_value = other;
  found->second.stored = false;
}

}  // namespace sekisho::converter
