// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <charconv>
#include <utility>

#include "converter/catalog/csv_table.h"
#include "converter/catalog/load_parts.h"
#include "converter/text/fold.h"

namespace sekisho::converter {
namespace {

using Kind = Requirement::Kind;

constexpr std::size_t kRequirementsMax = 2'000;

std::vector<std::string_view> split(std::string_view text, char mark) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t at = text.find(mark);
    const std::string_view part = strip(text.substr(0, at));
    if (!part.empty()) out.push_back(part);
    text = at == std::string_view::npos ? std::string_view{} : text.substr(at + 1);
  }
  return out;
}

// One row of the file; remembers the first mistake.
class Parser {
 public:
  Parser(const CsvTable& table, std::size_t row, const Definition& definition)
      : table_(table), row_(row), definition_(definition) {}

  Result<Requirement> parse();

 private:
  void mistake(std::string_view column, std::string_view what) {
    if (!mistake_.empty()) return;
    mistake_ = table_.place(row_) + ": " + std::string(column) + " \"" + table_.cell(row_, column) +
               "\" " + std::string(what);
  }
  std::uint32_t item(std::string_view column, std::string_view name);
  Alternative alternative(std::string_view column, std::string_view text);
  void condition(std::string_view column, std::string_view text, Alternative& out);
  AgeRange age_range(std::string_view text);
  std::int32_t years(std::string_view text, std::int32_t otherwise);
  void kind(Requirement& out);

  const CsvTable& table_;
  std::size_t row_;
  const Definition& definition_;
  std::string mistake_;
};

std::uint32_t Parser::item(std::string_view column, std::string_view name) {
  const std::uint32_t found = definition_.by_name.find(name);
  if (found != TextMap::kNone) return found;
  mistake(column, "names \"" + std::string(name) + "\", which is no item");
  return 0;
}

// "BMI<22" or "採血時間(食後)=2/3"
void Parser::condition(std::string_view column, std::string_view text, Alternative& out) {
  const std::size_t mark = text.find_first_of("<=");
  if (mark == std::string_view::npos) return mistake(column, "has a condition without < or =");
  out.if_item = static_cast<std::int32_t>(item(column, strip(text.substr(0, mark))));
  const std::string_view value = strip(text.substr(mark + 1));
  if (text[mark] == '<') {
    out.if_below = parse_decimal(value);
    if (!out.if_below) mistake(column, "compares with something that is no number");
    return;
  }
  for (const std::string_view code : split(value, '/')) out.if_codes.emplace_back(code);
}

// "item" or "item{condition}"
Alternative Parser::alternative(std::string_view column, std::string_view text) {
  Alternative out;
  const std::size_t brace = text.find('{');
  out.item = item(column, strip(text.substr(0, brace)));
  if (brace == std::string_view::npos) return out;
  if (!text.ends_with('}')) mistake(column, "has a { without its }");
  condition(column, text.substr(brace + 1, text.size() - brace - 2), out);
  return out;
}

std::int32_t Parser::years(std::string_view text, std::int32_t otherwise) {
  if (text.empty()) return otherwise;
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    mistake("ages", "must look like 20,35,40-74 or 40-");
  }
  return value;
}

AgeRange Parser::age_range(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return {years(text, 0), years(text, 0)};
  return {years(text.substr(0, dash), 0), years(text.substr(dash + 1), 999)};
}

void Parser::kind(Requirement& out) {
  constexpr std::array<std::pair<std::string_view, Kind>, 5> kKinds = {{{"any", Kind::kAny},
                                                                        {"finding", Kind::kFinding},
                                                                        {"group", Kind::kGroup},
                                                                        {"with", Kind::kWith},
                                                                        {"age", Kind::kAge}}};
  for (const auto& [word, known] : kKinds) {
    if (table_.cell(row_, "kind") != word) continue;
    out.kind = known;
    return;
  }
  mistake("kind", "must be any, finding, group, with or age");
}

Result<Requirement> Parser::parse() {
  Requirement out;
  out.set = table_.cell(row_, "set");
  out.title = table_.cell(row_, "title");
  kind(out);
  for (const std::string_view clause : split(table_.cell(row_, "items"), '&')) {
    out.clauses.emplace_back();
    for (const std::string_view one : split(clause, '|')) {
      out.clauses.back().push_back(alternative("items", one));
    }
  }
  for (const std::string_view range : split(table_.cell(row_, "ages"), ',')) {
    out.ages.push_back(age_range(range));
  }
  for (const std::string_view one : split(table_.cell(row_, "unless"), '|')) {
    condition("unless", one, out.unless.emplace_back());
  }
  const std::string& day = table_.cell(row_, "age_on");
  out.age_at_year_end = day == "year-end";
  if (!day.empty() && day != "exam" && day != "year-end") {
    mistake("age_on", "must be exam or year-end");
  }
  if (out.title.empty()) mistake("title", "is required");
  if (out.clauses.empty() != (out.kind == Kind::kAge)) {
    mistake("items", "are required, except for kind age");
  }
  if (out.kind == Kind::kWith && out.clauses.size() < 2) {
    mistake("items", "must hold what is done & what then is needed");
  }
  if (!mistake_.empty()) return fail(Code::kInvalidArgument, mistake_);
  return out;
}

}  // namespace

bool Definition::has_requirement_set(std::string_view set) const {
  for (const Requirement& requirement : requirements) {
    if (requirement.set == set) return true;
  }
  return false;
}

Status load_requirements(BytesView bytes, Definition& out) {
  TRY(const CsvTable table,
      CsvTable::parse(bytes, "requirements.csv", {"set", "title", "kind", "items"},
                      {"ages", "age_on", "unless", "note"}));
  if (table.rows() > kRequirementsMax) {
    return fail(Code::kInvalidArgument, "requirements.csv: more than 2,000 rules");
  }
  for (std::size_t row = 0; row < table.rows(); ++row) {
    TRY(Requirement requirement, Parser(table, row, out).parse());
    out.requirements.push_back(std::move(requirement));
  }
  return {};
}

}  // namespace sekisho::converter
