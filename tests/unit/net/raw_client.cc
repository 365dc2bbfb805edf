// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/net/raw_client.h"

#include <array>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include "node/base/check.h"
#include "node/net/detail/tls_context.h"

namespace sekisho::net {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;

struct RawClient::Impl {
  explicit Impl(detail::TlsContext tls) : context(std::move(tls)), stream(io, *context) {}

  std::size_t read_some(asio::mutable_buffer into, boost::system::error_code& error) {
    return plain ? stream.next_layer().read_some(into, error) : stream.read_some(into, error);
  }

  bool append_some(std::string& out) {
    std::array<char, 4096> piece;
    boost::system::error_code error;
    const std::size_t size = read_some(asio::buffer(piece), error);
    out.append(piece.data(), size);
    return !error;
  }

  asio::io_context io;
  detail::TlsContext context;
  asio::ssl::stream<Tcp::socket> stream;
  bool plain = false;
};

RawClient::RawClient(std::uint16_t port, const TlsIdentity* identity, bool plain) {
  auto context = detail::make_client_context(identity, {});
  CHECK(context.has_value());
  impl_ = std::make_unique<Impl>(*std::move(context));
  impl_->plain = plain;
  impl_->stream.next_layer().connect({asio::ip::address_v4::loopback(), port});
  boost::system::error_code error;
  if (!plain) impl_->stream.handshake(asio::ssl::stream_base::client, error);
  CHECK(!error);
}

RawClient::~RawClient() = default;

bool RawClient::write(std::string_view bytes) {
  boost::system::error_code error;
  const auto buffer = asio::buffer(bytes.data(), bytes.size());
  if (impl_->plain) {
    asio::write(impl_->stream.next_layer(), buffer, error);
  } else {
    asio::write(impl_->stream, buffer, error);
  }
  return !error;
}

std::string RawClient::read_to_end() {
  std::string out;
  while (impl_->append_some(out)) {
  }
  return out;
}

std::string RawClient::read_until(std::string_view mark, int count) {
  std::string out;
  const auto seen = [&] {
    int times = 0;
    for (auto at = out.find(mark); at != std::string::npos; at = out.find(mark, at + 1)) ++times;
    return times;
  };
  while (seen() < count && impl_->append_some(out)) {
  }
  return out;
}

}  // namespace sekisho::net
