// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "node/base/bytes.h"

namespace sekisho::converter {

// SHA-256, handed in by the caller so that this module stays below the crypto module. Pure; called
// on the caller's thread.
using Hasher = std::function<Digest(BytesView)>;

}  // namespace sekisho::converter
