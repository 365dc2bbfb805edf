// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "node/base/bytes.h"

namespace sekisho::tools {

// Checks that the signature file, as `sekisho catalog sign` writes it, is over this package and by
// the key in the PEM file. kPermissionDenied with a sentence when it is not.
[[nodiscard]] Status check_catalog_signature(const std::map<std::string, Bytes>& package,
                                             const std::string& signature_path,
                                             const std::string& signer_path);

}  // namespace sekisho::tools
