// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/replica/codec.h"

#include <utility>

#include "node/base/check.h"
#include "node/base/limits.h"
#include "node/replica/raft_codec.h"
#include "proto/v1/peer.pb.h"

namespace sekisho::replica {
namespace {

constexpr std::size_t kNoteBytesMax = 16 * limits::kKiB;

Result<AttestationFrame> read_attestation(v1::Attestation& wire) {
  AttestationFrame frame;
  frame.height = wire.height();
  frame.node_number = wire.node_number();
  TRY(frame.block_hash, Digest::from_bytes(wire.block_hash()));
  if (frame.height == 0 || wire.note().empty() || wire.note().size() > kNoteBytesMax)
    return fail(Code::kInvalidArgument, "attestation without height or with a note out of bounds");
  frame.note = std::move(*wire.mutable_note());
  return frame;
}

Result<ForwardFrame> read_forward(v1::ForwardOperations& wire) {
  const auto count = static_cast<std::size_t>(wire.operations_size());
  if (count == 0 || count > kForwardOperationsMax)
    return fail(Code::kInvalidArgument, "forward of no or too many operations");
  ForwardFrame frame;
  frame.request = wire.request();
  for (std::string& operation : *wire.mutable_operations()) {
    if (operation.empty() || operation.size() > limits::kOperationSizeMax)
      return fail(Code::kInvalidArgument, "forwarded operation has a size out of bounds");
    frame.operations.push_back(std::move(operation));
  }
  return frame;
}

Result<ForwardReplyFrame> read_forward_reply(v1::ForwardReply& wire) {
  ForwardReplyFrame frame;
  frame.request = wire.request();
  frame.leader = wire.leader();
  const std::uint32_t last_code = static_cast<std::uint32_t>(Code::kInternal) + 1;
  if (wire.code() > last_code || wire.context().size() > limits::kTextMax)
    return fail(Code::kInvalidArgument, "forward reply with an unknown code or a long text");
  if (wire.code() != 0)
    frame.status = fail(static_cast<Code>(wire.code() - 1), std::move(*wire.mutable_context()));
  return frame;
}

Bytes serialise(const v1::PeerFrame& frame) {
  Bytes out;
  CHECK(frame.SerializeToString(&out));
  return out;
}

}  // namespace

Result<Frame> parse_frame(BytesView bytes) {
  v1::PeerFrame wire;
  if (bytes.size() > limits::kPeerFrameMax ||
      !wire.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return fail(Code::kInvalidArgument, "peer frame does not parse");
  switch (wire.body_case()) {
    case v1::PeerFrame::kRaft:
      return from_wire(*wire.mutable_raft());
    case v1::PeerFrame::kAttestation:
      return read_attestation(*wire.mutable_attestation());
    case v1::PeerFrame::kForward:
      return read_forward(*wire.mutable_forward());
    case v1::PeerFrame::kForwardReply:
      return read_forward_reply(*wire.mutable_forward_reply());
    case v1::PeerFrame::kCertificateRequest:
      return CertificateRequestFrame{wire.certificate_request().height()};
    case v1::PeerFrame::BODY_NOT_SET:
      return fail(Code::kInvalidArgument, "peer frame without a body");
    default:
      return OtherFrame{};
  }
}

Bytes encode_frame(const consensus::Message& message) {
  v1::PeerFrame wire;
  to_wire(message, *wire.mutable_raft());
  return serialise(wire);
}

Bytes encode_frame(const AttestationFrame& frame) {
  v1::PeerFrame wire;
  v1::Attestation& out = *wire.mutable_attestation();
  out.set_height(frame.height);
  out.set_node_number(frame.node_number);
  out.set_block_hash(Bytes(frame.block_hash.view()));
  out.set_note(frame.note);
  return serialise(wire);
}

Bytes encode_frame(const ForwardFrame& frame) {
  CHECK(frame.operations.size() <= kForwardOperationsMax);
  v1::PeerFrame wire;
  v1::ForwardOperations& out = *wire.mutable_forward();
  out.set_request(frame.request);
  for (const Bytes& operation : frame.operations) out.add_operations(operation);
  return serialise(wire);
}

Bytes encode_frame(const ForwardReplyFrame& frame) {
  v1::PeerFrame wire;
  v1::ForwardReply& out = *wire.mutable_forward_reply();
  out.set_request(frame.request);
  out.set_leader(frame.leader);
  if (!frame.status) {
    out.set_code(static_cast<std::uint32_t>(frame.status.error().code) + 1);
    out.set_context(frame.status.error().context.substr(0, limits::kTextMax));
  }
  return serialise(wire);
}

Bytes encode_frame(const CertificateRequestFrame& frame) {
  v1::PeerFrame wire;
  wire.mutable_certificate_request()->set_height(frame.height);
  return serialise(wire);
}

}  // namespace sekisho::replica
