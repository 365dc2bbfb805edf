// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "converter/convert.h"
#include "converter/csv/record_reader.h"
#include "converter/mapfile/header.h"
#include "converter/pipeline/cell.h"
#include "converter/pipeline/finish.h"
#include "converter/pipeline/jma.h"
#include "converter/pipeline/row.h"
#include "converter/pipeline/row_writer.h"
#include "converter/pipeline/same_person.h"
#include "converter/rules/correlation.h"
#include "converter/text/fold.h"
#include "node/base/check.h"

namespace sekisho::converter {
namespace {

constexpr std::size_t kOutputChunkSize = 256 * limits::kKiB;
constexpr Date kLastDay{99991231};

const MessageKind& kind_of(ReadFailure::Kind kind) {
  switch (kind) {
    case ReadFailure::Kind::kQuote:
      return kinds::kQuote;
    case ReadFailure::Kind::kTooLong:
    case ReadFailure::Kind::kFileSize:
      return kinds::kSize;
    default:
      return kinds::kDecode;
  }
}

// One conversion: a first look over the source for persons that several records describe, then the
// conversion itself.
class Conversion {
 public:
  Conversion(ByteSource& source, const MapFile& map, const Definition& definition,
             const Options& options, const Hasher& hasher, OutputSink& sink)
      : source_(source),
        map_(map),
        definition_(definition),
        options_(options),
        hasher_(hasher),
        sink_(sink),
        reporter_(options.messages_max),
        row_(map, definition, reporter_),
        writer_(definition),
        day_(options.conversion_date.is_set() ? options.conversion_date : kLastDay),
        same_person_(map, definition) {}

  Result<Outcome> run();

 private:
  Status look_ahead();
  Status pass();
  bool read_header(RecordReader& reader);
  bool check_header(const std::vector<std::vector<std::string>>& records);
  Status convert_records(RecordReader& reader);
  bool accept_fields(const RecordReader& reader);
  [[nodiscard]] bool is_field_count(const RecordReader& reader) const;
  std::string_view field_value(const RecordReader& reader, std::size_t field);
  void convert_record(const RecordReader& reader);
  void convert_columns(const RecordReader& reader);
  void convert_groups(const RecordReader& reader);
  void convert_fixed();
  bool holds(const RecordReader& reader, const std::vector<std::vector<Condition>>& groups);
  bool holds(const RecordReader& reader, const Condition& condition);
  void finish_record();
  Status flush(std::size_t size_min);
  void file_message(const MessageKind& kind, std::string_view column, std::string_view detail);
  void report_failure(const ReadFailure& failure);
  Outcome outcome();

