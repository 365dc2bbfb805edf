// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "converter/pipeline/row.h"

namespace sekisho::converter {

// The rows of requirements.csv that one file is held to: those without a set, and those of the sets
// that the map or the options name. Immutable; any thread. The definition outlives it.
class Requirements {
 public:
  Requirements(const MapFile& map, const Definition& definition,
               const std::vector<std::string>& more_sets);

  // Rules that the layout cannot meet because it has no column for them; once per file.
  [[nodiscard]] std::vector<const Requirement*> beyond_layout() const;
  // E-GROUP-INCOMPLETE, W-REQUIRED-ABSENT and check 21 of one record. Columns that the layout lacks
  // are not asked for here.
  void check(Row& row) const;

 private:
  void check_age(Row& row, const Requirement& rule) const;
  void check_group(Row& row, const Requirement& rule) const;
  void check_clauses(Row& row, const Requirement& rule) const;
  [[nodiscard]] bool in_layout(const std::vector<Alternative>& clause) const;

  const Definition& definition_;
  std::vector<const Requirement*> rules_;
  std::vector<bool> targets_;  // by item
};

}  // namespace sekisho::converter
