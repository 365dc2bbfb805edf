// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "node/base/bytes.h"
#include "node/ledger/block.h"
#include "node/state/reader.h"
#include "storage/kv.h"

namespace sekisho::storage {

// Where the ledger stands on this disk.
struct LedgerHead {
  std::uint64_t height = 0;           // 0: only the genesis document
  std::uint64_t consensus_index = 0;  // applied Raft index
  ledger::BlockHeader header;         // meaningless at height 0
  Digest hash;                        // chain_id at height 0
};

// One page of an audit answer: operation indexes, ascending.
struct IndexPage {
  std::vector<std::uint64_t> indexes;
  bool more = false;
};

// A consistent view of blocks, operations, indexes, certificates and state at one applied height.
// Any thread; cheap to make: all views between two writes share one snapshot and its small cache.
// Errors everywhere: kNotFound above the head, kCorrupt when a record fails its checksum (it covers
// the key, so a record at the wrong place fails too), kIo.
class LedgerView {
 public:
  explicit LedgerView(std::shared_ptr<const KvView> view);

  [[nodiscard]] Result<LedgerHead> head() const;
  [[nodiscard]] Result<ledger::BlockHeader> header(std::uint64_t height) const;
  // Raft entry that carried the block.
  [[nodiscard]] Result<std::uint64_t> consensus_index(std::uint64_t height) const;
  // The serialised BlockBody.
  [[nodiscard]] Result<Bytes> body(std::uint64_t height) const;
  [[nodiscard]] Result<ledger::OperationRecord> operation(std::uint64_t index) const;
  [[nodiscard]] Result<std::optional<std::uint64_t>> find_operation(const Id16& operation_id) const;
  // A complete subtree of the log tree; stored or computed from at most eight stored ones.
  [[nodiscard]] Result<Digest> tree_node(std::uint8_t level, std::uint64_t position) const;
  // Ascending operation indexes from `from`, at most `count_max`.
  [[nodiscard]] Result<IndexPage> by_exchange(const Id16& exchange_id, std::uint64_t from,
                                              std::size_t count_max) const;
  [[nodiscard]] Result<IndexPage> by_member(std::string_view member_id, std::uint64_t from,
                                            std::size_t count_max) const;
  // Blocks with begin_ms <= block time < end_ms.
  [[nodiscard]] Result<IndexPage> by_time(std::uint64_t begin_ms, std::uint64_t end_ms,
                                          std::uint64_t from, std::size_t count_max) const;
  // The certified checkpoint note of the block: its text with a majority of signatures.
  [[nodiscard]] Result<std::optional<Bytes>> certificate(std::uint64_t height) const;
  // The note this node itself signed at that height, if any.
  [[nodiscard]] Result<std::optional<Bytes>> own_attestation(std::uint64_t height) const;
  // Newest height with a certificate, with an own attestation; 0: none.
  [[nodiscard]] Result<std::uint64_t> certified_height() const;
  [[nodiscard]] Result<std::uint64_t> attested_height() const;
  // State at this view's height.
  [[nodiscard]] std::unique_ptr<state::Reader> state() const;

 private:
  std::shared_ptr<const KvView> view_;
};

// Blocks, operations, indexes, state and certificates of one node in one key-value store. Writes:
// core thread only. Views: any thread.
//
// What this node signs. A signature may leave the node only after the call that was given its note
// has returned success: then block and note are on the disk together. A crash before that loses
// both or neither, because they are one write batch; a lost note was never sent, so signing again
// after the restart, be it another block at that height, contradicts nothing. A crash after it
// finds the note at the next start, which is sent again instead of signing anew. Heights of notes
// only grow, and each stands on the block that is stored at its height: this node never has two
// heads of one height or goes backwards in what others hold.
class LedgerStore {
 public:
  // The store outlives this. Refuses (kFailedPrecondition) a store of another chain or node or of
  // an unknown schema version, with a sentence that says what to do; initialises an empty one.
  static Result<std::unique_ptr<LedgerStore>> open(
      Kv& kv, const Digest& chain_id, std::uint64_t node_number,
      const std::vector<ledger::StateChange>& genesis_state);

  // Of the newest write that has returned.
  [[nodiscard]] LedgerView view() const;
  // The whole block in one synced write batch: body, header, operations, leaves, indexes, state,
  // head, and the note this node signs of it unless empty. CHECKs that it extends the stored head.
  Status commit_block(const ledger::AppliedBlock& block, BytesView own_note = {});
  // Synced: the note of a block that was stored without one. CHECKs that the block is applied here,
  // that no other block was attested at that height, and that heights only grow.
  Status save_own_attestation(std::uint64_t height, const Digest& hash, BytesView note);
  // Not synced: it can be collected again. The block is applied here. Own notes of lower heights
  // have done their work and go, save the newest, which says up to where this node has signed.
  Status save_certificate(std::uint64_t height, BytesView note);

 private:
  // Own notes removed with one certificate at most.
  static constexpr std::uint64_t kNotesForgottenMax = 256;

  LedgerStore(Kv& kv, LedgerHead head, std::uint64_t attested_height,
              std::uint64_t oldest_note_height);
  Status write(const WriteBatch& batch, bool sync);
  void on_note_stored(std::uint64_t height);

  Kv& kv_;
  LedgerHead head_;
  std::uint64_t attested_height_;
  std::uint64_t oldest_note_height_;              // no own note is stored below
  mutable std::mutex mutex_;                      // guards what is below
  mutable std::shared_ptr<const KvView> newest_;  // made when first asked for after a write
};

}  // namespace sekisho::storage
