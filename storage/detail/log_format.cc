// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/detail/log_format.h"

#include <utility>

#include "node/base/limits.h"

namespace sekisho::storage::detail {

using consensus::Entry;
using consensus::EntryKind;
using consensus::HardState;
using consensus::Index;

Bytes log_entry_key(Index index) {
  Bytes key(kLogEntryPrefix);
  put_u64(key, index);
  return key;
}

Result<Index> decode_log_entry_key(BytesView key) {
  ByteReader reader(key);
  TRY(const BytesView prefix, reader.take(kLogEntryPrefix.size()));
  TRY(const Index index, reader.u64());
  TRY_STATUS(reader.finish());
  if (prefix != kLogEntryPrefix || index == 0) {
    return fail(Code::kCorrupt, "a row among the log entries has no entry's key");
  }
  return index;
}

Bytes encode_log_entry(const Entry& entry) {
  Bytes value;
  value.reserve(sizeof(std::uint64_t) * 2 + entry.view().size());
  put_u64(value, entry.term);
  put_u8(value, static_cast<std::uint8_t>(entry.kind));
  value.append(entry.view());
  return value;
}

Result<Entry> decode_log_entry(Index index, BytesView value) {
  ByteReader reader(value);
  Entry entry;
  entry.index = index;
  TRY(entry.term, reader.u64());
  TRY(const std::uint8_t kind, reader.u8());
  const BytesView payload = reader.rest();
  const bool known = kind <= static_cast<std::uint8_t>(EntryKind::kNoop);
  if (!known || entry.term == 0 || payload.size() > limits::kBlockSizeMax) {
    return fail(Code::kCorrupt, "a log entry is not as this program writes it");
  }
  entry.kind = static_cast<EntryKind>(kind);
  if (!payload.empty()) entry.data = consensus::make_payload(Bytes(payload));
  return entry;
}

Bytes encode_hard_state(const HardState& state) {
  Bytes value;
  put_u64(value, state.term);
  put_u64(value, state.voted_for);
  put_u64(value, state.commit);
  return value;
}

Result<HardState> decode_hard_state(BytesView value) {
  ByteReader reader(value);
  HardState state;
  TRY(state.term, reader.u64());
  TRY(state.voted_for, reader.u64());
  TRY(state.commit, reader.u64());
  TRY_STATUS(reader.finish());
  return state;
}

Bytes encode_log_base(const LogBase& base) {
  Bytes value;
  put_u64(value, base.index);
  put_u64(value, base.term);
  return value;
}

Result<LogBase> decode_log_base(BytesView value) {
  ByteReader reader(value);
  LogBase base;
  TRY(base.index, reader.u64());
  TRY(base.term, reader.u64());
  TRY_STATUS(reader.finish());
  return base;
}

Bytes encode_catch_up(Index index) {
  Bytes value;
  put_u64(value, index);
  return value;
}

Result<Index> decode_catch_up(BytesView value) {
  ByteReader reader(value);
  TRY(const Index index, reader.u64());
  TRY_STATUS(reader.finish());
  return index;
}

}  // namespace sekisho::storage::detail
