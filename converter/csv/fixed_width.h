// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "converter/convert.h"
#include "converter/map_file.h"

namespace sekisho::converter {

// Turns lines whose fields have fixed widths in bytes into quoted UTF-8 records for RecordReader. A
// line that is shorter has fewer fields, a longer one has its rest as one more, so that the count
// tells. A field whose bytes are no text of the encoding, for example because a width cuts a
// character, becomes the byte FF, at which reading stops; origin() then says where in the file.
// Line ends, blank lines and Ctrl-Z as in RecordReader. A line over 5 MiB is cut there and too long
// for any record. Memory: a chunk and the longest line. One thread; source and map outlive it.
class FixedWidthSource final : public ByteSource {
 public:
  FixedWidthSource(ByteSource& source, const MapFile& map) : source_(source), map_(map) {}

  Result<std::size_t> read(char* buffer, std::size_t size_bytes) override;
  Status rewind() override;
  // Offset in the file of the first byte that is no text.
  [[nodiscard]] std::uint64_t origin(std::uint64_t offset) const override;

 private:
  Result<bool> next_line(BytesView& line);
  void cut(BytesView line);
  bool add_field(BytesView field);

  ByteSource& source_;
  const MapFile& map_;
  std::string lines_;  // read from the source, from at_ on not yet cut
  std::size_t at_ = 0;
  std::uint64_t line_offset_ = 0;  // of lines_[at_] in the file
  std::string made_;               // records, from made_at_ on not yet read
  std::size_t made_at_ = 0;
  std::string decoded_;
  std::uint64_t bad_offset_ = 0;
  bool bad_ = false;
  bool source_ended_ = false;
};

}  // namespace sekisho::converter
