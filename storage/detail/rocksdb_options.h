// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <rocksdb/options.h>
#include <rocksdb/status.h>

#include "node/base/error.h"
#include "storage/rocksdb_kv.h"

namespace sekisho::storage::detail {

[[nodiscard]] rocksdb::Options rocksdb_options(const RocksDbOptions& options);

// The database's status in our words: its name instead of its path, and what to do.
[[nodiscard]] Error to_error(const rocksdb::Status& status, const std::string& name,
                             const std::string& path);
// The same while opening, where a lock held by another process is a kFailedPrecondition and a file
// that is missing is damage.
[[nodiscard]] Error to_open_error(const rocksdb::Status& status, const std::string& name,
                                  const std::string& path);
// The sentence for damage.
[[nodiscard]] std::string damaged(const std::string& name, const std::string& what);

}  // namespace sekisho::storage::detail
