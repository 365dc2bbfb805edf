// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "converter/convert.h"
#include "converter/map_file.h"

namespace sekisho::converter {

// A piece of the sender's file that holds whole records only.
struct Chunk {
  Bytes bytes;  // only the first size_bytes count
  std::size_t size_bytes = 0;
  std::uint64_t offset = 0;  // of its first byte in the file
  std::size_t number = 0;    // from 0
  [[nodiscard]] BytesView view() const { return BytesView(bytes).substr(0, size_bytes); }
};

// Cuts a source behind line ends that end a record, by the rules of RecordReader, without decoding:
// delimiter, quote and line ends are bytes that occur in no other character of the encodings that
// are read this way. The cuts depend on the bytes only. One thread at a time.
class ChunkReader {
 public:
  ChunkReader(ByteSource& source, char delimiter, char quote, std::uint64_t file_size_max);

  // Fills `out`, reusing its room; false at the end, or behind a chunk that no record end closes
  // within 16 MiB.
  Result<bool> next(Chunk& out);
  // More bytes came than allowed; the chunks end before them.
  [[nodiscard]] bool too_large() const { return too_large_; }
  [[nodiscard]] std::uint64_t input_size_bytes() const { return input_size_bytes_; }

 private:
  Result<bool> fill(Chunk& out);
  // Behind the last line end outside of quotes, or 0.
  [[nodiscard]] std::size_t last_record_end(BytesView text) const;

  ByteSource& source_;
  char delimiter_;
  char quote_;
  std::uint64_t file_size_max_;
  Bytes rest_;
  std::uint64_t input_size_bytes_ = 0;
  std::uint64_t handed_out_bytes_ = 0;
  std::size_t count_ = 0;
  bool ended_ = false;
  bool too_large_ = false;
};

}  // namespace sekisho::converter
