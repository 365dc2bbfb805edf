// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "converter/definition.h"
#include "converter/hasher.h"
#include "converter/text/text_map.h"
#include "node/base/bytes.h"
#include "node/base/result.h"

namespace sekisho::converter {

// kBytes is no encoding of a map: it reads bytes as they are.
enum class Encoding : std::uint8_t { kCp932, kUtf8, kUtf8Mark, kUtf16Le, kUtf16Be, kEucJp, kBytes };
enum class Layout : std::uint8_t { kColumns, kJma, kFixed, kHc08 };
enum class HeaderMode : std::uint8_t { kNone, kSingle, kGroup, kCodeLabel };
enum class ColumnRole : std::uint8_t {
  kValue,
  kJudgement,
  kLower,
  kUpper,
  kMethod,     // which measuring method a value column's cell has: chooses its item
  kUnit,       // the unit of that cell
  kQualifier,  // a bound or a state of that cell: 未満, 未実施 …
  kIgnore,
  kUnmapped  // the header is known, what becomes of the column is not decided yet
};
enum class SpecialWord : std::uint8_t { kNotDone, kUnmeasurable, kNoFinding };

struct TableEntry {
  std::string raw;
  std::string standard;
  std::string encoded;      // the standard as a field of the output
  std::string raw_encoded;  // the raw spelling likewise, for the column of originals
  Validity valid;
  std::uint32_t next_exact = TextMap::kNone;
  std::uint32_t next_folded = TextMap::kNone;
};

// Raw spelling -> standard term. Immutable after loading.
struct ValueTable {
  std::string name;
  bool fold = true;
  std::vector<TableEntry> entries;
  TextMap exact;
  TextMap folded;
  // The entry valid on the day, or null. `folded_text` is asked only when the table folds.
  [[nodiscard]] const TableEntry* find(std::string_view text, Date day) const;
  [[nodiscard]] const TableEntry* find_folded(std::string_view folded_text, Date day) const;
};

struct Condition {
  enum class Kind : std::uint8_t { kIn, kNotIn, kFilled, kEmpty };
  std::uint32_t column = 0;  // index from 0
  Kind kind = Kind::kFilled;
  std::vector<std::string> values;
};

struct UnitFactor {
  std::string unit_folded;
  Rational factor;
};

struct Column {
  std::uint32_t number = 0;  // from 1, as people count
  std::string upper;         // header_mode group
  std::string header;
  std::string label;  // header_mode code-label
  std::uint32_t occurrence = 1;
  std::uint32_t width = 0;  // bytes in the file; layout fixed
  bool declared = false;
  ColumnRole role = ColumnRole::kIgnore;
  std::int32_t item = -1;
  std::int32_t table = -1;
  bool codes = false;
  bool takes_plain_numbers = false;  // derived: neither table nor factor
  // For a code item with a table: for each entry of the table the first entry of the item's list
  // with that term. For a METHOD column: the item that each entry of the table names.
  std::vector<std::uint32_t> list_entries;
  std::string unit;  // as declared
  std::string unit_folded;
  Rational factor;
  std::vector<UnitFactor> more_units;  // further units that the unit column may state
  std::uint32_t of = 0;                // METHOD, UNIT, QUALIFIER: number of the value column
  // Derived, of a value column: indices of the columns that describe it, or -1.
  std::int32_t method_column = -1;
  std::int32_t unit_column = -1;
  std::int32_t qualifier_column = -1;
  [[nodiscard]] bool has_companions() const {
    return method_column >= 0 || unit_column >= 0 || qualifier_column >= 0;
  }
  std::uint16_t date_forms = kFormAll;
  std::vector<std::string> separators;
  std::vector<std::string> excluded;  // cells that count as blank
  std::string join;                   // texts: between the columns of one item; empty = one of
  std::vector<std::vector<Condition>> when;  // OR of ANDs; empty = always
};

struct Fixed {
  std::int32_t item = -1;
  std::string value;
};

struct Policy {
  bool duplicate_row_hold = false;
  bool duplicate_person_hold = true;
  bool round_extra_decimals = false;
  std::vector<Role> required;
  std::vector<Role> voucher_replaces;
  std::vector<std::string> requirements;  // sets of requirements.csv that the file is held to
};

// What the institution uses a reserve item for.
struct ReserveLabel {
  std::uint32_t item = 0;
  std::string label;
};

// Stands in no text, so nothing is ever quoted.
inline constexpr char kNoQuote = '\xFF';

// A loaded and compiled map file. Immutable after loading; any thread. Refers to items of the
// Definition by index: use it with that definition only.
struct MapFile {
  std::string id, version, title, owner, system;
  Validity valid;
  Encoding encoding = Encoding::kCp932;
  // Tried in order when the header does not read as declared; one counts only if the header fits.
  std::vector<Encoding> encoding_fallback;
  Layout layout = Layout::kColumns;
  HeaderMode header_mode = HeaderMode::kSingle;
  char delimiter = ',';
  char quote = '"';                         // kNoQuote: quotes are characters like others
  std::uint32_t records_before_header = 0;  // titles and the like, passed over
  std::uint32_t records_after_header = 0;   // between header and data
  std::uint32_t column_count = 0;
  bool trailing_delimiter_ignored = false;
  bool short_rows_padded = false;
  Policy policy;
  Digest header_digest;           // of the normalised header; unused without header rows
  bool headers_declared = false;  // every column is declared, so differences can be named
  std::vector<ValueTable> tables;
  std::vector<Column> columns;            // by index = number - 1
  std::vector<std::uint32_t> work_order;  // columns to convert: dates and sex first, then by number
  std::vector<std::uint32_t> targets;     // items that may be filled, ascending
  std::vector<Fixed> fixed;
  std::vector<ReserveLabel> reserve_labels;
  TextMap special_words;                           // word as written and folded -> SpecialWord
  std::vector<std::vector<UnitFactor>> jma_units;  // by item, layout jma
  std::vector<bool> jma_ignored;                   // by item, layout jma
  Digest definition_digest;
  Digest digest;

  // Thirteen leading fields, then eight for each item.
  [[nodiscard]] bool has_groups() const {
    return layout == Layout::kJma || layout == Layout::kHc08;
  }
  // "header#occurrence", or "column N" where there is no header.
  [[nodiscard]] std::string column_name(std::uint32_t index) const;
  // The item's name, with the institution's label behind it where the map gives one.
  [[nodiscard]] std::string item_name(const Definition& definition, std::uint32_t item) const;
};

// Pure. Errors are kInvalidArgument and name the place in the file and what to do.
[[nodiscard]] Result<MapFile> load_map(BytesView toml, const Definition& definition,
                                       const Hasher& hasher);

}  // namespace sekisho::converter
