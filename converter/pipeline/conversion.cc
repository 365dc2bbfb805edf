// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>

#include "converter/convert.h"
#include "converter/csv/fixed_width.h"
#include "converter/csv/record_reader.h"
#include "converter/csv/transcoding.h"
#include "converter/field/identifiers.h"
#include "converter/mapfile/header.h"
#include "converter/mapfile/header_change.h"
#include "converter/pipeline/conflicts.h"
#include "converter/pipeline/lane.h"
#include "converter/pipeline/waves.h"
#include "node/base/check.h"

namespace sekisho::converter {
namespace {

constexpr Date kLastDay{99991231};
// Quotes, commas and UTF-8 make records at most so much larger than the file they are made from.
constexpr std::uint64_t kMadeGrowthMax = 5;

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

// One conversion: the header; a first look over the source for persons that several records
// describe; then the conversion itself, chunk by chunk, put together in order.
class Conversion {
 public:
  Conversion(ByteSource& source, const MapFile& map, const Definition& definition,
             const Options& options, const Hasher& hasher, const Routes& routes)
      : file_(source),
        source_(&source),
        size_max_(options.file_size_max),
        map_(map),
        options_(options),
        hasher_(hasher),
        routes_(routes),
        definition_(definition),
        reporter_(options.messages_max),
        requirements_(map, definition, options.requirements),
        setting_{map,
                 definition,
                 options,
                 hasher,
                 routes,
                 requirements_,
                 repeats_,
                 map.encoding,
                 map.delimiter,
                 map.quote,
                 options.conversion_date.is_set() ? options.conversion_date : kLastDay},
        deliveries_(routes.count()),
        conflicts_(map, definition, repeats_) {}

  Result<Outcome> run();
  [[nodiscard]] const std::vector<Delivery>& deliveries() const { return deliveries_; }

 private:
  bool may_begin();
  void read_made(char delimiter, char quote);
  void set_encoding(Encoding encoding);
  Status choose_encoding();
  RecordReader open_reader();
  Status source_failed(const Error& error);
  bool skip(RecordReader& reader, std::size_t records);
  std::vector<std::vector<std::string>> header_records(RecordReader& reader);
  bool read_header(RecordReader& reader);
  bool check_header(const std::vector<std::vector<std::string>>& records);
  Result<bool> examine_header();
  void open_lanes();
  Status look_ahead();
  Status convert_chunks();
  Status take_look(const Chunk& chunk, const ChunkLook& look);
  Status take_result(const Chunk& chunk, ChunkResult& result);
  bool within_limits(const ChunkResult& result);
  Status write(const ChunkResult& result);
  Status write_heads();
  void warn_about_layout();
  void file_message(const MessageKind& kind, std::string_view column, std::string_view detail);
  void report_failure(const Chunk& chunk, const ChunkResult& result);
  Outcome outcome();

