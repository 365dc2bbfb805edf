// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "converter/interchange/person.h"

namespace sekisho::converter {

// What the forms need to know beside the persons.
struct InterchangeOptions {
  std::string created;          // YYYYMMDD
  std::string report_category;  // 報告区分, "10" 特定健診
  std::string programme;        // 健診プログラム, "010"
  std::string sender_number;  // 健診機関番号 or 保険者番号 of whoever makes the archive
  std::string receiver_number;  // 8 digits
  std::string interaction;      // ix08 interactionType, "6" 健診機関 → 保険者
};

// One person as a CDA document of form hc08 V08: values with the L/H rule, methods, series groups
// with their reasons. Well-formed UTF-8; text that XML cannot hold is left out.
[[nodiscard]] std::string hc08_document(const Person& person, const std::vector<Finding>& findings,
                                        const InterchangeOptions& options);
// ix08_V08.xml of an archive with so many documents.
[[nodiscard]] std::string ix08_document(std::size_t documents, const InterchangeOptions& options);

}  // namespace sekisho::converter
