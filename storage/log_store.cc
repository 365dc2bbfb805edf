// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/log_store.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "node/base/check.h"
#include "node/base/probe.h"
#include "storage/detail/log_format.h"
#include "storage/detail/log_scan.h"
#include "storage/detail/log_tail.h"
#include "storage/record.h"

namespace sekisho::storage {

using consensus::Entry;
using consensus::HardState;
using consensus::Index;
using consensus::Persist;
using consensus::Term;

namespace {

constexpr std::string_view kName = "consensus log";

// What a group of writes comes to: entries up to `kept` stay, `added` follow.
struct Change {
  Index kept = 0;
  std::vector<const Entry*> added;
  std::optional<HardState> hard_state;

  [[nodiscard]] Index last() const { return kept + added.size(); }

  void truncate(Index from) {
    CHECK(from <= last() + 1);
    if (from <= kept) {
      kept = from - 1;
      added.clear();
    }
    added.resize(from - kept - 1);
  }

  void add(const Persist& write) {
    if (write.hard_state) hard_state = write.hard_state;
    if (write.truncate_from != 0) truncate(write.truncate_from);
    if (write.entries.empty()) return;
    truncate(write.entries.front().index);
    for (const Entry& entry : write.entries) {
      CHECK(entry.index == last() + 1);
      added.push_back(&entry);
    }
  }
};

void put_hard_state(WriteBatch& batch, const HardState& state) {
  put_record(batch, Bytes(detail::kLogHardStateKey), detail::encode_hard_state(state));
}

void put_base(WriteBatch& batch, const detail::LogBase& base) {
  put_record(batch, Bytes(detail::kLogBaseKey), detail::encode_log_base(base));
}

void remove_entries(WriteBatch& batch, Index first, Index last) {
  for (Index index = first; index <= last; ++index) batch.remove(detail::log_entry_key(index));
}

Status initialise(Kv& kv, const StoreOwner& owner) {
  WriteBatch batch;
  put_identity(batch, owner);
  put_hard_state(batch, {});
  put_base(batch, {});
  return kv.write(batch, true);
}

}  // namespace

class DurableLog::Impl {
 public:
  explicit Impl(Kv& kv) : kv_(kv), tail_(kCacheBytes) {}

  Status load();
  Status persist(std::span<const Persist> group);
  Status truncate_prefix(Index index);
  Status reset(const detail::LogBase& base);
  Status begin_catch_up(Index index);
  Result<std::vector<Entry>> entries(Index first, Index last, std::size_t max_bytes) const;

  // Calls `read` with the tail under the lock.
  template <typename Read>
  auto with_tail(Read read) const {
    const std::scoped_lock lock(mutex_);
    return read(tail_);
  }
  [[nodiscard]] HardState hard_state() const {
    const std::scoped_lock lock(mutex_);
    return hard_state_;
  }
  [[nodiscard]] Index catch_up_index() const {
    const std::scoped_lock lock(mutex_);
    return catch_up_index_;
  }

 private:
  void publish(const Change& change);

