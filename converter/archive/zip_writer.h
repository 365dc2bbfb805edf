// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"

namespace sekisho::converter {

// A zip archive of these files in this order, deflated, made in memory. The same files give the
// same bytes: times are the earliest that the format knows. kResourceExhausted when memory is.
[[nodiscard]] Result<Bytes> write_zip(
    const std::vector<std::pair<std::string, std::string>>& files);

}  // namespace sekisho::converter
