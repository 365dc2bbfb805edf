// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "node/base/bytes.h"
#include "node/base/clock.h"
#include "node/base/limits.h"
#include "node/base/result.h"

namespace sekisho::api {

// How much each member has uploaded to this node without naming it on the ledger, so that one
// member's key cannot fill a node that others need. An upload counts from its beginning, with its
// whole size, until the ledger knows the blob, the node has dropped it, or a day has passed
// (blobs/orphans.h destroys it then). Forgotten by a restart. Any thread.
class Uploads {
 public:
  static constexpr std::uint64_t kUnusedBytesMax = 8 * limits::kBlobSizeMax;

  explicit Uploads(const Clock& clock, std::uint64_t unused_bytes_max = kUnusedBytesMax)
      : clock_(clock), unused_bytes_max_(unused_bytes_max) {}

  // Counts one more upload. kResourceExhausted when the member's unused ones leave no room for it.
  // `used`: the ledger knows that blob, or it is no longer here.
  Status admit(const std::string& member_id, const Digest& blob_id, std::uint64_t size_bytes,
               const std::function<bool(const Digest& blob_id)>& used);

 private:
  struct Upload {
    std::uint64_t size_bytes = 0;
    std::uint64_t since_ms = 0;  // monotonic time
  };

  const Clock& clock_;
  std::uint64_t unused_bytes_max_;
  std::mutex mutex_;
  std::map<std::string, std::map<Digest, Upload>> by_member_;
};

}  // namespace sekisho::api
