// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/base/check.h"
#include "node/state/records.h"
#include "node/state/sparse_tree.h"

using namespace sekisho;

// A proof and a record have one spelling each.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView bytes(reinterpret_cast<const char*>(data), size);
  if (const auto proof = state::parse_state_proof(bytes)) {
    CHECK(state::encode_state_proof(*proof) == bytes);
    CHECK(!state::verify_state_proof(Digest{}, "key", Bytes("value"), *proof));
  }
  if (const auto record = state::decode_exchange(bytes)) CHECK(state::encode(*record) == bytes);
  if (const auto record = state::decode_proposal(bytes)) CHECK(state::encode(*record) == bytes);
  return 0;
}