  Kv& kv_;
  std::mutex write_mutex_;    // one writer; taken before mutex_
  mutable std::mutex mutex_;  // all below; never held during disk work
  detail::LogTail tail_;
  HardState hard_state_;
  Index catch_up_index_ = 0;
};

Status DurableLog::Impl::load() {
  TRY(const Bytes base_value, require_record(kv_, detail::kLogBaseKey));
  TRY(const detail::LogBase base, detail::decode_log_base(base_value));
  TRY(const Bytes hard_state_value, require_record(kv_, detail::kLogHardStateKey));
  TRY(hard_state_, detail::decode_hard_state(hard_state_value));
  TRY(const auto catch_up, get_record(kv_, detail::kLogCatchUpKey));
  if (catch_up) {
    TRY(catch_up_index_, detail::decode_catch_up(*catch_up));
  }
  TRY_STATUS(detail::load_log(kv_, base, tail_));
  return detail::check_hard_state(hard_state_, tail_);
}

Status DurableLog::Impl::persist(std::span<const Persist> group) {
  const std::scoped_lock write_lock(write_mutex_);
  const Index old_last = tail_.last();  // only writers change it
  Change change{old_last, {}, std::nullopt};
  for (const Persist& write : group) change.add(write);
  CHECK(change.kept + 1 >= tail_.first());
  CHECK(!change.hard_state || change.hard_state->commit <= change.last());

  WriteBatch batch;
  remove_entries(batch, change.last() + 1, old_last);
  for (const Entry* entry : change.added) {
    put_record(batch, detail::log_entry_key(entry->index), detail::encode_log_entry(*entry));
  }
  if (change.hard_state) put_hard_state(batch, *change.hard_state);
  if (batch.empty()) return {};
  TRY_STATUS(kv_.write(batch, true));
  publish(change);
  return {};
}

void DurableLog::Impl::publish(const Change& change) {
  const std::scoped_lock lock(mutex_);
  if (change.kept < tail_.last()) {
    PROBE("storage_log_suffix_replaced");
    tail_.truncate_from(change.kept + 1);
  }
  for (const Entry* entry : change.added) tail_.append(*entry);
  if (change.hard_state) hard_state_ = *change.hard_state;
}

Status DurableLog::Impl::truncate_prefix(Index index) {
  const std::scoped_lock write_lock(write_mutex_);
  CHECK(index <= tail_.last());
  if (index < tail_.first()) return {};
  WriteBatch batch;
  put_base(batch, {index, tail_.term(index)});
  remove_entries(batch, tail_.first(), index);
  {
    // First the bounds, then the rows: a reader never finds a row gone inside the bounds.
    const std::scoped_lock lock(mutex_);
    tail_.truncate_to(index);
  }
  return kv_.write(batch, false);
}

Status DurableLog::Impl::reset(const detail::LogBase& base) {
  const std::scoped_lock write_lock(write_mutex_);
  HardState state = hard_state();
  if (state.term < base.term) state = {base.term, consensus::kNobody, state.commit};
  state.commit = base.index;
  WriteBatch batch;
  remove_entries(batch, tail_.first(), tail_.last());
  put_base(batch, base);
  put_hard_state(batch, state);
  batch.remove(Bytes(detail::kLogCatchUpKey));
  TRY_STATUS(kv_.write(batch, true));
  const std::scoped_lock lock(mutex_);
  tail_.restart(base);
  hard_state_ = state;
  catch_up_index_ = 0;
  return {};
}

Status DurableLog::Impl::begin_catch_up(Index index) {
  const std::scoped_lock write_lock(write_mutex_);
  WriteBatch batch;
  put_record(batch, Bytes(detail::kLogCatchUpKey), detail::encode_catch_up(index));
  TRY_STATUS(kv_.write(batch, true));
  const std::scoped_lock lock(mutex_);
  catch_up_index_ = index;
  return {};
}

Result<std::vector<Entry>> DurableLog::Impl::entries(Index first, Index last,
                                                     std::size_t max_bytes) const {
  CHECK(first <= last);
  std::vector<Entry> found;
  std::size_t size_bytes = 0;
  // Takes the entry unless it would pass the bound; the first one always fits.
  const auto take = [&](const Entry& entry) {
    size_bytes += entry.size_bytes();
    if (!found.empty() && size_bytes > max_bytes) return false;
    found.push_back(entry);
    return true;
  };
  // What is cached now may leave the cache while the disk is read, so look again each time.
  while (found.empty() || (size_bytes <= max_bytes && found.back().index < last)) {
    const Index next = first + found.size();
    const Index on_disk_to = with_tail([&](const detail::LogTail& tail) {
      CHECK(next >= tail.first());
      CHECK(last <= tail.last());
      Index index = next;
      if (index < tail.cached_first()) return std::min(last, tail.cached_first() - 1);
      while (index <= last && take(tail.cached(index))) ++index;
      return Index{0};
    });
    if (on_disk_to == 0) break;
    TRY_STATUS(detail::read_entries(kv_, next, on_disk_to, take));
  }
  return found;
}

Result<std::unique_ptr<DurableLog>> DurableLog::open(Kv& kv, const StoreOwner& owner) {
  TRY(const bool exists, check_identity(kv, kName, owner));
  if (!exists) {
    TRY_STATUS(initialise(kv, owner));
  }
  auto impl = std::make_unique<Impl>(kv);
  if (auto status = impl->load(); !status) return fail(status.error().within(kName));
  return std::unique_ptr<DurableLog>(new DurableLog(std::move(impl)));
}

DurableLog::DurableLog(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DurableLog::~DurableLog() = default;

HardState DurableLog::hard_state() const { return impl_->hard_state(); }
Status DurableLog::persist(std::span<const Persist> group) { return impl_->persist(group); }
Status DurableLog::truncate_prefix(Index index) { return impl_->truncate_prefix(index); }
Status DurableLog::reset(Index index, Term term) { return impl_->reset({index, term}); }
Status DurableLog::begin_catch_up(Index index) { return impl_->begin_catch_up(index); }
Index DurableLog::catch_up_index() const { return impl_->catch_up_index(); }

Index DurableLog::first_index() const {
  return impl_->with_tail([](const detail::LogTail& tail) { return tail.first(); });
}

Index DurableLog::last_index() const {
  return impl_->with_tail([](const detail::LogTail& tail) { return tail.last(); });
}

Result<Term> DurableLog::term(Index index) const {
  return impl_->with_tail([&](const detail::LogTail& tail) { return tail.term(index); });
}

Result<std::vector<Entry>> DurableLog::entries(Index first, Index last,
                                               std::size_t max_bytes) const {
  return impl_->entries(first, last, max_bytes);
}

}  // namespace sekisho::storage
