// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/detail/tls_context.h"

#include <cstdint>
#include <utility>
#include <vector>

#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "node/base/check.h"
#include "node/crypto/hash.h"

namespace sekisho::net {
namespace detail {
namespace {

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Bio = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using X509Ptr = std::unique_ptr<X509, Deleter<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;

constexpr std::size_t kChainMax = 8;
constexpr const char* kCipherSuites =
    "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256";
constexpr const char* kGroups = "X25519:P-256:P-384";
constexpr long kSessionsMax = 4096;
constexpr BytesView kSessionContext = "sekisho";

Bio read_only(BytesView text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string openssl_reason() {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "unknown reason" : reason;
}

Result<std::vector<X509Ptr>> read_certificates(BytesView pem) {
  const Bio bio = read_only(pem);
  std::vector<X509Ptr> out;
  while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    out.emplace_back(certificate);
  }
  ERR_clear_error();  // the end of the text counts as an error there
  if (out.empty()) return fail(Code::kInvalidArgument, "no certificate in PEM form");
  return out;
}

// Refuses to ask for a passphrase on the terminal.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) { return -1; }

Status use_key(SSL_CTX* context, BytesView pem) {
  const Bio bio = read_only(pem);
  const KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  if (!key) {
    return fail(Code::kInvalidArgument,
                "the TLS key is not an unencrypted PEM private key: " + openssl_reason());
  }
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    return fail(Code::kInvalidArgument,
                "the TLS key does not belong to the TLS certificate: " + openssl_reason());
  }
  return {};
}

Status use_identity(SSL_CTX* context, const TlsIdentity& identity) {
  auto chain = read_certificates(identity.certificate_chain_pem);
  if (!chain) return fail(chain.error().within("TLS certificate"));
  if (SSL_CTX_use_certificate(context, chain->front().get()) != 1) {
    return fail(Code::kInvalidArgument, "TLS certificate: " + openssl_reason());
  }
  for (std::size_t i = 1; i < chain->size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context, (*chain)[i].get()) != 1) {
      return fail(Code::kInvalidArgument, "TLS certificate chain: " + openssl_reason());
    }
  }
  return use_key(context, identity.private_key_pem.view());
}

Status use_authorities(SSL_CTX* context, const std::string& ca_pem) {
  auto authorities = read_certificates(ca_pem);
  if (!authorities) return fail(authorities.error().within("CA certificates"));
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  for (const auto& authority : *authorities) {
    if (X509_STORE_add_cert(store, authority.get()) != 1) {
      return fail(Code::kInvalidArgument, "CA certificates: " + openssl_reason());
    }
  }
  return {};
}

// The other side's certificates are carried to the application unjudged.
int take_any(X509_STORE_CTX* /*chain*/, void* /*data*/) { return 1; }

TlsContext make_context() {
  auto context = std::make_shared<boost::asio::ssl::context>(boost::asio::ssl::context::tls);
  SSL_CTX* ctx = context->native_handle();
  CHECK(SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION) == 1);
  CHECK(SSL_CTX_set_max_proto_version(ctx, TLS1_3_VERSION) == 1);
  CHECK(SSL_CTX_set_ciphersuites(ctx, kCipherSuites) == 1);
  CHECK(SSL_CTX_set1_groups_list(ctx, kGroups) == 1);
  // Record buffers stay with their connection (about 34 KiB): getting them anew for each record was
  // a visible part of a small request.
  return context;
}

Bytes to_der(X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate, &der);
  CHECK(size > 0);
  Bytes out(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return out;
}

Digest key_id_of(X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  CHECK(size > 0);
  const Digest id =
      crypto::sha256({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  return id;
}

Error verification_error(long result) {
  const std::string reason = X509_verify_cert_error_string(result);
  switch (result) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return {Code::kUnauthenticated,
              "the server's certificate has expired; its operator must renew it"};
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return {Code::kUnauthenticated,
              "the server's certificate is not valid yet; check the clocks of both machines"};
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return {Code::kUnauthenticated,
              "the server's certificate is for another name; check the address"};
    default:
      return {Code::kUnauthenticated, "the server's certificate is not issued by a CA you trust (" +
                                          reason + "); check the CA file and the address"};
  }
}

Error alert_error(int reason) {
  switch (reason) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
      return {Code::kInvalidArgument,
              "the other side does not speak TLS; check the port and use https"};
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
    case SSL_R_NO_PROTOCOLS_AVAILABLE:
      return {Code::kInvalidArgument, "the other side does not speak TLS 1.3"};
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
      return {Code::kUnauthenticated, "the other side demands a client certificate"};
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
      return {Code::kUnauthenticated, "the other side says that our certificate has expired"};
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
      return {Code::kUnauthenticated, "the other side refuses our certificate"};
    default:
      return {Code::kUnavailable, ""};
  }
}

}  // namespace

