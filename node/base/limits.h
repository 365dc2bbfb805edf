// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

// Every bound on memory, queues and foreign input, in one place. Consensus-relevant values that a
// consortium may change live on the ledger (node/state/policy.h); these are the ceilings above
// them.
namespace sekisho::limits {

inline constexpr std::size_t kKiB = 1024;
inline constexpr std::size_t kMiB = 1024 * kKiB;

// Operations and blocks.
inline constexpr std::size_t kOperationSizeMax = 64 * kKiB;  // SignedOperation as ordered
inline constexpr std::size_t kBlockOperationsMax = 4096;
inline constexpr std::size_t kBlockSizeMax = 4 * kMiB;     // one log entry
inline constexpr std::size_t kPoolOperationsMax = 20'000;  // waiting to be proposed
inline constexpr std::size_t kPoolBytesMax = 64 * kMiB;
inline constexpr std::uint64_t kValidityMaxMs =
    24ull * 3600 * 1000;                      // valid_until ahead of block time
inline constexpr std::size_t kTextMax = 512;  // any human text inside an operation
inline constexpr std::size_t kNameMax = 200;  // names of members, nodes, maps
inline constexpr std::size_t kVotersMax = 7;
inline constexpr std::size_t kNodesMax = 256;

// Files and blobs.
inline constexpr std::size_t kFileSizeMax = 256 * kMiB;  // plaintext of one exchange
inline constexpr std::size_t kBlobSizeMax = kFileSizeMax + 4 * kMiB;
inline constexpr std::size_t kBlobChunkSize = 1 * kMiB;
inline constexpr std::size_t kRecipientsMax = 8;
inline constexpr std::size_t kMapFileSizeMax = 8 * kMiB;

// Conversions (converter/convert.h).
inline constexpr std::uint64_t kRecordsMax = 1'000'000;  // records of one file
inline constexpr std::uint64_t kConversionWorkMax = 16ull << 30;

// Peers and HTTP.
inline constexpr std::size_t kPeerFrameMax = 8 * kMiB;
inline constexpr std::size_t kPeerQueueFramesMax = 4096;
inline constexpr std::size_t kPeerQueueBytesMax = 64 * kMiB;
inline constexpr std::size_t kHttpHeaderMax = 16 * kKiB;
inline constexpr std::size_t kHttpConnectionsMax = 2048;
inline constexpr std::size_t kPageSizeMax = 1000;
inline constexpr std::size_t kWaitersMax = 20'000;  // requests waiting for an answer

}  // namespace sekisho::limits
