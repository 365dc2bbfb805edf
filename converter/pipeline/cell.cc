// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/pipeline/cell.h"

#include "converter/field/identifiers.h"
#include "converter/text/encode.h"
#include "converter/text/fold.h"
#include "converter/text/utf8.h"

namespace sekisho::converter {
namespace {

using State = Slot::State;

constexpr std::string_view kMale = "男性";
constexpr std::string_view kFemale = "女性";

void issue(Row& row, const Cell& cell, const MessageKind& kind) {
  row.report(kind, cell.column, cell.raw, static_cast<std::int32_t>(cell.item));
}

Value error(Row& row, const Cell& cell, const MessageKind& kind) {
  issue(row, cell, kind);
  return {.state = State::kError};
}

Value value_of(std::string_view standard) { return {.state = State::kValue, .standard = standard}; }

// Prepared when the cell is spelled exactly as the table has it.
std::string_view prepared_original(const Cell& cell, const TableEntry& entry) {
  return cell.raw == entry.raw ? std::string_view(entry.raw_encoded) : std::string_view{};
}

Value value_of(const Cell& cell, const TableEntry& entry) {
  return {.state = State::kValue,
          .standard = entry.standard,
          .encoded = entry.encoded,
          .original_encoded = prepared_original(cell, entry)};
}

// The list entry that a term names; lists are asked in the term's own spelling, then in wider ones.
const ListEntry* find_in_list(Row& row, const ResultList& list, std::string_view text) {
  if (const ListEntry* found = list.find_term(text, row.exam_date); found != nullptr) return found;
  if (is_ascii(text)) return nullptr;
  fold(text, row.scratch);
  if (const auto* found = list.find_term(row.scratch, row.exam_date); found != nullptr)
    return found;
  return list.find_term(widen_kana(text), row.exam_date);
}

const ListEntry* find_by_code(Row& row, const ResultList& list, std::string_view text) {
  if (const ListEntry* found = list.find_code(text, row.exam_date); found != nullptr) return found;
  fold(text, row.scratch);
  return list.find_code(row.scratch, row.exam_date);
}

// The term of a table's entry in the list; loading the map has found the first of its chain.
const ListEntry* entry_of_list(const Row& row, const Cell& cell, const ResultList& list,
                               const TableEntry& entry) {
  const auto& table = row.map.tables[static_cast<std::size_t>(cell.rule->table)];
  const auto index = static_cast<std::size_t>(&entry - table.entries.data());
  for (std::uint32_t at = cell.rule->list_entries[index]; at != TextMap::kNone;
       at = list.entries[at].next_term) {
    if (list.entries[at].valid.holds(row.exam_date)) return &list.entries[at];
  }
  return nullptr;
}

Value convert_code(Row& row, const Cell& cell, std::string_view text) {
  const Item& item = row.definition.items[cell.item];
  const ResultList& list = row.definition.lists[static_cast<std::size_t>(item.list)];
  const ListEntry* found = nullptr;
  std::string_view original_encoded;
  if (const TableEntry* entry = table_entry(row, cell, text); entry != nullptr) {
    found = entry_of_list(row, cell, list, *entry);
    original_encoded = prepared_original(cell, *entry);
  } else if (cell.rule->table < 0) {
    if (cell.rule->codes) found = find_by_code(row, list, text);
    if (found == nullptr) found = find_in_list(row, list, text);
  }
  if (found == nullptr) {
    SpecialWord word{};
    if (special_word(row, text, word)) return special_value(row, cell, word);
    return error(row, cell, kinds::kCodeUnknown);
  }
  return {.state = State::kValue,
          .standard = found->term,
          .code = found->code,
          .encoded = found->encoded,
          .original_encoded = original_encoded};
}

Value convert_judgement(Row& row, const Cell& cell, std::string_view text) {
  if (const TableEntry* entry = table_entry(row, cell, text); entry != nullptr) {
    return value_of(cell, *entry);
  }
  SpecialWord word{};
  if (special_word(row, text, word) && word != SpecialWord::kNoFinding) {
    return special_value(row, cell, word);
  }
  return error(row, cell, kinds::kJudgementUnknown);
}

Value convert_sex(Row& row, const Cell& cell, std::string_view text) {
  const TableEntry* entry = table_entry(row, cell, text);
  if (entry == nullptr || (entry->standard != kMale && entry->standard != kFemale)) {
    return error(row, cell, kinds::kSex);
  }
  row.sex = entry->standard == kMale ? 'M' : 'F';
  return value_of(cell, *entry);
}

Value convert_date(Row& row, const Cell& cell, std::string_view text) {
  const auto date = parse_date(text, cell.rule->date_forms);
  if (!date) {
    SpecialWord word{};
    if (special_word(row, text, word)) return special_value(row, cell, word);
    return error(row, cell, kinds::kDate);
  }
  const Role role = row.definition.items[cell.item].role;
  const Date upper_bound = row.exam_date;  // still the conversion date when the exam date is read
  if (role == Role::kExamDate) {
    if (*date > upper_bound) return error(row, cell, kinds::kDateFuture);
    row.exam_date = *date;
  }
  if (role == Role::kBirthDate) {
    if (*date > row.exam_date) return error(row, cell, kinds::kBirthAfterExam);
    row.birth_date = *date;
  }
  return value_of(row.arena.keep(date->to_string()));
}

// Runs of blanks inside a name become one U+3000.
void widen_blanks(std::string_view text, std::string& out) {
  out.resize(text.size() * 3);
  char* to = out.data();
  bool blank = false;
  std::size_t at = 0;
  while (at < text.size()) {
    const char32_t code = next_char(text, at);
    const bool is_blank = code == ' ' || code == '\t' || code == 0x3000;
    if (is_blank && !blank) put_char(to, 0x3000);
    if (!is_blank) put_char(to, code);
    blank = is_blank;
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
}

Value convert_person_name(Row& row, std::string_view text, bool kana) {
  widen_blanks(kana ? widen_kana(text) : compose_kana(text), row.buffer);
  return value_of(row.arena.keep(row.buffer));
}

Value convert_digits(Row& row, const Cell& cell) {
  const Item& item = row.definition.items[cell.item];
  const std::string digits = fold_digits(cell.raw);
  const bool right_size = item.digits_exact == 0 || digits.size() == item.digits_exact;
  if (digits.empty() || !right_size) return error(row, cell, kinds::kValueType);
  return value_of(row.arena.keep(digits));
}

Value convert_checked_number(Row& row, const Cell& cell, bool insurer) {
  const std::string digits = fold_digits(cell.raw);
  const bool right_size = insurer ? digits.size() == 6 || digits.size() == 8 : digits.size() == 10;
  if (!right_size) return error(row, cell, kinds::kInsurerDigits);
  if (!has_valid_check_digit(digits)) issue(row, cell, kinds::kCheckDigit);
  return value_of(row.arena.keep(digits));
}

Value convert_number_cell(Row& row, const Cell& cell, std::string_view text) {
  SpecialWord word{};
  const bool digit_first = text[0] >= '0' && text[0] <= '9';
  if (digit_first && cell.rule->table < 0)
    return convert_number(row, cell, text, Comparator::kNone);
  if (!digit_first && special_word(row, text, word)) return special_value(row, cell, word);
  if (const TableEntry* entry = table_entry(row, cell, text); entry != nullptr) {
    text = entry->standard;
  }
  return convert_number(row, cell, text, Comparator::kNone);
}

const TableEntry* exact_entry(const Row& row, const Cell& cell, std::string_view text) {
  if (cell.rule->table < 0) return nullptr;
  const ValueTable& table = row.map.tables[static_cast<std::size_t>(cell.rule->table)];
  return table.find(text, row.exam_date);
}

Value convert_findings_cell(Row& row, const Cell& cell, std::string_view text) {
  if (const TableEntry* entry = exact_entry(row, cell, text); entry != nullptr) {
    return value_of(cell, *entry);
  }
  SpecialWord word{};
  if (special_word(row, text, word)) return special_value(row, cell, word);
  const bool has_terms = cell.rule->table >= 0 || row.definition.items[cell.item].list >= 0;
  return has_terms ? convert_findings(row, cell, text) : value_of(text);
}

Value convert_by_type(Row& row, const Cell& cell, std::string_view text) {
  switch (row.definition.items[cell.item].type) {
    case ItemType::kNumber:
      return convert_number_cell(row, cell, text);
    case ItemType::kCode:
      return convert_code(row, cell, text);
    case ItemType::kJudgement:
      return convert_judgement(row, cell, text);
    case ItemType::kFindings:
      return convert_findings_cell(row, cell, text);
    case ItemType::kDate:
      return convert_date(row, cell, text);
    case ItemType::kSex:
      return convert_sex(row, cell, text);
    case ItemType::kKana:
      return convert_person_name(row, text, true);
    case ItemType::kName:
      return convert_person_name(row, text, false);
    case ItemType::kDigits:
      return convert_digits(row, cell);
    case ItemType::kInsurer:
      return convert_checked_number(row, cell, true);
    case ItemType::kInstitution:
      return convert_checked_number(row, cell, false);
    case ItemType::kText:
      break;
  }
  if (const TableEntry* entry = table_entry(row, cell, text); entry != nullptr) {
    return value_of(cell, *entry);
  }
  return value_of(needs_composing(text) ? row.arena.keep(compose_kana(text)) : text);
}

void join_columns(Row& row, Slot& slot, const Cell& cell, const Value& value,
                  std::string_view separator) {
  if (!value.standard.empty()) {
    row.buffer.assign(slot.standard);
    if (!slot.standard.empty()) row.buffer += separator;
    row.buffer += value.standard;
    slot.standard = row.arena.keep(row.buffer);
    slot.encoded = {};
  }
  row.buffer.assign(slot.original);
  row.buffer += separator;
  row.buffer += cell.raw;
  slot.original = row.arena.keep(row.buffer);
  slot.original_encoded = {};
  if (value.state > slot.state) slot.state = value.state;
}

// A result beats a mere word; two results must agree.
bool settle_pair(Slot& slot, const Value& value) {
  if (value.state == State::kError || slot.state == State::kError) {
    slot.state = State::kError;
    return true;
  }
  if (value.state != State::kValue) return true;
  if (slot.state == State::kValue) return slot.standard == value.standard;
  return false;
}

void fill(Slot& slot, const Cell& cell, const Value& value) {
  slot.state = value.state;
  slot.comparator = value.comparator;
  slot.has_number = value.has_number;
  slot.plain = false;
  slot.standard = value.standard;
  slot.code = value.code;
  slot.encoded = value.encoded;
  slot.original_encoded = value.original_encoded;
  slot.number = value.number;
  slot.column = cell.column;
  slot.original = cell.raw;
}

}  // namespace

bool special_word(Row& row, std::string_view text, SpecialWord& out) {
  constexpr std::size_t kWordSizeMax = 64;
  if (text.size() > kWordSizeMax) return false;
  std::uint32_t found = row.map.special_words.find(text);
  if (found == TextMap::kNone && !is_ascii(text)) {
    fold(text, row.scratch);
    found = row.map.special_words.find(row.scratch);
  }
  if (found == TextMap::kNone) return false;
  out = static_cast<SpecialWord>(found);
  return true;
}

Value special_value(Row& row, const Cell& cell, SpecialWord word) {
  if (word == SpecialWord::kNotDone) {
    issue(row, cell, kinds::kNotDoneWord);
    return {.state = State::kNotDone};
  }
  if (word == SpecialWord::kUnmeasurable) {
    issue(row, cell, kinds::kUnmeasurable);
    return {.state = State::kUnmeasurable, .standard = row.definition.output.unmeasurable};
  }
  const ItemType type = row.definition.items[cell.item].type;
  if (type == ItemType::kFindings) return {.state = State::kNoFinding};
  return error(row, cell, type == ItemType::kNumber ? kinds::kValueType : kinds::kCodeUnknown);
}

const TableEntry* table_entry(Row& row, const Cell& cell, std::string_view text) {
  if (const TableEntry* found = exact_entry(row, cell, text); found != nullptr) return found;
  if (cell.rule->table < 0) return nullptr;
  const ValueTable& table = row.map.tables[static_cast<std::size_t>(cell.rule->table)];
  if (!table.fold) return nullptr;
  fold(text, row.scratch);
  return table.find_folded(row.scratch, row.exam_date);
}

void merge_value(Row& row, const Cell& cell, const Value& value) {
  Slot& slot = row.touch(cell.item);
  if (slot.state == State::kBlank) {
    fill(slot, cell, value);
    return;
  }
  if (row.definition.items[cell.item].type == ItemType::kFindings) {
    join_columns(row, slot, cell, value, "、");
    return;
  }
  const bool texts = cell.rule != nullptr && !cell.rule->join.empty();
  if (texts && slot.state == State::kValue && value.state == State::kValue) {
    join_columns(row, slot, cell, value, cell.rule->join);
    return;
  }
  if (settle_pair(slot, value)) return;
  if (slot.state == State::kValue) {
    issue(row, cell, kinds::kAmbiguous);
    slot.state = State::kError;
    return;
  }
  fill(slot, cell, value);
}

void convert_cell(Row& row, const Cell& cell) {
  const std::string_view text = strip(cell.raw);
  if (text.empty()) return;
  merge_value(row, cell, convert_by_type(row, cell, text));
}

}  // namespace sekisho::converter
