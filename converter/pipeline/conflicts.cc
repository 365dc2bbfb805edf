// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/pipeline/conflicts.h"

#include <algorithm>

namespace sekisho::converter {
namespace {

constexpr std::size_t kFirstsMax = 1'000;

std::string_view text_of(const Conflict& conflict, std::uint32_t item) {
  for (const Conflict::Original& original : conflict.originals) {
    if (original.item == item) return original.text;
  }
  return {};
}

}  // namespace

void Conflicts::describe(Message& message, const Conflict::Original& cell,
                         std::string_view text) const {
  message.column = cell.column == Slot::kNoColumn ? "" : map_.column_name(cell.column);
  message.item = map_.item_name(definition_, cell.item);
  message.raw_value = shortened(text);
}

void Conflicts::complete(First& first, const Conflict& second, Message* message,
                         Reporter& reporter) {
  const auto differs = [&](const Conflict::Original& cell) {
    return text_of(second, cell.item) != cell.text;
  };
  const auto& cells = first.conflict.originals;
  const auto found = std::find_if(cells.begin(), cells.end(), differs);
  if (message != nullptr) {
    message->reason += "(行 " + std::to_string(first.conflict.record) + " と異なる)";
    if (found != cells.end()) describe(*message, *found, text_of(second, found->item));
  }
  if (!first.open || found == cells.end()) return;
  describe(reporter.message(first.message), *found, found->text);
  first.open = false;
}

void Conflicts::take(std::vector<Conflict> conflicts, std::size_t message_base,
                     Reporter& reporter) {
  for (Conflict& conflict : conflicts) {
    const std::size_t place = message_base + conflict.message;
    const bool stored = conflict.stored && place < reporter.stored();
    const auto earlier = firsts_.find(repeats_.first_of(conflict.record));
    if (earlier != firsts_.end()) {
      complete(earlier->second, conflict, stored ? &reporter.message(place) : nullptr, reporter);
    } else if (firsts_.size() < kFirstsMax) {
      const std::uint64_t record = conflict.record;
      firsts_.emplace(record, First{std::move(conflict), place, stored});
    }
  }
}

}  // namespace sekisho::converter
