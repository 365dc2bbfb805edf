// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/api/uploads.h"

namespace sekisho::api {

Status Uploads::admit(const std::string& member_id, const Digest& blob_id, std::uint64_t size_bytes,
                      const std::function<bool(const Digest& blob_id)>& used) {
  const std::uint64_t now_ms = clock_.monotonic_ms();
  const std::lock_guard lock(mutex_);
  auto& uploads = by_member_[member_id];
  if (uploads.contains(blob_id)) return {};
  std::erase_if(uploads, [&](const auto& one) {
    return now_ms - one.second.since_ms > limits::kValidityMaxMs || used(one.first);
  });
  std::uint64_t unused_bytes = 0;
  for (const auto& [id, upload] : uploads) unused_bytes += upload.size_bytes;
  if (unused_bytes + size_bytes > unused_bytes_max_) {
    return fail(Code::kResourceExhausted,
                "your organisation has " + std::to_string(unused_bytes) +
                    " bytes of uploads that no exchange on the ledger names yet, and at most " +
                    std::to_string(unused_bytes_max_) +
                    " are allowed; offer them, or wait until they are dropped");
  }
  uploads[blob_id] = {size_bytes, now_ms};
  return {};
}

}  // namespace sekisho::api
