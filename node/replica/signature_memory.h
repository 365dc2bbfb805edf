// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>

#include "node/base/bytes.h"
#include "node/state/signature_verifier.h"

namespace sekisho::replica {

// What is known of operations' signatures, by the digest of the signed operation, so that each is
// checked once per node: by admission or by the workers when its entry arrives, never again at
// apply. Bounded; what was forgotten is checked on the spot. Core thread only.
class SignatureMemory final : public state::SignatureVerifier {
 public:
  SignatureMemory(const Digest& chain_id, std::size_t digests_max)
      : plain_(chain_id), generation_max_(digests_max / 2 + 1) {}

  void remember(const Digest& operation_digest, bool valid);
  // Nothing when the digest was never checked, or was forgotten.
  [[nodiscard]] std::optional<bool> find(const Digest& operation_digest) const;

  [[nodiscard]] bool verify_operation(const ledger::ParsedOperation& operation,
                                      BytesView spki_der) const override;
  [[nodiscard]] bool verify(BytesView spki_der, BytesView input,
                            BytesView signature) const override {
    return plain_.verify(spki_der, input, signature);
  }
  // Operations that had to be checked on the core thread.
  [[nodiscard]] std::uint64_t misses() const { return misses_; }

 private:
  using Generation = std::unordered_map<Digest, bool, DigestHash>;  // looked up, never walked

  state::PlainVerifier plain_;
  std::size_t generation_max_;
  Generation young_;
  Generation old_;
  mutable std::uint64_t misses_ = 0;
};

}  // namespace sekisho::replica
