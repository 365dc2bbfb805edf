// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/replica/signature_memory.h"

#include <utility>

namespace sekisho::replica {

void SignatureMemory::remember(const Digest& operation_digest, bool valid) {
  if (young_.size() >= generation_max_) old_ = std::exchange(young_, {});
  young_[operation_digest] = valid;
}

bool SignatureMemory::knows(const Digest& operation_digest) const {
  return young_.contains(operation_digest) || old_.contains(operation_digest);
}

bool SignatureMemory::verify_operation(const ledger::ParsedOperation& operation,
                                       BytesView spki_der) const {
  for (const Generation* generation : {&young_, &old_}) {
    if (const auto found = generation->find(operation.digest); found != generation->end())
      return found->second;
  }
  ++misses_;
  return plain_.verify_operation(operation, spki_der);
}

}  // namespace sekisho::replica
