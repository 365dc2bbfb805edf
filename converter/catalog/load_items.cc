// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "converter/catalog/csv_table.h"
#include "converter/catalog/load_parts.h"
#include "converter/field/number.h"
#include "converter/text/encode.h"
#include "node/base/check.h"

namespace sekisho::converter {
namespace {

constexpr std::size_t kItemsMax = 4000;

constexpr std::array<std::pair<std::string_view, ItemType>, 12> kTypes = {{
    {"number", ItemType::kNumber},
    {"code", ItemType::kCode},
    {"judgement", ItemType::kJudgement},
    {"findings", ItemType::kFindings},
    {"text", ItemType::kText},
    {"date", ItemType::kDate},
    {"sex", ItemType::kSex},
    {"kana", ItemType::kKana},
    {"name", ItemType::kName},
    {"digits", ItemType::kDigits},
    {"insurer", ItemType::kInsurer},
    {"institution", ItemType::kInstitution},
}};

// Reads the cells of one row; remembers the first mistake.
class RowReader {
 public:
  RowReader(const CsvTable& table, std::size_t row) : table_(table), row_(row) {}

  [[nodiscard]] const std::string& text(std::string_view column) const {
    return table_.cell(row_, column);
  }
  std::uint32_t whole(std::string_view column, std::uint32_t otherwise, std::uint32_t max) {
    const std::string& cell = text(column);
    if (cell.empty()) return otherwise;
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (error != std::errc{} || end != cell.data() + cell.size() || value > max) {
      mistake(column, "must be a whole number up to " + std::to_string(max));
    }
    return value;
  }
  std::optional<Decimal> decimal(std::string_view column) {
    const std::string& cell = text(column);
    if (cell.empty()) return {};
    auto value = parse_decimal(cell);
    if (!value) mistake(column, "must be a decimal number");
    return value;
  }
  void mistake(std::string_view column, const std::string& what) {
    if (mistake_.empty()) {
      mistake_ =
          table_.place(row_) + ": " + std::string(column) + " \"" + text(column) + "\" " + what;
    }
  }
  [[nodiscard]] Status finish() const {
    if (mistake_.empty()) return {};
    return fail(Code::kInvalidArgument, mistake_);
  }

 private:
  const CsvTable& table_;
  std::size_t row_;
  std::string mistake_;
};

template <typename Named>
std::int32_t index_of(const std::vector<Named>& all, std::string_view name) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].name == name) return static_cast<std::int32_t>(i);
  }
  return -1;
}

void read_type(RowReader& row, Item& item) {
  for (const auto& [word, type] : kTypes) {
    if (word != row.text("type")) continue;
    item.type = type;
    return;
  }
  row.mistake("type", "is no type of items; see docs/catalog-format.md");
}

void read_number_format(RowReader& row, Item& item) {
  const std::string& format = row.text("format");
  const std::size_t point = format.find('.');
  const std::string whole = format.substr(0, point);
  const std::string fraction = point == std::string::npos ? "" : format.substr(point + 1);
  const auto all_n = [](const std::string& part) {
    return part.find_first_not_of('N') == part.npos;
  };
  if (!all_n(whole) || !all_n(fraction) || whole.empty() || format.size() > 18) {
    row.mistake("format", "must look like NNN or NNN.N");
    return;
  }
  item.has_format = true;
  item.digits_whole = static_cast<std::uint8_t>(whole.size());
  item.digits_fraction = static_cast<std::uint8_t>(fraction.size());
}

void read_format(RowReader& row, Item& item) {
  if (row.text("format").empty()) return;
  if (item.type == ItemType::kNumber) return read_number_format(row, item);
  if (item.type == ItemType::kDigits) {
    item.digits_exact = static_cast<std::uint16_t>(row.whole("format", 0, 64));
    return;
  }
  row.mistake("format", "belongs to types number and digits only");
}

