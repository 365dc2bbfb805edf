// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "node/tools/console.h"

namespace sekisho::tools {

// Names of organisations by member id.
using MemberNames = std::map<std::string, std::string>;

// What the operations of a listing have said about sealed files so far: blob id to the part of an
// exchange, so that later lines can name it.
struct FilePart {
  std::string_view part;    // "INPUT", "OUTPUT", "REPORT"
  std::string exchange_id;  // 16 bytes
};
using KnownFiles = std::map<std::string, FilePart>;

// One audit row (a value of GET /v1/audit) as a line for an auditor: when, who, what, which file,
// with what outcome. The sentence is made from the signed operation itself, not from the node's
// decoding of it. Rows come in the order of the ledger; each adds to `files` what it says about
// them. kCorrupt when the row's bytes are not what its digest says.
[[nodiscard]] Result<std::string> timeline_line(const boost::json::value& row,
                                                const MemberNames& names, KnownFiles& files,
                                                Language language);

}  // namespace sekisho::tools
