// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "consensus/message.h"
#include "node/base/bytes.h"
#include "node/base/result.h"

// Peer frames (proto/v1/peer.proto) to values and back. Pure; any thread.
namespace sekisho::replica {

inline constexpr std::size_t kForwardOperationsMax = 256;

struct AttestationFrame {
  std::uint64_t height = 0;
  std::uint64_t node_number = 0;  // who signed; 0 for a whole certificate
  Digest block_hash;
  Bytes note;  // checkpoint with one or more signature lines
};

struct ForwardFrame {
  std::uint64_t request = 0;
  std::vector<Bytes> operations;  // serialised SignedOperations, at most kForwardOperationsMax
};

struct ForwardReplyFrame {
  std::uint64_t request = 0;
  Status status;             // OK: all are in the leader's pool or on the ledger
  std::uint64_t leader = 0;  // who to ask instead, 0 if unknown
};

struct CertificateRequestFrame {
  std::uint64_t height = 0;
};

// A well-formed frame that is somebody else's (hello, blobs).
struct OtherFrame {};

using Frame = std::variant<consensus::Message, AttestationFrame, ForwardFrame, ForwardReplyFrame,
                           CertificateRequestFrame, OtherFrame>;

// Foreign bytes: kInvalidArgument names what is wrong. Consensus messages have passed
// consensus::validate.
[[nodiscard]] Result<Frame> parse_frame(BytesView bytes);

[[nodiscard]] Bytes encode_frame(const consensus::Message& message);
[[nodiscard]] Bytes encode_frame(const AttestationFrame& frame);
[[nodiscard]] Bytes encode_frame(const ForwardFrame& frame);
[[nodiscard]] Bytes encode_frame(const ForwardReplyFrame& frame);
[[nodiscard]] Bytes encode_frame(const CertificateRequestFrame& frame);

}  // namespace sekisho::replica