  ByteSource& file_;
  std::unique_ptr<ByteSource> made_;  // from the file, where its bytes are no records
  ByteSource* source_;                // what is read: file_ or made_
  std::uint64_t size_max_ = 0;
  const MapFile& map_;
  const Options& options_;
  const Hasher& hasher_;
  const Routes& routes_;
  const Definition& definition_;
  Reporter reporter_;
  Requirements requirements_;
  Repeats repeats_;
  LaneSetting setting_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::vector<std::uint64_t> records_behind_;  // by chunk: records up to its end
  std::vector<Delivery> deliveries_;
  std::vector<PersonMark> marks_;
  Conflicts conflicts_;
  std::uint64_t header_records_ = 0;
  std::uint64_t data_records_ = 0;
  std::uint64_t work_ = 0;
  std::uint64_t input_size_bytes_ = 0;
  std::uint64_t output_size_bytes_ = 0;
  bool stopped_ = false;
  bool too_large_ = false;
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

// Row, column and byte, as far as they are known.
void Conversion::report_failure(const Chunk& chunk, const ChunkResult& result) {
  const ReadFailure& failure = result.failure;
  const MessageKind& kind = kind_of(failure.kind);
  if (failure.kind == ReadFailure::Kind::kMark) {
    return file_message(kind, "", "(先頭のバイト順マークがありません)");
  }
  std::string detail = "(データ行 " + std::to_string(data_records_ + 1) + " 付近";
  if (failure.field > 0) detail += "、" + std::to_string(failure.field) + "列目";
  if (failure.kind == ReadFailure::Kind::kDecode) {
    const std::uint64_t offset = source_->origin(chunk.offset + failure.byte_offset);
    detail += "、先頭から " + std::to_string(offset) + " バイト目";
  }
  const bool named = failure.field > 0 && failure.field <= map_.columns.size();
  file_message(kind, named ? map_.column_name(failure.field - 1) : "", detail + ")");
}

bool Conversion::check_header(const std::vector<std::vector<std::string>>& records) {
  const HeaderRows found = normalise_header(map_.header_mode, records);
  if (hasher_(header_text(found)) == map_.header_digest) return true;
  std::string detail = "(列数 " + std::to_string(found.second.size()) + "、登録 " +
                       std::to_string(map_.column_count) + ")";
  if (map_.headers_declared) detail += describe_header_change(declared_header(map_), found);
  file_message(kinds::kHeaderHash, "", detail);
  return false;
}

void Conversion::read_made(char delimiter, char quote) {
  source_ = made_.get();
  setting_.encoding = Encoding::kUtf8;
  setting_.delimiter = delimiter;
  setting_.quote = quote;
  size_max_ = options_.file_size_max * kMadeGrowthMax;
}

// Fixed widths, documents and UTF-16 are read as records in UTF-8 that are made from them.
void Conversion::set_encoding(Encoding encoding) {
  made_.reset();
  source_ = &file_;
  setting_.encoding = encoding;
  size_max_ = options_.file_size_max;
  if (map_.layout == Layout::kHc08) {
    setting_.encoding = Encoding::kUtf8;
    setting_.delimiter = ',';
    setting_.quote = '"';
    size_max_ = options_.file_size_max * kMadeGrowthMax;
  } else if (map_.layout == Layout::kFixed) {
    made_ = std::make_unique<FixedWidthSource>(file_, map_);
    read_made(',', '"');
  } else if (encoding == Encoding::kUtf16Le || encoding == Encoding::kUtf16Be) {
    made_ = std::make_unique<TranscodingSource>(file_, encoding);
    read_made(map_.delimiter, map_.quote);
  }
}

RecordReader Conversion::open_reader() {
  return {*source_, setting_.encoding, setting_.delimiter, size_max_, 0, setting_.quote};
}

// Another encoding than the declared one counts only if the map allows it and the header proves it.
Status Conversion::choose_encoding() {
  set_encoding(map_.encoding);
  if (map_.encoding_fallback.empty()) return {};
  std::vector<Encoding> candidates = {map_.encoding};
  candidates.insert(candidates.end(), map_.encoding_fallback.begin(), map_.encoding_fallback.end());
  for (const Encoding candidate : candidates) {
    set_encoding(candidate);
    RecordReader reader = open_reader();
    const auto records = header_records(reader);
    if (reader.failure().kind == ReadFailure::Kind::kSource) return fail(reader.failure().error);
    TRY_STATUS(source_->rewind());
    const HeaderRows found = normalise_header(map_.header_mode, records);
    if (hasher_(header_text(found)) == map_.header_digest) return {};
  }
  set_encoding(map_.encoding);
  return {};
}

// An archive or document that is wrong inside is the sender's; anything else is this machine's.
Status Conversion::source_failed(const Error& error) {
  if (error.code != Code::kInvalidArgument) return fail(error);
  file_message(kinds::kArchive, "", "(" + error.context + ")");
  return {};
}

bool Conversion::skip(RecordReader& reader, std::size_t records) {
  while (records > 0 && reader.next()) --records;
  return records == 0;
}

std::vector<std::vector<std::string>> Conversion::header_records(RecordReader& reader) {
  std::vector<std::vector<std::string>> records;
  if (!skip(reader, map_.records_before_header)) return records;
  const std::size_t wanted = header_record_count(map_.header_mode);
  while (records.size() < wanted && reader.next()) {
    records.emplace_back();
    for (std::size_t i = 0; i < reader.field_count(); ++i)
      records.back().push_back(reader.value(i));
    const bool extra = map_.trailing_delimiter_ignored && !records.back().empty() &&
                       records.back().size() == map_.column_count + 1 &&
                       records.back().back().empty();
    if (extra) records.back().pop_back();
  }
  return records;
}

bool Conversion::read_header(RecordReader& reader) {
  const std::size_t wanted = header_record_count(map_.header_mode);
  const auto records = header_records(reader);
  if (reader.failure().kind != ReadFailure::Kind::kNone && records.size() < wanted) return false;
  if (wanted > 0 && records.empty()) {
    file_message(kinds::kEmpty, "", "");
    return false;
  }
  return wanted == 0 || check_header(records);
}

// True when the header is the registered one; the source is rewound.
Result<bool> Conversion::examine_header() {
  header_records_ = map_.records_before_header + header_record_count(map_.header_mode) +
                    map_.records_after_header;
  RecordReader reader = open_reader();
  const bool fits = read_header(reader);
  const ReadFailure& failure = reader.failure();
  if (failure.kind == ReadFailure::Kind::kSource) return fail(failure.error);
  TRY_STATUS(source_->rewind());
  if (fits || reporter_.counts().fatal > 0) return fits;
  ChunkResult broken;
  broken.failure = failure;
  report_failure(Chunk{}, broken);
  input_size_bytes_ = reader.input_size_bytes();
  return false;
}

void Conversion::open_lanes() {
  const std::size_t count = options_.workers == nullptr ? 1 : options_.workers->count();
  for (std::size_t i = 0; i < count; ++i) lanes_.push_back(std::make_unique<Lane>(setting_));
}

// Failures are left for the conversion to report.
Status Conversion::take_look(const Chunk&, const ChunkLook& look) {
  repeats_.add(look.marks);
  work_ += look.work;
  const std::uint64_t before = records_behind_.empty() ? 0 : records_behind_.back();
  records_behind_.push_back(before + look.marks.size());
  const bool enough = records_behind_.back() > options_.records_max + header_records_;
  stopped_ = look.failure.kind != ReadFailure::Kind::kNone || enough || work_ > options_.work_max;
  return {};
}

Status Conversion::look_ahead() {
  ChunkReader chunks(*source_, setting_.delimiter, setting_.quote, size_max_);
  Waves<ChunkLook> waves(chunks, options_);
  TRY_STATUS(waves.run(
      [&](const Chunk& chunk, std::size_t lane, ChunkLook& out) { lanes_[lane]->look(chunk, out); },
      [&](const Chunk& chunk, ChunkLook& look) { return take_look(chunk, look); },
      [&] { return stopped_; }));
  repeats_.settle(header_records_);
  too_large_ = chunks.too_large();
  stopped_ = false;
  return source_->rewind();
}

// Counts work, never time: every machine stops at the same chunk.
bool Conversion::within_limits(const ChunkResult& result) {
  work_ += result.work;
  std::uint64_t output_size_bytes = output_size_bytes_;
  for (const auto& delivery : result.deliveries) output_size_bytes += delivery.size_bytes;
  std::string_view bound;
  if (data_records_ > options_.records_max) bound = "(記録の数の上限)";
  if (work_ > options_.work_max) bound = "(処理量の上限)";
  if (output_size_bytes > options_.output_size_max) bound = "(標準CSVの大きさの上限)";
  if (!bound.empty()) file_message(kinds::kSize, "", bound);
  return bound.empty();
}

Status Conversion::write(const ChunkResult& result) {
  for (std::size_t i = 0; i < result.deliveries.size(); ++i) {
    const auto& delivery = result.deliveries[i];
    if (delivery.size_bytes == 0) continue;
    TRY_STATUS(routes_.sink(i).write(BytesView(delivery.bytes).substr(0, delivery.size_bytes)));
    deliveries_[i].persons += delivery.persons;
    deliveries_[i].size_bytes += delivery.size_bytes;
    output_size_bytes_ += delivery.size_bytes;
  }
  return {};
}

Status Conversion::take_result(const Chunk& chunk, ChunkResult& result) {
  const std::size_t message_base = reporter_.stored();
  const std::uint64_t rows = result.counts.rows_in;
  reporter_.merge(std::move(result.report), result.counts);
  conflicts_.take(std::move(result.conflicts), message_base, reporter_);
  data_records_ += rows;
  stopped_ = result.stopped || !within_limits(result);
  if (result.failure.kind != ReadFailure::Kind::kNone) report_failure(chunk, result);
  marks_.insert(marks_.end(), result.marks.begin(), result.marks.end());
  input_size_bytes_ = chunk.offset + chunk.size_bytes;
  if (options_.progress) options_.progress(data_records_, input_size_bytes_);
  return write(result);
}

Status Conversion::convert_chunks() {
  ChunkReader chunks(*source_, setting_.delimiter, setting_.quote, size_max_);
  Waves<ChunkResult> waves(chunks, options_);
  const auto work = [&](const Chunk& chunk, std::size_t lane, ChunkResult& out) {
    const std::uint64_t before = chunk.number == 0 ? 0 : records_behind_[chunk.number - 1];
    lanes_[lane]->convert(chunk, before, header_records_, out);
  };
  TRY_STATUS(waves.run(
      work, [&](const Chunk& chunk, ChunkResult& result) { return take_result(chunk, result); },
      [&] { return stopped_; }, records_behind_.size()));
  if (too_large_ && !stopped_) file_message(kinds::kSize, "", "(ファイルの大きさの上限)");
  if (data_records_ == 0 && reporter_.counts().fatal == 0) file_message(kinds::kEmpty, "", "");
  return {};
}

Status Conversion::write_heads() {
  RowWriter writer(definition_);
  writer.write_head();
  for (std::size_t i = 0; i < routes_.count(); ++i) {
    TRY_STATUS(routes_.sink(i).write(writer.bytes()));
    deliveries_[i].size_bytes += writer.bytes().size();
    output_size_bytes_ += writer.bytes().size();
  }
  return {};
}

// What no row can hold is said once, not for each person.
void Conversion::warn_about_layout() {
  for (const Requirement* rule : requirements_.beyond_layout()) {
    if (!reporter_.count(kinds::kRequiredAbsent)) continue;
    Message message;
    message.message_class = 'W';
    message.code = kinds::kRequiredAbsent.code;
    message.item = definition_.items[rule->clauses.front().front().item].name;
    message.reason = std::string(kinds::kRequiredAbsent.reason) + "(" + rule->title +
                     " この様式に列がありません)";
    message.action = "様式に列があるか、マップファイルの対応を確認してください。";
    reporter_.store(std::move(message));
  }
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
  if (out.delivered) out.marks = std::move(marks_);
  if (!out.delivered) deliveries_.assign(deliveries_.size(), Delivery{});
  return out;
}

bool Conversion::may_begin() {
  if (options_.conversion_date.is_set() && !map_.valid.holds(setting_.day)) {
    file_message(kinds::kMapExpired, "", "");
  }
  const bool known = !options_.input_digest.is_zero() && options_.history != nullptr;
  if (known && options_.history->has_file(options_.input_digest)) {
    file_message(kinds::kDuplicateFile, "", "");
  }
  return reporter_.counts().fatal == 0;
}

Result<Outcome> Conversion::run() {
  CHECK(map_.definition_digest == definition_.digest);
  if (!may_begin()) return outcome();
  TRY_STATUS(choose_encoding());
  const auto header_fits = examine_header();
  if (!header_fits) {
    TRY_STATUS(source_failed(header_fits.error()));
    return outcome();
  }
  if (!*header_fits) return outcome();
  open_lanes();
  warn_about_layout();
  TRY_STATUS(write_heads());
  if (const Status looked = look_ahead(); !looked) {
    TRY_STATUS(source_failed(looked.error()));
    return outcome();
  }
  TRY_STATUS(convert_chunks());
  return outcome();
}

Status check_receivers(const std::vector<Receiver>& receivers) {
  std::vector<std::string> numbers;
  for (const Receiver& receiver : receivers) {
    const std::string digits = fold_digits(receiver.insurer_number);
    if (digits.size() != 6 && digits.size() != 8) {
      return fail(Code::kInvalidArgument, "receiver \"" + receiver.insurer_number +
                                              "\": an insurer number has 6 or 8 digits");
    }
    numbers.push_back(eight_digits(digits));
  }
  std::sort(numbers.begin(), numbers.end());
  const auto twice = std::adjacent_find(numbers.begin(), numbers.end());
  if (receivers.empty() || twice != numbers.end()) {
    return fail(Code::kInvalidArgument,
                receivers.empty() ? "no receivers" : "receiver " + *twice + " is there twice");
  }
  return {};
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
  const Routes routes(sink);
  return Conversion(source, map, definition, options, hasher, routes).run();
}

Result<SplitOutcome> convert_split(ByteSource& source, const MapFile& map,
                                   const Definition& definition, const Options& options,
                                   const Hasher& hasher, const std::vector<Receiver>& receivers) {
  TRY_STATUS(check_receivers(receivers));
  if (definition.item_with(Role::kInsurerNumber) < 0) {
    return fail(Code::kInvalidArgument,
                "the catalog has no item with the role insurer_number to split by");
  }
  const Routes routes(receivers);
  Conversion conversion(source, map, definition, options, hasher, routes);
  SplitOutcome out;
  TRY(out.whole, conversion.run());
  out.deliveries = conversion.deliveries();
  return out;
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