Result<TlsContext> make_server_context(const TlsIdentity& identity) {
  ERR_clear_error();
  TlsContext context = make_context();
  SSL_CTX* ctx = context->native_handle();
  TRY_STATUS(use_identity(ctx, identity));
  SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(ctx, take_any, nullptr);
  // Sessions stay in memory, single use: a ticket would carry the leaf but not its chain.
  SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_SERVER);
  SSL_CTX_sess_set_cache_size(ctx, kSessionsMax);
  SSL_CTX_set_num_tickets(ctx, 1);
  CHECK(SSL_CTX_set_session_id_context(
            ctx, reinterpret_cast<const unsigned char*>(kSessionContext.data()),
            static_cast<unsigned>(kSessionContext.size())) == 1);
  return context;
}

Result<TlsContext> make_client_context(const TlsIdentity* identity, const std::string& ca_pem) {
  ERR_clear_error();
  TlsContext context = make_context();
  SSL_CTX* ctx = context->native_handle();
  if (identity != nullptr) TRY_STATUS(use_identity(ctx, *identity));
  SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, nullptr);
  if (ca_pem.empty()) {
    SSL_CTX_set_cert_verify_callback(ctx, take_any, nullptr);
  } else {
    TRY_STATUS(use_authorities(ctx, ca_pem));
  }
  return context;
}

Result<PeerCertificate> peer_certificate(SSL* ssl) {
  const X509Ptr leaf(SSL_get1_peer_certificate(ssl));
  if (!leaf) {
    return fail(Code::kUnauthenticated,
                "a client certificate is needed; give the one of your organisation");
  }
  PeerCertificate out;
  out.leaf_der = to_der(leaf.get());
  out.key_id = key_id_of(leaf.get());
  // A client sees the leaf in this stack too, a server does not.
  STACK_OF(X509)* chain = SSL_get_peer_cert_chain(ssl);
  const int count = chain == nullptr ? 0 : sk_X509_num(chain);
  for (int i = 0; i < count && out.chain_der.size() < kChainMax; ++i) {
    X509* certificate = sk_X509_value(chain, i);
    if (X509_cmp(certificate, leaf.get()) != 0) out.chain_der.push_back(to_der(certificate));
  }
  return out;
}

Status expect_name(SSL* ssl, const std::string& name) {
  boost::system::error_code not_address;
  boost::asio::ip::make_address(name, not_address);
  X509_VERIFY_PARAM* parameters = SSL_get0_param(ssl);
  if (!not_address) {
    if (X509_VERIFY_PARAM_set1_ip_asc(parameters, name.c_str()) == 1) return {};
  } else if (SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                      const_cast<char*>(name.c_str())) == 1 &&
             X509_VERIFY_PARAM_set1_host(parameters, name.c_str(), name.size()) == 1) {
    return {};
  }
  return fail(Code::kInvalidArgument, "'" + name + "' is not a host name or address");
}

bool is_plain_http(const boost::system::error_code& error) {
  return error.category() == boost::asio::error::get_ssl_category() &&
         ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_HTTP_REQUEST;
}

Error describe_handshake_error(const boost::system::error_code& error, SSL* ssl) {
  if (error == boost::asio::error::eof || error == boost::asio::ssl::error::stream_truncated ||
      error == boost::asio::error::connection_reset) {
    return {Code::kUnavailable, "the other side closed the connection during the TLS handshake"};
  }
  if (ssl != nullptr && SSL_get_verify_result(ssl) != X509_V_OK) {
    return verification_error(SSL_get_verify_result(ssl));
  }
  if (error.category() == boost::asio::error::get_ssl_category()) {
    Error known = alert_error(ERR_GET_REASON(static_cast<unsigned long>(error.value())));
    if (!known.context.empty()) return known;
  }
  return {Code::kUnavailable, "TLS handshake: " + error.message()};
}

}  // namespace detail

Status check_identity(const TlsIdentity& identity) {
  TRY([[maybe_unused]] const auto context, detail::make_server_context(identity));
  return {};
}

}  // namespace sekisho::net
