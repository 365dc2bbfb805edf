// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include <boost/json/value.hpp>

#include "node/tools/console.h"

namespace sekisho::tools {

// Names of organisations by member id.
using MemberNames = std::map<std::string, std::string>;

// One audit row (a value of GET /v1/audit) as a line for an auditor: when, who, what, which file,
// with what outcome. The sentence is made from the signed operation itself, not from the node's
// decoding of it. kCorrupt when the row's bytes are not what its digest says.
[[nodiscard]] Result<std::string> timeline_line(const boost::json::value& row,
                                                const MemberNames& names, Language language);

}  // namespace sekisho::tools
