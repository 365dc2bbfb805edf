// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "converter/pipeline/cell.h"
#include "converter/text/fold.h"

namespace sekisho::converter {
namespace {

constexpr std::string_view kTermMark = "、";

// What may stand between a place and its finding.
std::string_view without_joint(std::string_view text) {
  for (bool more = true; more;) {
    more = false;
    for (const std::string_view joint : {" ", ":", "の", "に", "・", "-"}) {
      if (!text.starts_with(joint)) continue;
      text.remove_prefix(joint.size());
      more = true;
    }
  }
  return text;
}

std::string_view join_place(Row& row, const Dictionary& dictionary, std::uint32_t place,
                            std::uint32_t term) {
  row.place_buffer = dictionary.terms[term];
  row.place_buffer += '(';
  row.place_buffer += dictionary.places[place];
  row.place_buffer += ')';
  return row.arena.keep(row.place_buffer);
}

// "finding(place)" for a folded text that says both: "右上肺野に結節影" or "結節影(右上肺野)". The
// longest place counts; both must be known exactly.
std::string_view find_placed_term(Row& row, const Dictionary& dictionary, std::string_view text) {
  if (dictionary.places.empty()) return {};
  const std::size_t open = text.find('(');
  if (open != std::string_view::npos && open > 0 && text.ends_with(')')) {
    const std::string_view inside = text.substr(open + 1, text.size() - open - 2);
    const std::uint32_t place = dictionary.folded_places.find(strip(inside));
    const std::uint32_t term = dictionary.folded.find(strip(text.substr(0, open)));
    if (place == TextMap::kNone || term == TextMap::kNone) return {};
    return join_place(row, dictionary, place, term);
  }
  for (std::size_t size = std::min(text.size() - 1, dictionary.place_size_max); size > 0; --size) {
    if ((static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) continue;
    const std::uint32_t place = dictionary.folded_places.find(text.substr(0, size));
    if (place == TextMap::kNone) continue;
    const std::uint32_t term = dictionary.folded.find(without_joint(text.substr(size)));
    if (term != TextMap::kNone) return join_place(row, dictionary, place, term);
  }
  return {};
}

// The map's own table first, then the catalog's dictionary; exact before folded in each.
std::string_view find_term(Row& row, const Cell& cell, std::string_view text) {
  if (const TableEntry* entry = table_entry(row, cell, text); entry != nullptr) {
    return entry->standard;
  }
  const Item& item = row.definition.items[cell.item];
  if (item.list < 0) return {};
  const Dictionary& dictionary = row.definition.dictionaries[static_cast<std::size_t>(item.list)];
  std::uint32_t term = dictionary.exact.find(text);
  if (term == TextMap::kNone) {
    fold(text, row.scratch);
    term = dictionary.folded.find(row.scratch);
  }
  if (term != TextMap::kNone) return dictionary.terms[term];
  return find_placed_term(row, dictionary, row.scratch);
}

// The next part before any of the separators; `rest` moves behind it.
std::string_view take_part(std::string_view& rest, const std::vector<std::string>& separators) {
  std::size_t end = rest.size();
  std::size_t next = rest.size();
  for (const std::string& separator : separators) {
    const std::size_t found = rest.find(separator);
    if (found == std::string_view::npos || found >= end) continue;
    end = found;
    next = found + separator.size();
  }
  const std::string_view part = strip(rest.substr(0, end));
  rest.remove_prefix(next);
  return part;
}

void report_unmapped(Row& row, const Cell& cell, std::string_view term) {
  row.reporter.count_unmapped(row.definition.items[cell.item].name, term);
  row.report(kinds::kTermUnmapped, cell.column, cell.raw, static_cast<std::int32_t>(cell.item));
}

struct Parts {
  bool any_term = false;
  bool any_unmapped = false;
};

// Builds the joined terms in row.buffer.
Parts convert_parts(Row& row, const Cell& cell, std::string_view text) {
  Parts out;
  row.buffer.clear();
  while (!text.empty()) {
    const std::string_view part = take_part(text, cell.rule->separators);
    SpecialWord word{};
    if (part.empty()) continue;
    if (const std::string_view term = find_term(row, cell, part); !term.empty()) {
      if (!row.buffer.empty()) row.buffer += kTermMark;
      row.buffer += term;
      out.any_term = true;
    } else if (!special_word(row, part, word)) {
      report_unmapped(row, cell, part);
      out.any_unmapped = true;
    }
  }
  return out;
}

}  // namespace

Value convert_findings(Row& row, const Cell& cell, std::string_view text) {
  if (const std::string_view whole = find_term(row, cell, text); !whole.empty()) {
    return {.state = Slot::State::kValue, .standard = whole};
  }
  const Parts parts = convert_parts(row, cell, text);
  if (parts.any_term) {
    return {.state = Slot::State::kValue, .standard = row.arena.keep(row.buffer)};
  }
  return {.state = parts.any_unmapped ? Slot::State::kUnmapped : Slot::State::kNoFinding};
}

}  // namespace sekisho::converter
