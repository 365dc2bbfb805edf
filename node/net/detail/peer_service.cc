// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/detail/peer_service.h"

#include <utility>

namespace sekisho::net::detail {
namespace {

constexpr std::size_t kReadSize = 64 * limits::kKiB;

}  // namespace

void PeerService::set_directory(const std::vector<PeerInfo>& directory) {
  std::map<Digest, std::uint64_t> numbers;
  for (const PeerInfo& peer : directory) {
    if (peer.number != options.own_number) numbers[peer.tls_key_id] = peer.number;
  }
  const std::lock_guard lock(mutex_);
  numbers_ = std::move(numbers);
}

std::optional<std::uint64_t> PeerService::find(const Digest& tls_key_id) const {
  const std::lock_guard lock(mutex_);
  const auto found = numbers_.find(tls_key_id);
  if (found == numbers_.end()) return std::nullopt;
  return found->second;
}

Result<PeerCertificate> PeerService::admit(SSL* ssl) const {
  TRY(PeerCertificate certificate, peer_certificate(ssl));
  if (!authorize) return certificate;
  TRY([[maybe_unused]] const Principal principal, authorize(certificate));
  return certificate;
}

FrameReader::FrameReader(TlsConnection* connection)
    : connection_(connection), parser_(limits::kPeerFrameMax), buffer_(kReadSize, '\0') {}

Task<Result<Bytes>> FrameReader::next(std::uint64_t deadline_ms) {
  for (;;) {
    CO_TRY(auto frame, parser_.next());
    if (frame) co_return *std::move(frame);
    const std::span<char> into(buffer_);
    CO_TRY(const std::size_t size, co_await connection_->read_some(into, deadline_ms));
    if (size == 0) co_return fail(Code::kUnavailable, "the peer closed the connection");
    parser_.feed(BytesView(buffer_).substr(0, size));
  }
}

Task<Status> write_frame(TlsConnection* connection, BytesView payload, std::uint64_t deadline_ms) {
  Bytes bytes;
  put_frame(bytes, payload);
  co_return co_await connection->write(bytes, deadline_ms);
}

}  // namespace sekisho::net::detail
