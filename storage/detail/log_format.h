// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "consensus/types.h"
#include "node/base/bytes.h"
#include "node/base/result.h"

// Rows of the consensus log (docs/formats/storage.md). Values are given without the record trailer.
namespace sekisho::storage::detail {

inline constexpr BytesView kLogEntryPrefix = "e";
inline constexpr BytesView kLogHardStateKey = "h";
inline constexpr BytesView kLogBaseKey = "b";
inline constexpr BytesView kLogCatchUpKey = "c";

// Where the log begins: behind this entry.
struct LogBase {
  consensus::Index index = 0;
  consensus::Term term = 0;
};

[[nodiscard]] Bytes log_entry_key(consensus::Index index);
// kCorrupt unless it is a log_entry_key.
[[nodiscard]] Result<consensus::Index> decode_log_entry_key(BytesView key);

[[nodiscard]] Bytes encode_log_entry(const consensus::Entry& entry);
[[nodiscard]] Result<consensus::Entry> decode_log_entry(consensus::Index index, BytesView value);

[[nodiscard]] Bytes encode_hard_state(const consensus::HardState& state);
[[nodiscard]] Result<consensus::HardState> decode_hard_state(BytesView value);

[[nodiscard]] Bytes encode_log_base(const LogBase& base);
[[nodiscard]] Result<LogBase> decode_log_base(BytesView value);

[[nodiscard]] Bytes encode_catch_up(consensus::Index index);
[[nodiscard]] Result<consensus::Index> decode_catch_up(BytesView value);

}  // namespace sekisho::storage::detail
