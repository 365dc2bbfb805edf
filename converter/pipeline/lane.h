// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "converter/convert.h"
#include "converter/csv/record_reader.h"
#include "converter/pipeline/chunks.h"
#include "converter/pipeline/plan.h"
#include "converter/pipeline/repeats.h"
#include "converter/pipeline/routes.h"
#include "converter/pipeline/row.h"
#include "converter/pipeline/row_writer.h"
#include "converter/rules/requirements.h"

namespace sekisho::converter {

// What every lane of one conversion looks at and none changes.
struct LaneSetting {
  const MapFile& map;
  const Definition& definition;
  const Options& options;
  const Hasher& hasher;
  const Routes& routes;
  const Requirements& requirements;
  const Repeats& repeats;
  Encoding encoding = Encoding::kCp932;
  char delimiter = ',';
  char quote = '"';
  Date day;  // of the conversion
};

// One of several records for one person: its message is completed when the others are known.
struct Conflict {
  struct Original {
    std::uint32_t item = 0;
    std::uint32_t column = 0;
    std::string text;
  };
  std::uint64_t record = 0;
  std::size_t message = 0;  // place in the chunk's report
  bool stored = false;
  std::vector<Original> originals;
};

// What one chunk came to.
struct ChunkResult {
  struct Delivery {
    Bytes bytes;  // only the first size_bytes count
    std::size_t size_bytes = 0;
    std::uint64_t persons = 0;
  };
  std::vector<Delivery> deliveries;  // by route
  Report report;
  Counts counts;
  std::vector<Conflict> conflicts;
  std::vector<PersonMark> marks;  // when there is a history
  ReadFailure failure;
  std::uint64_t records = 0;  // read, header records included
  std::uint64_t work = 0;
  bool stopped = false;  // a record made further ones meaningless
};

// What the first look at a chunk came to.
struct ChunkLook {
  std::vector<RecordMarks> marks;
  ReadFailure failure;
  std::uint64_t work = 0;
};

// A source over a chunk.
class ChunkSource final : public ByteSource {
 public:
  void set(BytesView bytes) {
    bytes_ = bytes;
    at_ = 0;
  }
  Result<std::size_t> read(char* buffer, std::size_t size_bytes) override;
  Status rewind() override;

 private:
  BytesView bytes_;
  std::size_t at_ = 0;
};

// The tools to convert one chunk after the other; as many lanes work at once as there are workers.
// One thread at a time; keeps its room from chunk to chunk.
class Lane {
 public:
  explicit Lane(const LaneSetting& setting);

  // First look: decodes nothing but keys.
  void look(const Chunk& chunk, ChunkLook& out);
  // `records_before`: in earlier chunks; `header_records` are passed over.
  void convert(const Chunk& chunk, std::uint64_t records_before, std::uint64_t header_records,
               ChunkResult& out);
  // The item's first column, for messages completed later.
  [[nodiscard]] std::uint32_t column_of(std::uint32_t item) const { return row_.column_of(item); }

 private:
  void convert_records(std::uint64_t records_before, std::uint64_t header_records,
                       ChunkResult& out);
  bool accept_fields();
  [[nodiscard]] bool is_field_count() const;
  std::string_view field_value(std::size_t field);
  std::string_view text_beside(std::int32_t column);
  void convert_record(ChunkResult& out);
  void convert_columns();
  void convert_with_care(const Column& rule, std::uint32_t index);
  void convert_groups();
  void convert_fixed();
  bool holds(const std::vector<std::vector<Condition>>& groups);
  bool holds(const Condition& condition);
  void finish_record(ChunkResult& out);
  void examine_person(ChunkResult& out);
  void examine_history(ChunkResult& out);
  void write_record(std::size_t route, ChunkResult& out);
  void take_output(ChunkResult& out);

  const LaneSetting& setting_;
  const MapFile& map_;
  ChunkSource source_;
  RecordReader reader_;
  RecordReader look_reader_;
  RecordMarker marker_;
  Reporter reporter_;
  Row row_;
  RowWriter writer_;
  std::vector<PlannedColumn> plan_;
  std::vector<std::string_view> values_;  // of the record at hand, layout jma
  std::string mark_text_;
  PersonMark mark_;
};

}  // namespace sekisho::converter
