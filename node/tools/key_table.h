// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/value.hpp>

#include "node/tools/console.h"

namespace sekisho::tools {

// A line for each key of a member, as the API lists them: label, role, id, since when, in use or
// not.
void print_keys(const boost::json::array& keys, const Console& console);

}  // namespace sekisho::tools
