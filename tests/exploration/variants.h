// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "tests/exploration/explorer.h"

namespace sekisho::exploration {

// The searches that are run, each a few kinds of trouble at a depth that can be exhausted. `wide`
// gives the long forms.
[[nodiscard]] std::vector<Bounds> variants(bool wide);

}  // namespace sekisho::exploration
