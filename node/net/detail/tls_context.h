// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include <boost/asio/ssl/context.hpp>
#include <boost/system/error_code.hpp>

#include "node/base/result.h"
#include "node/net/tls.h"

// The module's wrapper of OpenSSL's SSL_CTX. Contexts are immutable once made and shared by the
// connections made from them.
namespace sekisho::net::detail {

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

// Asks every client for a certificate and takes any, or none: the decision is the application's.
[[nodiscard]] Result<TlsContext> make_server_context(const TlsIdentity& identity);

// `identity` may be null. Without CA certificates any server is taken during the handshake: the
// caller then compares the key (ServerTrust::key_id).
[[nodiscard]] Result<TlsContext> make_client_context(const TlsIdentity* identity,
                                                     const std::string& ca_pem);

// What the other side of a finished handshake showed; kUnauthenticated when it showed nothing.
[[nodiscard]] Result<PeerCertificate> peer_certificate(SSL* ssl);

// Makes the client check, during the handshake, that the certificate is for this name or address.
[[nodiscard]] Status expect_name(SSL* ssl, const std::string& name);

// A failed handshake in words, with what to do; `ssl` may be null.
[[nodiscard]] Error describe_handshake_error(const boost::system::error_code& error, SSL* ssl);

// The client spoke plain HTTP to a TLS port.
[[nodiscard]] bool is_plain_http(const boost::system::error_code& error);

}  // namespace sekisho::net::detail