void read_unit(RowReader& row, const UnitGroups& groups, Item& item) {
  item.unit = row.text("unit");
  if (item.unit.empty()) return;
  std::vector<std::string>& all = item.unit_spellings;
  const auto add = [&](const std::string& spelling) {
    if (std::find(all.begin(), all.end(), spelling) == all.end()) all.push_back(spelling);
  };
  add(folded_unit(item.unit));
  for (const std::string& alias : split_bar(row.text("unit_aliases"))) add(folded_unit(alias));
  const std::vector<std::string> own = all;
  for (const auto& group : groups) {
    const bool touches = std::any_of(own.begin(), own.end(), [&](const std::string& spelling) {
      return std::find(group.begin(), group.end(), spelling) != group.end();
    });
    if (touches) std::for_each(group.begin(), group.end(), add);
  }
}

void read_list(RowReader& row, const Definition& definition, Item& item) {
  const std::string& name = row.text("result_list");
  const bool dictionary = item.type == ItemType::kFindings;
  if (name.empty()) {
    if (item.type == ItemType::kCode) row.mistake("result_list", "is required for type code");
    return;
  }
  item.list =
      dictionary ? index_of(definition.dictionaries, name) : index_of(definition.lists, name);
  if (item.list < 0) {
    row.mistake("result_list",
                dictionary ? "is not in findings.csv" : "is not in result_lists.csv");
  }
}

// Input limits are inside, panic limits outside of what is quiet.
void derive_quiet(Item& item) {
  constexpr Int128 kQuietMax = 1'000'000'000'000'000;
  item.quiet_scale = item.has_format ? std::min<std::uint8_t>(item.digits_fraction, 6) : 4;
  Int128 low = -kQuietMax;
  Int128 high = kQuietMax;
  const auto at_scale = [&](const Decimal& limit) { return scaled(limit, item.quiet_scale); };
  // A limit with more decimals than the scale is rounded; one step inwards is on the safe side.
  const auto step = [&](const Decimal& limit) { return limit.scale > item.quiet_scale ? 1 : 0; };
  if (item.input_min) low = std::max(low, at_scale(*item.input_min) + step(*item.input_min));
  if (item.input_max) high = std::min(high, at_scale(*item.input_max) - step(*item.input_max));
  if (item.panic_low) low = std::max(low, at_scale(*item.panic_low) + 1);
  if (item.panic_high) high = std::min(high, at_scale(*item.panic_high) - 1);
  item.quiet_min = static_cast<std::int64_t>(low);
  item.quiet_max = static_cast<std::int64_t>(high);
}

void read_limits(RowReader& row, Item& item) {
  item.input_min = row.decimal("input_min");
  item.input_max = row.decimal("input_max");
  item.panic_low = row.decimal("panic_low");
  item.panic_high = row.decimal("panic_high");
  derive_quiet(item);
}

void read_sex(RowReader& row, Item& item) {
  const std::string& sex = row.text("sex");
  if (sex == "M" || sex == "F") {
    item.sex = sex[0];
  } else if (!sex.empty()) {
    row.mistake("sex", "must be M, F or empty");
  }
}

