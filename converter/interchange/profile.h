// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "converter/definition.h"

namespace sekisho::converter {

// How the 特定健診 forms (XML, FHIR) write one item. Codes, units and answer lists are data, read
// from a folder of two tables (docs/interchange.md).
struct ProfileItem {
  std::string code;  // 17 characters
  std::string name;
  std::string kind;    // PQ, CD, CO, ST
  std::string format;  // of numbers: "NNN.N"
  std::string unit;
  std::string method;        // XML 検査方法コード
  std::string answers;       // OID of the list
  std::string series;        // code of the item whose group it belongs to
  std::string relation;      // COMP or RSON
  std::string section;       // 01010 …
  bool open_method = false;  // its method claims nothing
  std::optional<Decimal> input_min, input_max;
};

// Immutable after loading; any thread.
class Profile {
 public:
  // items.csv and answers.csv as bytes. kInvalidArgument names file and line.
  static Result<Profile> load(BytesView items, BytesView answers);

  // How an item of the definition is written, or null. An item with codes for several methods is
  // written by the one that claims none (その他, 方法問わず), since a standard file does not say
  // how it was measured; without such a one by its first.
  [[nodiscard]] const ProfileItem* find(const Item& item) const;
  // The code of a term in a list; empty when there is none.
  [[nodiscard]] std::string_view code_of(std::string_view oid, std::string_view term) const;

 private:
  [[nodiscard]] const ProfileItem* by_code(std::string_view code) const;

  std::vector<ProfileItem> items_;
  TextMap by_code_;
  std::vector<std::string> answers_;
  TextMap by_answer_;  // oid U+001F term -> index of its code
};

}  // namespace sekisho::converter
