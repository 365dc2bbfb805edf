// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "converter/mapfile/header.h"

namespace sekisho::converter {

// What became of a declared header, in a sentence for the sender: columns that are new, gone,
// renamed or in another order, the first few of them by name. Empty when nothing changed.
[[nodiscard]] std::string describe_header_change(const HeaderRows& declared,
                                                 const HeaderRows& found);

}  // namespace sekisho::converter
