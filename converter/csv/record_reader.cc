// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/csv/record_reader.h"

#include <cstring>

#include "converter/text/decode.h"
#include "node/base/limits.h"

namespace sekisho::converter {
namespace {

constexpr std::size_t kChunkSize = 256 * limits::kKiB;
constexpr std::size_t kRecordSizeMax = 4 * limits::kMiB;
constexpr std::size_t kFieldsMax = 20'000;
constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr char kCtrlZ = 0x1A;

bool is_line_end(char c) { return c == '\n' || c == '\r'; }

}  // namespace

std::string_view Field::value(std::string& scratch) const {
  if (!doubled_quotes) return raw();
  scratch.clear();
  for (std::uint32_t i = 0; i < size_bytes; ++i) {
    scratch.push_back(data[i]);
    if (data[i] == '"') ++i;
  }
  return scratch;
}

RecordReader::RecordReader(ByteSource& source, Encoding encoding, char delimiter,
                           std::uint64_t file_size_max)
    : source_(source), encoding_(encoding), delimiter_(delimiter), file_size_max_(file_size_max),
      chunk_(kChunkSize) {}

bool RecordReader::fail_with(ReadFailure::Kind kind) {
  failure_.kind = kind;
  return false;
}

bool RecordReader::next() {
  if (failure_.kind != ReadFailure::Kind::kNone && !text_ended_) return false;
  while (true) {
    while (at_ < text_.size() && is_line_end(text_[at_])) ++at_;
    const Scan result = at_ < text_.size() ? scan() : Scan::kMore;
    if (result == Scan::kRecord) return true;
    if (result == Scan::kBadQuote) return fail_with(ReadFailure::Kind::kQuote);
    if (result == Scan::kTooLong || text_.size() - at_ > kRecordSizeMax) {
      return fail_with(ReadFailure::Kind::kTooLong);
    }
    if (text_ended_) {
      // What is left before a bad byte is no record; behind a quote never closed neither.
      if (failure_.kind == ReadFailure::Kind::kNone && at_ < text_.size()) {
        failure_.kind = ReadFailure::Kind::kQuote;
      }
      at_ = text_.size();
      return false;
    }
    if (!refill()) return false;
  }
}

bool RecordReader::scan_plain(std::size_t& at) {
  const char* const text = text_.data();
  const std::size_t size = text_.size();
  while (at < size) {
    const char c = text[at];
    if (c == delimiter_ || is_line_end(c)) return true;
    ++at;
  }
  return text_ended_ && failure_.kind == ReadFailure::Kind::kNone;
}

bool RecordReader::scan_quoted(std::size_t& at, bool& doubled) {
  while (true) {
    const void* found = std::memchr(text_.data() + at, '"', text_.size() - at);
    if (found == nullptr) return false;
    at = static_cast<std::size_t>(static_cast<const char*>(found) - text_.data());
    if (at + 1 == text_.size() && !text_ended_) return false;
    if (at + 1 == text_.size() || text_[at + 1] != '"') return true;
    doubled = true;
    at += 2;
  }
}

RecordReader::Scan RecordReader::scan() {
  fields_.clear();
  std::size_t at = at_;
  while (true) {
    if (fields_.size() == kFieldsMax) return Scan::kTooLong;
    Field field;
    std::size_t begin = at;
    if (at < text_.size() && text_[at] == '"') {
      begin = ++at;
      if (!scan_quoted(at, field.doubled_quotes)) return Scan::kMore;
      field.size_bytes = static_cast<std::uint32_t>(at - begin);
      ++at;
    } else {
      if (!scan_plain(at)) return Scan::kMore;
      field.size_bytes = static_cast<std::uint32_t>(at - begin);
    }
    field.data = text_.data() + begin;
    fields_.push_back(field);
    const bool ended = at == text_.size();
    if (ended && (!text_ended_ || failure_.kind != ReadFailure::Kind::kNone)) return Scan::kMore;
    if (!ended && text_[at] == delimiter_) {
      ++at;
      continue;
    }
    if (!ended && !is_line_end(text_[at])) return Scan::kBadQuote;
    begin_ = at_;
    end_ = at;
    at_ = at;
    return Scan::kRecord;
  }
}

bool RecordReader::read_source() {
  auto got = source_.read(chunk_.data(), chunk_.size());
  if (!got) {
    failure_.error = std::move(got).error();
    return fail_with(ReadFailure::Kind::kSource);
  }
  source_ended_ = *got == 0;
  input_size_bytes_ += *got;
  if (input_size_bytes_ > file_size_max_) return fail_with(ReadFailure::Kind::kFileSize);
  pending_.append(chunk_.data(), *got);
  return true;
}

bool RecordReader::take_mark() {
  mark_checked_ = true;
  if (encoding_ == Encoding::kCp932) return true;
  if (pending_.starts_with(kUtf8Mark)) {
    pending_.erase(0, kUtf8Mark.size());
    decoded_size_bytes_ += kUtf8Mark.size();
    return true;
  }
  return encoding_ != Encoding::kUtf8Mark || fail_with(ReadFailure::Kind::kMark);
}

bool RecordReader::decode_pending() {
  const DecodeStep step = decode(encoding_, pending_, source_ended_, text_);
  decoded_size_bytes_ += step.consumed;
  pending_.erase(0, step.consumed);
  if (step.invalid) {
    failure_.kind = ReadFailure::Kind::kDecode;
    failure_.byte_offset = decoded_size_bytes_;
    text_ended_ = true;
  }
  return true;
}

void RecordReader::finish_input() {
  while (text_.size() > at_ && text_.back() == kCtrlZ) text_.pop_back();
  text_ended_ = true;
}

// Drops what was handed out, then adds a chunk. Records before a bad byte still come out.
bool RecordReader::refill() {
  text_.erase(0, at_);
  at_ = 0;
  while (!source_ended_ && (pending_.size() < kUtf8Mark.size() || mark_checked_)) {
    if (!read_source()) return false;
    if (mark_checked_) break;
  }
  if (!mark_checked_ && !take_mark()) return false;
  if (!decode_pending()) return false;
  if (source_ended_ && !text_ended_) finish_input();
  return true;
}

}  // namespace sekisho::converter
