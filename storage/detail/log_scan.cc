// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/detail/log_scan.h"

#include <optional>
#include <string>
#include <utility>

#include "storage/record.h"

namespace sekisho::storage::detail {

using consensus::Entry;
using consensus::Index;

namespace {

constexpr const char* kRemedy =
    "; entries that others count on may be lost, so keep a copy for inquiry, check the disk, then "
    "empty the data directory and run `sekisho node join`";

Result<Entry> decode_row(BytesView key, BytesView record) {
  TRY(const Index index, decode_log_entry_key(key));
  TRY(const BytesView value, open_record(key, record));
  return decode_log_entry(index, value);
}

// Walks the rows; the first that is wrong is remembered, and whether good ones follow.
class Loader {
 public:
  explicit Loader(LogTail& tail) : tail_(tail) {}

  void visit(BytesView key, BytesView record) {
    Result<Entry> entry = decode_row(key, record);
    if (damaged_at_) {
      intact_behind_ = intact_behind_ || entry.has_value();
    } else if (!entry) {
      note(entry.error().context);
    } else if (entry->index != tail_.last() + 1) {
      note("entry " + std::to_string(tail_.last() + 1) + " is missing");
      intact_behind_ = true;
    } else if (entry->term < tail_.term(tail_.last())) {
      note("its term is below that of the entry before");
    } else {
      tail_.append(*entry);
    }
  }

  [[nodiscard]] Status finish() const {
    if (!damaged_at_) return {};
    const std::string place = intact_behind_ ? "in the middle" : "at its end";
    return fail(Code::kCorrupt, "damaged " + place + ", at entry " + std::to_string(*damaged_at_) +
                                    " (" + what_ + ")" + kRemedy);
  }

 private:
  void note(std::string what) {
    damaged_at_ = tail_.last() + 1;
    what_ = std::move(what);
  }

  LogTail& tail_;
  std::optional<Index> damaged_at_;
  std::string what_;
  bool intact_behind_ = false;
};

}  // namespace

Status load_log(const KvView& kv, const LogBase& base, LogTail& tail) {
  tail.restart(base);
  Loader loader(tail);
  TRY_STATUS(kv.scan(kLogEntryPrefix, {}, [&](BytesView key, BytesView record) {
    loader.visit(key, record);
    return true;
  }));
  return loader.finish();
}

Status check_hard_state(const consensus::HardState& state, const LogTail& tail) {
  if (state.commit > tail.last()) {
    return fail(Code::kCorrupt, "entries up to " + std::to_string(state.commit) +
                                    " were committed, but the log ends at " +
                                    std::to_string(tail.last()) + kRemedy);
  }
  if (state.term < tail.term(tail.last())) {
    return fail(Code::kCorrupt,
                std::string("the stored term is below that of the last entry") + kRemedy);
  }
  return {};
}

Status read_entries(const KvView& kv, Index first, Index last,
                    const std::function<bool(const Entry&)>& take) {
  Index next = first;
  bool stopped = false;
  std::optional<Error> error;
  TRY_STATUS(kv.scan(kLogEntryPrefix, log_entry_key(first), [&](BytesView key, BytesView record) {
    Result<Entry> entry = decode_row(key, record);
    if (!entry) {
      error = entry.error();
      return false;
    }
    if (entry->index != next) return false;
    stopped = !take(*entry);
    ++next;
    return !stopped && next <= last;
  }));
  if (error) return fail(error->within("entry " + std::to_string(next)));
  if (!stopped && next <= last) {
    return fail(Code::kCorrupt, "entry " + std::to_string(next) + " is missing" + kRemedy);
  }
  return {};
}

}  // namespace sekisho::storage::detail
