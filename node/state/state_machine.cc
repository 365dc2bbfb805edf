// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/state/state_machine.h"

#include <algorithm>

#include "node/base/check.h"
#include "node/base/limits.h"
#include "node/base/probe.h"
#include "node/crypto/hash.h"
#include "node/state/keys.h"
#include "node/state/queries.h"
#include "node/state/rules.h"
#include "node/state/writes.h"
#include "proto/v1/block.pb.h"

namespace sekisho::state {

using ledger::Verdict;

namespace {

// 9999-12-31T23:59:59Z: a faulty leader's time cannot bring block time near its end.
constexpr std::uint64_t kBlockTimeMaxMs = 253'402'300'799'000;

// Fills `body` and says whether it may be a block; if not, `body` is empty.
bool parse_body(BytesView bytes, v1::BlockBody& body) {
  const bool well_formed =
      bytes.size() <= limits::kBlockSizeMax &&
      body.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) &&
      body.GetReflection()->GetUnknownFields(body).empty() &&
      static_cast<std::size_t>(body.operations_size()) <= limits::kBlockOperationsMax;
  if (!well_formed) body.Clear();
  return well_formed;
}

std::vector<SparseTree::Update> tree_updates(const std::vector<ledger::StateChange>& changes) {
  std::vector<SparseTree::Update> updates;
  updates.reserve(changes.size());
  for (const ledger::StateChange& change : changes) {
    SparseTree::Update update{crypto::sha256(change.key), std::nullopt};
    if (!change.deleted) update.value_hash = crypto::sha256(change.value);
    updates.push_back(update);
  }
  return updates;
}

tl::unexpected<Error> mismatch(const char* what) {
  return fail(Code::kCorrupt, std::string("the stored state does not fit its block: ") + what +
                                  "; restore from a backup or join the node anew");
}

}  // namespace

StateMachine::StateMachine(const ledger::GenesisDocument& genesis) {
  for (ledger::StateChange& change : genesis_state(genesis)) {
    store_.load(std::move(change.key), std::move(change.value));
  }
  head_.chain_id = genesis.chain_id;
  head_.previous_block_hash = genesis.chain_id;
  head_.block_time_ms = genesis.genesis.created_ms;
  head_.log_root = frontier_.root();
  rebuild_tree();
  head_.state_root = tree_.root();
  head_hash_ = genesis.chain_id;
}

Result<std::unique_ptr<StateMachine>> StateMachine::restore(const Reader& stored,
                                                            const ledger::BlockHeader& head,
                                                            const ledger::TreeNodeReader& nodes) {
  CHECK(head.height > 0);
  auto machine = std::unique_ptr<StateMachine>(new StateMachine());
  stored.scan({}, {}, [&](BytesView key, BytesView value) {
    machine->store_.load(Bytes(key), Bytes(value));
    return true;
  });
  if (!machine->store_.get(consortium_key())) return mismatch("the consortium is missing");
  if (consortium(machine->store_).chain_id != head.chain_id) return mismatch("another chain");
  TRY(machine->frontier_, ledger::Frontier::restore(head.tree_size(), nodes));
  if (machine->frontier_.root() != head.log_root) return mismatch("the log tree differs");
  machine->rebuild_tree();
  if (machine->tree_.root() != head.state_root) return mismatch("the state tree differs");
  machine->head_ = head;
  machine->head_hash_ = ledger::block_hash(head);
  machine->store_.set_height(head.height);
  machine->load_dedup();
  return machine;
}

void StateMachine::load_dedup() {
  store_.scan(prefix_of(prefix::kDedup), {}, [this](BytesView, BytesView value) {
    const auto entry = decode_dedup_entry(value);
    CHECK(entry.has_value());
    spent_ids_.insert(entry->operation_ids.begin(), entry->operation_ids.end());
    return true;
  });
}

void StateMachine::rebuild_tree() {
  std::vector<SparseTree::Update> updates;
  updates.reserve(store_.size());
  store_.scan({}, {}, [&](BytesView key, BytesView value) {
    updates.push_back({crypto::sha256(key), crypto::sha256(value)});
    return true;
  });
  tree_.update(std::move(updates));
}

ledger::AppliedBlock StateMachine::apply_block(std::uint64_t term, std::uint64_t consensus_index,
                                               BytesView body_bytes,
                                               const SignatureVerifier& verifier) {
  CHECK(store_.mark() == 0);
  v1::BlockBody body;
  if (!parse_body(body_bytes, body)) PROBE("state: body of a block that does not parse");
  ledger::AppliedBlock block;
  block.consensus_index = consensus_index;
  block.body = Bytes(body_bytes);
  block.header.chain_id = head_.chain_id;
  block.header.height = head_.height + 1;
  block.header.previous_block_hash = head_hash_;
  block.header.block_time_ms =
      std::max(std::min(body.block_time_ms(), kBlockTimeMaxMs), head_.block_time_ms + 1);
  block.header.first_index = frontier_.size();
  begin_block(block.header.block_time_ms);
  for (std::string& operation : *body.mutable_operations()) {
    apply_operation(std::move(operation), block, verifier);
  }
  finish_block(term, block);
  return block;
}

