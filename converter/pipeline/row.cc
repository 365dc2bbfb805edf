// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/pipeline/row.h"

#include "converter/text/encode.h"

namespace sekisho::converter {
namespace {

constexpr std::size_t kRawValueMax = 1024;

}  // namespace

std::string_view shortened(std::string_view text) {
  if (text.size() <= kRawValueMax) return text;
  std::size_t size = kRawValueMax;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  return text.substr(0, size);
}

Row::Row(const MapFile& map_file, const Definition& catalog, Reporter& sink)
    : map(map_file),
      definition(catalog),
      reporter(sink),
      slots_(catalog.items.size()),
      column_of_(catalog.items.size(), Slot::kNoColumn) {
  for (const std::uint32_t column : map.work_order) {
    std::uint32_t& first = column_of_[static_cast<std::size_t>(map.columns[column].item)];
    if (first == Slot::kNoColumn || column < first) first = column;
  }
  for (const std::uint32_t item : map.targets) {
    if (definition.items[item].presence >= 0) with_presence.push_back(item);
    if (definition.items[item].sex != 0) with_sex.push_back(item);
    if (definition.items[item].pair >= 0) with_pair.push_back(item);
  }
}

void Row::begin(std::uint64_t number, Date conversion_date) {
  for (const std::uint32_t item : touched_) slots_[item] = Slot{};
  touched_.clear();
  arena.reset();
  row_number = number;
  exam_date = conversion_date;
  birth_date = {};
  sex = 0;
  held = false;
  first_message = reporter.stored();
}

Slot* Row::slot(Role role) {
  const std::int32_t item = definition.item_with(role);
  return item < 0 ? nullptr : &slots_[static_cast<std::size_t>(item)];
}

const Decimal* Row::number(Role role) {
  const Slot* found = slot(role);
  return found == nullptr ? nullptr : found->plain_number();
}

void Row::report(const MessageKind& kind, std::uint32_t column, std::string_view raw,
                 std::int32_t item, std::string_view detail) {
  if (kind.message_class == 'E') held = true;
  if (!reporter.count(kind)) return;
  Message message;
  message.message_class = kind.message_class;
  message.code = kind.code;
  message.row = row_number;
  if (column != Slot::kNoColumn) message.column = map.column_name(column);
  message.raw_value = shortened(raw);
  if (item >= 0) message.item = map.item_name(definition, static_cast<std::uint32_t>(item));
  message.reason = kind.reason;
  message.reason += detail;
  message.action = kind.action;
  reporter.store(std::move(message));
}

void Row::report_item(const MessageKind& kind, std::uint32_t item, std::string_view detail) {
  const Slot& about = slots_[item];
  const std::uint32_t column = about.column != Slot::kNoColumn ? about.column : column_of_[item];
  report(kind, column, about.original, static_cast<std::int32_t>(item), detail);
}

}  // namespace sekisho::converter