  ByteSource& source_;
  const MapFile& map_;
  const Definition& definition_;
  const Options& options_;
  const Hasher& hasher_;
  OutputSink& sink_;
  Reporter reporter_;
  Row row_;
  RowWriter writer_;
  Date day_;
  SamePerson same_person_;
  std::vector<std::string_view> values_;  // of the record at hand, layout jma
  std::uint64_t record_number_ = 0;
  std::uint64_t input_size_bytes_ = 0;
  std::uint64_t output_size_bytes_ = 0;
};

void Conversion::file_message(const MessageKind& kind, std::string_view column,
                              std::string_view detail) {
  if (!reporter_.count(kind)) return;
  Message message;
  message.message_class = kind.message_class;
  message.code = kind.code;
  message.column = column;
  message.reason = kind.reason;
  message.reason += detail;
  message.action = kind.action;
  reporter_.store(std::move(message));
}

void Conversion::report_failure(const ReadFailure& failure) {
  const MessageKind& kind = kind_of(failure.kind);
  if (failure.kind == ReadFailure::Kind::kMark) {
    return file_message(kind, "", "(先頭のバイト順マークがありません)");
  }
  std::string detail = "(データ行 " + std::to_string(record_number_ + 1) + " 付近";
  if (failure.kind == ReadFailure::Kind::kDecode) {
    detail += "、先頭から " + std::to_string(failure.byte_offset) + " バイト目";
  }
  file_message(kind, "", detail + ")");
}

bool Conversion::check_header(const std::vector<std::vector<std::string>>& records) {
  const HeaderRows found = normalise_header(map_.header_mode, records);
  if (hasher_(header_text(found)) == map_.header_digest) return true;
  std::string detail = "(列数 " + std::to_string(found.second.size()) + "、登録 " +
                       std::to_string(map_.column_count) + ")";
  if (map_.headers_declared) {
    const HeaderRows declared = declared_header(map_);
    const std::size_t columns = std::min(found.second.size(), declared.second.size());
    std::size_t shown = 0;
    for (std::size_t i = 0; i < columns && shown < 5; ++i) {
      if (found.first[i] == declared.first[i] && found.second[i] == declared.second[i]) continue;
      detail += " 列" + std::to_string(i + 1) + ": 「" + declared.first[i] + " " +
                declared.second[i] + "」→「" + found.first[i] + " " + found.second[i] + "」";
      ++shown;
    }
  }
  file_message(kinds::kHeaderHash, "", detail);
  return false;
}

bool Conversion::read_header(RecordReader& reader) {
  const std::size_t wanted = header_record_count(map_.header_mode);
  std::vector<std::vector<std::string>> records;
  while (records.size() < wanted && reader.next()) {
    records.emplace_back();
    for (std::size_t i = 0; i < reader.field_count(); ++i)
      records.back().push_back(reader.value(i));
    const bool extra = map_.trailing_delimiter_ignored && !records.back().empty() &&
                       records.back().size() == map_.column_count + 1 &&
                       records.back().back().empty();
    if (extra) records.back().pop_back();
  }
  if (reader.failure().kind != ReadFailure::Kind::kNone && records.size() < wanted) return false;
  if (wanted > 0 && records.empty()) {
    file_message(kinds::kEmpty, "", "");
    return false;
  }
  return wanted == 0 || check_header(records);
}

bool Conversion::is_field_count(const RecordReader& reader) const {
  const std::size_t count = reader.field_count();
  const bool extra = map_.trailing_delimiter_ignored && count > 0 && reader.is_empty(count - 1);
  if (map_.layout == Layout::kJma) {
    return is_jma_field_count(count) || (extra && is_jma_field_count(count - 1));
  }
  return count == map_.column_count || (extra && count == map_.column_count + 1) ||
         (map_.short_rows_padded && count < map_.column_count);
}

bool Conversion::accept_fields(const RecordReader& reader) {
  if (is_field_count(reader)) return true;
  row_.report(kinds::kColumnCount, Slot::kNoColumn, {}, -1,
              "(" + std::to_string(reader.field_count()) + "列)");
  return false;
}

// Outlives the record.
std::string_view Conversion::field_value(const RecordReader& reader, std::size_t field) {
  if (field >= reader.field_count()) return {};
  if (!reader.has_doubled_quotes(field)) return reader.raw(field);
  return row_.arena.keep(reader.value(field));
}

bool Conversion::holds(const RecordReader& reader, const Condition& condition) {
  const std::string_view value = strip(field_value(reader, condition.column));
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

bool Conversion::holds(const RecordReader& reader,
                       const std::vector<std::vector<Condition>>& groups) {
  if (groups.empty()) return true;
  return std::any_of(groups.begin(), groups.end(), [&](const std::vector<Condition>& group) {
    return std::all_of(group.begin(), group.end(),
                       [&](const Condition& condition) { return holds(reader, condition); });
  });
}

void Conversion::convert_columns(const RecordReader& reader) {
  for (const std::uint32_t index : map_.work_order) {
    if (index >= reader.field_count() || reader.is_empty(index)) continue;
    const Column& rule = map_.columns[index];
    if (!rule.when.empty() && !holds(reader, rule.when)) continue;
    const std::string_view value = field_value(reader, index);
    convert_cell(row_, {static_cast<std::uint32_t>(rule.item), index, value, &rule});
  }
}

void Conversion::convert_groups(const RecordReader& reader) {
  values_.clear();
  for (std::size_t i = 0; i < reader.field_count(); ++i) values_.push_back(field_value(reader, i));
  convert_jma_groups(row_, values_);
}

void Conversion::convert_fixed() {
  for (const Fixed& fixed : map_.fixed) {
    Slot& slot = row_.touch(static_cast<std::uint32_t>(fixed.item));
    if (slot.state != Slot::State::kBlank) continue;
    slot.state = Slot::State::kValue;
    slot.standard = fixed.value;
  }
}

void Conversion::finish_record() {
  Counts& counts = reporter_.counts();
  check_keys(row_);
  check_receiver(row_, options_.receiver_insurer_number);
  complete_presence(row_);
  check_correlation(row_);
  same_person_.examine(row_);
  check_output(row_);
  if (row_.held) {
    ++counts.persons_held;
    return;
  }
  writer_.write_row(row_);
  ++counts.persons_out;
}

void Conversion::convert_record(const RecordReader& reader) {
  const std::uint32_t earlier = same_person_.repeats(static_cast<std::uint32_t>(record_number_));
  if (earlier != 0) {
    const std::string detail = "(行 " + std::to_string(earlier) + ")";
    ++reporter_.counts().rows_skipped;
    row_.report(map_.policy.duplicate_row_hold ? kinds::kDuplicateRowHeld : kinds::kDuplicateRow,
                Slot::kNoColumn, {}, -1, detail);
    return;
  }
  convert_columns(reader);
  if (map_.layout == Layout::kJma) convert_groups(reader);
  convert_fixed();
  finish_record();
}

Status Conversion::flush(std::size_t size_min) {
  if (writer_.bytes().size() < size_min) return {};
  output_size_bytes_ += writer_.bytes().size();
  TRY_STATUS(sink_.write(writer_.bytes()));
  writer_.clear();
  return {};
}

Status Conversion::convert_records(RecordReader& reader) {
  while (reader.next()) {
    ++record_number_;
    ++reporter_.counts().rows_in;
    row_.begin(record_number_, day_);
    if (!accept_fields(reader)) return {};
    convert_record(reader);
    TRY_STATUS(flush(kOutputChunkSize));
    if (options_.progress && record_number_ % 1000 == 0) {
      options_.progress(record_number_, reader.input_size_bytes());
    }
  }
  return {};
}

Status Conversion::pass() {
  RecordReader reader(source_, map_.encoding, map_.delimiter, options_.file_size_max);
  writer_.write_head();
  const bool header_fits = read_header(reader);
  if (header_fits) {
    TRY_STATUS(convert_records(reader));
  }
  input_size_bytes_ = reader.input_size_bytes();
  const ReadFailure& failure = reader.failure();
  if (failure.kind == ReadFailure::Kind::kSource) return fail(failure.error);
  if (failure.kind != ReadFailure::Kind::kNone) {
    report_failure(failure);
  } else if (header_fits && record_number_ == 0) {
    file_message(kinds::kEmpty, "", "");
  }
  return flush(0);
}

// Errors of the file are left for the conversion to report.
Status Conversion::look_ahead() {
  RecordReader reader(source_, map_.encoding, map_.delimiter, options_.file_size_max,
                      same_person_.fields_wanted());
  std::size_t header = header_record_count(map_.header_mode);
  while (header > 0 && reader.next()) --header;
  for (std::uint32_t record = 1; reader.next(); ++record) {
    same_person_.learn(reader, record);
  }
  if (reader.failure().kind == ReadFailure::Kind::kSource) return fail(reader.failure().error);
  return source_.rewind();
}

Outcome Conversion::outcome() {
  Outcome out;
  out.counts = reporter_.counts();
  const bool whole = out.counts.errors == 0;
  out.delivered =
      out.counts.fatal == 0 && (whole || options_.allow_partial) && out.counts.persons_out > 0;
  out.report = reporter_.take_report();
  out.input_size_bytes = input_size_bytes_;
  out.output_size_bytes = out.delivered ? output_size_bytes_ : 0;
  return out;
}

Result<Outcome> Conversion::run() {
  CHECK(map_.definition_digest == definition_.digest);
  if (options_.conversion_date.is_set() && !map_.valid.holds(day_)) {
    file_message(kinds::kMapExpired, "", "");
    return outcome();
  }
  TRY_STATUS(look_ahead());
  TRY_STATUS(pass());
  return outcome();
}

}  // namespace

Result<std::size_t> MemorySource::read(char* buffer, std::size_t size_bytes) {
  const std::size_t size = std::min(size_bytes, bytes_.size() - at_);
  bytes_.copy(buffer, size, at_);
  at_ += size;
  return size;
}

Status MemorySource::rewind() {
  at_ = 0;
  return {};
}

Status MemorySink::write(BytesView more) {
  bytes += more;
  return {};
}

Result<Outcome> convert(ByteSource& source, const MapFile& map, const Definition& definition,
                        const Options& options, const Hasher& hasher, OutputSink& sink) {
  Conversion conversion(source, map, definition, options, hasher, sink);
  return conversion.run();
}

Converted convert_bytes(BytesView file, const MapFile& map, const Definition& definition,
                        const Options& options, const Hasher& hasher) {
  MemorySource source(file);
  MemorySink sink;
  auto outcome = convert(source, map, definition, options, hasher, sink);
  CHECK(outcome.has_value());
  Converted out{std::move(*outcome), {}};
  if (out.outcome.delivered) out.output = std::move(sink.bytes);
  return out;
}

}  // namespace sekisho::converter
