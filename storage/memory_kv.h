// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "node/base/rng.h"
#include "storage/kv.h"

namespace sekisho::storage {

// The twin of the database for tests and the simulator: same contract, and a process crash on
// demand. It stands for the disk, so it outlives the node that is crashed. Any thread; the crash
// and fault functions while no other call is under way.
class MemoryKv final : public Kv {
 public:
  MemoryKv();
  ~MemoryKv() override;

  [[nodiscard]] Result<std::optional<Bytes>> get(BytesView key) const override;
  Status scan(BytesView prefix, BytesView from, const KvVisitor& visit) const override;
  Status scan_back(BytesView prefix, BytesView from, const KvVisitor& visit) const override;
  Status write(const WriteBatch& batch, bool sync) override;
  [[nodiscard]] std::shared_ptr<const KvView> snapshot() const override;
  Status reclaim(BytesView prefix) override;

  // The process dies: of the batches written since the last sync a random prefix survives, whole
  // batches only; a batch whose write failed with kIo may survive too. Ends the fence and every
  // injected fault. CHECKs that no snapshot is held.
  void crash(Rng& rng);

  // Writes fail from now on. kIo: the outcome on disk is unknown until the crash. kNoSpace: nothing
  // is written and the store is not fenced.
  void fail_writes(Code code);
  // Reads fail with kIo from now on.
  void fail_reads();
  // Ends fail_writes and fail_reads; a fence stays.
  void heal();
  // Writes that would hold more than this fail with kNoSpace. 0: no bound.
  void set_capacity_bytes(std::size_t capacity_bytes);
  // Flips one random bit in one random value below `prefix`; false when there is none.
  bool flip_bit(Rng& rng, BytesView prefix = {});

  [[nodiscard]] std::size_t size_bytes() const;  // newest keys and values
  [[nodiscard]] std::uint64_t sync_count() const;

 private:
  class State;
  std::shared_ptr<State> state_;
};

}  // namespace sekisho::storage
