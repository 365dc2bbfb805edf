// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace sekisho::messages {

// node/messages/messages.txt as it was when this program was built. Immutable; any thread.
[[nodiscard]] std::string_view messages_text();

}  // namespace sekisho::messages
