// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "consensus/types.h"
#include "node/crypto/key.h"
#include "node/ledger/operation.h"
#include "node/replica/ports.h"
#include "node/replica/signature_memory.h"
#include "node/replica/types.h"
#include "node/state/reader.h"

namespace sekisho::replica {

// Has signatures checked by the workers before the state machine asks for them: those of log
// entries when they arrive, those of forwarded operations before they enter the pool. Core thread
// only.
class SignatureGate {
 public:
  // `progress` is called (core thread, from a worker's answer) when an entry became ready.
  SignatureGate(const Digest& chain_id, Verifier& verifier, SignatureMemory& memory,
                const state::Reader& state, std::function<void()> progress);

  // The entry arrived: starts checking what is not known yet.
  void prefetch(const consensus::Entry& entry);
  // True when the entry can be applied without checking signatures on the core thread. Otherwise
  // the checks are under way and `progress` follows. A key that the ledger does not know yet does
  // not hold an entry up.
  [[nodiscard]] bool ready(const consensus::Entry& entry);
  // Entries up to `index` were applied.
  void forget_to(consensus::Index index);

  // Parses and checks foreign operations. All good: the admitted forms. kInvalidArgument: one does
  // not parse. kUnauthenticated: a signature is bad. kUnavailable: a key is not known here (yet).
  // kResourceExhausted: limits::kPoolOperationsMax wait for their check already.
  using Admitted = std::function<void(Result<std::vector<AdmittedOperation>>)>;
  void admit(std::vector<Bytes> signed_operations, Admitted done);

 private:
  struct Pending {
    consensus::Term term = 0;
    bool checking = false;
    bool keys_missing = false;  // look again when it is the entry's turn
    bool looked_again = false;
  };
  struct Work {
    std::vector<Verifier::Check> checks;
    std::vector<Digest> digests;
    bool keys_missing = false;
  };

  [[nodiscard]] Work collect(BytesView body);
  // False when the key is not known.
  bool add_check(ledger::ParsedOperation operation, Work& work);
  [[nodiscard]] std::optional<crypto::PublicKey> find_key(const Digest& key_id);
  void start(consensus::Index index, Pending& pending, BytesView body);
  void on_checked(consensus::Index index, consensus::Term term, const std::vector<Digest>& digests,
                  const std::vector<bool>& valid);

  static constexpr std::size_t kKeysMax = 4096;

  Digest chain_id_;
  Verifier& verifier_;
  SignatureMemory& memory_;
  const state::Reader& state_;
  std::function<void()> progress_;
  std::map<consensus::Index, Pending> pending_;
  std::size_t admitting_ = 0;                 // checks under way for admit()
  std::map<Digest, crypto::PublicKey> keys_;  // key ids name one key for ever, so this never lies
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
};

}  // namespace sekisho::replica
