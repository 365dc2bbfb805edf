// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "converter/interchange/profile.h"

namespace sekisho::converter {

// One record of a standard file: the standard values by item index.
struct Person {
  const Definition& definition;
  std::vector<std::string> values;

  [[nodiscard]] std::string_view value(Role role) const {
    const std::int32_t item = definition.item_with(role);
    return item < 0 ? std::string_view() : std::string_view(values[static_cast<std::size_t>(item)]);
  }
  // By name, for the few items that have no role.
  [[nodiscard]] std::string_view named(std::string_view name) const {
    const std::uint32_t item = definition.by_name.find(name);
    return item == TextMap::kNone ? std::string_view() : std::string_view(values[item]);
  }
};

// Reads a standard file that this definition wrote, record by record, in its output encoding.
// kInvalidArgument for another header or a broken file; the visitor's errors pass through.
[[nodiscard]] Status read_standard_file(BytesView file, const Definition& definition,
                                        const std::function<Status(const Person&)>& visit);

// What one item of a person says in the terms of the 特定健診 forms.
struct Finding {
  const ProfileItem* item = nullptr;
  std::string_view standard;  // as the standard file has it
  std::string number;         // kind PQ
  std::string_view code;      // kinds CD and CO
  bool not_known = false;     // done without result
  char bound = 0;             // 'L' at or under the input minimum, 'H' at or over the maximum
};

// Every filled item that the profile knows, in the order of items. Values that have no form there
// (a term outside of its list) are left out and their items' names added to `left_out`.
[[nodiscard]] std::vector<Finding> findings_of(const Person& person, const Profile& profile,
                                               std::vector<std::string>& left_out);

}  // namespace sekisho::converter
