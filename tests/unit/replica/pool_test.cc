// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/replica/pool.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sekisho::replica {
namespace {

AdmittedOperation operation(std::uint8_t number, std::size_t size = 10,
                            std::uint64_t valid_until_ms = 1000) {
  AdmittedOperation made;
  made.signed_operation = Bytes(size, static_cast<char>('a' + number));
  made.digest.bytes[0] = number;
  made.operation_id.bytes[0] = number;
  made.valid_until_ms = valid_until_ms;
  return made;
}

TEST(PoolTest, TakesInOrderOfArrivalWithinBounds) {
  Pool pool(100, 1000);
  ASSERT_TRUE(pool.add({operation(1), operation(2), operation(3)}));
  EXPECT_EQ(pool.take(7, 2, 1000, 0).size(), 2U);
  EXPECT_EQ(pool.take(8, 2, 1000, 0).front().operation_id, operation(3).operation_id);
  EXPECT_TRUE(pool.idle());
  EXPECT_EQ(pool.operations(), 3U);  // in flight still counts
}

TEST(PoolTest, OneLargeOperationTravelsAlone) {
  Pool pool(100, 1000);
  ASSERT_TRUE(pool.add({operation(1, 300), operation(2, 300)}));
  EXPECT_EQ(pool.take(1, 10, 100, 0).size(), 1U);
  EXPECT_EQ(pool.take(2, 10, 100, 0).size(), 1U);
}

TEST(PoolTest, HoldsEachIdOnce) {
  Pool pool(100, 1000);
  ASSERT_TRUE(pool.add({operation(1), operation(1)}));
  ASSERT_TRUE(pool.add({operation(1)}));
  EXPECT_EQ(pool.operations(), 1U);
  pool.take(1, 10, 1000, 0);
  ASSERT_TRUE(pool.add({operation(1)}));
  EXPECT_TRUE(pool.idle());
}

TEST(PoolTest, ForeignBytesUnderAHeldIdDoNotKeepTheGenuineOnesOut) {
  Pool pool(100, 1000);
  AdmittedOperation genuine = operation(1);
  genuine.digest.bytes[1] = 1;
  ASSERT_TRUE(pool.add({operation(1)}));
  ASSERT_TRUE(pool.add({genuine}));
  EXPECT_EQ(pool.operations(), 2U);
  EXPECT_TRUE(pool.contains(genuine.operation_id));
  pool.on_applied(7, {{operation(1).operation_id, operation(1).digest}});
  ASSERT_EQ(pool.operations(), 1U);
  EXPECT_EQ(pool.take(8, 10, 1000, 0).front().digest, genuine.digest);
}

TEST(PoolTest, AddsAllOrNothingWhenFull) {
  Pool pool(2, 1000);
  ASSERT_TRUE(pool.add({operation(1)}));
  const Status full = pool.add({operation(2), operation(3)});
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, Code::kResourceExhausted);
  EXPECT_EQ(pool.operations(), 1U);
  EXPECT_EQ(pool.bytes(), 10U);
  Pool narrow(100, 15);
  ASSERT_TRUE(narrow.add({operation(1)}));
  EXPECT_FALSE(narrow.add({operation(2)}));
}

TEST(PoolTest, AppliedOperationsLeave) {
  Pool pool(100, 1000);
  ASSERT_TRUE(pool.add({operation(1), operation(2), operation(3)}));
  pool.take(5, 1, 1000, 0);
  pool.on_applied(5, {});
  EXPECT_FALSE(pool.contains(operation(1).operation_id));
  // Ordered by an earlier leader while it waited here.
  pool.on_applied(4, {{operation(3).operation_id, operation(3).digest}});
  EXPECT_FALSE(pool.contains(operation(3).operation_id));
  EXPECT_EQ(pool.bytes(), 10U);
}

TEST(PoolTest, ExpiredOperationsAreDroppedNotOrdered) {
  Pool pool(100, 1000);
  ASSERT_TRUE(pool.add({operation(1, 10, 500), operation(2, 10, 1000)}));
  const auto& block = pool.take(1, 10, 1000, 501);
  ASSERT_EQ(block.size(), 1U);
  EXPECT_EQ(block.front().operation_id, operation(2).operation_id);
  EXPECT_FALSE(pool.contains(operation(1).operation_id));
}

TEST(PoolTest, RefusedProposalGoesBackToTheHead) {
  Pool pool(100, 1000);
  ASSERT_TRUE(pool.add({operation(1), operation(2)}));
  pool.take(1, 1, 1000, 0);
  pool.put_back(1);
  EXPECT_EQ(pool.take(1, 1, 1000, 0).front().operation_id, operation(1).operation_id);
}

TEST(PoolTest, DrainsInFlightFirst) {
  Pool pool(100, 1000);
  ASSERT_TRUE(pool.add({operation(1), operation(2), operation(3)}));
  pool.take(1, 1, 1000, 0);
  pool.take(2, 1, 1000, 0);
  const auto all = pool.drain();
  ASSERT_EQ(all.size(), 3U);
  for (std::uint8_t i = 0; i < 3; ++i)
    EXPECT_EQ(all[i].operation_id, operation(static_cast<std::uint8_t>(i + 1)).operation_id);
  EXPECT_EQ(pool.operations(), 0U);
  EXPECT_EQ(pool.bytes(), 0U);
}

}  // namespace
}  // namespace sekisho::replica
