// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/bytes.h"

namespace sekisho::converter {

// Classes: F nothing is delivered, E this person is held back, W delivered but look at it, P
// delivered and medically urgent, I normalisation (counted, not stored).
struct Message {
  char message_class = 'I';
  std::string code;       // "E-DATE", "W-CORRELATION#3", "P"
  std::uint64_t row = 0;  // data record from 1; 0 = the whole file
  std::string column;     // as named in the sender's file: "header#occurrence" or "column N"
  std::string raw_value;  // at most 1,024 bytes
  std::string item;       // standard name
  std::string reason;     // Japanese sentence
  std::string action;     // what to do, Japanese sentence
};

// What conversion found. Holds personal data (raw values): seal it before it leaves memory.
struct Report {
  std::vector<Message> messages;                        // in order of rows; bounded, counts go on
  std::map<std::string, std::uint64_t> counts;          // messages by code, complete
  std::uint64_t dropped = 0;                            // messages beyond the bound
  std::map<std::string, std::uint64_t> unmapped_terms;  // "item<TAB>term" -> how often; bounded
};

struct Counts {
  std::uint64_t rows_in = 0;  // data records read
  std::uint64_t persons_out = 0;
  std::uint64_t persons_held = 0;
  std::uint64_t rows_skipped = 0;  // repeated rows
  std::uint64_t fatal = 0, errors = 0, warnings = 0, panics = 0, infos = 0;
};

// CP932 with CRLF, every cell quoted; opens in a spreadsheet. A cell that would start a formula
// gets an apostrophe in front; characters without CP932 form become 〓.
[[nodiscard]] Bytes render_report_csv(const Report& report);
// One JSON object {"counts":{…},"dropped":n,"messages":[…],"unmapped_terms":[…]}, UTF-8.
[[nodiscard]] std::string render_report_json(const Report& report);

}  // namespace sekisho::converter
