// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "converter/pipeline/duplicates.h"
#include "converter/pipeline/row.h"

namespace sekisho::converter {

// Finds records that describe one person on one examination day differently: not ours to choose
// between them. The first pass over a file only learns which records those are; when there are any, a second
// pass holds all of them and names the column in which they part. One thread.
class SamePerson {
 public:
  // Looks at a finished record; in the second pass a conflicting one is held back.
  void examine(Row& row);
  [[nodiscard]] bool found_conflicts() const { return !conflicting_.empty(); }
  void begin_second_pass();

 private:
  // The first record of a conflict, until the ones it conflicts with come by.
  struct Remembered {
    std::vector<std::pair<std::uint32_t, std::string>> originals;  // by item
    std::size_t message = 0;                                       // its place in the report
    bool stored = false;
  };
  void hold(Row& row, std::uint32_t first);
  void remember(Row& row, bool stored);

  SeenSet seen_;
  std::set<std::uint32_t> conflicting_;
  std::map<std::uint32_t, Remembered> remembered_;
  bool second_pass_ = false;
};

}  // namespace sekisho::converter
