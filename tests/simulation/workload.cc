// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/workload.h"

#include <utility>

#include "node/base/check.h"
#include "node/crypto/hash.h"
#include "node/ledger/storage_receipt.h"
#include "node/ledger/verdict.h"

namespace sekisho::simulation {
namespace {

constexpr std::uint64_t kBlobSize = 4096;
constexpr std::uint64_t kPatienceMs = 1500;
constexpr std::uint64_t kHolder = 1;

Bytes bytes_of(const auto& value) { return Bytes(value.view()); }

}  // namespace

Digest Workload::digest_of(const std::string& name) const { return crypto::sha256(name); }

v1::StorageReceipt Workload::receipt_for(const Digest& blob_id, const char* member_id) const {
  return ledger::make_storage_receipt(side_.world.genesis.chain_id,
                                      {blob_id, kBlobSize, kHolder, kGenesisMs, member_id},
                                      side_.world.node_key(kHolder));
}

void Workload::start() {
  next_note();
  if (side_.profile.lives > 0) register_map();
  side_.scheduler.after(1000 * side_.rng.between(500, 4000), [this] { add_key(); });
}

void Workload::add_key() {
  must(
      "clinic", side_.world.admin("clinic"),
      [this](v1::Operation& operation) {
        *operation.mutable_add_key()->mutable_key() =
            ledger::make_key_description("clinic", late_key_, v1::OPERATOR, "operator-2");
      },
      [] {});
  drive(
      "clinic", late_key_, 5000,
      [](v1::Operation& operation) { operation.mutable_note()->set_body("by a new hand"); },
      [](const auto&) {});
}

bool Workload::done() const {
  return open_ == 0 && notes_ == side_.profile.notes && lives_ended_ == side_.profile.lives;
}

std::string Workload::summary() const {
  return "attested=" + std::to_string(attested_) + " expired=" + std::to_string(expired_) +
         " retries=" + std::to_string(retries_) + " lives=" + std::to_string(lives_ended_);
}

void Workload::next_note() {
  if (notes_ == side_.profile.notes) return;
  const std::string member = side_.rng.chance(1, 2) ? "clinic" : "insurer";
  const bool brief = side_.rng.below(1000) < side_.profile.short_validity;
  const std::uint64_t validity_ms = brief ? side_.rng.between(20, 2000) : 3'600'000;
  drive(
      member, side_.world.staff(member), validity_ms,
      [this](v1::Operation& operation) {
        operation.mutable_note()->set_body("note " + std::to_string(notes_));
      },
      [](const auto&) {});
  ++notes_;
  side_.scheduler.after(1000 * side_.rng.between(1, 2 * side_.profile.note_every_ms),
                        [this] { next_note(); });
}

void Workload::register_map() {
  must(
      "clinic", side_.world.staff("clinic"),
      [this](v1::Operation& operation) {
        v1::RegisterMap& map = *operation.mutable_register_map();
        map.set_map_id("map");
        map.set_version(1);
        map.set_catalog_id("catalog");
        map.set_title("map of the clinic");
        map.mutable_map()->set_blob_id(bytes_of(digest_of("map")));
        map.mutable_map()->set_size_bytes(kBlobSize);
        *map.add_receipts() = receipt_for(digest_of("map"), "clinic");
      },
      [this] { approve_map(); });
}

void Workload::approve_map() {
  const Id16 proposal_id = side_.rng.id16();
  must(
      "office", side_.world.admin("office"),
      [this, proposal_id](v1::Operation& operation) {
        v1::Propose& propose = *operation.mutable_propose();
        propose.set_proposal_id(bytes_of(proposal_id));
        propose.set_title("approve the map");
        propose.add_actions()->mutable_approve_map()->set_map_digest(bytes_of(digest_of("map")));
        propose.set_expires_ms(kGenesisMs + 24ull * 3600 * 1000);
      },
      [this] { next_life(); });
}

void Workload::next_life() {
  if (lives_begun_ == side_.profile.lives) return;
  auto life = std::make_shared<Life>();
  life->number = ++lives_begun_;
  const std::string name = std::to_string(life->number);
  life->exchange_id = side_.rng.id16();
  life->input = digest_of("input " + name);
  life->output = digest_of("output " + name);
  life->commitment_in = digest_of("commitment in " + name);
  life->commitment_out = digest_of("commitment out " + name);
  offer(life);
  side_.scheduler.after(1000 * side_.rng.between(1, 800), [this] { next_life(); });
}

void Workload::offer(const std::shared_ptr<Life>& life) {
  must(
      "clinic", side_.world.staff("clinic"),
      [this, life](v1::Operation& operation) {
        v1::Offer& out = *operation.mutable_offer();
        out.set_exchange_id(bytes_of(life->exchange_id));
        out.set_receiver_member("insurer");
        out.set_map_digest(bytes_of(digest_of("map")));
        out.mutable_input()->set_blob_id(bytes_of(life->input));
        out.mutable_input()->set_size_bytes(kBlobSize);
        out.mutable_input()->set_commitment(bytes_of(life->commitment_in));
        *out.add_receipts() = receipt_for(life->input, "clinic");
        out.set_converter_node(1);
      },
      [this, life] {
        // Every third is forgotten by everybody but its holder.
        if (life->number % 3 == 0) return forget(life);
        side_.rng.chance(1, 4) ? withdraw(life) : convert(life);
      });
}

void Workload::forget(const std::shared_ptr<Life>& life) {
  life->blobs = 1;
  side_.scheduler.after(1000 * (kDwellOfferedMs + kExpireOverdueMs),
                        [this, life] { expire(life); });
}

// As node/blobs/expirer.h: asks until ledger time is far enough.
void Workload::expire(const std::shared_ptr<Life>& life) {
  const auto fill = [life](v1::Operation& operation) {
    operation.mutable_expire_exchange()->set_exchange_id(bytes_of(life->exchange_id));
  };
  drive("office", side_.world.node_key(kHolder), 5000, fill,
        [this, life](const replica::OperationStatus& status) {
          const auto verdict = static_cast<ledger::Verdict>(status.verdict);
          const bool expired = status.stage == replica::OperationStage::kExpired;
          if (expired || verdict == ledger::Verdict::kRejectedNotOverdue) {
            side_.scheduler.after(1'000'000, [this, life] { expire(life); });
            return;
          }
          if (verdict != ledger::Verdict::kAccepted)
            side_.checkers.violation("an expiry was refused: " +
                                     std::string(ledger::verdict_name(verdict)));
          delete_blob(life, false);
        });
}

void Workload::withdraw(const std::shared_ptr<Life>& life) {
  must(
      "clinic", side_.world.staff("clinic"),
      [life](v1::Operation& operation) {
        life->blobs = 1;
        operation.mutable_withdraw()->set_exchange_id(bytes_of(life->exchange_id));
        operation.mutable_withdraw()->set_reason("sent by mistake");
      },
      [this, life] { delete_blob(life, false); });
}

void Workload::convert(const std::shared_ptr<Life>& life) {
  must(
      "office", side_.world.node_key(1),
      [this, life](v1::Operation& operation) {
        v1::ConversionResult& out = *operation.mutable_conversion_result();
        out.set_exchange_id(bytes_of(life->exchange_id));
        out.mutable_output()->set_blob_id(bytes_of(life->output));
        out.mutable_output()->set_size_bytes(kBlobSize);
        out.mutable_output()->set_commitment(bytes_of(life->commitment_out));
        out.mutable_evidence()->set_converter_version("1.0");
        out.mutable_evidence()->set_map_digest(bytes_of(digest_of("map")));
        out.mutable_evidence()->set_catalog_digest(bytes_of(digest_of("catalog")));
        out.mutable_evidence()->set_input_commitment(bytes_of(life->commitment_in));
        out.mutable_evidence()->set_persons_in(10);
        out.mutable_evidence()->set_persons_out(10);
        *out.add_receipts() = receipt_for(life->output, "office");
      },
      [this, life] {
        fetch(life);
        delete_blob(life, false);
      });
}

void Workload::fetch(const std::shared_ptr<Life>& life) {
  must(
      "insurer", side_.world.staff("insurer"),
      [life](v1::Operation& operation) {
        operation.mutable_record_fetch()->set_exchange_id(bytes_of(life->exchange_id));
        operation.mutable_record_fetch()->set_blob_id(bytes_of(life->output));
        operation.mutable_record_fetch()->set_node_number(kHolder);
      },
      [this, life] { confirm(life); });
}

void Workload::confirm(const std::shared_ptr<Life>& life) {
  must(
      "insurer", side_.world.staff("insurer"),
      [life](v1::Operation& operation) {
        v1::ConfirmReceipt& out = *operation.mutable_confirm_receipt();
        out.set_exchange_id(bytes_of(life->exchange_id));
        out.set_blob_id(bytes_of(life->output));
        out.set_commitment(bytes_of(life->commitment_out));
      },
      [this, life] { delete_blob(life, true); });
}

void Workload::delete_blob(const std::shared_ptr<Life>& life, bool output) {
  must(
      "office", side_.world.node_key(kHolder),
      [life, output](v1::Operation& operation) {
        v1::RecordDeletion& out = *operation.mutable_record_deletion();
        out.set_blob_id(bytes_of(output ? life->output : life->input));
        out.set_node_number(kHolder);
        out.set_method("key-destroyed");
      },
      [this, life] {
        // Closed with the last deletion: of both blobs, or of the input when it was withdrawn.
        if (--life->blobs == 0) ++lives_ended_;
      });
}

void Workload::must(const std::string& member, const crypto::PrivateKey& key, Fill fill,
                    std::function<void()> next) {
  drive(member, key, 5000, fill,
        [this, member, &key, fill, next = std::move(next)](const replica::OperationStatus& status) {
          if (status.stage == replica::OperationStage::kExpired)
            return must(member, key, fill, next);
          const auto verdict = static_cast<ledger::Verdict>(status.verdict);
          if (verdict != ledger::Verdict::kAccepted)
            side_.checkers.violation("a step of an exchange was refused: " +
                                     std::string(ledger::verdict_name(verdict)));
          next();
        });
}

void Workload::drive(const std::string& member, const crypto::PrivateKey& key,
                     std::uint64_t validity_ms, const Fill& fill, Answered answered) {
  const std::uint64_t now_ms = kGenesisMs + 1000 + side_.scheduler.now_us() / 1000;
  v1::Operation operation = ledger::make_operation(member, now_ms, validity_ms, side_.rng);
  fill(operation);
  Bytes bytes = ledger::sign_operation(operation, side_.world.genesis.chain_id, key);
  const auto parsed = ledger::parse_operation(bytes);
  CHECK(parsed.has_value());
  auto attempt = std::make_shared<Attempt>();
  attempt->operation = {std::move(bytes), parsed->digest, parsed->operation_id,
                        parsed->operation.valid_until_ms()};
  attempt->answered = std::move(answered);
  ++open_;
  try_once(attempt);
}

void Workload::try_once(const std::shared_ptr<Attempt>& attempt) {
  if (attempt->finished) return;
  const std::uint64_t round = ++attempt->round;
  if (round > 1) ++retries_;
  SimNode& node = side_.any_node();
  node.run([&](replica::Replica& replica) {
    const replica::AdmittedOperation& operation = attempt->operation;
    replica.submit({operation}, [](const Status&) {});
    replica.wait(operation.operation_id, operation.valid_until_ms, kPatienceMs,
                 [this, attempt, round](const replica::OperationStatus& status) {
                   on_status(attempt, round, status);
                 });
  });
  // A node that is down, or dies with the question, never answers.
  side_.scheduler.after(1000 * (kPatienceMs + 300), [this, attempt, round] {
    if (attempt->round == round) try_once(attempt);
  });
}

void Workload::on_status(const std::shared_ptr<Attempt>& attempt, std::uint64_t round,
                         const replica::OperationStatus& status) {
  const replica::AdmittedOperation& operation = attempt->operation;
  side_.checkers.answered(operation.operation_id, operation.digest, status);
  side_.trace.note("answer " + operation.operation_id.hex() + " " +
                   replica::stage_name(status.stage) + " " + std::to_string(status.index));
  if (attempt->finished) return;
  if (!status.is_final()) {
    if (attempt->round == round)
      side_.scheduler.after(1000, [this, attempt] { try_once(attempt); });
    return;
  }
  attempt->finished = true;
  --open_;
  ++(status.stage == replica::OperationStage::kExpired ? expired_ : attested_);
  // Whoever goes on does so after this event of the node is over.
  side_.scheduler.after(1000, [attempt, status] { attempt->answered(status); });
}

}  // namespace sekisho::simulation
