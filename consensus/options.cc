// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "consensus/options.h"

#include <string>

#include "consensus/message.h"

namespace sekisho::consensus {
namespace {

auto invalid(const char* what) {
  return fail(Code::kInvalidArgument, std::string("consensus option refused: ") + what);
}

}  // namespace

Status validate(const Options& options) {
  if (options.id == kNobody) return invalid("the node id is 0");
  if (options.heartbeat_ticks == 0) return invalid("heartbeat_ticks is 0");
  if (options.election_ticks <= options.heartbeat_ticks) {
    return invalid("election_ticks is not above heartbeat_ticks");
  }
  if (options.election_ticks > 1'000'000) return invalid("election_ticks is above 1,000,000");
  if (options.max_append_bytes == 0) return invalid("max_append_bytes is 0");
  if (options.max_append_bytes > limits::kBlockSizeMax) {
    return invalid("max_append_bytes is above the size of a block");
  }
  if (options.max_append_entries == 0) return invalid("max_append_entries is 0");
  if (options.max_append_entries > kAppendEntriesMax) {
    return invalid("max_append_entries is above what a message may carry");
  }
  if (options.max_inflight == 0) return invalid("max_inflight is 0");
  if (options.max_inflight_bytes == 0) return invalid("max_inflight_bytes is 0");
  if (options.max_uncommitted_bytes == 0) return invalid("max_uncommitted_bytes is 0");
  if (options.max_applying_bytes == 0) return invalid("max_applying_bytes is 0");
  return {};
}

}  // namespace sekisho::consensus
