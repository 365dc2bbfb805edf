// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/interchange/profile.h"

#include <algorithm>
#include <array>

#include "converter/catalog/csv_table.h"

namespace sekisho::converter {
namespace {

constexpr char kBetween = '\x1F';

bool is_kind(std::string_view kind) {
  constexpr std::array<std::string_view, 4> kKinds = {"PQ", "CD", "CO", "ST"};
  return std::find(kKinds.begin(), kKinds.end(), kind) != kKinds.end();
}

Status read_limit(const CsvTable& table, std::size_t row, std::string_view column,
                  std::optional<Decimal>& out) {
  const std::string& text = table.cell(row, column);
  if (text.empty()) return {};
  out = parse_decimal(text);
  if (out) return {};
  return fail(Code::kInvalidArgument,
              table.place(row) + ": " + std::string(column) + " is no number");
}

Result<ProfileItem> read_item(const CsvTable& table, std::size_t row) {
  ProfileItem item;
  item.code = table.cell(row, "code");
  item.name = table.cell(row, "name");
  item.kind = table.cell(row, "kind");
  item.format = table.cell(row, "format");
  item.unit = table.cell(row, "unit");
  item.method = table.cell(row, "method");
  item.answers = table.cell(row, "answers");
  item.series = table.cell(row, "series");
  item.relation = table.cell(row, "relation");
  item.section = table.cell(row, "section");
  const std::string& method = table.cell(row, "method_name");
  item.open_method = method == "その他" || method == "方法問わず";
  TRY_STATUS(read_limit(table, row, "input_min", item.input_min));
  TRY_STATUS(read_limit(table, row, "input_max", item.input_max));
  if (item.code.size() == 17 && is_kind(item.kind)) return item;
  return fail(Code::kInvalidArgument,
              table.place(row) + ": needs a code of 17 characters and a kind PQ, CD, CO or ST");
}

}  // namespace

Result<Profile> Profile::load(BytesView items, BytesView answers) {
  Profile out;
  TRY(const CsvTable item_table,
      CsvTable::parse(items, "items.csv", {"code", "name", "kind"},
                      {"format", "unit", "method", "method_name", "answers", "series", "relation",
                       "section", "input_min", "input_max"}));
  for (std::size_t row = 0; row < item_table.rows(); ++row) {
    TRY(ProfileItem item, read_item(item_table, row));
    const auto index = static_cast<std::uint32_t>(out.items_.size());
    if (out.by_code_.insert(item.code, index) != index) {
      return fail(Code::kInvalidArgument, item_table.place(row) + ": the code is there twice");
    }
    out.items_.push_back(std::move(item));
  }
  TRY(const CsvTable answer_table,
      CsvTable::parse(answers, "answers.csv", {"oid", "code", "term"}, {}));
  for (std::size_t row = 0; row < answer_table.rows(); ++row) {
    const std::string key =
        answer_table.cell(row, "oid") + kBetween + answer_table.cell(row, "term");
    out.by_answer_.insert(key, static_cast<std::uint32_t>(out.answers_.size()));
    out.answers_.push_back(answer_table.cell(row, "code"));
  }
  return out;
}

const ProfileItem* Profile::by_code(std::string_view code) const {
  const std::uint32_t found = by_code_.find(code);
  return found == TextMap::kNone ? nullptr : &items_[found];
}

const ProfileItem* Profile::find(const Item& item) const {
  const ProfileItem* first = by_code(item.code17);
  if (first != nullptr && first->open_method) return first;
  for (const std::string& code : item.more_codes) {
    const ProfileItem* other = by_code(code);
    if (other != nullptr && other->open_method) return other;
    if (first == nullptr) first = other;
  }
  return first;
}

std::string_view Profile::code_of(std::string_view oid, std::string_view term) const {
  const std::uint32_t found = by_answer_.find(std::string(oid) + kBetween + std::string(term));
  return found == TextMap::kNone ? std::string_view() : answers_[found];
}

}  // namespace sekisho::converter
