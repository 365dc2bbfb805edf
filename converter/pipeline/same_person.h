// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "converter/csv/record_reader.h"
#include "converter/pipeline/duplicates.h"
#include "converter/pipeline/row.h"

namespace sekisho::converter {

// Finds records that describe one person on one examination day differently: not ours to choose
// between them, so all of them are held back (or warned about, by the map's policy). A first look
// over the file learns which records those are, from the text of the key columns and a hash of each
// record; the conversion then asks. Also finds records that repeat an earlier one. Memory: about 60
// bytes per record. One thread.
class SamePerson {
 public:
  explicit SamePerson(const MapFile& map, const Definition& definition);

  // How many fields of a record learn() asks for.
  [[nodiscard]] std::size_t fields_wanted() const { return fields_wanted_; }
  // First look, in order of records.
  void learn(const RecordReader& reader, std::uint32_t record);
  // The earlier record that this one repeats byte for byte, or 0.
  [[nodiscard]] std::uint32_t repeats(std::uint32_t record) const;
  // During conversion: true and a message when the record is one of several.
  void examine(Row& row);

 private:
  struct Entry {
    std::uint64_t key = 0;
    std::uint32_t more = 0;
    std::uint32_t record = 0;  // 0 = free
  };
  // The first record of a conflict, until the ones it conflicts with come by.
  struct Remembered {
    std::vector<std::pair<std::uint32_t, std::string>> originals;  // by item
    std::size_t message = 0;                                       // its place in the report
    bool stored = false;
  };
  bool make_key(const RecordReader& reader);
  Entry& find(std::uint64_t key, std::uint32_t more);
  void grow();
  void remember(Row& row, bool stored);
  void report_conflict(Row& row, const MessageKind& kind, std::uint32_t first);

  const Definition& definition_;
  std::vector<std::uint32_t> key_columns_;
  std::uint32_t exam_date_column_;
  std::size_t fields_wanted_ = 1;
  std::vector<Entry> entries_;
  std::size_t count_ = 0;
  SeenSet contents_;
  std::map<std::uint32_t, std::uint32_t> repeated_;  // repeating record -> the one it repeats
  std::map<std::uint32_t, std::uint32_t> first_of_;  // conflicting record -> first one
  std::map<std::uint32_t, Remembered> remembered_;
  std::string key_;
  std::string scratch_;
};

}  // namespace sekisho::converter
