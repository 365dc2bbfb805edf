// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "node/base/rng.h"
#include "node/ledger/verdict.h"
#include "node/state/records.h"
#include "node/state/state_machine.h"
#include "tests/support/test_consortium.h"

namespace sekisho::test {

// The bytes of a BlockBody.
[[nodiscard]] Bytes make_body(std::uint64_t block_time_ms, const std::vector<Bytes>& operations);

// A state machine with a consortium, its own time and the log of what it applied. Every block is
// followed by a check of the state's invariants. One thread.
class TestChain {
 public:
  TestChain() : TestChain(TestConsortium::Options{}) {}
  explicit TestChain(const TestConsortium::Options& options);

  // One second passes, then the operations are a block.
  const ledger::AppliedBlock& apply(const std::vector<Bytes>& operations);
  const ledger::AppliedBlock& apply_body(Bytes body);
  // The verdict of one operation in a block of its own.
  ledger::Verdict submit(const Bytes& operation);
  ledger::Verdict submit(const v1::Operation& operation, v1::KeyRole role);
  ledger::Verdict submit_by_node(const v1::Operation& operation, std::uint64_t node_number);

  // An operation of this member, valid for an hour; the caller sets the payload.
  v1::Operation operation(std::string_view author);
  Bytes sign(const v1::Operation& operation, v1::KeyRole role);
  // A fresh blob.
  v1::BlobRef blob(bool sealed = true);
  Id16 fresh_id() { return rng_.id16(); }
  void pass(std::uint64_t ms) { now_ms_ += ms; }

  // kenshin-a's map, registered and approved.
  Digest approved_map();
  // Accepted steps of an exchange from kenshin-a to hoken-a, held by nodes 1 and 2, converted at 1.
  Id16 offer();
  void convert(const Id16& exchange_id, bool with_report);
  void fail_conversion(const Id16& exchange_id);
  void fetch_output(const Id16& exchange_id);
  void confirm_output(const Id16& exchange_id);
  // Every holder deletes what it must.
  void delete_all();

  v1::Operation offer_operation(const Id16& exchange_id);
  v1::Operation result_operation(const Id16& exchange_id, bool with_report);
  v1::Operation failure_operation(const Id16& exchange_id);
  v1::Operation fetch_operation(std::string_view author, const Id16& exchange_id,
                                const Digest& blob_id, std::uint64_t node_number = 3);
  v1::Operation confirm_operation(std::string_view author, const Id16& exchange_id,
                                  const state::Blob& blob);
  v1::Operation deletion_operation(const Digest& blob_id, std::uint64_t node_number);
  v1::Operation propose_operation(std::string_view author, const std::vector<v1::Action>& actions);
  v1::Operation vote_operation(std::string_view author, const Id16& proposal_id, bool approve);
  void add_receipts(const v1::BlobRef& blob,
                    google::protobuf::RepeatedPtrField<v1::StorageReceipt>& receipts,
                    std::string_view member_id = "kenshin-a");

  TestConsortium consortium;
  state::PlainVerifier verifier;
  state::StateMachine machine;
  std::vector<ledger::AppliedBlock> blocks;
  // The log tree's complete subtrees, as storage would keep them.
  std::map<std::pair<std::uint8_t, std::uint64_t>, Digest> tree_nodes;
  [[nodiscard]] ledger::TreeNodeReader tree_reader() const;
  [[nodiscard]] std::uint64_t now_ms() const { return now_ms_; }
  [[nodiscard]] state::Exchange exchange(const Id16& exchange_id) const;

 private:
  SeededRng rng_{20240401};
  std::uint64_t now_ms_ = TestConsortium::kCreatedMs;
  Digest map_digest_;
};

}  // namespace sekisho::test
