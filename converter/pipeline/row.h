// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "converter/definition.h"
#include "converter/field/number.h"
#include "converter/map_file.h"
#include "converter/pipeline/arena.h"
#include "converter/report/reporter.h"

namespace sekisho::converter {

// What is known of one item for one person.
struct Slot {
  enum class State : std::uint8_t {
    kBlank,         // nothing in the file
    kNotDone,       // said not to have been done: empty standard value
    kUnmeasurable,  // done without result
    kNoFinding,     // a no-finding word: text empty, presence says none
    kUnmapped,      // a finding without standard term: text empty, presence says yes
    kValue,
    kError,  // an E message was issued
  };
  static constexpr std::uint32_t kNoColumn = 0xFFFFFFFFu;

  State state = State::kBlank;
  Comparator comparator = Comparator::kNone;
  bool has_number = false;
  bool touched = false;
  // A number of at most 16 digits and a point, the same in both columns, with nothing to say about
  // it.
  bool plain = false;
  bool standard_hidden = false;      // the check found the value unusable; the original stays
  std::uint32_t column = kNoColumn;  // index of the first column that filled it
  // Views of the record, the arena, the map or the definition: all outlive the record.
  std::string_view standard;
  std::string_view original;
  std::string_view code;  // of its result list
  // Standard value and original as the output writes them, where that was prepared.
  std::string_view encoded;
  std::string_view original_encoded;
  Decimal number;

  [[nodiscard]] bool has_value() const { return state == State::kValue; }
  // A plain number, not a bound.
  [[nodiscard]] const Decimal* plain_number() const {
    return has_value() && has_number && comparator == Comparator::kNone ? &number : nullptr;
  }
};

// One record on its way. Slots are by item index; only targets of the map are ever touched. Reused
// for every record. One thread.
class Row {
 public:
  Row(const MapFile& map, const Definition& definition, Reporter& reporter);

  void begin(std::uint64_t number, Date conversion_date);

  // To look at, or to change once touched.
  [[nodiscard]] Slot& slot(std::uint32_t item) { return slots_[item]; }
  // To fill: begin() empties only slots that were touched.
  [[nodiscard]] Slot& touch(std::uint32_t item) {
    Slot& out = slots_[item];
    if (!out.touched) {
      out.touched = true;
      touched_.push_back(item);
    }
    return out;
  }
  [[nodiscard]] const std::vector<std::uint32_t>& touched() const { return touched_; }
  // Null when no item of the definition has the role.
  [[nodiscard]] Slot* slot(Role role);
  [[nodiscard]] const Decimal* number(Role role);
  // The item's first column in the map, for messages about what is missing.
  [[nodiscard]] std::uint32_t column_of(std::uint32_t item) const { return column_of_[item]; }

  // Issues a message; class E holds the person back.
  void report(const MessageKind& kind, std::uint32_t column, std::string_view raw,
              std::int32_t item, std::string_view detail = {});
  // The same about an item, with the column and text it came from.
  void report_item(const MessageKind& kind, std::uint32_t item, std::string_view detail = {});

  const MapFile& map;
  const Definition& definition;
  Reporter& reporter;
  Arena arena;
  std::uint64_t row_number = 0;
  Date exam_date;  // the conversion date until the record's own is known
  Date birth_date;
  char sex = 0;  // 'M', 'F', 0
  bool held = false;
  std::size_t first_message = 0;  // place in the report of what this record says
  // Targets of the map that a check asks about, ascending.
  std::vector<std::uint32_t> with_presence, with_sex, with_pair;
  std::string scratch;       // folded text of the cell at hand
  std::string buffer;        // a value being built
  std::string place_buffer;  // a finding with its place, while `buffer` holds those before it

 private:
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> touched_;
  std::vector<std::uint32_t> column_of_;
};

// At most 1,024 bytes, cut between characters: a cell's text as messages carry it.
[[nodiscard]] std::string_view shortened(std::string_view text);

}  // namespace sekisho::converter
