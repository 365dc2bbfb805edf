// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace sekisho {

// Of the software; formats have versions of their own.
inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace sekisho
