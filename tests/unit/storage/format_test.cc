// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
// Byte-exact examples of every row, and what decoders refuse. The hex stands in
// docs/formats/storage.md as well.
#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "storage/detail/blob_format.h"
#include "storage/detail/ledger_format.h"
#include "storage/detail/log_format.h"
#include "storage/record.h"
#include "tests/unit/storage/test_dir.h"

namespace sekisho::storage::detail {
namespace {

Digest digest(std::uint8_t fill) {
  Digest made;
  made.bytes.fill(fill);
  return made;
}

Id16 id16(std::uint8_t fill) {
  Id16 made;
  made.bytes.fill(fill);
  return made;
}

TEST(LogFormatTest, IsAsDocumented) {
  const consensus::Entry entry{3, 258, consensus::EntryKind::kNormal,
                               consensus::make_payload("abc")};
  EXPECT_EQ(to_hex(log_entry_key(258)), "650000000000000102");
  EXPECT_EQ(to_hex(encode_log_entry(entry)), "000000000000000300616263");
  EXPECT_EQ(to_hex(seal_record(log_entry_key(258), encode_log_entry(entry))),
            "00000000000000030061626334cec87f");
  EXPECT_EQ(to_hex(encode_hard_state({1, 2, 3})),
            "000000000000000100000000000000020000000000000003");
}

TEST(LogFormatTest, RoundTrips) {
  const consensus::Entry entry{3, 9, consensus::EntryKind::kNoop, nullptr};
  EXPECT_EQ(must(decode_log_entry(9, encode_log_entry(entry))), entry);
  EXPECT_EQ(must(decode_log_entry_key(log_entry_key(9))), 9u);
  EXPECT_EQ(must(decode_hard_state(encode_hard_state({5, 6, 7}))), (consensus::HardState{5, 6, 7}));
  EXPECT_EQ(must(decode_log_base(encode_log_base({5, 6}))).term, 6u);
  EXPECT_EQ(must(decode_catch_up(encode_catch_up(77))), 77u);
}

TEST(LogFormatTest, RefusesWhatItNeverWrites) {
  const consensus::Entry entry{3, 9, consensus::EntryKind::kNormal, nullptr};
  Bytes value = encode_log_entry(entry);
  EXPECT_FALSE(decode_log_entry(9, BytesView(value).substr(0, 8)));
  value[8] = 2;
  EXPECT_FALSE(decode_log_entry(9, value)) << "unknown kind";
  EXPECT_FALSE(decode_log_entry(9, Bytes(9, '\0'))) << "term 0";
  Bytes large = encode_log_entry(entry) + Bytes(limits::kBlockSizeMax + 1, 'x');
  EXPECT_FALSE(decode_log_entry(9, large));
  EXPECT_FALSE(decode_log_entry_key("e"));
  EXPECT_FALSE(decode_log_entry_key(log_entry_key(0)));
  EXPECT_FALSE(decode_log_entry_key(log_entry_key(1) + "x"));
  EXPECT_FALSE(decode_hard_state(Bytes(23, '\0')));
  EXPECT_FALSE(decode_hard_state(Bytes(25, '\0')));
}

TEST(LedgerFormatTest, KeysSortByNumber) {
  EXPECT_LT(header_key(255), header_key(256));
  EXPECT_LT(body_key(1, 9), body_key(1, 10));
  EXPECT_LT(body_key(1, 65535), body_key(2, 0));
  EXPECT_EQ(must(last_u64(tree_key(4, 1234))), 1234u);
  EXPECT_FALSE(last_u64("short"));
  EXPECT_EQ(to_hex(member_prefix("m1")), "6d026d31");
}

TEST(LedgerFormatTest, OperationsRowIsAsDocumentedAndRoundTrips) {
  OperationsRow row{7, 1000, {}};
  row.entries.push_back({1, 6, 500, digest(0xAA), id16(0x01)});
  row.entries.push_back({0, 509, 3, digest(0xAA), id16(0x02)});
  const Bytes value = encode_operations_row(row);
  EXPECT_EQ(to_hex(value), "000000000000000700000000000003e800020001" + digest(0xAA).hex() +
                               "0001000000000006000001f4" + id16(1).hex() +
                               "00000000000001fd00000003" + id16(2).hex());
  const OperationsRow back = must(decode_operations_row(value));
  ASSERT_EQ(back.entries.size(), 2u);
  EXPECT_EQ(back.height, 7u);
  EXPECT_EQ(back.entries[1].offset, 509u);
  EXPECT_EQ(back.entries[1].author_key_id, digest(0xAA));
  EXPECT_EQ(encode_operations_row(back), value);
}

TEST(LedgerFormatTest, RefusesBadOperationsRows) {
  OperationsRow row{7, 1000, {}};
  row.entries.push_back({1, 6, 500, digest(0xAA), id16(0x01)});
  const Bytes value = encode_operations_row(row);
  for (std::size_t size = 0; size < value.size(); ++size) {
    EXPECT_FALSE(decode_operations_row(BytesView(value).substr(0, size))) << size;
  }
  EXPECT_FALSE(decode_operations_row(value + "x"));
  Bytes bad = value;
  bad[16] = 2;  // 513 operations
  EXPECT_FALSE(decode_operations_row(bad));
  bad = value;
  bad[55] = 1;  // key number 1 of one key
  EXPECT_FALSE(decode_operations_row(bad));
  bad = value;
  bad[61] = 2;  // an operation of more than 64 KiB
  EXPECT_FALSE(decode_operations_row(bad));
}

TEST(LedgerFormatTest, RefusesOffsetsThatDoNotAscend) {
  EXPECT_EQ(must(decode_offsets(encode_offsets({0, 5, 9}))), (std::vector<std::uint16_t>{0, 5, 9}));
  EXPECT_FALSE(decode_offsets(encode_offsets({5, 5})));
  EXPECT_FALSE(decode_offsets("odd"));
}

TEST(LedgerFormatTest, BlockAndHeadRowsRoundTrip) {
  ledger::BlockHeader header;
  header.height = 4;
  header.operation_count = 9;
  const BlockRow row = must(decode_block_row(encode_block_row({header, 12, 99})));
  EXPECT_EQ(row.header, header);
  EXPECT_EQ(row.consensus_index, 12u);
  EXPECT_EQ(row.body_size, 99u);
  EXPECT_FALSE(decode_block_row(Bytes(193, '\0')));
  const HeadRow head = must(decode_head_row(encode_head_row({1, 2, digest(3)})));
  EXPECT_EQ(head.hash, digest(3));
  EXPECT_FALSE(decode_head_row(Bytes(47, '\0')));
  const AttestationRow attestation =
      must(decode_attestation_row(encode_attestation_row({digest(1), "note"})));
  EXPECT_EQ(attestation.note, "note");
  EXPECT_FALSE(decode_attestation_row("short"));
}

TEST(BlobFormatTest, CutsIntoPieces) {
  EXPECT_EQ(piece_count(1), 1u);
  EXPECT_EQ(piece_count(65536), 1u);
  EXPECT_EQ(piece_count(65537), 2u);
  EXPECT_EQ(piece_size(65537, 0), 65536u);
  EXPECT_EQ(piece_size(65537, 1), 1u);
  EXPECT_EQ(piece_count(limits::kBlobSizeMax), limits::kBlobSizeMax / 65536);
}

TEST(BlobFormatTest, IsAsDocumentedAndRefusesTheRest) {
  EXPECT_EQ(to_hex(encode_blob_row({BlobState::kHeld, 258, {"hoken-a", 1'700'000'000'000}})),
            "0200000000000001020000018bcfe5680000000007686f6b656e2d61");
  EXPECT_EQ(must(decode_blob_row(encode_blob_row({BlobState::kPurged, 0, {}}))).state,
            BlobState::kPurged);
  EXPECT_FALSE(decode_blob_row(Bytes(9, '\0')));
  EXPECT_FALSE(decode_blob_row(from_hex("05000000000000000001").value()));
  EXPECT_FALSE(decode_blob_row(from_hex("02ffffffffffffffff").value()));
  EXPECT_EQ(must(decode_blob_row_key(blob_row_key(digest(4)))), digest(4));
  EXPECT_FALSE(decode_blob_row_key("i"));
  EXPECT_FALSE(decode_blob_row_key(""));
}

}  // namespace
}  // namespace sekisho::storage::detail