// What falls due by time alone comes first, so that every operation of the block sees it.
void StateMachine::begin_block(std::uint64_t block_time_ms) {
  store_.set_height(head_.height + 1);
  std::vector<Bytes> outdated;
  const Bytes limit = number_prefix(prefix::kDedup, block_time_ms);
  store_.scan(prefix_of(prefix::kDedup), {}, [&](BytesView key, BytesView value) {
    if (key >= limit) return false;
    outdated.emplace_back(key);
    const auto entry = decode_dedup_entry(value);
    CHECK(entry.has_value());
    for (const Id16& id : entry->operation_ids) spent_ids_.erase(id);
    return true;
  });
  for (const Bytes& key : outdated) store_.erase(key);
  expire_proposals(store_, block_time_ms);
}

void StateMachine::apply_operation(Bytes signed_operation, ledger::AppliedBlock& block,
                                   const SignatureVerifier& verifier) {
  ledger::OperationRecord record;
  record.index = frontier_.size();
  record.height = block.header.height;
  record.block_time_ms = block.header.block_time_ms;
  ledger::AuditTerms terms;
  const auto parsed = ledger::parse_operation(signed_operation);
  Verdict verdict = Verdict::kRejectedMalformed;
  if (parsed) {
    record.operation_digest = parsed->digest;
    record.author_key_id = parsed->key_id;
    record.operation_id = parsed->operation_id;
    verdict = judge(*parsed, record.index, record.block_time_ms, verifier, terms);
  } else {
    record.operation_digest = ledger::operation_digest(signed_operation);
  }
  if (ledger::claims_operation_id(verdict)) {
    CHECK(spent_ids_.insert(record.operation_id).second);
    block_ids_.push_back(record.operation_id);
    block_valid_until_max_ms_ =
        std::max(block_valid_until_max_ms_, parsed->operation.valid_until_ms());
  }
  record.verdict = static_cast<std::uint16_t>(verdict);
  record.signed_operation = std::move(signed_operation);
  frontier_.append(ledger::leaf_hash(ledger::encode_leaf(record)), block.tree_nodes);
  block.operations.push_back(std::move(record));
  block.audit_terms.push_back(std::move(terms));
}

Verdict StateMachine::judge(const ledger::ParsedOperation& parsed, std::uint64_t index,
                            std::uint64_t block_time_ms, const SignatureVerifier& verifier,
                            ledger::AuditTerms& terms) {
  const v1::Operation& operation = parsed.operation;
  if (operation.valid_until_ms() < block_time_ms) return Verdict::kRejectedExpired;
  if (operation.valid_until_ms() - block_time_ms > limits::kValidityMaxMs) {
    return Verdict::kRejectedValidityTooLong;
  }
  if (spent_ids_.contains(parsed.operation_id)) return Verdict::kRejectedDuplicate;
  const std::optional<Key> signer = key(store_, parsed.key_id);
  if (!signer) return Verdict::kRejectedUnknownKey;
  if (signer->revoked()) return Verdict::kRejectedRevokedKey;
  if (signer->member_id != operation.author_member()) return Verdict::kRejectedAuthorMismatch;
  if (!verifier.verify_operation(parsed, signer->spki_der)) return Verdict::kRejectedBadSignature;
  const std::optional<Member> author = member(store_, signer->member_id);
  CHECK(author.has_value());
  terms.members.push_back(author->member_id);
  const Verdict entitled = check_entitlement(operation, *author, *signer);
  if (entitled != Verdict::kAccepted) return entitled;
  RuleContext context{store_,  verifier, head_.chain_id, *author,
                      *signer, index,    block_time_ms,  terms};
  const Store::Mark mark = store_.mark();
  const Verdict verdict = apply_payload(context, operation);
  if (verdict != Verdict::kAccepted) store_.rollback(mark);
  return verdict;
}

void StateMachine::finish_block(std::uint64_t term, ledger::AppliedBlock& block) {
  if (!block_ids_.empty()) {
    store_.put(dedup_key(block_valid_until_max_ms_, block.header.height),
               encode(DedupEntry{std::move(block_ids_)}));
    block_ids_.clear();
    block_valid_until_max_ms_ = 0;
  }
  block.state_changes = store_.take_changes();
  block.header.term = term;
  block.header.operation_count = static_cast<std::uint32_t>(block.operations.size());
  block.header.log_root = frontier_.root();
  block.header.state_root = tree_.update(tree_updates(block.state_changes));
  block.hash = ledger::block_hash(block.header);
  CHECK(frontier_.size() == block.header.tree_size());
  CHECK(block.audit_terms.size() == block.operations.size());
  head_ = block.header;
  head_hash_ = block.hash;
}

Verdict StateMachine::dry_run(const ledger::ParsedOperation& operation, std::uint64_t block_time_ms,
                              const SignatureVerifier& verifier) {
  const Store::Mark mark = store_.mark();
  CHECK(mark == 0);
  ledger::AuditTerms terms;
  const Verdict verdict = judge(operation, frontier_.size(),
                                std::max(block_time_ms, head_.block_time_ms + 1), verifier, terms);
  store_.rollback(mark);
  return verdict;
}

std::optional<Bytes> StateMachine::get(BytesView key) const { return store_.get(key); }

void StateMachine::scan(BytesView prefix, BytesView from,
                        const std::function<bool(BytesView key, BytesView value)>& visit) const {
  store_.scan(prefix, from, visit);
}

StateProof StateMachine::prove(BytesView key) const { return tree_.prove(crypto::sha256(key)); }

}  // namespace sekisho::state
