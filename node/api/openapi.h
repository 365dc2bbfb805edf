// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace sekisho::api {

// node/api/openapi.json as it was when this program was built. Immutable; any thread.
[[nodiscard]] std::string_view openapi_text();

}  // namespace sekisho::api
