// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "node/base/bytes.h"
#include "storage/kv.h"

namespace sekisho::conversion {

// What a converter job had done before a crash. Written before the first output blob is stored, so
// that none is ever forgotten, and again with the signed result before that is submitted, so that
// the very same operation is submitted after a restart: the ledger honours its id once.
struct JournalEntry {
  Id16 exchange_id;
  std::vector<Digest> blobs;  // outputs of this attempt
  Bytes signed_result;        // empty until everything is stored
};

// Entries by exchange in a local store. Every change is synced. One thread.
class Journal {
 public:
  explicit Journal(storage::Kv& kv) : kv_(kv) {}
  Status put(const JournalEntry& entry);
  Status remove(const Id16& exchange_id);
  [[nodiscard]] Result<std::optional<JournalEntry>> find(const Id16& exchange_id) const;
  [[nodiscard]] Result<std::vector<JournalEntry>> all() const;

 private:
  storage::Kv& kv_;
};

}  // namespace sekisho::conversion
