// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>

#include "node/base/bytes.h"
#include "proto/v1/peer.pb.h"
#include "storage/blob_store.h"

namespace sekisho::blobs {

// Decides whether another node may have a blob now (entitlement.h). Any thread.
using MayFetch = std::function<Status(std::uint64_t from_node, const Digest& blob_id)>;

// The answer to a peer's request for a piece of a blob: the bytes, or a code and a sentence. The
// request is foreign and checked here. Any thread; blocks on the disk.
[[nodiscard]] v1::BlobChunk answer_blob_request(const storage::BlobStore& store,
                                                const MayFetch& may_fetch, std::uint64_t from_node,
                                                const v1::BlobRequest& request);

}  // namespace sekisho::blobs
