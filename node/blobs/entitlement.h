// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "node/base/bytes.h"
#include "node/state/reader.h"

namespace sekisho::blobs {

// Whether the ledger, as this node has applied it, lets another node take a blob from here
// now. A map: every node. An input: the exchange's converter node while it is OFFERED. An output or
// report: the node that the newest fetch of the entitled member names, until its confirmation.
// kPermissionDenied or kNotFound with the reason. Any thread.
[[nodiscard]] Status may_node_fetch(const state::Reader& reader, std::uint64_t from_node,
                                    const Digest& blob_id);

}  // namespace sekisho::blobs
