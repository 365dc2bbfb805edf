// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/test_chain.h"

#include <cstdio>
#include <utility>

#include "node/base/check.h"
#include "node/state/invariants.h"
#include "node/state/queries.h"
#include "node/state/store.h"
#include "proto/v1/block.pb.h"

namespace sekisho::test {
namespace {

constexpr std::uint64_t kHourMs = 3600 * 1000;

// The state before a block, for the check of its transitions.
state::Store copy_of(const state::Reader& reader) {
  state::Store copy;
  reader.scan({}, {}, [&](BytesView key, BytesView value) {
    copy.load(Bytes(key), Bytes(value));
    return true;
  });
  return copy;
}

Digest random_digest(Rng& rng) { return *Digest::from_bytes(rng.bytes(Digest::kSize)); }

void set_evidence(const state::Exchange& exchange, v1::ConversionEvidence& evidence) {
  evidence.set_converter_version("1.0.0");
  evidence.set_map_digest(Bytes(exchange.map_digest.view()));
  evidence.set_catalog_digest(Bytes(32, 'c'));
  evidence.set_input_commitment(Bytes(exchange.input.commitment.view()));
  evidence.set_persons_in(100);
  evidence.set_persons_out(100);
  v1::CodeCount* count = evidence.add_counts();
  count->set_code("W-UNIT");
  count->set_count(3);
}

}  // namespace

Bytes make_body(std::uint64_t block_time_ms, const std::vector<Bytes>& operations) {
  v1::BlockBody body;
  body.set_block_time_ms(block_time_ms);
  for (const Bytes& operation : operations) body.add_operations(operation);
  return body.SerializeAsString();
}

TestChain::TestChain(const TestConsortium::Options& options)
    : consortium(options), verifier(consortium.chain_id()), machine(consortium.document()) {}

const ledger::AppliedBlock& TestChain::apply(const std::vector<Bytes>& operations) {
  pass(1000);
  return apply_body(make_body(now_ms_, operations));
}

const ledger::AppliedBlock& TestChain::apply_body(Bytes body) {
  const state::Store before = copy_of(machine);
  blocks.push_back(machine.apply_block(1, blocks.size() + 1, body, verifier));
  for (const std::string& sentence : state::broken_invariants(machine)) {
    std::fputs((sentence + "\n").c_str(), stderr);
    CHECK(sentence.empty());
  }
  for (const std::string& sentence : state::broken_transitions(before, machine)) {
    std::fputs((sentence + "\n").c_str(), stderr);
    CHECK(sentence.empty());
  }
  for (const ledger::TreeNode& node : blocks.back().tree_nodes) {
    CHECK(tree_nodes.emplace(std::pair(node.level, node.position), node.hash).second);
  }
  return blocks.back();
}

ledger::Verdict TestChain::submit(const Bytes& operation) {
  return static_cast<ledger::Verdict>(apply({operation}).operations.at(0).verdict);
}

ledger::Verdict TestChain::submit(const v1::Operation& operation, v1::KeyRole role) {
  return submit(sign(operation, role));
}

ledger::Verdict TestChain::submit_by_node(const v1::Operation& operation,
                                          std::uint64_t node_number) {
  return submit(ledger::sign_operation(operation, consortium.chain_id(),
                                       consortium.operation_key(node_number)));
}

v1::Operation TestChain::operation(std::string_view author) {
  return ledger::make_operation(author, now_ms_, kHourMs, rng_);
}

Bytes TestChain::sign(const v1::Operation& operation, v1::KeyRole role) {
  return ledger::sign_operation(operation, consortium.chain_id(),
                                consortium.key(operation.author_member(), role));
}

v1::BlobRef TestChain::blob(bool sealed) {
  v1::BlobRef blob;
  blob.set_blob_id(Bytes(random_digest(rng_).view()));
  blob.set_size_bytes(1000 + rng_.below(1000));
  if (sealed) blob.set_commitment(Bytes(random_digest(rng_).view()));
  return blob;
}

void TestChain::add_receipts(const v1::BlobRef& blob,
                             google::protobuf::RepeatedPtrField<v1::StorageReceipt>& receipts,
                             std::string_view member_id) {
  for (const std::uint64_t node : {1u, 2u})
    *receipts.Add() = consortium.storage_receipt(blob, node, member_id, now_ms_);
}

Digest TestChain::approved_map() {
  if (!map_digest_.is_zero()) return map_digest_;
  v1::Operation registration = operation("kenshin-a");
  v1::RegisterMap& map = *registration.mutable_register_map();
  map.set_map_id("regional-286");
  map.set_version(1);
  map.set_catalog_id("standard-1");
  map.set_title("地域標準 286列");
  *map.mutable_map() = blob(false);
  add_receipts(map.map(), *map.mutable_receipts());
  CHECK(submit(registration, v1::OPERATOR) == ledger::Verdict::kAccepted);
  v1::Action approve;
  approve.mutable_approve_map()->set_map_digest(map.map().blob_id());
  CHECK(submit(propose_operation("jimukyoku", {approve}), v1::ADMIN) == ledger::Verdict::kAccepted);
  map_digest_ = *Digest::from_bytes(map.map().blob_id());
  return map_digest_;
}

v1::Operation TestChain::offer_operation(const Id16& exchange_id) {
  const Digest map_digest = approved_map();
  v1::Operation op = operation("kenshin-a");
  v1::Offer& offer = *op.mutable_offer();
  offer.set_exchange_id(Bytes(exchange_id.view()));
  offer.set_receiver_member("hoken-a");
  offer.set_map_digest(Bytes(map_digest.view()));
  *offer.mutable_input() = blob();
  offer.set_converter_node(1);
  add_receipts(offer.input(), *offer.mutable_receipts());
  return op;
}

v1::Operation TestChain::result_operation(const Id16& exchange_id, bool with_report) {
  v1::Operation op = operation("jimukyoku");
  v1::ConversionResult& result = *op.mutable_conversion_result();
  result.set_exchange_id(Bytes(exchange_id.view()));
  *result.mutable_output() = blob();
  add_receipts(result.output(), *result.mutable_receipts(), "jimukyoku");
  if (with_report) {
    *result.mutable_report() = blob();
    add_receipts(result.report(), *result.mutable_receipts(), "jimukyoku");
  }
  set_evidence(exchange(exchange_id), *result.mutable_evidence());
  return op;
}

v1::Operation TestChain::failure_operation(const Id16& exchange_id) {
  v1::Operation op = operation("jimukyoku");
  v1::ConversionFailure& failure = *op.mutable_conversion_failure();
  failure.set_exchange_id(Bytes(exchange_id.view()));
  *failure.mutable_report() = blob();
  add_receipts(failure.report(), *failure.mutable_receipts(), "jimukyoku");
  set_evidence(exchange(exchange_id), *failure.mutable_evidence());
  failure.set_code("F-HEADER-HASH");
  return op;
}

v1::Operation TestChain::fetch_operation(std::string_view author, const Id16& exchange_id,
                                         const Digest& blob_id, std::uint64_t node_number) {
  v1::Operation op = operation(author);
  op.mutable_record_fetch()->set_exchange_id(Bytes(exchange_id.view()));
  op.mutable_record_fetch()->set_blob_id(Bytes(blob_id.view()));
  op.mutable_record_fetch()->set_node_number(node_number);
  return op;
}

v1::Operation TestChain::confirm_operation(std::string_view author, const Id16& exchange_id,
                                           const state::Blob& blob) {
  v1::Operation op = operation(author);
  v1::ConfirmReceipt& confirm = *op.mutable_confirm_receipt();
  confirm.set_exchange_id(Bytes(exchange_id.view()));
  confirm.set_blob_id(Bytes(blob.blob_id.view()));
  confirm.set_commitment(Bytes(blob.commitment.view()));
  return op;
}

v1::Operation TestChain::deletion_operation(const Digest& blob_id, std::uint64_t node_number) {
  const auto node = state::node(machine, node_number);
  CHECK(node.has_value());
  v1::Operation op = operation(node->member_id);
  op.mutable_record_deletion()->set_blob_id(Bytes(blob_id.view()));
  op.mutable_record_deletion()->set_node_number(node_number);
  op.mutable_record_deletion()->set_method("key-destroyed");
  return op;
}

v1::Operation TestChain::propose_operation(std::string_view author,
                                           const std::vector<v1::Action>& actions) {
  v1::Operation op = operation(author);
  v1::Propose& propose = *op.mutable_propose();
  propose.set_proposal_id(Bytes(fresh_id().view()));
  propose.set_title("議案");
  propose.set_expires_ms(now_ms_ + 24 * kHourMs);
  for (const v1::Action& action : actions) *propose.add_actions() = action;
  return op;
}

v1::Operation TestChain::vote_operation(std::string_view author, const Id16& proposal_id,
                                        bool approve) {
  v1::Operation op = operation(author);
  op.mutable_vote()->set_proposal_id(Bytes(proposal_id.view()));
  op.mutable_vote()->set_approve(approve);
  return op;
}

Id16 TestChain::offer() {
  const Id16 exchange_id = fresh_id();
  CHECK(submit(offer_operation(exchange_id), v1::OPERATOR) == ledger::Verdict::kAccepted);
  return exchange_id;
}

void TestChain::convert(const Id16& exchange_id, bool with_report) {
  CHECK(submit_by_node(result_operation(exchange_id, with_report), 1) ==
        ledger::Verdict::kAccepted);
}

void TestChain::fail_conversion(const Id16& exchange_id) {
  CHECK(submit_by_node(failure_operation(exchange_id), 1) == ledger::Verdict::kAccepted);
}

void TestChain::fetch_output(const Id16& exchange_id) {
  const Digest blob_id = exchange(exchange_id).output->blob_id;
  CHECK(submit(fetch_operation("hoken-a", exchange_id, blob_id), v1::OPERATOR) ==
        ledger::Verdict::kAccepted);
}

void TestChain::confirm_output(const Id16& exchange_id) {
  const state::Blob output = *exchange(exchange_id).output;
  CHECK(submit(confirm_operation("hoken-a", exchange_id, output), v1::OPERATOR) ==
        ledger::Verdict::kAccepted);
}

void TestChain::delete_all() {
  for (const state::Node& node : state::nodes(machine)) {
    for (const Digest& blob_id : state::purge_work(machine, node.node_number, 1000)) {
      CHECK(submit_by_node(deletion_operation(blob_id, node.node_number), node.node_number) ==
            ledger::Verdict::kAccepted);
    }
  }
}

ledger::TreeNodeReader TestChain::tree_reader() const {
  return [this](std::uint8_t level, std::uint64_t position) -> Result<Digest> {
    const auto found = tree_nodes.find({level, position});
    if (found == tree_nodes.end()) return fail(Code::kNotFound, "tree node");
    return found->second;
  };
}

state::Exchange TestChain::exchange(const Id16& exchange_id) const {
  auto found = state::exchange(machine, exchange_id);
  CHECK(found.has_value());
  return std::move(*found);
}

}  // namespace sekisho::test
