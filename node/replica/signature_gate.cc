// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/replica/signature_gate.h"

#include <algorithm>
#include <utility>

#include "node/base/limits.h"
#include "node/base/probe.h"
#include "node/state/queries.h"
#include "proto/v1/block.pb.h"

namespace sekisho::replica {
namespace {

tl::unexpected<Error> bad_signature() {
  return fail(Code::kUnauthenticated, "the signature of an operation is not valid");
}

}  // namespace

SignatureGate::SignatureGate(const Digest& chain_id, Verifier& verifier, SignatureMemory& memory,
                             const state::Reader& state, std::function<void()> progress)
    : chain_id_(chain_id),
      verifier_(verifier),
      memory_(memory),
      state_(state),
      progress_(std::move(progress)) {}

std::optional<crypto::PublicKey> SignatureGate::find_key(const Digest& key_id) {
  if (const auto found = keys_.find(key_id); found != keys_.end()) return found->second;
  const std::optional<state::Key> stored = state::key(state_, key_id);
  if (!stored) return std::nullopt;
  auto parsed = crypto::PublicKey::from_spki_der(stored->spki_der);
  if (!parsed) return std::nullopt;
  if (keys_.size() >= kKeysMax) keys_.clear();
  keys_.emplace(key_id, *parsed);
  return *parsed;
}

bool SignatureGate::add_check(ledger::ParsedOperation operation, Work& work) {
  std::optional<crypto::PublicKey> key = find_key(operation.key_id);
  if (!key) return false;
  work.digests.push_back(operation.digest);
  auto shared = std::make_shared<const ledger::ParsedOperation>(std::move(operation));
  work.checks.push_back([shared, chain_id = chain_id_, key = *std::move(key)] {
    return ledger::verify_operation(*shared, chain_id, key);
  });
  return true;
}

SignatureGate::Work SignatureGate::collect(BytesView body) {
  Work work;
  v1::BlockBody parsed;
  if (!parsed.ParseFromArray(body.data(), static_cast<int>(body.size()))) return work;
  for (const std::string& bytes : parsed.operations()) {
    if (memory_.find(ledger::operation_digest(bytes))) continue;
    auto operation = ledger::parse_operation(bytes);
    if (!operation) continue;  // the state machine rejects it without asking for its signature
    if (!add_check(*std::move(operation), work)) work.keys_missing = true;
  }
  return work;
}

void SignatureGate::start(consensus::Index index, Pending& pending, BytesView body) {
  Work work = collect(body);
  pending.keys_missing = work.keys_missing;
  pending.checking = !work.checks.empty();
  if (!pending.checking) return;
  verifier_.verify(std::move(work.checks),
                   [this, alive = std::weak_ptr(alive_), index, term = pending.term,
                    digests = std::move(work.digests)](std::vector<bool> valid) {
                     if (!alive.expired()) on_checked(index, term, digests, valid);
                   });
}

void SignatureGate::on_checked(consensus::Index index, consensus::Term term,
                               const std::vector<Digest>& digests, const std::vector<bool>& valid) {
  for (std::size_t i = 0; i < digests.size(); ++i) memory_.remember(digests[i], valid[i]);
  const auto found = pending_.find(index);
  if (found == pending_.end() || found->second.term != term) return;
  found->second.checking = false;
  progress_();
}

void SignatureGate::prefetch(const consensus::Entry& entry) {
  if (entry.kind != consensus::EntryKind::kNormal) return;
  const auto [found, fresh] = pending_.try_emplace(entry.index);
  if (!fresh && found->second.term == entry.term) return;
  found->second = Pending{.term = entry.term};
  start(entry.index, found->second, entry.view());
}

bool SignatureGate::ready(const consensus::Entry& entry) {
  if (entry.kind != consensus::EntryKind::kNormal) return true;
  prefetch(entry);
  Pending& pending = pending_.at(entry.index);
  if (pending.checking) return false;
  if (pending.keys_missing && !pending.looked_again) {
    PROBE("signature_of_a_key_added_meanwhile");
    pending.looked_again = true;
    start(entry.index, pending, entry.view());
  }
  return !pending.checking;
}

void SignatureGate::forget_to(consensus::Index index) {
  pending_.erase(pending_.begin(), pending_.upper_bound(index));
}

void SignatureGate::admit(std::vector<Bytes> signed_operations, Admitted done) {
  if (admitting_ + signed_operations.size() > limits::kPoolOperationsMax)
    return done(
        fail(Code::kResourceExhausted, "too many operations wait to be checked; try later"));
  std::vector<AdmittedOperation> admitted;
  Work work;
  for (Bytes& bytes : signed_operations) {
    auto parsed = ledger::parse_operation(bytes);
    if (!parsed) return done(fail(parsed.error().within("forwarded operation")));
    admitted.push_back({std::move(bytes), parsed->digest, parsed->operation_id,
                        parsed->operation.valid_until_ms()});
    if (const auto known = memory_.find(parsed->digest)) {
      if (!*known) return done(bad_signature());
      continue;
    }
    if (!add_check(*std::move(parsed), work))
      return done(fail(Code::kUnavailable, "the key of an operation is not known here yet"));
  }
  auto answer = [this, alive = std::weak_ptr(alive_), digests = std::move(work.digests),
                 admitted = std::move(admitted),
                 done = std::move(done)](const std::vector<bool>& valid) mutable {
    if (alive.expired()) return;
    admitting_ -= digests.size();
    for (std::size_t i = 0; i < digests.size(); ++i) memory_.remember(digests[i], valid[i]);
    if (std::find(valid.begin(), valid.end(), false) != valid.end()) return done(bad_signature());
    done(std::move(admitted));
  };
  if (work.checks.empty()) return answer({});
  admitting_ += work.checks.size();
  verifier_.verify(std::move(work.checks), std::move(answer));
}

}  // namespace sekisho::replica
