// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/pipeline/routes.h"

#include <algorithm>

#include "converter/field/identifiers.h"

namespace sekisho::converter {

std::string eight_digits(std::string_view number) {
  std::string digits = fold_digits(number);
  if (digits.size() < 8) digits.insert(0, 8 - digits.size(), '0');
  return digits;
}

Routes::Routes(const std::vector<Receiver>& receivers) {
  for (const Receiver& receiver : receivers) {
    sinks_.push_back(receiver.sink);
    numbers_.push_back(eight_digits(receiver.insurer_number));
  }
}

std::optional<std::size_t> Routes::find(Row& row) const {
  if (!by_insurer()) return 0;
  const std::int32_t item = row.definition.item_with(Role::kInsurerNumber);
  if (item < 0) return {};
  const auto index = static_cast<std::uint32_t>(item);
  const Slot& slot = row.slot(index);
  if (slot.has_value()) {
    const auto found = std::find(numbers_.begin(), numbers_.end(), eight_digits(slot.standard));
    if (found != numbers_.end()) return static_cast<std::size_t>(found - numbers_.begin());
  }
  row.report_item(slot.has_value() ? kinds::kNoReceiver : kinds::kKeyMissing, index);
  return {};
}

}  // namespace sekisho::converter
