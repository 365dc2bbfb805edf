// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "storage/kv.h"

namespace sekisho::storage {

// Every value of ours ends in CRC32C(key || value), so a record that was flipped, cut or stored
// under another key is told from a good one. The database's block checksums find bad disks; this
// finds bad software and restored fragments too. Any thread.
inline constexpr std::size_t kRecordTrailerSize = 4;

[[nodiscard]] Bytes seal_record(BytesView key, Bytes value);
// The value without its trailer; a view of `record`. kCorrupt with the key's first byte and size.
[[nodiscard]] Result<BytesView> open_record(BytesView key, BytesView record);

// batch.put with the trailer.
void put_record(WriteBatch& batch, Bytes key, Bytes value);
// get with the trailer checked and taken off; nothing when the key is absent.
[[nodiscard]] Result<std::optional<Bytes>> get_record(const KvView& view, BytesView key);
// The same where absence is an error too: kNotFound.
[[nodiscard]] Result<Bytes> require_record(const KvView& view, BytesView key);

}  // namespace sekisho::storage
