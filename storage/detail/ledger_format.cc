// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/detail/ledger_format.h"

#include <limits>
#include <map>

#include "node/base/check.h"
#include "node/base/limits.h"

namespace sekisho::storage::detail {
namespace {

constexpr std::size_t kHeaderSize = 181;
constexpr std::size_t kKeyIdsMax = kOperationsPerRow;

Bytes numbered(char kind, std::uint64_t number) {
  Bytes key(1, kind);
  put_u64(key, number);
  return key;
}

}  // namespace

Bytes head_key() { return "H"; }
Bytes header_key(std::uint64_t height) { return numbered('h', height); }
Bytes body_prefix(std::uint64_t height) { return numbered('b', height); }

Bytes body_key(std::uint64_t height, std::size_t piece) {
  CHECK(piece <= std::numeric_limits<std::uint16_t>::max());
  Bytes key = body_prefix(height);
  put_u16(key, static_cast<std::uint16_t>(piece));
  return key;
}

Bytes operations_prefix() { return "p"; }
Bytes operations_key(std::uint64_t first_index) { return numbered('p', first_index); }

Bytes tree_prefix(std::uint8_t level) {
  Bytes key = "n";
  put_u8(key, level);
  return key;
}

Bytes tree_key(std::uint8_t level, std::uint64_t position) {
  Bytes key = tree_prefix(level);
  put_u64(key, position);
  return key;
}

Bytes operation_id_prefix(const Id16& operation_id) { return "o" + Bytes(operation_id.view()); }

Bytes operation_id_key(const Id16& operation_id, std::uint64_t index) {
  Bytes key = operation_id_prefix(operation_id);
  put_u64(key, index);
  return key;
}

Bytes exchange_prefix(const Id16& exchange_id) { return "x" + Bytes(exchange_id.view()); }

Bytes member_prefix(std::string_view member_id) {
  CHECK(member_id.size() <= kMemberIdSizeMax);
  Bytes key = "m";
  put_u8(key, static_cast<std::uint8_t>(member_id.size()));
  key.append(member_id);
  return key;
}

Bytes state_prefix() { return "s"; }
Bytes state_key(BytesView key) { return "s" + Bytes(key); }
Bytes attestation_prefix() { return "a"; }
Bytes attestation_key(std::uint64_t height) { return numbered('a', height); }
Bytes certificate_prefix() { return "c"; }
Bytes certificate_key(std::uint64_t height) { return numbered('c', height); }

Result<std::uint64_t> last_u64(BytesView key) {
  if (key.size() < sizeof(std::uint64_t)) return fail(Code::kCorrupt, "a key is too short");
  return ByteReader(key.substr(key.size() - sizeof(std::uint64_t))).u64();
}

Bytes encode_block_row(const BlockRow& row) {
  Bytes value = ledger::encode_header(row.header);
  CHECK(value.size() == kHeaderSize);
  put_u64(value, row.consensus_index);
  put_u32(value, row.body_size);
  return value;
}

Result<BlockRow> decode_block_row(BytesView value) {
  ByteReader reader(value);
  BlockRow row;
  TRY(const BytesView header, reader.take(kHeaderSize));
  TRY(row.header, ledger::decode_header(header));
  TRY(row.consensus_index, reader.u64());
  TRY(row.body_size, reader.u32());
  TRY_STATUS(reader.finish());
  return row;
}

Bytes encode_head_row(const HeadRow& row) {
  Bytes value;
  put_u64(value, row.height);
  put_u64(value, row.consensus_index);
  value.append(row.hash.view());
  return value;
}

Result<HeadRow> decode_head_row(BytesView value) {
  ByteReader reader(value);
  HeadRow row;
  TRY(row.height, reader.u64());
  TRY(row.consensus_index, reader.u64());
  TRY(row.hash, reader.digest());
  TRY_STATUS(reader.finish());
  return row;
}

Bytes encode_operations_row(const OperationsRow& row) {
  CHECK(row.entries.size() <= kOperationsPerRow);
  std::map<Digest, std::uint16_t> numbers;
  Bytes key_ids;
  Bytes entries;
  for (const OperationEntry& entry : row.entries) {
    const auto next = static_cast<std::uint16_t>(numbers.size());
    const auto [key_id, is_new] = numbers.try_emplace(entry.author_key_id, next);
    if (is_new) key_ids.append(entry.author_key_id.view());
    put_u16(entries, entry.verdict);
    put_u16(entries, key_id->second);
    put_u32(entries, entry.offset);
    put_u32(entries, entry.size_bytes);
    entries.append(entry.operation_id.view());
  }
  Bytes value;
  put_u64(value, row.height);
  put_u64(value, row.block_time_ms);
  put_u16(value, static_cast<std::uint16_t>(row.entries.size()));
  put_u16(value, static_cast<std::uint16_t>(numbers.size()));
  return value + key_ids + entries;
}

namespace {

Result<OperationEntry> decode_operation_entry(ByteReader& reader,
                                              const std::vector<Digest>& key_ids) {
  OperationEntry entry;
  TRY(entry.verdict, reader.u16());
  TRY(const std::uint16_t key_id, reader.u16());
  if (key_id >= key_ids.size()) return fail(Code::kCorrupt, "an operation names no key");
  entry.author_key_id = key_ids[key_id];
  TRY(entry.offset, reader.u32());
  TRY(entry.size_bytes, reader.u32());
  if (entry.size_bytes > limits::kOperationSizeMax) {
    return fail(Code::kCorrupt, "a stored operation is larger than any can be");
  }
  TRY(const BytesView id, reader.take(Id16::kSize));
  TRY(entry.operation_id, Id16::from_bytes(id));
  return entry;
}

}  // namespace

Result<OperationsRow> decode_operations_row(BytesView value) {
  ByteReader reader(value);
  OperationsRow row;
  TRY(row.height, reader.u64());
  TRY(row.block_time_ms, reader.u64());
  TRY(const std::uint16_t count, reader.u16());
  TRY(const std::uint16_t key_count, reader.u16());
  if (count > kOperationsPerRow || key_count > kKeyIdsMax) {
    return fail(Code::kCorrupt, "an operations row counts more than fits");
  }
  std::vector<Digest> key_ids(key_count);
  for (Digest& key_id : key_ids) {
    TRY(key_id, reader.digest());
  }
  for (std::uint16_t i = 0; i < count; ++i) {
    TRY(auto entry, decode_operation_entry(reader, key_ids));
    row.entries.push_back(entry);
  }
  TRY_STATUS(reader.finish());
  return row;
}

Bytes encode_offsets(const std::vector<std::uint16_t>& offsets) {
  Bytes value;
  for (const std::uint16_t offset : offsets) put_u16(value, offset);
  return value;
}

Result<std::vector<std::uint16_t>> decode_offsets(BytesView value) {
  std::vector<std::uint16_t> offsets;
  offsets.reserve(value.size() / sizeof(std::uint16_t));
  ByteReader reader(value);
  while (!reader.at_end()) {
    TRY(const std::uint16_t offset, reader.u16());
    if (!offsets.empty() && offset <= offsets.back()) {
      return fail(Code::kCorrupt, "an index row does not ascend");
    }
    offsets.push_back(offset);
  }
  return offsets;
}

Bytes encode_attestation_row(const AttestationRow& row) {
  return Bytes(row.hash.view()) + row.note;
}

Result<AttestationRow> decode_attestation_row(BytesView value) {
  ByteReader reader(value);
  AttestationRow row;
  TRY(row.hash, reader.digest());
  row.note = Bytes(reader.rest());
  return row;
}

}  // namespace sekisho::storage::detail
