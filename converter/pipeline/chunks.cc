// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/pipeline/chunks.h"

#include <algorithm>
#include <cstring>

#include "node/base/limits.h"

namespace sekisho::converter {
namespace {

constexpr std::size_t kReadSize = 256 * limits::kKiB;
constexpr std::size_t kOpenChunkMax = 16 * limits::kMiB;

std::size_t find_from(BytesView text, char wanted, std::size_t from) {
  return text.find(wanted, from);
}

// Behind the last line end of the part, or 0.
std::size_t behind_last_line(BytesView text, std::size_t begin, std::size_t end) {
  const BytesView part = text.substr(begin, end - begin);
  const std::size_t feed = part.rfind('\n');
  const std::size_t carriage = part.substr(feed == BytesView::npos ? 0 : feed + 1).rfind('\r');
  if (carriage != BytesView::npos) {
    return begin + (feed == BytesView::npos ? 0 : feed + 1) + carriage + 1;
  }
  return feed == BytesView::npos ? 0 : begin + feed + 1;
}

}  // namespace

ChunkReader::ChunkReader(ByteSource& source, char delimiter, char quote,
                         std::uint64_t file_size_max)
    : source_(source), delimiter_(delimiter), quote_(quote), file_size_max_(file_size_max) {}

std::size_t ChunkReader::last_record_end(BytesView text) const {
  std::size_t end = 0;
  std::size_t plain = 0;  // start of the part outside of quotes
  const auto close_part = [&](std::size_t at) {
    end = std::max(end, behind_last_line(text, plain, at));
  };
  std::size_t quote = find_from(text, quote_, 0);
  while (quote != BytesView::npos) {
    const char before = quote == 0 ? '\n' : text[quote - 1];
    if (before != delimiter_ && before != '\n' && before != '\r') {
      quote = find_from(text, quote_, quote + 1);
      continue;
    }
    close_part(quote);
    std::size_t close = find_from(text, quote_, quote + 1);
    while (close != BytesView::npos && close + 1 < text.size() && text[close + 1] == quote_) {
      close = find_from(text, quote_, close + 2);
    }
    if (close == BytesView::npos) return end;
    plain = close + 1;
    quote = find_from(text, quote_, plain);
  }
  close_part(text.size());
  return end;
}

// One read more behind what is there.
Result<bool> ChunkReader::fill(Chunk& out) {
  if (out.bytes.size() < out.size_bytes + kReadSize) out.bytes.resize(out.size_bytes + kReadSize);
  TRY(const std::size_t got, source_.read(out.bytes.data() + out.size_bytes, kReadSize));
  input_size_bytes_ += got;
  if (got == 0) ended_ = true;
  if (input_size_bytes_ > file_size_max_) {
    too_large_ = true;
    ended_ = true;
    return false;
  }
  out.size_bytes += got;
  return true;
}

Result<bool> ChunkReader::next(Chunk& out) {
  out.offset = handed_out_bytes_;
  out.number = count_;
  out.size_bytes = rest_.size();
  if (out.bytes.size() < rest_.size()) out.bytes.resize(rest_.size());
  std::memcpy(out.bytes.data(), rest_.data(), rest_.size());
  rest_.clear();
  std::size_t cut = 0;
  while (cut == 0 && !ended_) {
    TRY(const bool filled, fill(out));
    if (!filled) break;
    if (!ended_) cut = last_record_end(out.view());
    if (out.size_bytes > kOpenChunkMax) ended_ = true;
  }
  if (too_large_) return false;
  if (cut > 0) {
    rest_.assign(out.bytes, cut, out.size_bytes - cut);
    out.size_bytes = cut;
  }
  handed_out_bytes_ += out.size_bytes;
  ++count_;
  return out.size_bytes > 0;
}

}  // namespace sekisho::converter
