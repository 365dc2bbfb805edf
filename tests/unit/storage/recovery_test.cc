// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/recovery.h"

#include <gtest/gtest.h>

#include "tests/unit/storage/test_dir.h"

namespace sekisho::storage {
namespace {

RecoveryState healthy() {
  RecoveryState state;
  state.log_first_index = 50;
  state.log_last_index = 120;
  state.applied_index = 100;
  state.applied_height = 90;
  state.attested_height = 90;
  state.attested_index = 100;
  return state;
}

TEST(RecoveryTest, AcceptsTheAppliedIndexInsideOrRightBeforeTheLog) {
  RecoveryState state = healthy();
  EXPECT_TRUE(ok(check_recovery(state)));
  state.applied_index = 120;
  EXPECT_TRUE(ok(check_recovery(state)));
  state.attested_index = state.applied_index = 49;
  EXPECT_TRUE(ok(check_recovery(state)));
  EXPECT_TRUE(ok(check_recovery({}))) << "a fresh node";
}

TEST(RecoveryTest, RefusesALogThatWentBackwards) {
  RecoveryState state = healthy();
  state.log_last_index = 99;
  const Status status = check_recovery(state);
  EXPECT_EQ(status.error().code, Code::kFailedPrecondition);
  EXPECT_NE(status.error().context.find("the consensus log ends at entry 99"), std::string::npos);
  EXPECT_NE(status.error().context.find("sekisho node join"), std::string::npos);
}

TEST(RecoveryTest, AllowsTheLedgerToRunAheadWhileCatchingUp) {
  RecoveryState state = healthy();
  state.log_last_index = 60;
  state.catch_up_index = 150;
  EXPECT_TRUE(ok(check_recovery(state)));
  state.applied_index = 150;
  EXPECT_TRUE(ok(check_recovery(state)));
  state.applied_index = 151;
  EXPECT_FALSE(check_recovery(state)) << "never beyond what was announced";
}

TEST(RecoveryTest, RefusesAGapBetweenLedgerAndLog) {
  RecoveryState state = healthy();
  state.attested_index = state.applied_index = 48;
  const Status status = check_recovery(state);
  EXPECT_EQ(status.error().code, Code::kFailedPrecondition);
  EXPECT_NE(status.error().context.find("older than the log"), std::string::npos);
}

TEST(RecoveryTest, RefusesALedgerThatLostASignedBlock) {
  RecoveryState state = healthy();
  state.attested_height = 91;
  EXPECT_EQ(check_recovery(state).error().code, Code::kFailedPrecondition);
  state = healthy();
  state.attested_index = 101;
  EXPECT_EQ(check_recovery(state).error().code, Code::kCorrupt);
}

}  // namespace
}  // namespace sekisho::storage
