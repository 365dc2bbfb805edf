// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/replica/signature_memory.h"

#include <utility>

namespace sekisho::replica {

void SignatureMemory::remember(const Digest& operation_digest, bool valid) {
  if (young_.size() >= generation_max_) old_ = std::exchange(young_, {});
  young_[operation_digest] = valid;
}

std::optional<bool> SignatureMemory::find(const Digest& operation_digest) const {
  for (const Generation* generation : {&young_, &old_}) {
    if (const auto found = generation->find(operation_digest); found != generation->end())
      return found->second;
  }
  return std::nullopt;
}

bool SignatureMemory::verify_operation(const ledger::ParsedOperation& operation,
                                       BytesView spki_der) const {
  if (const auto known = find(operation.digest)) return *known;
  ++misses_;
  return plain_.verify_operation(operation, spki_der);
}

}  // namespace sekisho::replica
