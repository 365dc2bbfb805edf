// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "node/base/result.h"
#include "node/base/secret.h"
#include "node/crypto/key.h"

namespace sekisho::crypto {

// Private keys on disk. Files are created with mode 0600, never overwritten, and durable (file and
// folder fsynced) on return. Errors: kAlreadyExists, kNotFound, kIo, kPermissionDenied when a key
// file may be read by anyone but its owner.

// Under a passphrase: what persons hold.
[[nodiscard]] Status save_encrypted_key(const std::string& path, const PrivateKey& key,
                                        const Secret& passphrase);
// In the clear: what a daemon holds that must start without a person.
[[nodiscard]] Status save_plain_key(const std::string& path, const PrivateKey& key);

// Reads either kind; the passphrase is used only for the encrypted kind. kUnauthenticated when it
// is wrong or missing.
[[nodiscard]] Result<PrivateKey> load_key(const std::string& path, const Secret& passphrase);

}  // namespace sekisho::crypto