Result<Item> read_item(const CsvTable& table, std::size_t index, const UnitGroups& units,
                       const Definition& definition) {
  RowReader row(table, index);
  Item item;
  item.name = row.text("name");
  if (item.name.empty()) row.mistake("name", "is required");
  for (const std::string_view column : {"name", "presence_yes", "presence_no"}) {
    if (!is_standard_text(row.text(column))) {
      row.mistake(column, "has a character that CP932 cannot write");
    }
  }
  if (row.whole("number", 0, kItemsMax) != index + 1) {
    row.mistake("number", "must count 1, 2, 3 without gaps");
  }
  item.code17 = row.text("code17");
  item.more_codes = split_bar(row.text("more_codes"));
  read_type(row, item);
  read_format(row, item);
  item.size_bytes_max = row.whole("max_bytes", definition.output.item_size_bytes_max, 65'535);
  item.size_bytes_max = std::min(item.size_bytes_max, definition.output.item_size_bytes_max);
  read_unit(row, units, item);
  read_limits(row, item);
  read_list(row, definition, item);
  read_sex(row, item);
  item.group = row.text("group");
  const auto role = role_of(row.text("role"));
  if (!role) row.mistake("role", "is no role of items; see docs/catalog-format.md");
  item.role = role.value_or(Role::kNone);
  TRY_STATUS(row.finish());
  return item;
}

// Names may point forwards, so links come after all items are there.
Status link_item(const CsvTable& table, std::size_t index, Definition& out) {
  RowReader row(table, index);
  Item& item = out.items[index];
  const auto target = [&](std::string_view column) -> std::int32_t {
    if (row.text(column).empty()) return -1;
    const std::uint32_t found = out.by_name.find(row.text(column));
    if (found == TextMap::kNone) row.mistake(column, "is not the name of an item");
    return static_cast<std::int32_t>(found);
  };
  item.presence = target("presence_item");
  item.pair = target("pair");
  item.presence_yes = row.text("presence_yes");
  item.presence_no = row.text("presence_no");
  if (item.presence >= 0 && (item.presence_yes.empty() || item.presence_no.empty())) {
    row.mistake("presence_item", "needs presence_yes and presence_no");
  }
  return row.finish();
}

Status index_item(std::size_t index, Definition& out) {
  const Item& item = out.items[index];
  const auto number = static_cast<std::uint32_t>(index);
  if (out.by_name.insert(item.name, number) != number) {
    return fail(Code::kInvalidArgument, "items.csv: two items are named " + item.name);
  }
  if (!item.code17.empty()) out.by_code.insert(item.code17, number);
  for (const std::string& code : item.more_codes) out.by_code.insert(code, number);
  for (const std::string& unit : item.unit_spellings) out.unit_words.insert(unit, 0);
  if (item.role == Role::kNone) return {};
  std::int32_t& holder = out.item_of_role[static_cast<std::size_t>(item.role)];
  if (holder >= 0) {
    return fail(Code::kInvalidArgument, "items.csv: " + item.name + " and " +
                                            out.items[static_cast<std::size_t>(holder)].name +
                                            " have the same role");
  }
  holder = static_cast<std::int32_t>(index);
  return {};
}

}  // namespace

Status load_items(BytesView bytes, const UnitGroups& units, Definition& out) {
  TRY(const CsvTable table,
      CsvTable::parse(bytes, "items.csv", {"number", "name", "code17", "type"},
                      {"format", "max_bytes", "unit", "unit_aliases", "more_codes", "input_min",
                       "input_max", "panic_low", "panic_high", "result_list", "sex", "group",
                       "presence_item", "presence_yes", "presence_no", "pair", "role", "note"}));
  if (table.rows() == 0 || table.rows() > kItemsMax) {
    return fail(Code::kInvalidArgument, "items.csv: must hold 1 to 4,000 items");
  }
  out.item_of_role.fill(-1);
  for (const auto& group : units) {
    for (const std::string& unit : group) out.unit_words.insert(unit, 0);
  }
  for (std::size_t i = 0; i < table.rows(); ++i) {
    TRY(Item item, read_item(table, i, units, out));
    out.items.push_back(std::move(item));
    TRY_STATUS(index_item(i, out));
  }
  for (std::size_t i = 0; i < table.rows(); ++i) {
    TRY_STATUS(link_item(table, i, out));
  }
  return {};
}

Status add_reserve_items(const Reserve& reserve, Definition& out) {
  if (out.items.size() + static_cast<std::size_t>(reserve.count) > kItemsMax) {
    return fail(Code::kInvalidArgument, "manifest.toml [reserve]: more than 4,000 items in all");
  }
  for (std::int64_t i = 1; i <= reserve.count; ++i) {
    const std::string digits = std::to_string(i);
    Item item;
    item.name = reserve.prefix + std::string(3 - digits.size(), '0') + digits;
    item.type = ItemType::kText;
    item.size_bytes_max = out.output.item_size_bytes_max;
    item.group = "reserve";
    out.items.push_back(std::move(item));
    TRY_STATUS(index_item(out.items.size() - 1, out));
  }
  return {};
}

}  // namespace sekisho::converter
