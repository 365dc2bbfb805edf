// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "converter/definition.h"

namespace sekisho::converter {

// Which item a header means by itself. Exact after folding of widths, never by likeness; headers
// that look like an item but may be another (糖: of urine or of blood?) are known as such.
// Immutable after loading; any thread.
class Synonyms {
 public:
  // Names and codes of the definition, and a CSV file with the columns header, item, note: an item
  // by name, or an empty one and why nobody may guess. Items that the definition lacks are passed
  // over. kInvalidArgument for one spelling with two meanings.
  static Result<Synonyms> load(BytesView csv, const Definition& definition);

  struct Meaning {
    std::int32_t item = -1;
    std::string_view why_not;  // filled when a person has to decide
  };
  [[nodiscard]] Meaning find(std::string_view header) const;

 private:
  struct Entry {
    std::int32_t item = -1;
    std::string note;
  };
  Status add(std::string_view header, std::int32_t item, std::string_view note);

  std::vector<Entry> entries_;
  TextMap by_header_;
};

}  // namespace sekisho::converter
