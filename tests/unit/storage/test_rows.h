// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include "node/base/rng.h"
#include "storage/rocksdb_kv.h"
#include "tests/unit/storage/test_dir.h"

namespace sekisho::storage {

inline RocksDbOptions test_options() {
  RocksDbOptions options;
  options.name = "ledger";
  options.memtable_bytes = 1024 * 1024;
  options.free_reserve_bytes = 0;
  return options;
}

inline Bytes numbered_key(std::uint64_t number) {
  Bytes key = "k";
  put_u64(key, number);
  return key;
}

inline Bytes value_of(std::uint64_t number, std::size_t size_bytes) {
  SeededRng rng(number);
  return rng.bytes(size_bytes);
}

inline Status put(Kv& kv, std::uint64_t number, std::size_t size_bytes = 500, bool sync = true) {
  WriteBatch batch;
  batch.put(numbered_key(number), value_of(number, size_bytes));
  return kv.write(batch, sync);
}

// The largest n such that 1..n are all there and right; nothing follows.
inline std::uint64_t count_intact(const Kv& kv, std::size_t size_bytes = 500) {
  std::uint64_t number = 0;
  EXPECT_TRUE(ok(kv.scan("k", "", [&](BytesView key, BytesView value) {
    ++number;
    EXPECT_EQ(key, numbered_key(number));
    EXPECT_EQ(value, value_of(number, size_bytes));
    return true;
  })));
  return number;
}

}  // namespace sekisho::storage
