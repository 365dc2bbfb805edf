// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "node/ledger/text.h"

namespace sekisho::ledger {
namespace {

// Correlation checks and E-BIRTH>EXAM were once refused, so that files with such messages were
// never reported as converted.
TEST(MessageCodeTest, EveryCodeOfTheConverterIsACode) {
  for (const char* code :
       {"E-DATE", "E-BIRTH>EXAM", "W-CORRELATION#3", "E-CORRELATION#12", "P", "F-HEADER-HASH"}) {
    EXPECT_TRUE(valid_message_code(code)) << code;
  }
}

TEST(MessageCodeTest, WordsAndPersonalDataAreNoCode) {
  for (const char* text :
       {"", "e-date", "E DATE", "見本 太郎", "E-123456789012345678901234567890123"}) {
    EXPECT_FALSE(valid_message_code(text)) << text;
  }
}

}  // namespace
}  // namespace sekisho::ledger
