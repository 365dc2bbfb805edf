// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/pipeline/finish.h"

#include <algorithm>

#include "converter/pipeline/routes.h"
#include "converter/text/encode.h"

namespace sekisho::converter {
namespace {

using State = Slot::State;

constexpr std::string_view kTermMark = "、";

bool is_filled(const Slot* slot) { return slot != nullptr && slot->has_value(); }

bool is_key_filled(Row& row, Role role) {
  if (role == Role::kName && is_filled(row.slot(Role::kKana))) return true;
  return is_filled(row.slot(role));
}

bool already_reported(Row& row, Role role) {
  const Slot* slot = row.slot(role);
  return slot != nullptr && slot->state == State::kError;
}

bool replaced_by_voucher(Row& row, Role role) {
  const auto& roles = row.map.policy.voucher_replaces;
  return std::find(roles.begin(), roles.end(), role) != roles.end() &&
         is_filled(row.slot(Role::kVoucherNumber));
}

// Either name would have done, so both columns are shown where the layout has both.
void report_missing_kana(Row& row) {
  const std::int32_t kana = row.definition.item_with(Role::kKana);
  if (kana < 0 || row.column_of(static_cast<std::uint32_t>(kana)) == Slot::kNoColumn) return;
  row.report_item(kinds::kKeyMissing, static_cast<std::uint32_t>(kana));
}

void set_presence(Row& row, std::uint32_t index, std::string_view term) {
  Slot& slot = row.touch(index);
  slot.state = State::kValue;
  slot.standard = term;
  row.reporter.count(kinds::kPresenceCompleted);
}

// All findings items that share one presence item, seen together.
struct Presence {
  bool any_text = false;
  bool any_none = false;
  std::uint32_t shown = 0;  // the findings item to name in a message
};

Presence look_at_findings(Row& row, std::uint32_t presence_item) {
  Presence out;
  for (const std::uint32_t index : row.with_presence) {
    if (row.definition.items[index].presence != static_cast<std::int32_t>(presence_item)) continue;
    const State state = row.slot(index).state;
    const bool text = state == State::kValue || state == State::kUnmapped;
    if (text || !out.any_text) out.shown = index;
    out.any_text = out.any_text || text;
    out.any_none = out.any_none || state == State::kNoFinding;
  }
  return out;
}

void settle_presence(Row& row, std::uint32_t presence_item, const Item& findings) {
  const Presence seen = look_at_findings(row, presence_item);
  const Slot& slot = row.slot(presence_item);
  if (slot.state == State::kBlank) {
    if (seen.any_text) return set_presence(row, presence_item, findings.presence_yes);
    if (seen.any_none) return set_presence(row, presence_item, findings.presence_no);
    return;
  }
  if (!slot.has_value() || !row.definition.check_enabled(1)) return;
  const bool none_but_text = slot.standard == findings.presence_no && seen.any_text;
  const bool some_but_blank = slot.standard == findings.presence_yes && !seen.any_text;
  if (none_but_text || some_but_blank) row.report_item(correlation_kind(1, 'W'), seen.shown);
}

// Without whole trailing terms until it fits; a single term too long goes by characters.
std::string_view fit_terms(std::string_view text, std::size_t size_bytes_max) {
  while (cp932_size_bytes(text) > size_bytes_max) {
    const std::size_t mark = text.rfind(kTermMark);
    if (mark == std::string_view::npos) return cp932_prefix(text, size_bytes_max);
    text = text.substr(0, mark);
  }
  return text;
}

void check_length(Row& row, std::uint32_t index, Slot& slot) {
  const Item& item = row.definition.items[index];
  // No character takes more CP932 bytes than UTF-8 bytes.
  if (slot.standard.size() <= item.size_bytes_max) return;
  if (cp932_size_bytes(slot.standard) <= item.size_bytes_max) return;
  constexpr std::size_t kDroppedShownMax = 600;
  const std::string_view whole = slot.standard;
  slot.encoded = {};
  slot.standard = item.type == ItemType::kFindings ? fit_terms(whole, item.size_bytes_max)
                                                   : cp932_prefix(whole, item.size_bytes_max);
  const std::string_view dropped = whole.substr(slot.standard.size());
  std::string detail = "(除いた部分「";
  detail += cp932_prefix(dropped, kDroppedShownMax);
  row.report_item(kinds::kLength, index, detail + "」)");
}

// Full-width marks count too, except where they are a result's own spelling (＋＋, －).
bool starts_formula(std::string_view text) {
  if (text.starts_with("＝") || text.starts_with("＠")) return true;
  switch (text.front()) {
    case '=':
    case '@':
    case '\t':
    case '\r':
      return true;
    case '+':
    case '-':
      break;
    default:
      return false;
  }
  // +55, -1.2, +- and (+) compute nothing; a name, a cell or a command needs a letter, ! or |.
  return std::any_of(text.begin() + 1, text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '!' || c == '|';
  });
}

bool may_start_formula(std::string_view text) {
  if (text.empty()) return false;
  const char c = text.front();
  return (c == '=' || c == '@' || c == '+' || c == '-' || c == '\t' || c == '\r' || c == '\xEF') &&
         starts_formula(text);
}

void keep_as_text(Row& row, std::string_view& text) {
  row.buffer = "'";
  row.buffer += text;
  text = row.arena.keep(row.buffer);
}

void guard_formula(Row& row, std::uint32_t index, Slot& slot) {
  const bool standard = may_start_formula(slot.standard);
  const bool original = may_start_formula(slot.original);
  if (!standard && !original) return;
  row.report_item(kinds::kFormula, index);
  if (original) {
    keep_as_text(row, slot.original);
    slot.original_encoded = {};
  }
  if (!standard) return;
  keep_as_text(row, slot.standard);
  slot.encoded = {};
}

// Numbers, dates and terms of tables are writable by construction.
bool may_hold_gaiji(ItemType type) {
  return type == ItemType::kText || type == ItemType::kName || type == ItemType::kKana ||
         type == ItemType::kFindings;
}

}  // namespace

