// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "converter/pipeline/row.h"

namespace sekisho::converter {

// What is done once all columns of a record are in: keys, presence of findings, output check. In
// this order; the correlation checks (rules/correlation.h) stand before check_output.

// Required items by role: E-KEY-MISSING.
void check_keys(Row& row);
// E-RECEIVER-MISMATCH when the record names another insurer, or none although the layout has one.
void check_receiver(Row& row, std::string_view receiver_insurer_number);
// Fills an empty presence item from its findings; check 1 when it was filled and disagrees.
void complete_presence(Row& row);
// W-GAIJI and W-LEN: makes every standard value writable and short enough.
void check_output(Row& row);

}  // namespace sekisho::converter
