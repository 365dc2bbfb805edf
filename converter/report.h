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
  // Number, from 1, of the receiver who gets the record; 0: nobody, or there is only one.
  std::uint32_t receiver = 0;
};

// What conversion found. Holds personal data (raw values): seal it before it leaves memory.
struct Report {
  std::vector<Message> messages;                        // in order of rows; bounded, counts go on
  std::map<std::string, std::uint64_t> counts;          // messages by code, complete
  std::uint64_t dropped = 0;                            // messages beyond the bound
  std::map<std::string, std::uint64_t> unmapped_terms;  // "item<TAB>term" -> how often; bounded
};

// A line of "what it was made with".
struct ReportFact {
  std::string name;
  std::string value;
};

struct Counts {
  std::uint64_t rows_in = 0;  // data records read
  std::uint64_t persons_out = 0;
  std::uint64_t persons_held = 0;
  std::uint64_t rows_skipped = 0;  // repeated rows
  std::uint64_t fatal = 0, errors = 0, warnings = 0, panics = 0, infos = 0;
};

// What the receiver with this number, from 1, may see: the messages about delivered records of his.
// Counts are those of the messages kept.
[[nodiscard]] Report report_for(const Report& report, std::uint32_t receiver);

// CP932 with CRLF, every cell quoted; opens in a spreadsheet. A cell that would start a formula
// gets an apostrophe in front; characters without CP932 form become 〓.
[[nodiscard]] Bytes render_report_csv(const Report& report);
// One JSON object {"counts":{…},"dropped":n,"messages":[…],"unmapped_terms":[…]}, UTF-8.
[[nodiscard]] std::string render_report_json(const Report& report);
// What dictionaries lack: item, term and how often, most frequent first; CP932 as above.
[[nodiscard]] Bytes render_unmapped_csv(const Report& report);
// One page of UTF-8 HTML in Japanese that needs nothing beside it, runs no script and escapes every
// value: summary, urgent values, errors, warnings, unmapped terms, what it was made with.
[[nodiscard]] std::string render_report_html(const Report& report, const Counts& counts,
                                             const std::vector<ReportFact>& facts);

}  // namespace sekisho::converter
