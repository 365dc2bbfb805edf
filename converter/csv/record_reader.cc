// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/csv/record_reader.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "converter/csv/marks.h"
#include "converter/text/decode.h"
#include "node/base/limits.h"

namespace sekisho::converter {
namespace {

constexpr std::size_t kChunkSize = 256 * limits::kKiB;
constexpr std::size_t kRecordSizeMax = 4 * limits::kMiB;
constexpr std::size_t kFieldsMax = 20'000;
constexpr std::size_t kMarkSizeMax = 3;
constexpr char kCtrlZ = 0x1A;

bool is_line_end(char c) { return c == '\n' || c == '\r'; }

std::string_view mark_of(Encoding encoding) {
  switch (encoding) {
    case Encoding::kUtf8:
    case Encoding::kUtf8Mark:
      return "\xEF\xBB\xBF";
    case Encoding::kUtf16Le:
      return "\xFF\xFE";
    case Encoding::kUtf16Be:
      return "\xFE\xFF";
    case Encoding::kCp932:
    case Encoding::kEucJp:
    case Encoding::kBytes:
      return {};
  }
  return {};
}

}  // namespace

std::string undouble_quotes(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    out.push_back(text[i]);
    if (text[i] == '"') ++i;
  }
  return out;
}

RecordReader::RecordReader(ByteSource& source, Encoding encoding, char delimiter,
                           std::uint64_t file_size_max, std::size_t fields_wanted, char quote)
    : source_(source),
      encoding_(encoding),
      delimiter_(delimiter),
      quote_(quote),
      file_size_max_(file_size_max),
      fields_wanted_(fields_wanted),
      fields_(fields_wanted > 0 ? fields_wanted + 1 : 256) {}

void RecordReader::restart(bool at_file_start) {
  text_size_ = pending_size_ = 0;
  field_count_ = 0;
  at_ = begin_ = end_ = 0;
  input_size_bytes_ = decoded_size_bytes_ = record_count_ = 0;
  mark_checked_ = !at_file_start;
  source_ended_ = text_ended_ = false;
  failure_ = {};
}

std::string RecordReader::value(std::size_t field) const {
  return has_doubled_quotes(field) ? undouble_quotes(raw(field)) : std::string(raw(field));
}

bool RecordReader::fail_with(ReadFailure::Kind kind) {
  failure_.kind = kind;
  return false;
}

bool RecordReader::next() {
  if (failure_.kind != ReadFailure::Kind::kNone && !text_ended_) return false;
  while (true) {
    while (at_ < text_size_ && is_line_end(text_[at_])) ++at_;
    const Scan result = at_ < text_size_ ? scan() : Scan::kMore;
    if (result == Scan::kRecord) {
      ++record_count_;
      return true;
    }
    if (result == Scan::kBadQuote) {
      locate_failure();
      return fail_with(ReadFailure::Kind::kQuote);
    }
    if (result == Scan::kTooLong || text_size_ - at_ > kRecordSizeMax) {
      failure_.record = record_count_ + 1;
      return fail_with(ReadFailure::Kind::kTooLong);
    }
    if (text_ended_) {
      // What is left before a bad byte is no record; behind a quote never closed neither.
      if (failure_.kind == ReadFailure::Kind::kNone && at_ < text_size_) {
        failure_.kind = ReadFailure::Kind::kQuote;
      }
      if (failure_.kind != ReadFailure::Kind::kNone) locate_failure();
      at_ = text_size_;
      return false;
    }
    if (!refill()) return false;
  }
}

// Counts the fields of what is left of the record, up to the first quote that is out of place.
void RecordReader::locate_failure() {
  failure_.record = record_count_ + 1;
  failure_.field = 1;
  bool quoted = false;
  bool at_start = true;
  for (std::size_t i = at_; i < text_size_; ++i) {
    const char c = text_[i];
    if (quoted) {
      if (c != quote_) continue;
      if (i + 1 < text_size_ && text_[i + 1] == quote_) {
        ++i;
        continue;
      }
      quoted = false;
      if (i + 1 < text_size_ && text_[i + 1] != delimiter_) return;
    } else if (c == quote_ && at_start) {
      quoted = true;
    } else if (c == delimiter_) {
      ++failure_.field;
      at_start = true;
      continue;
    }
    at_start = false;
  }
}

