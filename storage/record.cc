// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/record.h"

#include <string>
#include <utility>

#include "storage/crc32c.h"

namespace sekisho::storage {
namespace {

// Enough to find the record, nothing of what it holds: the kind and, for numbered kinds, the
// number.
std::string describe(BytesView key) {
  constexpr std::size_t kShown = 9;
  if (key.empty()) return "with an empty key";
  return "of kind '" + std::string(key.substr(0, 1)) + "' at " + to_hex(key.substr(1, kShown - 1));
}

}  // namespace

Bytes seal_record(BytesView key, Bytes value) {
  const std::uint32_t crc = crc32c({key, value});
  put_u32(value, crc);
  return value;
}

Result<BytesView> open_record(BytesView key, BytesView record) {
  if (record.size() < kRecordTrailerSize) {
    return fail(Code::kCorrupt, "the record " + describe(key) + " is too short for its checksum");
  }
  const BytesView value = record.substr(0, record.size() - kRecordTrailerSize);
  ByteReader trailer(record.substr(value.size()));
  TRY(const std::uint32_t stored, trailer.u32());
  if (stored != crc32c({key, value})) {
    return fail(Code::kCorrupt, "the record " + describe(key) + " fails its checksum");
  }
  return value;
}

void put_record(WriteBatch& batch, Bytes key, Bytes value) {
  Bytes sealed = seal_record(key, std::move(value));
  batch.put(std::move(key), std::move(sealed));
}

Result<std::optional<Bytes>> get_record(const KvView& view, BytesView key) {
  TRY(auto stored, view.get(key));
  if (!stored) return std::optional<Bytes>();
  TRY(const BytesView value, open_record(key, *stored));
  stored->resize(value.size());
  return std::optional<Bytes>(std::move(*stored));
}

Result<Bytes> require_record(const KvView& view, BytesView key) {
  TRY(auto value, get_record(view, key));
  if (!value) return fail(Code::kNotFound, "there is no record " + describe(key));
  return std::move(*value);
}

}  // namespace sekisho::storage
