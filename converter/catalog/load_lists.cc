// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "converter/catalog/csv_table.h"
#include "converter/catalog/load_parts.h"
#include "converter/field/number.h"
#include "converter/text/encode.h"
#include "converter/text/fold.h"
#include "converter/text/output_field.h"

namespace sekisho::converter {
namespace {

Status read_validity(const CsvTable& table, std::size_t row, Validity& out) {
  for (const auto& [column, date] : {std::pair{"valid_from", &out.from}, {"valid_to", &out.to}}) {
    const std::string& text = table.cell(row, column);
    if (text.empty()) continue;
    const auto parsed = parse_iso_date(text);
    if (!parsed) {
      return fail(Code::kInvalidArgument,
                  table.place(row) + ": " + column + " must be a date like 2024-04-01");
    }
    *date = *parsed;
  }
  return {};
}

// Standard terms must be writable everywhere: CP932 without the user-defined area.
Status check_term(const CsvTable& table, std::size_t row) {
  if (table.cell(row, "list").empty() || table.cell(row, "term").empty()) {
    return fail(Code::kInvalidArgument, table.place(row) + ": list and term are required");
  }
  if (!is_standard_text(table.cell(row, "term"))) {
    return fail(Code::kInvalidArgument,
                table.place(row) + ": term has a character that CP932 cannot write");
  }
  return {};
}

template <typename Named>
Named& named(std::vector<Named>& all, const std::string& name) {
  for (Named& one : all) {
    if (one.name == name) return one;
  }
  all.emplace_back();
  all.back().name = name;
  return all.back();
}

// Puts the entry behind earlier ones with the same key.
void chain(TextMap& map, std::vector<ListEntry>& entries, std::string_view key,
           std::uint32_t ListEntry::*next) {
  const auto index = static_cast<std::uint32_t>(entries.size() - 1);
  const std::uint32_t first = map.insert(key, index);
  if (first == index) return;
  std::uint32_t at = first;
  while (entries[at].*next != TextMap::kNone) at = entries[at].*next;
  entries[at].*next = index;
}

void add_spelling(Dictionary& dictionary, const std::string& spelling, std::uint32_t term) {
  dictionary.exact.insert(spelling, term);
  dictionary.folded.insert(folded(spelling), term);
}

}  // namespace

const ListEntry* ResultList::find_code(std::string_view code, Date day) const {
  for (std::uint32_t at = by_code.find(code); at != TextMap::kNone; at = entries[at].next_code) {
    if (entries[at].valid.holds(day)) return &entries[at];
  }
  return nullptr;
}

const ListEntry* ResultList::find_term(std::string_view term, Date day) const {
  for (std::uint32_t at = by_term.find(term); at != TextMap::kNone; at = entries[at].next_term) {
    if (entries[at].valid.holds(day)) return &entries[at];
  }
  return nullptr;
}

Status load_result_lists(BytesView bytes, Definition& out) {
  TRY(const CsvTable table, CsvTable::parse(bytes, "result_lists.csv", {"list", "code", "term"},
                                            {"valid_from", "valid_to"}));
  for (std::size_t row = 0; row < table.rows(); ++row) {
    ListEntry entry;
    entry.code = table.cell(row, "code");
    entry.term = table.cell(row, "term");
    TRY_STATUS(check_term(table, row));
    TRY_STATUS(read_validity(table, row, entry.valid));
    append_output_field(out.output, entry.term, entry.encoded);
    ResultList& list = named(out.lists, table.cell(row, "list"));
    list.entries.push_back(std::move(entry));
    if (!list.entries.back().code.empty()) {
      chain(list.by_code, list.entries, list.entries.back().code, &ListEntry::next_code);
    }
    chain(list.by_term, list.entries, list.entries.back().term, &ListEntry::next_term);
  }
  return {};
}

Status load_findings(BytesView bytes, Definition& out) {
  TRY(const CsvTable table,
      CsvTable::parse(bytes, "findings.csv", {"list", "term", "synonyms"}, {}));
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string& term = table.cell(row, "term");
    TRY_STATUS(check_term(table, row));
    Dictionary& dictionary = named(out.dictionaries, table.cell(row, "list"));
    const auto index = static_cast<std::uint32_t>(dictionary.terms.size());
    dictionary.terms.push_back(term);
    add_spelling(dictionary, term, index);
    for (const std::string& synonym : split_bar(table.cell(row, "synonyms"))) {
      add_spelling(dictionary, synonym, index);
    }
  }
  return {};
}

Status load_places(BytesView bytes, Definition& out) {
  TRY(const CsvTable table,
      CsvTable::parse(bytes, "places.csv", {"list", "place", "synonyms"}, {}));
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string& place = table.cell(row, "place");
    if (place.empty() || !is_standard_text(place)) {
      return fail(Code::kInvalidArgument,
                  table.place(row) + ": place is required and must be writable in CP932");
    }
    Dictionary& dictionary = named(out.dictionaries, table.cell(row, "list"));
    const auto index = static_cast<std::uint32_t>(dictionary.places.size());
    dictionary.places.push_back(place);
    std::vector<std::string> spellings = split_bar(table.cell(row, "synonyms"));
    spellings.push_back(place);
    for (const std::string& spelling : spellings) {
      const std::string key = folded(spelling);
      dictionary.folded_places.insert(key, index);
      dictionary.place_size_max = std::max(dictionary.place_size_max, key.size());
    }
  }
  return {};
}

Result<UnitGroups> load_units(BytesView bytes) {
  TRY(const CsvTable table, CsvTable::parse(bytes, "units.csv", {"unit", "aliases"}, {}));
  UnitGroups groups;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    std::vector<std::string> group = {folded_unit(table.cell(row, "unit"))};
    for (const std::string& alias : split_bar(table.cell(row, "aliases"))) {
      group.push_back(folded_unit(alias));
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

}  // namespace sekisho::converter
