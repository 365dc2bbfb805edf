// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/draft/synonyms.h"

#include "converter/catalog/csv_table.h"
#include "converter/text/fold.h"

namespace sekisho::converter {

Status Synonyms::add(std::string_view header, std::int32_t item, std::string_view note) {
  const std::string key = folded(strip(header));
  const auto index = static_cast<std::uint32_t>(entries_.size());
  const std::uint32_t found = by_header_.insert(key, index);
  if (found == index) {
    entries_.push_back({item, std::string(note)});
    return {};
  }
  if (entries_[found].item == item) return {};
  return fail(Code::kInvalidArgument, "synonyms: \"" + std::string(header) + "\" has two meanings");
}

Result<Synonyms> Synonyms::load(BytesView csv, const Definition& definition) {
  TRY(const CsvTable table, CsvTable::parse(csv, "synonyms.csv", {"header", "item"}, {"note"}));
  Synonyms out;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string& item = table.cell(row, "item");
    const std::uint32_t found = item.empty() ? TextMap::kNone : definition.by_name.find(item);
    if (!item.empty() && found == TextMap::kNone) continue;
    const std::string& note = table.cell(row, "note");
    TRY_STATUS(out.add(table.cell(row, "header"),
                       item.empty() ? -1 : static_cast<std::int32_t>(found),
                       item.empty() && note.empty() ? "人が決める" : note));
  }
  // The definition's own names come last: a header that nobody may guess stays one.
  for (std::size_t i = 0; i < definition.items.size(); ++i) {
    const std::string& name = definition.items[i].name;
    if (out.find(name).item < 0 && out.find(name).why_not.empty()) {
      TRY_STATUS(out.add(name, static_cast<std::int32_t>(i), ""));
    }
  }
  return out;
}

Synonyms::Meaning Synonyms::find(std::string_view header) const {
  const std::uint32_t found = by_header_.find(folded(strip(header)));
  if (found == TextMap::kNone) return {};
  const Entry& entry = entries_[found];
  if (entry.item >= 0) return {entry.item, {}};
  return {-1, entry.note};
}

}  // namespace sekisho::converter
