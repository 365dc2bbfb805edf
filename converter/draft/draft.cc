// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/draft/draft.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "converter/csv/record_reader.h"
#include "converter/draft/detect.h"
#include "converter/field/number.h"
#include "converter/mapfile/header.h"
#include "converter/pipeline/jma.h"
#include "converter/text/decode.h"
#include "converter/text/fold.h"
#include "node/base/limits.h"

namespace sekisho::converter {
namespace {

constexpr std::size_t kSampleSizeMax = 4 * limits::kMiB;
constexpr std::size_t kRecordsMax = 2'000;
constexpr std::size_t kSpellingsMax = 30;
constexpr std::size_t kSpellingSizeMax = 60;

using Records = std::vector<std::vector<std::string>>;

// A TOML basic string.
std::string quoted(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      out += std::string("\\u00") + kHex[byte >> 4] + kHex[byte & 15];
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

// One column on its way into the draft.
struct Proposal {
  std::int32_t item = -1;
  std::string why_not;
  std::string table;  // name of a value table
  std::string unit;
  std::string forms;  // of dates, as a TOML list
};

class Drafter {
 public:
  Drafter(const Definition& definition, const Synonyms& synonyms, const DraftOptions& options,
          const Hasher& hasher)
      : definition_(definition), synonyms_(synonyms), options_(options), hasher_(hasher) {}

  Result<Draft> run(BytesView sample) {
    TRY_STATUS(read(sample));
    propose();
    return write();
  }

 private:
  Status read(BytesView sample);
  Status read_records(BytesView sample, char delimiter);
  void propose();
  Proposal propose_column(std::size_t column);
  void settle(std::size_t column, Proposal& out);
  void settle_dates(std::size_t column, Proposal& out);
  void settle_sex(std::size_t column, Proposal& out);
  void settle_codes(std::size_t column, Proposal& out);
  std::set<std::string> spellings(std::size_t column) const;
  Result<Draft> write();
  void write_head(std::string& out) const;
  void write_jma(Draft& draft) const;
  void write_column(std::string& out, std::size_t column) const;
  [[nodiscard]] std::string_view name_of(std::size_t column) const {
    return header_mode_ == HeaderMode::kCodeLabel ? header_.first[column] : header_.second[column];
  }

  const Definition& definition_;
  const Synonyms& synonyms_;
  const DraftOptions& options_;
  const Hasher& hasher_;
  Encoding encoding_ = Encoding::kCp932;
  char delimiter_ = ',';
  HeaderMode header_mode_ = HeaderMode::kSingle;
  bool jma_ = false;
  bool trailing_ = false;
  Records records_;
  std::size_t data_from_ = 0;
  HeaderRows header_;
  std::vector<std::uint32_t> occurrences_;
  std::vector<Proposal> proposals_;
  std::map<std::string, std::string> tables_;  // name -> TOML entries
};

Status Drafter::read(BytesView sample) {
  if (sample.size() > kSampleSizeMax) {
    sample = sample.substr(0, kSampleSizeMax);
    sample = sample.substr(0, sample.find_last_of('\n') + 1);
  }
  if (options_.encoding) {
    encoding_ = *options_.encoding;
  } else {
    TRY(encoding_, detect_encoding(sample));
  }
  std::string text(decoded_size_max(encoding_, sample.size()), '\0');
  text.resize(decode(encoding_, sample, false, text.data()).written);
  delimiter_ = detect_delimiter(text.substr(0, text.find_first_of("\r\n")), encoding_);
  TRY_STATUS(read_records(sample, delimiter_));
  jma_ = looks_like_jma(records_);
  header_mode_ = jma_ ? HeaderMode::kNone : options_.header.value_or(detect_header_mode(records_));
  data_from_ = std::min(header_record_count(header_mode_), records_.size());
  std::size_t width = 0;
  for (const auto& record : records_) width = std::max(width, record.size());
  trailing_ = width > 1 && std::all_of(records_.begin(), records_.end(), [&](const auto& record) {
                return record.size() == width && record.back().empty();
              });
  return {};
}

Status Drafter::read_records(BytesView sample, char delimiter) {
  MemorySource source(sample);
  RecordReader reader(source, encoding_, delimiter, kSampleSizeMax);
  while (records_.size() < kRecordsMax && reader.next()) {
    records_.emplace_back();
    for (std::size_t i = 0; i < reader.field_count(); ++i)
      records_.back().push_back(reader.value(i));
  }
  if (!records_.empty()) return {};
  return fail(Code::kInvalidArgument,
              "the sample has no records in " + std::string(encoding_name(encoding_)));
}

std::set<std::string> Drafter::spellings(std::size_t column) const {
  std::set<std::string> out;
  for (std::size_t i = data_from_; i < records_.size(); ++i) {
    if (column >= records_[i].size()) continue;
    const std::string_view value = strip(records_[i][column]);
    if (!value.empty()) out.emplace(value);
  }
  return out;
}

void Drafter::propose() {
  if (jma_) return;
  Records rows(records_.begin(), records_.begin() + static_cast<std::ptrdiff_t>(data_from_));
  if (header_mode_ == HeaderMode::kNone) rows = {std::vector<std::string>(records_[0].size())};
  header_ = normalise_header(header_mode_ == HeaderMode::kNone ? HeaderMode::kSingle : header_mode_,
                             rows);
  std::map<std::string, std::uint32_t> seen;
  std::map<std::int32_t, std::size_t> taken;
  for (std::size_t i = 0; i < header_.second.size(); ++i) {
    occurrences_.push_back(++seen[std::string(name_of(i))]);
  }
  for (std::size_t i = 0; i < header_.second.size(); ++i) {
    proposals_.push_back(propose_column(i));
    if (seen[std::string(name_of(i))] > 1 && proposals_[i].item >= 0) {
      proposals_[i] = {-1, "同じ見出しの列が複数ある", {}, {}, {}};
    }
    if (proposals_[i].item < 0) continue;
    const auto [first, fresh] = taken.emplace(proposals_[i].item, i);
    if (fresh) continue;
    // Two columns for one item: a person decides which, or how they join.
    const Proposal both{-1,
                        "同じ項目を指す列が他にもある: " +
                            definition_.items[static_cast<std::size_t>(proposals_[i].item)].name,
                        {},
                        {},
                        {}};
    proposals_[first->second] = both;
    proposals_[i] = both;
  }
}

// "身長(cm)": the name and a unit in brackets at the end; the unit has to be one of the item's.
std::pair<std::string, std::string> split_unit(std::string_view header) {
  const std::string text = folded(strip(header));
  const std::size_t open = text.find_last_of("([");
  if (text.empty() || open == 0 || open == text.npos ||
      (text.back() != ')' && text.back() != ']')) {
    return {text, ""};
  }
  return {std::string(strip(text.substr(0, open))), text.substr(open + 1, text.size() - open - 2)};
}

Proposal Drafter::propose_column(std::size_t column) {
  Proposal out;
  const std::string_view header = name_of(column);
  if (strip(header).empty()) {
    out.why_not = spellings(column).empty() ? "見出しも値もない" : "見出しがない";
    return out;
  }
  const std::uint32_t code = definition_.by_code.find(folded(strip(header)));
  Synonyms::Meaning meaning = synonyms_.find(header);
  if (code != TextMap::kNone) meaning.item = static_cast<std::int32_t>(code);
  if (meaning.item < 0 && meaning.why_not.empty()) {
    const auto [name, unit] = split_unit(header);
    const Synonyms::Meaning bare = unit.empty() ? Synonyms::Meaning{} : synonyms_.find(name);
    const bool known = bare.item >= 0;
    const auto& units = known
                            ? definition_.items[static_cast<std::size_t>(bare.item)].unit_spellings
                            : std::vector<std::string>{};
    if (known && std::find(units.begin(), units.end(), folded_unit(unit)) != units.end()) {
      meaning.item = bare.item;
      out.unit = unit;
    }
  }
  if (meaning.item < 0) {
    out.why_not =
        meaning.why_not.empty() ? "見出しから項目が決まらない" : std::string(meaning.why_not);
    return out;
  }
  out.item = meaning.item;
  settle(column, out);
  return out;
}

void Drafter::settle(std::size_t column, Proposal& out) {
  const Item& item = definition_.items[static_cast<std::size_t>(out.item)];
  switch (item.type) {
    case ItemType::kDate:
      settle_dates(column, out);
      break;
    case ItemType::kSex:
      settle_sex(column, out);
      break;
    case ItemType::kCode:
      settle_codes(column, out);
      break;
    case ItemType::kJudgement:
      out.why_not = "判定の対応表を人が作る";
      break;
    default:
      break;
  }
  if (!out.why_not.empty()) {
    out.why_not = item.name + ": " + out.why_not;
    out.item = -1;
  }
}

void Drafter::settle_dates(std::size_t column, Proposal& out) {
  constexpr std::array<std::string_view, 9> kForms = {"YYYYMMDD", "YYYY/M/D",     "YYYY-M-D",
                                                      "YYYY.M.D", "YYYY年M月D日", "GYYMMDD",
                                                      "GY.M.D",   "GY/M/D",       "元号Y年M月D日"};
  const std::set<std::string> values = spellings(column);
  std::set<std::string_view> used;
  for (const std::string& value : values) {
    for (const std::string_view form : kForms) {
      if (parse_date(value, date_form_of(form).value_or(0))) used.insert(form);
    }
  }
  for (const std::string_view form : kForms) {
    if (used.contains(form)) out.forms += (out.forms.empty() ? "" : ", ") + quoted(form);
  }
  if (!values.empty() && used.empty()) out.why_not = "日付として読める値がない";
}

void Drafter::settle_sex(std::size_t column, Proposal& out) {
  const std::map<std::string, std::string_view> known = {
      {"1", "男性"},    {"2", "女性"},    {"男", "男性"}, {"女", "女性"},
      {"男性", "男性"}, {"女性", "女性"}, {"M", "男性"},  {"F", "女性"}};
  std::string entries;
  for (const std::string& value : spellings(column)) {
    const auto found = known.find(folded(value));
    if (found == known.end()) continue;
    entries += (entries.empty() ? "" : ", ") + std::string("[") + quoted(value) + ", " +
               quoted(found->second) + "]";
  }
  if (entries.empty()) {
    out.why_not = "性別として読める値がない";
    return;
  }
  out.table = "性別";
  tables_[out.table] = entries;
}

// Terms of the list are themselves; any other spelling waits for a person. A code of another system
// may look like one of the list's and mean something else.
void Drafter::settle_codes(std::size_t column, Proposal& out) {
  const Item& item = definition_.items[static_cast<std::size_t>(out.item)];
  const std::set<std::string> values = spellings(column);
  std::string entries;
  std::string open;
  for (const std::string& value : values) {
    const bool term = item.list >= 0 &&
                      definition_.lists[static_cast<std::size_t>(item.list)].by_term.find(value) !=
                          TextMap::kNone;
    if (term) continue;
    if (value.size() > kSpellingSizeMax || values.size() > kSpellingsMax) {
      out.why_not = "値の種類が多く、対応表を人が作る";
      return;
    }
    open += "\n  # [" + quoted(value) + ", \"\"],";
  }
  if (open.empty()) return;
  out.table = item.name;
  tables_[out.table] = open + "\n";
}

// The thirteen leading fields of the layout have a fixed meaning.
void Drafter::write_jma(Draft& draft) const {
  constexpr std::array<std::string_view, kJmaLeadingFields> kNames = {
      "検査機関番号",   "健診機関番号",   "健診機関名称",   "検査受付年月日", "検査受付番号",
      "健診実施年月日", "受診者受付番号", "受診券整理番号", "カナ氏名",       "生年月日",
      "性別",           "乳び・溶血",     "食前・食後"};
  draft.toml +=
      "\n[[value_table]]\nname = \"性別\"\nentries = [[\"1\", \"男性\"], [\"2\", \"女性\"]]\n";
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    const bool known = definition_.by_name.find(kNames[i]) != TextMap::kNone;
    draft.toml += "\n[[column]]\nnumber = " + std::to_string(i + 1) + "\n";
    draft.toml +=
        known ? "item = " + quoted(kNames[i]) + "\n" : std::string("role = \"UNMAPPED\"\n");
    if (known && kNames[i] == "性別") draft.toml += "table = \"性別\"\n";
    ++(known ? draft.proposed : draft.undecided);
  }
}

void Drafter::write_head(std::string& out) const {
  out += "# 下書き: UNMAPPED の列と、# の付いた対応表の行を人が決めてから登録する。\n";
  out += "[map]\nid = " + quoted(options_.id) + "\nversion = \"1\"\ntitle = \"\"\n";
  if (!options_.owner.empty()) out += "owner = " + quoted(options_.owner) + "\n";
  out += "catalog = " + quoted(definition_.id) +
         "\n\n[input]\nencoding = " + quoted(encoding_name(encoding_)) + "\n";
  if (delimiter_ != ',') out += "delimiter = " + quoted(std::string(1, delimiter_)) + "\n";
  constexpr std::array<std::string_view, 4> kModes = {"none", "single", "group", "code-label"};
  if (jma_) out += "layout = \"jma\"\n";
  out += "header_mode = " + quoted(kModes[static_cast<std::size_t>(header_mode_)]) + "\n";
  if (!jma_) {
    const std::size_t columns = header_.second.size() - (trailing_ ? 1 : 0);
    out += "columns = " + std::to_string(columns) + "\n";
  }
  if (trailing_) out += "trailing_delimiter = \"ignore\"\n";
}

void Drafter::write_column(std::string& out, std::size_t column) const {
  const Proposal& proposal = proposals_[column];
  out += "\n[[column]]\nnumber = " + std::to_string(column + 1) + "\n";
  if (header_mode_ == HeaderMode::kGroup) out += "upper = " + quoted(header_.first[column]) + "\n";
  if (header_mode_ != HeaderMode::kNone) out += "header = " + quoted(name_of(column)) + "\n";
  if (header_mode_ == HeaderMode::kCodeLabel) {
    out += "label = " + quoted(header_.second[column]) + "\n";
  }
  if (occurrences_[column] > 1 && header_mode_ != HeaderMode::kNone) {
    out += "occurrence = " + std::to_string(occurrences_[column]) + "\n";
  }
  if (proposal.item < 0) {
    out += "role = \"UNMAPPED\"\nnote = " + quoted(proposal.why_not) + "\n";
    return;
  }
  out += "item = " + quoted(definition_.items[static_cast<std::size_t>(proposal.item)].name) + "\n";
  if (!proposal.unit.empty()) out += "unit = " + quoted(proposal.unit) + "\n";
  if (!proposal.table.empty()) out += "table = " + quoted(proposal.table) + "\n";
  if (!proposal.forms.empty()) out += "date_forms = [" + proposal.forms + "]\n";
}

Result<Draft> Drafter::write() {
  Draft draft;
  write_head(draft.toml);
  if (jma_) write_jma(draft);
  if (trailing_ && !jma_) proposals_.pop_back();
  for (const auto& [name, entries] : tables_) {
    draft.toml += "\n[[value_table]]\nname = " + quoted(name) + "\nentries = [" + entries + "]\n";
  }
  for (std::size_t i = 0; i < proposals_.size(); ++i) {
    write_column(draft.toml, i);
    ++(proposals_[i].item >= 0 ? draft.proposed : draft.undecided);
  }
  draft.columns = draft.proposed + draft.undecided;
  // What is handed out can be checked and tried as it stands.
  const auto loaded = load_map(draft.toml, definition_, hasher_);
  if (!loaded) return fail(loaded.error().within("the draft"));
  return draft;
}

}  // namespace

Result<Draft> draft_map(BytesView sample, const Definition& definition, const Synonyms& synonyms,
                        const DraftOptions& options, const Hasher& hasher) {
  return Drafter(definition, synonyms, options, hasher).run(sample);
}

}  // namespace sekisho::converter
