// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "node/base/check.h"
#include "node/base/probe.h"
#include "node/replica/replica_impl.h"
#include "node/state/queries.h"

namespace sekisho::replica {

void Replica::Impl::apply_ready() {
  while (!stopped_ && !apply_queue_.empty()) {
    if (!gate_.ready(apply_queue_.front())) {
      PROBE("apply_waits_for_signatures");
      return;
    }
    const consensus::Entry entry = std::move(apply_queue_.front());
    apply_queue_.pop_front();
    CHECK(entry.index == core_.applied_index() + 1);
    if (entry.kind == consensus::EntryKind::kNormal) apply(entry);
    if (stopped_ || !good(core_.applied(entry.index))) return;
    gate_.forget_to(entry.index);
  }
}

// State, then disk, then word: block and own signature become durable together, and nothing is said
// about either before.
void Replica::Impl::apply(const consensus::Entry& entry) {
  const ledger::AppliedBlock block =
      parts_.state.apply_block(entry.term, entry.index, entry.view(), memory_);
  // What the block changes in who signs and under which epoch is taken up before its signature.
  refresh_voters();
  const Bytes note = sign_head(block.header, block.hash);
  const bool hasty = config_.options.defects_for_tests.attest_before_storing;
  if (hasty) announce(block.header.height, block.hash, note);
  if (auto stored = parts_.ledger.commit_block(block, hasty ? Bytes() : note); !stored)
    return fatal(stored.error().within("ledger"));
  last_block_ms_ = now_ms();
  std::vector<Pool::Held> ordered;
  ordered.reserve(block.operations.size());
  for (const ledger::OperationRecord& record : block.operations)
    ordered.emplace_back(record.operation_id, record.operation_digest);
  pool_.on_applied(entry.index, ordered);
  policy_ = state::policy(parts_.state);
  waiters_.on_applied(block);
  parts_.observer.on_applied(block);
  expect_certificate(block.header, block.hash);
  if (!hasty) on_attested(block.header.height, block.hash, note);
}

void Replica::Impl::serve_reads() {
  for (auto it = reads_.begin(); it != reads_.end();) {
    const auto [context, read] = *it++;
    if (read.index != 0 && read.index <= core_.applied_index())
      finish_read(context, parts_.state.height());
  }
}

}  // namespace sekisho::replica
