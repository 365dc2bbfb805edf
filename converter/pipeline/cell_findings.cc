// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/pipeline/cell.h"
#include "converter/text/fold.h"

namespace sekisho::converter {
namespace {

constexpr std::string_view kTermMark = "、";

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
  return term == TextMap::kNone ? std::string_view{} : std::string_view(dictionary.terms[term]);
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
