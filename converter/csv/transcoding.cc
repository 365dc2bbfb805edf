// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/csv/transcoding.h"

#include <algorithm>

#include "converter/text/decode.h"
#include "node/base/limits.h"

namespace sekisho::converter {
namespace {

constexpr std::size_t kChunkSize = 64 * limits::kKiB;
constexpr char kBadByte = '\xFF';

}  // namespace

Status TranscodingSource::rewind() {
  pending_.clear();
  made_.clear();
  made_at_ = 0;
  consumed_ = bad_offset_ = 0;
  bad_ = source_ended_ = false;
  return source_.rewind();
}

Status TranscodingSource::fill() {
  const std::size_t before = pending_.size();
  pending_.resize(before + kChunkSize);
  TRY(const std::size_t got, source_.read(pending_.data() + before, kChunkSize));
  pending_.resize(before + got);
  source_ended_ = got == 0;
  made_.resize(decoded_size_max(encoding_, pending_.size()));
  const DecodeStep step = decode(encoding_, pending_, source_ended_, made_.data());
  made_.resize(step.written);
  made_at_ = 0;
  consumed_ += step.consumed;
  pending_.erase(0, step.consumed);
  if (step.invalid) {
    bad_ = true;
    bad_offset_ = consumed_;
    made_ += kBadByte;
  }
  return {};
}

Result<std::size_t> TranscodingSource::read(char* buffer, std::size_t size_bytes) {
  while (made_at_ == made_.size() && !bad_ && !source_ended_) TRY_STATUS(fill());
  const std::size_t size = std::min(size_bytes, made_.size() - made_at_);
  made_.copy(buffer, size, made_at_);
  made_at_ += size;
  return size;
}

}  // namespace sekisho::converter
