// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/schema.h"

#include <gtest/gtest.h>

#include "proto/v1/storage.pb.h"
#include "storage/memory_kv.h"
#include "storage/record.h"
#include "tests/unit/storage/test_dir.h"

namespace sekisho::storage {
namespace {

StoreOwner owner(std::uint64_t node_number, std::uint8_t chain) {
  StoreOwner made;
  made.chain_id.bytes.fill(chain);
  made.node_number = node_number;
  return made;
}

void initialise(Kv& kv, const StoreOwner& whose) {
  WriteBatch batch;
  put_identity(batch, whose);
  ASSERT_TRUE(ok(kv.write(batch, true)));
}

TEST(SchemaTest, AnEmptyStoreIsNobodys) {
  MemoryKv kv;
  EXPECT_FALSE(must(check_identity(kv, "ledger", owner(1, 1))));
  initialise(kv, owner(1, 1));
  EXPECT_TRUE(must(check_identity(kv, "ledger", owner(1, 1))));
}

TEST(SchemaTest, RefusesAnotherLedgerOrNode) {
  MemoryKv kv;
  initialise(kv, owner(1, 1));
  const auto chain = check_identity(kv, "ledger", owner(1, 2));
  EXPECT_EQ(chain.error().code, Code::kFailedPrecondition);
  EXPECT_NE(chain.error().context.find("genesis document"), std::string::npos);
  const auto node = check_identity(kv, "ledger", owner(2, 1));
  EXPECT_EQ(node.error().code, Code::kFailedPrecondition);
  EXPECT_NE(node.error().context.find("belongs to node 1, not to node 2"), std::string::npos);
}

TEST(SchemaTest, RefusesAnotherVersion) {
  MemoryKv kv;
  v1::StoreIdentity identity;
  identity.set_schema_version(kSchemaVersion + 1);
  identity.set_created_by("sekisho 9.0");
  WriteBatch batch;
  put_record(batch, "I", identity.SerializeAsString());
  ASSERT_TRUE(ok(kv.write(batch, true)));
  const auto found = check_identity(kv, "ledger", owner(1, 1));
  EXPECT_EQ(found.error().code, Code::kFailedPrecondition);
  EXPECT_NE(found.error().context.find("written by sekisho 9.0"), std::string::npos);
}

TEST(SchemaTest, RefusesForeignData) {
  MemoryKv kv;
  WriteBatch batch;
  batch.put("other", "thing");
  ASSERT_TRUE(ok(kv.write(batch, true)));
  EXPECT_EQ(check_identity(kv, "ledger", owner(1, 1)).error().code, Code::kFailedPrecondition);
}

TEST(SchemaTest, RefusesADamagedIdentity) {
  MemoryKv kv;
  initialise(kv, owner(1, 1));
  SeededRng rng(1);
  ASSERT_TRUE(kv.flip_bit(rng, "I"));
  EXPECT_EQ(check_identity(kv, "ledger", owner(1, 1)).error().code, Code::kCorrupt);
}

}  // namespace
}  // namespace sekisho::storage
