// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/rules/requirements.h"

#include <algorithm>

namespace sekisho::converter {
namespace {

using Kind = Requirement::Kind;
using State = Slot::State;

bool is_done(const Slot& slot) {
  return slot.state == State::kValue || slot.state == State::kUnmeasurable ||
         slot.state == State::kNoFinding || slot.state == State::kUnmapped;
}

// 31 March of the fiscal year that the day lies in.
Date year_end(Date day) {
  const std::int32_t year = day.month() <= 3 ? day.year() : day.year() + 1;
  return Date{year * 10000 + 331};
}

bool condition_holds(Row& row, const Alternative& alternative) {
  if (alternative.if_item < 0) return true;
  const Slot& slot = row.slot(static_cast<std::uint32_t>(alternative.if_item));
  if (alternative.if_below) {
    const Decimal* number = slot.plain_number();
    return number != nullptr && *number < *alternative.if_below;
  }
  return slot.has_value() && std::find(alternative.if_codes.begin(), alternative.if_codes.end(),
                                       slot.code) != alternative.if_codes.end();
}

// Unknown birth dates are held to every rule.
bool applies(Row& row, const Requirement& rule) {
  for (const Alternative& one : rule.unless) {
    if (condition_holds(row, one)) return false;
  }
  if (rule.ages.empty() || !row.birth_date.is_set()) return true;
  const Date day = rule.age_at_year_end ? year_end(row.exam_date) : row.exam_date;
  const std::int32_t age = age_at(row.birth_date, day);
  return std::any_of(rule.ages.begin(), rule.ages.end(),
                     [&](const AgeRange& range) { return age >= range.from && age <= range.to; });
}

enum class Verdict : std::uint8_t { kMet, kNoText, kRepeat, kMissing };

// Any text of the findings that this presence item speaks for.
bool has_finding_text(Row& row, std::uint32_t presence) {
  return std::any_of(row.with_presence.begin(), row.with_presence.end(), [&](std::uint32_t item) {
    const bool belongs = row.definition.items[item].presence == static_cast<std::int32_t>(presence);
    const State state = row.slot(item).state;
    return belongs && (state == State::kValue || state == State::kUnmapped);
  });
}

const Item* findings_of(const Definition& definition, std::uint32_t presence) {
  for (const Item& item : definition.items) {
    if (item.presence == static_cast<std::int32_t>(presence)) return &item;
  }
  return nullptr;
}

// 所見あり needs its text; an answer that is neither あり nor なし asks for another picture.
Verdict judge_finding(Row& row, std::uint32_t presence) {
  const Slot& slot = row.slot(presence);
  const Item* findings = findings_of(row.definition, presence);
  if (!slot.has_value() || findings == nullptr) return Verdict::kMet;
  if (slot.standard == findings->presence_no) return Verdict::kMet;
  if (slot.standard != findings->presence_yes) return Verdict::kRepeat;
  return has_finding_text(row, presence) ? Verdict::kMet : Verdict::kNoText;
}

Verdict judge(Row& row, const Requirement& rule, const std::vector<Alternative>& clause) {
  Verdict best = Verdict::kMissing;
  for (const Alternative& one : clause) {
    if (!is_done(row.slot(one.item)) || !condition_holds(row, one)) continue;
    const Verdict verdict =
        rule.kind == Kind::kFinding ? judge_finding(row, one.item) : Verdict::kMet;
    best = std::min(best, verdict);
  }
  return best;
}

bool any_done(Row& row, const std::vector<Alternative>& clause) {
  return std::any_of(clause.begin(), clause.end(), [&](const Alternative& one) {
    return is_done(row.slot(one.item)) && condition_holds(row, one);
  });
}

bool all_blank(Row& row, const std::vector<Alternative>& clause) {
  return std::all_of(clause.begin(), clause.end(), [&](const Alternative& one) {
    return row.slot(one.item).state == State::kBlank;
  });
}

std::string_view note_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kNoText:
      return " 所見ありの内容がありません";
    case Verdict::kRepeat:
      return " 再検査が必要とされています";
    default:
      return "";
  }
}

void report_absent(Row& row, const Requirement& rule, const std::vector<Alternative>& clause,
                   Verdict verdict) {
  const std::string detail = "(" + rule.title + std::string(note_of(verdict)) + ")";
  row.report_item(kinds::kRequiredAbsent, clause.front().item, detail);
}

}  // namespace

Requirements::Requirements(const MapFile& map, const Definition& definition,
                           const std::vector<std::string>& more_sets)
    : definition_(definition), targets_(definition.items.size(), false) {
  for (const std::uint32_t item : map.targets) targets_[item] = true;
  const auto names = [](const std::vector<std::string>& sets, const std::string& set) {
    return std::find(sets.begin(), sets.end(), set) != sets.end();
  };
  for (const Requirement& rule : definition_.requirements) {
    const bool wanted =
        rule.set.empty() || names(map.policy.requirements, rule.set) || names(more_sets, rule.set);
    if (wanted) rules_.push_back(&rule);
  }
}

bool Requirements::in_layout(const std::vector<Alternative>& clause) const {
  return std::any_of(clause.begin(), clause.end(),
                     [&](const Alternative& one) { return targets_[one.item]; });
}

std::vector<const Requirement*> Requirements::beyond_layout() const {
  std::vector<const Requirement*> out;
  for (const Requirement* rule : rules_) {
    if (rule->kind != Kind::kAny && rule->kind != Kind::kFinding) continue;
    const bool whole = std::all_of(rule->clauses.begin(), rule->clauses.end(),
                                   [&](const auto& clause) { return in_layout(clause); });
    if (!whole) out.push_back(rule);
  }
  return out;
}

void Requirements::check_age(Row& row, const Requirement& rule) const {
  const std::int32_t birth = definition_.item_with(Role::kBirthDate);
  const bool known = row.birth_date.is_set() && birth >= 0;
  if (!known || !definition_.check_enabled(21) || applies(row, rule)) return;
  row.report_item(correlation_kind(21, 'W'), static_cast<std::uint32_t>(birth));
}

void Requirements::check_group(Row& row, const Requirement& rule) const {
  const bool begun = std::any_of(rule.clauses.begin(), rule.clauses.end(),
                                 [&](const auto& clause) { return any_done(row, clause); });
  if (!begun) return;
  for (const auto& clause : rule.clauses) {
    if (!in_layout(clause) || !all_blank(row, clause)) continue;
    row.report_item(kinds::kGroupIncomplete, clause.front().item, "(" + rule.title + ")");
  }
}

void Requirements::check_clauses(Row& row, const Requirement& rule) const {
  const std::size_t first = rule.kind == Kind::kWith ? 1 : 0;
  if (first == 1 && !any_done(row, rule.clauses.front())) return;
  for (std::size_t i = first; i < rule.clauses.size(); ++i) {
    if (!in_layout(rule.clauses[i])) continue;
    const Verdict verdict = judge(row, rule, rule.clauses[i]);
    if (verdict != Verdict::kMet) report_absent(row, rule, rule.clauses[i], verdict);
  }
}

void Requirements::check(Row& row) const {
  for (const Requirement* rule : rules_) {
    if (rule->kind == Kind::kAge) {
      check_age(row, *rule);
    } else if (!applies(row, *rule)) {
      continue;
    } else if (rule->kind == Kind::kGroup) {
      check_group(row, *rule);
    } else {
      check_clauses(row, *rule);
    }
  }
}

}  // namespace sekisho::converter
