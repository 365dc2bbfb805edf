// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "converter/csv/record_reader.h"
#include "converter/definition.h"
#include "converter/map_file.h"

namespace sekisho::converter {

// What the first look keeps of a record: 96 bits of its bytes and 96 of the person's key.
struct RecordMarks {
  std::uint64_t content = 0;
  std::uint64_t person = 0;
  std::uint32_t content_more = 0;
  std::uint32_t person_more = 0;  // both person fields 0: no key
};

// Makes the marks of a record whose fields are still bytes of the file. Spellings of the key that
// differ in width or blanks are the same; without an examination date there is no key. One thread.
class RecordMarker {
 public:
  RecordMarker(const MapFile& map, const Definition& definition, Encoding encoding);

  // How many fields of a record mark() asks for.
  [[nodiscard]] std::size_t fields_wanted() const { return fields_wanted_; }
  [[nodiscard]] RecordMarks mark(const RecordReader& reader);

 private:
  bool make_key(const RecordReader& reader);

  Encoding encoding_;
  std::vector<std::uint32_t> key_columns_;
  std::uint32_t exam_date_column_;
  std::size_t fields_wanted_ = 1;
  std::string key_;
  std::string decoded_;
  std::string folded_;
};

// Finds records that repeat an earlier one, and records that describe one person on one examination
// day differently: not ours to choose between, so all of them are held back (or warned about, by
// the map's policy). 24 bytes per record while the file is first looked at, 8 per repeated or
// conflicting one afterwards. Filled by one thread, then immutable.
class Repeats {
 public:
  void add(const std::vector<RecordMarks>& marks);
  // Once all are in: records count from 1 behind the first `header_records`.
  void settle(std::size_t header_records);

  // The earlier record that this one repeats byte for byte, or 0.
  [[nodiscard]] std::uint32_t repeats(std::uint64_t record) const;
  // The first of the records that describe the same person and day, this one included, or 0.
  [[nodiscard]] std::uint32_t first_of(std::uint64_t record) const;

 private:
  using Pairs = std::vector<std::pair<std::uint32_t, std::uint32_t>>;
  std::vector<RecordMarks> marks_;
  Pairs repeated_;  // sorted by the first
  Pairs first_of_;
};

}  // namespace sekisho::converter
