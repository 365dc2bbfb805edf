// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/limits.h"
#include "node/base/result.h"
#include "node/net/http_types.h"
#include "node/net/runtime.h"
#include "node/net/tls.h"

namespace sekisho::net {

struct HttpClientOptions {
  std::string host;
  std::uint16_t port = 0;
  ServerTrust trust;
  std::uint64_t connect_ms = 10'000;    // name, TCP and TLS together
  std::uint64_t response_ms = 150'000;  // from the last byte sent to the first byte of the answer
  std::uint64_t progress_ms = 60'000;   // without a byte moving
};

// Bytes done and in total (0 when unknown); called from send(), often.
using Progress = std::function<void(std::uint64_t done, std::uint64_t total)>;
// Takes the body of an answer piece by piece; an Error ends the request with that error.
using BodySink = std::function<Status(BytesView piece)>;
// Gives up to `size_max` bytes of a request body; empty at the end.
using BodyGiver = std::function<Result<Bytes>(std::size_t size_max)>;

struct ClientRequest {
  std::string method = "GET";
  std::string target = "/";  // encoded already: path and query
  std::vector<Header> headers;
  std::string content_type;  // not sent when empty
  Bytes body;
  // Instead of `body`: exactly `give_size` bytes from `give`.
  BodyGiver give;
  std::uint64_t give_size = 0;
  Progress on_upload;
};

struct ClientResponse {
  unsigned status = 0;
  std::vector<Header> headers;
  Bytes body;  // empty when a sink took it
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
};

// Reads a file for ClientRequest::give. kNotFound or kIo.
struct FileBody {
  BodyGiver give;
  std::uint64_t size = 0;
};
[[nodiscard]] Result<FileBody> open_file_body(const std::string& path);

// A blocking client with one kept-alive connection, for commands and tests. One thread at a time.
// A request on a kept connection that died before its first answer byte is sent once more on a new
// one, when its body can be repeated.
// Errors of send() tell what to do: kUnavailable (nobody listens: is the node running?; connection
// lost), kDeadline, kUnauthenticated (the server is not who it should be, its certificate has
// expired, or it refused ours), kInvalidArgument (not HTTPS, not HTTP), kResourceExhausted (answer
// larger than `answer_max`). An HTTP status, 4xx and 5xx too, is a success of send().
class HttpClient {
 public:
  // No connection yet. `identity` may be null. kInvalidArgument for a bad identity or bad CAs.
  static Result<HttpClient> make(HttpClientOptions options, const TlsIdentity* identity);
  ~HttpClient();
  HttpClient(HttpClient&& other) noexcept;
  HttpClient& operator=(HttpClient&& other) noexcept;

  // The whole answer in memory.
  Result<ClientResponse> send(const ClientRequest& request,
                              std::size_t answer_max = 64 * limits::kMiB);
  // The body of a 2xx answer goes to `sink`, any other body (at most 64 KiB of it) to the answer.
  // `on_download` may be empty. Server-sent events arrive here as they are sent.
  Result<ClientResponse> send(const ClientRequest& request, BodySink sink,
                              Progress on_download = {});
  void close();

 private:
  struct Impl;
  explicit HttpClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// The same connection without a blocked thread, for many at once: load generators. One request at a
// time (CHECK); the next may be sent from within `done`.
class AsyncHttpClient {
 public:
  // Called once, on an io thread; must not block.
  using Done = std::function<void(Result<ClientResponse>)>;

  // As HttpClient::make(). `runtime` outlives the client.
  static Result<std::unique_ptr<AsyncHttpClient>> make(Runtime& runtime, HttpClientOptions options,
                                                       const TlsIdentity* identity);
  // Breaks a running request off and waits for its `done`. Not from an io thread.
  ~AsyncHttpClient();
  AsyncHttpClient(const AsyncHttpClient&) = delete;
  AsyncHttpClient& operator=(const AsyncHttpClient&) = delete;

  // Any thread. The answer has at most 4 MiB. Errors as HttpClient::send(), and kCancelled once the
  // client is being destroyed: do not send again then.
  void send(ClientRequest request, Done done);

 private:
  struct Impl;
  explicit AsyncHttpClient(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace sekisho::net
