// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "storage/kv.h"

namespace sekisho::storage {

// What a database holds decides how it is laid out on disk.
enum class KvProfile : std::uint8_t {
  kLog,     // large values, written once, soon removed: no compression
  kLedger,  // small values, kept for ever: LZ4, Zstandard at the bottom level
  kBlobs,   // sealed pieces of 64 KiB, incompressible: values in blob files beside the tree
};

struct RocksDbOptions {
  std::string name;  // how errors and logs call it, for example "ledger"; never a path
  KvProfile profile = KvProfile::kLedger;
  std::size_t memtable_bytes = 16 * 1024 * 1024;  // up to three at once
  std::size_t cache_bytes = 64 * 1024 * 1024;     // blocks, indexes and filters together
  int open_files_max = 256;
  // Writes of more than 4 KiB that find less than this free on the file system fail with kNoSpace,
  // change nothing and may be tried again. Covers three memtables, so that the database itself does
  // not meet a full disk; if it does, it is fenced with kNoSpace until it is opened anew.
  std::uint64_t free_reserve_bytes = 64 * 1024 * 1024;
};

// Opens or creates the database in the folder `path` (whose parent exists). Write-ahead log on,
// every checksum verified, torn tail of the log cut off, anything else damaged refused.
// Errors: kFailedPrecondition when another process has it open, kCorrupt when files are damaged or
// missing, kNoSpace, kIo.
[[nodiscard]] Result<std::unique_ptr<Kv>> open_rocksdb_kv(const std::string& path,
                                                          const RocksDbOptions& options);

}  // namespace sekisho::storage
