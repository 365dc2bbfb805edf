// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include <openssl/ssl.h>

#include "node/net/detail/message_parser.h"
#include "node/net/detail/tls_connection.h"
#include "node/net/http_client.h"

namespace sekisho::net::detail {

// Where the body of an answer goes.
struct AnswerDestination {
  BodySink sink;  // of a 2xx answer; empty: into the answer
  Progress on_download;
  std::size_t answer_max = 0;
};

// A client's side of one kept-alive connection: connects when needed, one request at a time. What
// blocks and what does not is its owner's matter. One thread.
class ClientSession {
 public:
  ClientSession(HttpClientOptions options, TlsContext context);
  ~ClientSession();
  ClientSession(ClientSession&& other) noexcept = default;
  ClientSession& operator=(ClientSession&& other) noexcept = default;

  // Both outlive the call. Errors as HttpClient::send().
  Task<Result<ClientResponse>> exchange(const ClientRequest* request,
                                        const AnswerDestination* destination);
  // Ends the connection; the next exchange() makes a new one. Not during an exchange.
  void close();
  // Breaks a running exchange off, and refuses further ones: kCancelled.
  void cut();

 private:
  Task<Result<ClientResponse>> attempt(const ClientRequest* request,
                                       const AnswerDestination* destination);
  Task<Status> connect();
  [[nodiscard]] Status check_key(SSL* ssl) const;
  [[nodiscard]] Bytes head_of(const ClientRequest& request, std::uint64_t body_size) const;
  // `*answered` when the final head of the answer came instead of leave to send the body.
  Task<Status> send_request(const ClientRequest* request, bool* answered);
  Task<Status> send_body(const ClientRequest* request, std::uint64_t size);
  Task<Status> read_head();
  Task<Status> read_head_once();
  // False at the end of the stream.
  Task<Result<bool>> receive(std::uint64_t wait_ms);
  Task<Result<ClientResponse>> read_answer(const AnswerDestination* destination);
  static Status deliver(const AnswerDestination* destination, ClientResponse* answer,
                        BytesView piece);

  static constexpr std::size_t kAnswerHeaderMax = 32 * 1024;
  struct SessionFree {
    void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
  };

  HttpClientOptions options_;
  TlsContext context_;
  MessageParser parser_{MessageParser::Kind::kResponse, kAnswerHeaderMax};
  std::unique_ptr<SSL_SESSION, SessionFree> session_;
  std::unique_ptr<TlsConnection> connection_;
  CancelSlot cancel_connect_;
  bool answer_begun_ = false;
  bool cut_ = false;
};

// kInvalidArgument for a bad identity, bad CAs, or nothing to know the server by.
[[nodiscard]] Result<ClientSession> make_client_session(HttpClientOptions options,
                                                        const TlsIdentity* identity);

}  // namespace sekisho::net::detail
