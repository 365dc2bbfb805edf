// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/base/check.h"
#include "storage/detail/blob_format.h"
#include "storage/detail/key_slot.h"
#include "storage/detail/ledger_format.h"
#include "storage/detail/log_format.h"
#include "storage/record.h"

using namespace sekisho;
using namespace sekisho::storage;
using namespace sekisho::storage::detail;

namespace {

void try_log_rows(BytesView bytes) {
  if (const auto entry = decode_log_entry(7, bytes)) CHECK(encode_log_entry(*entry) == bytes);
  if (const auto index = decode_log_entry_key(bytes)) CHECK(log_entry_key(*index) == bytes);
  if (const auto state = decode_hard_state(bytes)) CHECK(encode_hard_state(*state) == bytes);
  if (const auto base = decode_log_base(bytes)) CHECK(encode_log_base(*base) == bytes);
  if (const auto index = decode_catch_up(bytes)) CHECK(encode_catch_up(*index) == bytes);
}

void try_ledger_rows(BytesView bytes) {
  if (const auto row = decode_block_row(bytes)) CHECK(encode_block_row(*row) == bytes);
  if (const auto row = decode_head_row(bytes)) CHECK(encode_head_row(*row) == bytes);
  if (const auto offsets = decode_offsets(bytes)) CHECK(encode_offsets(*offsets) == bytes);
  if (const auto row = decode_attestation_row(bytes)) CHECK(encode_attestation_row(*row) == bytes);
  // A key listed twice or never used is read, though it is not written: compare what was read.
  if (const auto row = decode_operations_row(bytes)) {
    const auto again = decode_operations_row(encode_operations_row(*row));
    CHECK(again.has_value());
    CHECK(again->entries.size() == row->entries.size());
  }
}

void try_blob_rows(BytesView bytes) {
  if (const auto row = decode_blob_row(bytes)) CHECK(encode_blob_row(*row) == bytes);
  if (const auto id = decode_blob_row_key("i" + Bytes(bytes))) CHECK(id->view() == bytes);
  Bytes slot(bytes);
  slot.resize(kKeySlotSize, '\0');
  (void)decode_key_slot(1, slot);
}

}  // namespace

// Rows are ours, but the disk they come from is not always: what decodes is written back as it was,
// what does not is an error. The first byte is the length of a record's key.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView bytes(reinterpret_cast<const char*>(data), size);
  try_log_rows(bytes);
  try_ledger_rows(bytes);
  try_blob_rows(bytes);
  if (bytes.empty()) return 0;
  const BytesView key = bytes.substr(1, data[0]);
  const BytesView record = bytes.substr(1 + key.size());
  if (const auto value = open_record(key, record)) CHECK(seal_record(key, Bytes(*value)) == record);
  return 0;
}
