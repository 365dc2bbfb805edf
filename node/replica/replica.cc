// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/replica/replica.h"

#include <utility>

#include "consensus/log_store.h"
#include "node/replica/replica_impl.h"
#include "node/state/queries.h"

namespace sekisho::replica {
namespace {

consensus::Options core_options(const Config& config) {
  consensus::Options options;
  options.id = config.node_number;
  options.election_ticks = config.options.election_ticks;
  options.heartbeat_ticks = config.options.heartbeat_ticks;
  return options;
}

consensus::Configuration configuration_of(const state::Reader& state) {
  consensus::Configuration configuration;
  for (const state::Node& node : state::nodes(state))
    (node.voter ? configuration.voters : configuration.learners).push_back(node.node_number);
  return configuration;
}

Status check_identity(const Config& config, const Parts& parts) {
  const std::optional<state::Node> self = state::node(parts.state, config.node_number);
  if (!self) {
    return fail(Code::kFailedPrecondition,
                "the ledger knows no node " + std::to_string(config.node_number));
  }
  if (self->name != config.name ||
      self->attestation_key != parts.attestation_key.public_key().raw()) {
    return fail(Code::kFailedPrecondition,
                "name or attestation key of node " + std::to_string(config.node_number) +
                    " are not those on the ledger; check the node's configuration");
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Replica>> Replica::start(Config config, Parts parts) {
  TRY_STATUS(check_identity(config, parts));
  TRY(const auto head, parts.ledger.view().head());
  if (head.height != parts.state.head().height || head.hash != parts.state.head_hash())
    return fail(Code::kCorrupt, "state and stored ledger stand at different blocks");
  consensus::Restored restored{parts.hard_state, head.consensus_index,
                               configuration_of(parts.state)};
  TRY(auto core,
      consensus::Core::restore(core_options(config), std::move(restored), parts.log, parts.rng));
  auto impl = std::make_unique<Impl>(std::move(config), parts, std::move(core));
  TRY_STATUS(impl->begin());
  return std::unique_ptr<Replica>(new Replica(std::move(impl)));
}

Replica::Replica(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Replica::~Replica() = default;

void Replica::tick() { impl_->tick(); }
void Replica::on_frame(std::uint64_t from_node, BytesView frame) {
  impl_->on_frame(from_node, frame);
}
void Replica::on_persisted(std::uint64_t token, Status status) {
  impl_->on_persisted(token, std::move(status));
}
void Replica::submit(std::vector<AdmittedOperation> operations, SubmitDone done) {
  impl_->submit(std::move(operations), std::move(done));
}
void Replica::wait(const Id16& operation_id, std::uint64_t valid_until_ms,
                   std::uint64_t deadline_ms, WaitDone done) {
  impl_->wait(operation_id, valid_until_ms, deadline_ms, std::move(done));
}
void Replica::read_index(ReadDone done) { impl_->read_index(std::move(done)); }
ReplicaStatus Replica::status() const { return impl_->status(); }
const consensus::Core& Replica::core() const { return impl_->core(); }
Status Replica::transfer_leadership(std::uint64_t node) { return impl_->transfer_leadership(node); }

}  // namespace sekisho::replica