bool RecordReader::scan_quoted(std::size_t& at, bool& doubled) const {
  while (true) {
    const void* found = std::memchr(text_.data() + at, quote_, text_size_ - at);
    if (found == nullptr) return false;
    at = static_cast<std::size_t>(static_cast<const char*>(found) - text_.data());
    if (at + 1 == text_size_ && !text_ended_) return false;
    if (at + 1 == text_size_ || text_[at + 1] != quote_) return true;
    doubled = true;
    at += 2;
  }
}

// The end of the text ends a record only when nothing more can come and nothing bad did.
bool RecordReader::is_complete_end() const {
  return text_ended_ && failure_.kind == ReadFailure::Kind::kNone;
}

// True and `at` at the end of the record when no quote stands before it.
bool RecordReader::skip_to_line_end(std::size_t& at) const {
  for (std::size_t block = at; block < text_size_; block += kMarkBlockSize) {
    const std::size_t left = text_size_ - block;
    const std::uint64_t marks = left >= kMarkBlockSize
                                    ? marks_of_block(text_.data() + block, quote_)
                                    : marks_of_bytes(text_.data() + block, left, quote_);
    if (marks == 0) continue;
    const std::size_t end = block + static_cast<std::size_t>(std::countr_zero(marks));
    if (text_[end] == quote_) return false;
    at = end;
    return true;
  }
  return false;
}

// The hot loop of reading: unquoted fields, block by block, until one needs a closer look.
RecordReader::Run RecordReader::scan_plain(std::size_t at, Field* field, const Field* limit) const {
  const char* const text = text_.data();
  const char delimiter = delimiter_;
  const char quote = quote_;
  for (std::size_t block = at; block < text_size_; block += kMarkBlockSize) {
    const std::size_t left = text_size_ - block;
    std::uint64_t marks = left >= kMarkBlockSize ? marks_of_block(text + block, delimiter)
                                                 : marks_of_bytes(text + block, left, delimiter);
    while (marks != 0) {
      const std::size_t end = block + static_cast<std::size_t>(std::countr_zero(marks));
      marks &= marks - 1;
      field->begin = static_cast<std::uint32_t>(at);
      field->size_and_flag = static_cast<std::uint32_t>(end - at) * 2;
      ++field;
      if (text[end] != delimiter) return {end, field, Stop::kLineEnd};
      at = end + 1;
      if (field == limit || text[at] == quote) return {at, field, Stop::kLook};
    }
  }
  return {at, field, Stop::kTextEnd};
}

RecordReader::Scan RecordReader::scan() {
  Run run{at_, fields_.data(), Stop::kLook};
  bool may_skip = fields_wanted_ > 0;
  while (run.stop != Stop::kLineEnd) {
    if (run.field == fields_.data() + fields_.size()) {
      if (may_skip && skip_to_line_end(run.at)) break;
      may_skip = false;
      if (!make_room(run.field)) return Scan::kTooLong;
    }
    if (text_[run.at] == quote_ && run.at < text_size_) {
      const Scan result = scan_quoted_field(run);
      if (result != Scan::kRecord) return result;
      continue;
    }
    run = scan_plain(run.at, run.field, fields_.data() + fields_.size());
    if (run.stop != Stop::kTextEnd) continue;
    if (!is_complete_end()) return Scan::kMore;
    *run.field++ = {static_cast<std::uint32_t>(run.at),
                    static_cast<std::uint32_t>(text_size_ - run.at) * 2};
    run = {text_size_, run.field, Stop::kLineEnd};
  }
  field_count_ = static_cast<std::size_t>(run.field - fields_.data());
  begin_ = at_;
  end_ = run.at;
  at_ = run.at;
  return Scan::kRecord;
}

