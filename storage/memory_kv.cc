// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/memory_kv.h"

#include <mutex>
#include <optional>
#include <utility>

#include "node/base/check.h"
#include "node/base/probe.h"
#include "storage/detail/versioned_map.h"

namespace sekisho::storage {
namespace {

constexpr std::uint64_t kNewest = detail::VersionedMap::kNewest;

}  // namespace

// Shared with the snapshots. The mutex is recursive because a visitor may read.
class MemoryKv::State {
 public:
  std::recursive_mutex mutex;
  detail::VersionedMap map;
  std::optional<Code> write_fault;
  bool reads_fail = false;
  std::size_t capacity_bytes = 0;
  std::uint64_t sync_count = 0;
  std::optional<Error> fence;
  std::optional<WriteBatch> in_doubt;  // its write failed; the disk may hold it

  [[nodiscard]] Status check_readable() const {
    if (reads_fail) return fail(Code::kIo, "memory store: injected read fault");
    return {};
  }

  [[nodiscard]] Status check_writable(const WriteBatch& batch) {
    if (fence) return fail(*fence);
    if (write_fault == Code::kNoSpace) {
      return fail(Code::kNoSpace, "memory store: injected full disk");
    }
    if (capacity_bytes != 0 && map.size_bytes_with(batch) > capacity_bytes) {
      return fail(Code::kNoSpace, "memory store: full");
    }
    if (!write_fault) return {};
    fence = Error{*write_fault, "memory store: injected write fault"};
    in_doubt = batch;
    return fail(*fence);
  }
};

namespace {

template <typename State>
class MemoryView final : public KvView {
 public:
  MemoryView(std::shared_ptr<State> state, std::uint64_t sequence)
      : state_(std::move(state)), sequence_(sequence) {}
  ~MemoryView() override {
    const std::scoped_lock lock(state_->mutex);
    state_->map.unpin(sequence_);
  }
  MemoryView(const MemoryView&) = delete;
  MemoryView& operator=(const MemoryView&) = delete;

  Result<std::optional<Bytes>> get(BytesView key) const override {
    const std::scoped_lock lock(state_->mutex);
    TRY_STATUS(state_->check_readable());
    const Bytes* value = state_->map.find(key, sequence_);
    return value == nullptr ? std::optional<Bytes>() : std::optional<Bytes>(*value);
  }
  Status scan(BytesView prefix, BytesView from, const KvVisitor& visit) const override {
    const std::scoped_lock lock(state_->mutex);
    TRY_STATUS(state_->check_readable());
    state_->map.scan(prefix, from, sequence_, visit);
    return {};
  }
  Status scan_back(BytesView prefix, BytesView from, const KvVisitor& visit) const override {
    const std::scoped_lock lock(state_->mutex);
    TRY_STATUS(state_->check_readable());
    state_->map.scan_back(prefix, from, sequence_, visit);
    return {};
  }

 private:
  std::shared_ptr<State> state_;
  std::uint64_t sequence_;
};

}  // namespace

MemoryKv::MemoryKv() : state_(std::make_shared<State>()) {}
MemoryKv::~MemoryKv() = default;

Result<std::optional<Bytes>> MemoryKv::get(BytesView key) const {
  const std::scoped_lock lock(state_->mutex);
  TRY_STATUS(state_->check_readable());
  const Bytes* value = state_->map.find(key, kNewest);
  return value == nullptr ? std::optional<Bytes>() : std::optional<Bytes>(*value);
}

Status MemoryKv::scan(BytesView prefix, BytesView from, const KvVisitor& visit) const {
  return snapshot()->scan(prefix, from, visit);
}

Status MemoryKv::scan_back(BytesView prefix, BytesView from, const KvVisitor& visit) const {
  return snapshot()->scan_back(prefix, from, visit);
}

Status MemoryKv::write(const WriteBatch& batch, bool sync) {
  const std::scoped_lock lock(state_->mutex);
  TRY_STATUS(state_->check_writable(batch));
  state_->map.apply(batch);
  if (!sync) return {};
  state_->map.mark_synced();
  ++state_->sync_count;
  return {};
}

std::shared_ptr<const KvView> MemoryKv::snapshot() const {
  const std::scoped_lock lock(state_->mutex);
  const std::uint64_t sequence = state_->map.sequence();
  state_->map.pin(sequence);
  return std::make_shared<MemoryView<State>>(state_, sequence);
}

Status MemoryKv::reclaim(BytesView) { return {}; }

void MemoryKv::crash(Rng& rng) {
  const std::scoped_lock lock(state_->mutex);
  detail::VersionedMap& map = state_->map;
  CHECK(!map.is_pinned());
  const std::uint64_t last = map.sequence();
  const std::uint64_t survives = rng.between(map.synced(), last);
  map.roll_back(survives);
  if (survives < last) PROBE("storage_crash_lost_unsynced");
  if (state_->in_doubt && survives == last && rng.chance(1, 2)) {
    PROBE("storage_crash_kept_failed_write");
    map.apply(*state_->in_doubt);
  }
  map.mark_synced();
  state_->in_doubt.reset();
  state_->fence.reset();
  state_->write_fault.reset();
  state_->reads_fail = false;
}

void MemoryKv::fail_writes(Code code) {
  const std::scoped_lock lock(state_->mutex);
  state_->write_fault = code;
}

void MemoryKv::fail_reads() {
  const std::scoped_lock lock(state_->mutex);
  state_->reads_fail = true;
}

void MemoryKv::heal() {
  const std::scoped_lock lock(state_->mutex);
  state_->write_fault.reset();
  state_->reads_fail = false;
}

void MemoryKv::set_capacity_bytes(std::size_t capacity_bytes) {
  const std::scoped_lock lock(state_->mutex);
  state_->capacity_bytes = capacity_bytes;
}

bool MemoryKv::flip_bit(Rng& rng, BytesView prefix) {
  const std::scoped_lock lock(state_->mutex);
  return state_->map.flip_bit(rng, prefix);
}

std::size_t MemoryKv::size_bytes() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->map.size_bytes();
}

std::uint64_t MemoryKv::sync_count() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->sync_count;
}

}  // namespace sekisho::storage