void check_keys(Row& row) {
  for (const Role role : row.map.policy.required) {
    if (is_key_filled(row, role) || already_reported(row, role)) continue;
    if (replaced_by_voucher(row, role)) continue;
    const std::int32_t item = row.definition.item_with(role);
    if (item < 0) continue;
    row.report_item(kinds::kKeyMissing, static_cast<std::uint32_t>(item));
    if (role == Role::kName) report_missing_kana(row);
  }
}

void check_receiver(Row& row, std::string_view receiver_insurer_number) {
  const Slot* insurer = row.slot(Role::kInsurerNumber);
  if (receiver_insurer_number.empty() || insurer == nullptr) return;
  const auto item = static_cast<std::uint32_t>(row.definition.item_with(Role::kInsurerNumber));
  if (!is_filled(insurer)) {
    const bool asked = row.column_of(item) != Slot::kNoColumn;
    if (asked && insurer->state != State::kError) row.report_item(kinds::kReceiverUnknown, item);
    return;
  }
  if (eight_digits(insurer->standard) == eight_digits(receiver_insurer_number)) return;
  row.report_item(kinds::kReceiverMismatch, item,
                  "(宛先 " + std::string(receiver_insurer_number) + ")");
}

void complete_presence(Row& row) {
  std::int32_t settled = -1;
  for (const std::uint32_t index : row.with_presence) {
    const Item& item = row.definition.items[index];
    if (item.presence == settled) continue;
    if (row.slot(index).state == State::kBlank) continue;
    settled = item.presence;
    settle_presence(row, static_cast<std::uint32_t>(settled), item);
  }
}

void check_output(Row& row) {
  for (const std::uint32_t index : row.touched()) {
    Slot& slot = row.slot(index);
    if (slot.plain) continue;
    if (row.definition.output.formula_guard) guard_formula(row, index, slot);
    if (slot.standard.empty()) continue;
    if (may_hold_gaiji(row.definition.items[index].type) && !is_standard_text(slot.standard)) {
      slot.standard = row.arena.keep(with_geta(slot.standard));
      slot.encoded = {};
      row.report_item(kinds::kGaiji, index);
    }
    check_length(row, index, slot);
  }
}

}  // namespace sekisho::converter
