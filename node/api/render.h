// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/value.hpp>

#include "node/ledger/block.h"
#include "node/replica/types.h"
#include "node/state/reader.h"
#include "node/state/records.h"

// Records as JSON. Digests and ids are lower-case hex, other bytes base64, times milliseconds since
// 1970 in ledger time, 64-bit numbers JSON numbers.
namespace sekisho::api {

[[nodiscard]] boost::json::value render(const state::Member& member);
[[nodiscard]] boost::json::value render(const state::Key& key);
[[nodiscard]] boost::json::value render(const state::Node& node);
[[nodiscard]] boost::json::value render(const state::Map& map);
[[nodiscard]] boost::json::value render(const state::Exchange& exchange);
[[nodiscard]] boost::json::value render(const state::Custody& custody);
[[nodiscard]] boost::json::value render(const state::Proposal& proposal,
                                        const state::Reader& reader, std::uint64_t block_time_ms);
[[nodiscard]] boost::json::value render(const ledger::OperationRecord& record);
[[nodiscard]] boost::json::value render(const ledger::BlockHeader& header, const Digest& hash);
[[nodiscard]] boost::json::value render(const Id16& operation_id,
                                        const replica::OperationStatus& status);
[[nodiscard]] boost::json::value render(const replica::ReplicaStatus& status);

}  // namespace sekisho::api
