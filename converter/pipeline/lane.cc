// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/pipeline/lane.h"

#include <algorithm>
#include <array>
#include <limits>

#include "converter/pipeline/cell.h"
#include "converter/pipeline/companions.h"
#include "converter/pipeline/finish.h"
#include "converter/pipeline/jma.h"
#include "converter/rules/correlation.h"
#include "converter/text/fold.h"

namespace sekisho::converter {
namespace {

constexpr std::size_t kAnySize = std::numeric_limits<std::size_t>::max();
constexpr std::size_t kConflictsKeptMax = 1'000;

constexpr std::array<Role, 8> kPersonRoles = {
    Role::kName,          Role::kKana,          Role::kBirthDate,     Role::kSex,
    Role::kInsurerNumber, Role::kInsuredSymbol, Role::kInsuredNumber, Role::kExamDate};

bool is_excluded(const Column& rule, std::string_view value) {
  return std::find(rule.excluded.begin(), rule.excluded.end(), value) != rule.excluded.end();
}

std::uint32_t name_item(const Definition& definition) {
  return static_cast<std::uint32_t>(std::max(definition.item_with(Role::kName), 0));
}

}  // namespace

Result<std::size_t> ChunkSource::read(char* buffer, std::size_t size_bytes) {
  const std::size_t size = std::min(size_bytes, bytes_.size() - at_);
  bytes_.copy(buffer, size, at_);
  at_ += size;
  return size;
}

Status ChunkSource::rewind() {
  at_ = 0;
  return {};
}

Lane::Lane(const LaneSetting& setting)
    : setting_(setting),
      map_(setting.map),
      reader_(source_, setting.encoding, setting.delimiter, kAnySize, 0, setting.quote),
      look_reader_(source_, Encoding::kBytes, setting.delimiter, kAnySize,
                   RecordMarker(map_, setting.definition, setting.encoding).fields_wanted(),
                   setting.quote),
      marker_(map_, setting.definition, setting.encoding),
      reporter_(setting.options.messages_max),
      row_(map_, setting.definition, reporter_),
      writer_(setting.definition),
      plan_(plan_columns(map_, setting.definition)) {}

void Lane::look(const Chunk& chunk, ChunkLook& out) {
  out.marks.clear();
  out.work = 0;
  source_.set(chunk.view());
  look_reader_.restart(false);
  while (look_reader_.next()) {
    out.work += look_reader_.text().size() + 8 * look_reader_.field_count();
    out.marks.push_back(marker_.mark(look_reader_));
  }
  out.failure = look_reader_.failure();
}

bool Lane::is_field_count() const {
  const std::size_t count = reader_.field_count();
  const bool extra = map_.trailing_delimiter_ignored && count > 0 && reader_.is_empty(count - 1);
  if (map_.has_groups()) {
    return is_jma_field_count(count) || (extra && is_jma_field_count(count - 1));
  }
  return count == map_.column_count || (extra && count == map_.column_count + 1) ||
         (map_.short_rows_padded && count < map_.column_count);
}

bool Lane::accept_fields() {
  if (is_field_count()) return true;
  row_.report(kinds::kColumnCount, Slot::kNoColumn, {}, -1,
              "(" + std::to_string(reader_.field_count()) + "列)");
  return false;
}

// Outlives the record.
std::string_view Lane::field_value(std::size_t field) {
  if (field >= reader_.field_count()) return {};
  if (!reader_.has_doubled_quotes(field)) return reader_.raw(field);
  return row_.arena.keep(reader_.value(field));
}

bool Lane::holds(const Condition& condition) {
  const std::string_view value = strip(field_value(condition.column));
  const bool listed =
      std::find(condition.values.begin(), condition.values.end(), value) != condition.values.end();
  switch (condition.kind) {
    case Condition::Kind::kIn:
      return listed;
    case Condition::Kind::kNotIn:
      return !listed;
    case Condition::Kind::kFilled:
      return !value.empty();
    case Condition::Kind::kEmpty:
      return value.empty();
  }
  return false;
}

bool Lane::holds(const std::vector<std::vector<Condition>>& groups) {
  if (groups.empty()) return true;
  return std::any_of(groups.begin(), groups.end(), [&](const std::vector<Condition>& group) {
    return std::all_of(group.begin(), group.end(),
                       [&](const Condition& condition) { return holds(condition); });
  });
}

std::string_view Lane::text_beside(std::int32_t column) {
  return column < 0 ? std::string_view{} : strip(field_value(static_cast<std::size_t>(column)));
}

void Lane::convert_with_care(const Column& rule, std::uint32_t index) {
  if (!rule.when.empty() && !holds(rule.when)) return;
  if (!rule.excluded.empty() && is_excluded(rule, strip(field_value(index)))) return;
  const bool blank = index >= reader_.field_count() || reader_.is_empty(index);
  if (!rule.has_companions()) {
    if (blank) return;
    return convert_cell(row_,
                        {static_cast<std::uint32_t>(rule.item), index, field_value(index), &rule});
  }
  const Beside beside{text_beside(rule.method_column), text_beside(rule.unit_column),
                      text_beside(rule.qualifier_column)};
  convert_described_cell(
      row_, {static_cast<std::uint32_t>(rule.item), index, field_value(index), &rule}, beside);
}

void Lane::convert_columns() {
  const std::size_t fields = reader_.field_count();
  for (const PlannedColumn& plan : plan_) {
    if (plan.needs_care) {
      convert_with_care(map_.columns[plan.column], plan.column);
      continue;
    }
    if (plan.column >= fields || reader_.is_empty(plan.column)) continue;
    if (plan.takes_plain_numbers && take_plain_number(row_, plan, reader_.raw(plan.column))) {
      continue;
    }
    convert_cell(row_,
                 {plan.item, plan.column, field_value(plan.column), &map_.columns[plan.column]});
  }
}

void Lane::convert_groups() {
  values_.clear();
  for (std::size_t i = 0; i < reader_.field_count(); ++i) values_.push_back(field_value(i));
  convert_jma_groups(row_, values_);
}

void Lane::convert_fixed() {
  for (const Fixed& fixed : map_.fixed) {
    Slot& slot = row_.touch(static_cast<std::uint32_t>(fixed.item));
    if (slot.state != Slot::State::kBlank) continue;
    slot.state = Slot::State::kValue;
    slot.standard = fixed.value;
  }
}

// The message says only that there are others; which column parts them is added when all are known.
void Lane::examine_person(ChunkResult& out) {
  if (setting_.repeats.first_of(row_.row_number) == 0) return;
  const bool hold = map_.policy.duplicate_person_hold;
  const std::size_t before = reporter_.stored();
  row_.report_item(hold ? kinds::kPersonAmbiguous : kinds::kDuplicatePerson,
                   name_item(setting_.definition));
  if (out.conflicts.size() >= kConflictsKeptMax) return;
  Conflict& conflict = out.conflicts.emplace_back();
  conflict.record = row_.row_number;
  conflict.message = before;
  conflict.stored = reporter_.stored() > before;
  for (const std::uint32_t item : map_.targets) {
    const Slot& slot = row_.slot(item);
    if (slot.original.empty()) continue;
    conflict.originals.push_back({item, slot.column, std::string(slot.original)});
  }
}

// 22: the same person and day were delivered before, with other results.
void Lane::examine_history(ChunkResult& out) {
  const History* history = setting_.options.history;
  if (history == nullptr || row_.held) return;
  mark_text_.clear();
  for (const Role role : kPersonRoles) {
    const Slot* slot = row_.slot(role);
    if (slot != nullptr && slot->has_value()) mark_text_ += slot->standard;
    mark_text_ += '\x1F';
  }
  mark_.person = history->mark(mark_text_, setting_.hasher);
  mark_text_.clear();
  for (const std::uint32_t item : map_.targets) {
    const Slot& slot = row_.slot(item);
    if (slot.state == Slot::State::kBlank) continue;
    mark_text_ += setting_.definition.items[item].name;
    mark_text_ += '\x1F';
    mark_text_ += slot.standard;
    mark_text_ += '\x1E';
  }
  mark_.content = history->mark(mark_text_, setting_.hasher);
  out.marks.push_back(mark_);
  const Mark* earlier = history->content_of(mark_.person);
  if (earlier == nullptr) return;
  if (*earlier == mark_.content) {
    reporter_.count(kinds::kDeliveredBefore);
  } else if (setting_.definition.check_enabled(22)) {
    row_.report_item(correlation_kind(22, 'W'), name_item(setting_.definition));
  }
}

void Lane::write_record(std::size_t route, ChunkResult& out) {
  writer_.write_row(row_);
  ++reporter_.counts().persons_out;
  ChunkResult::Delivery& delivery = out.deliveries[route];
  ++delivery.persons;
  if (!setting_.routes.by_insurer()) return;
  delivery.bytes.resize(delivery.size_bytes);
  delivery.bytes += writer_.bytes();
  delivery.size_bytes = delivery.bytes.size();
  writer_.clear();
}

void Lane::finish_record(ChunkResult& out) {
  check_keys(row_);
  check_receiver(row_, setting_.options.receiver_insurer_number);
  const auto route = setting_.routes.find(row_);
  complete_presence(row_);
  check_correlation(row_);
  setting_.requirements.check(row_);
  examine_person(out);
  examine_history(out);
  check_output(row_);
  if (row_.held || !route) {
    ++reporter_.counts().persons_held;
    return;
  }
  if (setting_.routes.by_insurer()) reporter_.address(row_.first_message, *route + 1);
  write_record(*route, out);
}

void Lane::convert_record(ChunkResult& out) {
  if (const std::uint32_t earlier = setting_.repeats.repeats(row_.row_number); earlier != 0) {
    const std::string detail = "(行 " + std::to_string(earlier) + ")";
    ++reporter_.counts().rows_skipped;
    row_.report(map_.policy.duplicate_row_hold ? kinds::kDuplicateRowHeld : kinds::kDuplicateRow,
                Slot::kNoColumn, {}, -1, detail);
    return;
  }
  convert_columns();
  if (map_.has_groups()) convert_groups();
  convert_fixed();
  finish_record(out);
}

void Lane::convert_records(std::uint64_t records_before, std::uint64_t header_records,
                           ChunkResult& out) {
  while (reader_.next()) {
    ++out.records;
    const std::uint64_t record = records_before + out.records;
    if (record <= header_records) continue;
    ++reporter_.counts().rows_in;
    row_.begin(record - header_records, setting_.day);
    out.work += reader_.text().size() + 8 * reader_.field_count();
    if (!accept_fields()) {
      out.stopped = true;
      return;
    }
    convert_record(out);
  }
  out.failure = reader_.failure();
  out.stopped = out.failure.kind != ReadFailure::Kind::kNone;
}

// With one route the writer's whole buffer is handed over, and an old one taken for it.
void Lane::take_output(ChunkResult& out) {
  if (setting_.routes.by_insurer()) return;
  ChunkResult::Delivery& delivery = out.deliveries.front();
  delivery.size_bytes = writer_.bytes().size();
  writer_.swap_room(delivery.bytes);
}

void Lane::convert(const Chunk& chunk, std::uint64_t records_before, std::uint64_t header_records,
                   ChunkResult& out) {
  out.deliveries.resize(setting_.routes.count());
  for (ChunkResult::Delivery& delivery : out.deliveries) {
    delivery.size_bytes = 0;
    delivery.persons = 0;
  }
  out.conflicts.clear();
  out.marks.clear();
  out.failure = {};
  out.records = 0;
  out.work = 0;
  out.stopped = false;
  source_.set(chunk.view());
  reader_.restart(chunk.number == 0);
  convert_records(records_before, header_records, out);
  take_output(out);
  out.counts = reporter_.counts();
  out.report = reporter_.take_report();
}

}  // namespace sekisho::converter