// `run.at` is at the opening quote; it moves behind the closing one, and behind the delimiter
// there.
RecordReader::Scan RecordReader::scan_quoted_field(Run& run) const {
  bool doubled = false;
  std::size_t end = run.at + 1;
  if (!scan_quoted(end, doubled)) return Scan::kMore;
  *run.field++ = {static_cast<std::uint32_t>(run.at + 1),
                  static_cast<std::uint32_t>(end - run.at - 1) * 2 + (doubled ? 1 : 0)};
  run.at = end + 1;
  if (run.at == text_size_) {
    run.stop = Stop::kLineEnd;
    return is_complete_end() ? Scan::kRecord : Scan::kMore;
  }
  if (is_line_end(text_[run.at])) {
    run.stop = Stop::kLineEnd;
    return Scan::kRecord;
  }
  if (text_[run.at] != delimiter_) return Scan::kBadQuote;
  ++run.at;
  return Scan::kRecord;
}

// Where nobody wants more fields, one place takes all further ones.
bool RecordReader::make_room(Field*& field) {
  if (fields_wanted_ > 0) {
    --field;
    return true;
  }
  const std::size_t count = fields_.size();
  if (count >= kFieldsMax) return false;
  fields_.resize(std::min(count * 2, kFieldsMax));
  field = fields_.data() + count;
  return true;
}

bool RecordReader::read_source() {
  if (pending_.size() < pending_size_ + kChunkSize) pending_.resize(pending_size_ + kChunkSize);
  auto got = source_.read(pending_.data() + pending_size_, kChunkSize);
  if (!got) {
    failure_.error = std::move(got).error();
    return fail_with(ReadFailure::Kind::kSource);
  }
  source_ended_ = *got == 0;
  input_size_bytes_ += *got;
  pending_size_ += *got;
  return input_size_bytes_ <= file_size_max_ || fail_with(ReadFailure::Kind::kFileSize);
}

bool RecordReader::take_mark() {
  mark_checked_ = true;
  const std::string_view mark = mark_of(encoding_);
  if (!mark.empty() && std::string_view(pending_.data(), pending_size_).starts_with(mark)) {
    pending_.erase(0, mark.size());
    pending_size_ -= mark.size();
    decoded_size_bytes_ += mark.size();
    return true;
  }
  return encoding_ != Encoding::kUtf8Mark || fail_with(ReadFailure::Kind::kMark);
}

void RecordReader::decode_pending() {
  const std::size_t room = decoded_size_max(encoding_, pending_size_);
  if (text_.size() < text_size_ + room) text_.resize(text_size_ + room);
  const DecodeStep step =
      decode(encoding_, {pending_.data(), pending_size_}, source_ended_, text_.data() + text_size_);
  text_size_ += step.written;
  text_[text_size_] = '\0';  // scanning looks one byte ahead
  decoded_size_bytes_ += step.consumed;
  pending_size_ -= step.consumed;
  std::memmove(pending_.data(), pending_.data() + step.consumed, pending_size_);
  if (step.invalid) {
    failure_.kind = ReadFailure::Kind::kDecode;
    failure_.byte_offset = decoded_size_bytes_;
    text_ended_ = true;
  }
}

void RecordReader::finish_input() {
  while (text_size_ > at_ && text_[text_size_ - 1] == kCtrlZ) --text_size_;
  text_[text_size_] = '\0';
  text_ended_ = true;
}

// Drops what was handed out, then adds a chunk. Records before a bad byte still come out.
bool RecordReader::refill() {
  text_size_ -= at_;
  std::memmove(text_.data(), text_.data() + at_, text_size_);
  at_ = 0;
  while (!source_ended_ && (pending_size_ < kMarkSizeMax || mark_checked_)) {
    if (!read_source()) return false;
    if (mark_checked_) break;
  }
  if (!mark_checked_ && !take_mark()) return false;
  decode_pending();
  if (source_ended_ && !text_ended_) finish_input();
  return true;
}

}  // namespace sekisho::converter
