// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/csv/fixed_width.h"

#include <algorithm>

#include "converter/text/decode.h"
#include "node/base/limits.h"

namespace sekisho::converter {
namespace {

constexpr std::size_t kChunkSize = 64 * limits::kKiB;
constexpr std::size_t kLineSizeMax = 5 * limits::kMiB;
constexpr char kBadByte = '\xFF';
constexpr char kCtrlZ = 0x1A;

}  // namespace

Status FixedWidthSource::rewind() {
  lines_.clear();
  made_.clear();
  at_ = made_at_ = 0;
  line_offset_ = bad_offset_ = 0;
  bad_ = source_ended_ = false;
  return source_.rewind();
}

std::uint64_t FixedWidthSource::origin(std::uint64_t offset) const {
  return bad_ ? bad_offset_ : offset;
}

// False at the end of the file. A line is there without its end, views lines_.
Result<bool> FixedWidthSource::next_line(BytesView& line) {
  while (true) {
    const std::size_t end = lines_.find_first_of("\r\n", at_);
    const bool too_long = lines_.size() - at_ > kLineSizeMax;
    if (end != std::string::npos || too_long || (source_ended_ && at_ < lines_.size())) {
      const std::size_t stop = std::min(end, lines_.size());
      line = BytesView(lines_).substr(at_, stop - at_);
      return true;
    }
    if (source_ended_) return false;
    lines_.erase(0, at_);
    at_ = 0;
    const std::size_t before = lines_.size();
    lines_.resize(before + kChunkSize);
    TRY(const std::size_t got, source_.read(lines_.data() + before, kChunkSize));
    lines_.resize(before + got);
    source_ended_ = got == 0;
    while (source_ended_ && !lines_.empty() && lines_.back() == kCtrlZ) lines_.pop_back();
  }
}

// The bytes as one quoted field; false when they are no text.
bool FixedWidthSource::add_field(BytesView field) {
  decoded_.resize(decoded_size_max(map_.encoding, field.size()));
  const DecodeStep step = decode(map_.encoding, field, true, decoded_.data());
  made_ += '"';
  for (std::size_t i = 0; i < step.written; ++i) {
    made_ += decoded_[i];
    if (decoded_[i] == '"') made_ += '"';
  }
  if (step.invalid) {
    bad_ = true;
    bad_offset_ = line_offset_ + static_cast<std::uint64_t>(field.data() - (lines_.data() + at_)) +
                  step.consumed;
    made_ += kBadByte;
    return false;
  }
  made_ += '"';
  return true;
}

void FixedWidthSource::cut(BytesView line) {
  if (line.empty()) return;
  std::size_t from = 0;
  for (const Column& column : map_.columns) {
    if (from >= line.size()) break;
    if (from > 0) made_ += ',';
    if (!add_field(line.substr(from, column.width))) return;
    from += column.width;
  }
  if (from < line.size()) {
    made_ += ',';
    if (!add_field(line.substr(from))) return;
  }
  made_ += '\n';
}

Result<std::size_t> FixedWidthSource::read(char* buffer, std::size_t size_bytes) {
  while (made_at_ == made_.size() && !bad_) {
    made_.clear();
    made_at_ = 0;
    BytesView line;
    TRY(const bool found, next_line(line));
    if (!found) return std::size_t{0};
    cut(line);
    const std::size_t used = std::min(line.size() + 1, lines_.size() - at_);
    at_ += used;
    line_offset_ += used;
  }
  const std::size_t size = std::min(size_bytes, made_.size() - made_at_);
  made_.copy(buffer, size, made_at_);
  made_at_ += size;
  return size;
}

}  // namespace sekisho::converter
