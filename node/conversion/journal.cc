// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/conversion/journal.h"

#include "node/base/limits.h"

namespace sekisho::conversion {
namespace {

constexpr BytesView kPrefix = "conversion/";
constexpr std::size_t kBlobsMax = 8;

Bytes key_of(const Id16& exchange_id) { return Bytes(kPrefix) + Bytes(exchange_id.view()); }

Bytes encode(const JournalEntry& entry) {
  Bytes out;
  put_u8(out, static_cast<std::uint8_t>(entry.blobs.size()));
  for (const Digest& blob : entry.blobs) out.append(blob.view());
  put_sized(out, entry.signed_result);
  return out;
}

Result<JournalEntry> decode(BytesView key, BytesView value) {
  JournalEntry entry;
  TRY(entry.exchange_id, Id16::from_bytes(key.substr(kPrefix.size())));
  ByteReader reader(value);
  TRY(const std::uint8_t count, reader.u8());
  if (count > kBlobsMax)
    return fail(Code::kCorrupt, "conversion journal entry names too many blobs");
  for (std::uint8_t i = 0; i < count; ++i) {
    TRY(const Digest blob, reader.digest());
    entry.blobs.push_back(blob);
  }
  TRY(const BytesView result, reader.sized(limits::kOperationSizeMax));
  entry.signed_result = Bytes(result);
  TRY_STATUS(reader.finish());
  return entry;
}

}  // namespace

Status Journal::put(const JournalEntry& entry) {
  storage::WriteBatch batch;
  batch.put(key_of(entry.exchange_id), encode(entry));
  return kv_.write(batch, true);
}

Status Journal::remove(const Id16& exchange_id) {
  storage::WriteBatch batch;
  batch.remove(key_of(exchange_id));
  return kv_.write(batch, true);
}

Result<std::optional<JournalEntry>> Journal::find(const Id16& exchange_id) const {
  TRY(const auto value, kv_.get(key_of(exchange_id)));
  if (!value) return std::optional<JournalEntry>();
  TRY(auto entry, decode(key_of(exchange_id), *value));
  return std::optional(std::move(entry));
}

Result<std::vector<JournalEntry>> Journal::all() const {
  std::vector<JournalEntry> entries;
  Status damaged;
  TRY_STATUS(kv_.scan(kPrefix, {}, [&](BytesView key, BytesView value) {
    auto entry = decode(key, value);
    if (!entry) {
      damaged = fail(std::move(entry).error());
      return false;
    }
    entries.push_back(std::move(*entry));
    return true;
  }));
  TRY_STATUS(std::move(damaged));
  return entries;
}

}  // namespace sekisho::conversion
