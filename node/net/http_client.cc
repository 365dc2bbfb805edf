// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/http_client.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <span>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <openssl/ssl.h>

#include "node/base/check.h"
#include "node/net/detail/header_name.h"
#include "node/net/detail/message_parser.h"
#include "node/net/detail/tls_connection.h"
#include "node/net/task.h"

namespace sekisho::net {
namespace {

constexpr std::size_t kAnswerHeaderMax = 32 * limits::kKiB;
constexpr std::size_t kPieceSize = 64 * limits::kKiB;
constexpr std::size_t kErrorBodyMax = 64 * limits::kKiB;
constexpr std::uint64_t kAskFirstAbove = 1 * limits::kMiB;  // 100-continue (RFC 9110, 10.1.1)

struct SessionFree {
  void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};

bool is_success(unsigned status) { return status >= 200 && status < 300; }

void put_field(Bytes& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  out += value;
  out += "\r\n";
}

}  // namespace

std::optional<std::string_view> ClientResponse::header(std::string_view name) const {
  return detail::find_header(headers, name);
}

Result<FileBody> open_file_body(const std::string& path) {
  std::FILE* const raw = std::fopen(path.c_str(), "rbe");
  if (raw == nullptr) {
    if (errno == ENOENT) return fail(Code::kNotFound, "there is no file " + path);
    return fail(Code::kIo, "cannot open " + path);
  }
  const std::shared_ptr<std::FILE> file(raw, [](std::FILE* open) { std::fclose(open); });
  FileBody out;
  if (std::fseek(raw, 0, SEEK_END) != 0) return fail(Code::kIo, path + " is not a plain file");
  const long size = std::ftell(raw);
  if (size < 0 || std::fseek(raw, 0, SEEK_SET) != 0) {
    return fail(Code::kIo, path + " is not a plain file");
  }
  out.size = static_cast<std::uint64_t>(size);
  out.give = [file, path](std::size_t size_max) -> Result<Bytes> {
    Bytes piece(size_max, '\0');
    piece.resize(std::fread(piece.data(), 1, size_max, file.get()));
    if (std::ferror(file.get()) != 0) return fail(Code::kIo, "cannot read " + path);
    return piece;
  };
  return out;
}

struct HttpClient::Impl {
  // Where the body of an answer goes.
  struct Destination {
    BodySink sink;
    Progress on_download;
    std::size_t answer_max = 0;
  };

  Impl(HttpClientOptions client_options, detail::TlsContext tls_context)
      : options(std::move(client_options)), context(std::move(tls_context)) {}

  // Runs the io_context on the calling thread until `task` has ended.
  template <typename T>
  Result<T> run(Task<Result<T>> task) {
    std::optional<Result<T>> out;
    TaskGroup group;
    group.spawn(io.get_executor(), keep(std::move(task), &out));
    io.restart();
    while (!out) io.run_one();
    while (!group.join(0)) io.run_one();
    return *std::move(out);
  }

  template <typename T>
  static Task<void> keep(Task<Result<T>> task, std::optional<Result<T>>* out) {
    auto result = co_await std::move(task);
    out->emplace(std::move(result));
  }

  Task<Result<ClientResponse>> exchange(const ClientRequest* request,
                                        const Destination* destination) {
    const bool reused = connection != nullptr;
    answer_begun = false;
    auto answer = co_await attempt(request, destination);
    const bool again = !answer && reused && !answer_begun && !request->give &&
                       answer.error().code == Code::kUnavailable;
    if (!answer) close();
    if (again) answer = co_await attempt(request, destination);
    if (!answer) close();
    co_return answer;
  }

  Task<Result<ClientResponse>> attempt(const ClientRequest* request,
                                       const Destination* destination) {
    if (connection == nullptr) CO_TRY_STATUS(co_await connect());
    parser.restart();
    if (request->method == "HEAD") parser.skip_body();
    bool answered = false;
    const Status written = co_await send_request(request, &answered);
    if (!answered) {
      // A server that refuses early answers, then stops reading.
      const Status headed = co_await read_head();
      if (!headed) co_return fail(written ? headed.error() : written.error());
    }
    auto answer = co_await read_answer(destination);
    if (!written || !parser.done() || !parser.head().keep_alive) close();
    co_return answer;
  }

  Task<Status> connect() {
    detail::CancelSlot unused;
    auto socket =
        co_await detail::connect_tcp(options.host, options.port, options.connect_ms, &unused);
    if (!socket) co_return fail(std::move(socket).error());
    auto made = std::make_unique<detail::TlsConnection>(*std::move(socket), context);
    if (!options.trust.key_id) {
      const std::string& name = options.trust.expected_name;
      CO_TRY_STATUS(detail::expect_name(made->ssl(), name.empty() ? options.host : name));
    }
    if (session) SSL_set_session(made->ssl(), session.get());
    CO_TRY_STATUS(co_await made->connect(options.connect_ms));
    CO_TRY_STATUS(check_key(made->ssl()));
    connection = std::move(made);
    parser = detail::MessageParser(detail::MessageParser::Kind::kResponse, kAnswerHeaderMax);
    co_return Status();
  }

  [[nodiscard]] Status check_key(SSL* ssl) const {
    if (!options.trust.key_id) return {};
    TRY(const PeerCertificate certificate, detail::peer_certificate(ssl));
    if (certificate.key_id == *options.trust.key_id) return {};
    return fail(Code::kUnauthenticated, "the server at " + options.host +
                                            " has another key than expected; check the "
                                            "address and the node's registered TLS key");
  }

  [[nodiscard]] Bytes head_of(const ClientRequest& request, std::uint64_t body_size) const {
    const bool v6 = options.host.find(':') != std::string::npos;
    Bytes out = request.method + " " + request.target + " HTTP/1.1\r\n";
    put_field(out, "Host",
              (v6 ? "[" + options.host + "]" : options.host) + ":" + std::to_string(options.port));
    if (!request.content_type.empty()) put_field(out, "Content-Type", request.content_type);
    if (body_size != 0 || (request.method != "GET" && request.method != "HEAD")) {
      put_field(out, "Content-Length", std::to_string(body_size));
    }
    for (const Header& header : request.headers) put_field(out, header.name, header.value);
    if (body_size > kAskFirstAbove) put_field(out, "Expect", "100-continue");
    return out + "\r\n";
  }

  // `*answered` when the final head of the answer came instead of leave to send the body.
  Task<Status> send_request(const ClientRequest* request, bool* answered) {
    const std::uint64_t size = request->give ? request->give_size : request->body.size();
    Bytes head = head_of(*request, size);
    const bool joined = !request->give && size <= kPieceSize;
    if (joined) head += request->body;
    CO_TRY_STATUS(co_await connection->write(head, options.progress_ms));
    if (joined) co_return Status();
    if (size > kAskFirstAbove) {
      CO_TRY_STATUS(co_await read_head_once());
      *answered = parser.head().status != 100;
      if (*answered) co_return Status();
      parser.restart();
    }
    co_return co_await send_body(request, size);
  }

  Task<Status> send_body(const ClientRequest* request, std::uint64_t size) {
    for (std::uint64_t done = 0; done < size;) {
      const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(kPieceSize, size - done));
      Bytes given;
      BytesView piece;
      if (request->give) {
        CO_TRY(given, request->give(want));
        if (given.empty() || given.size() > want) {
          co_return fail(Code::kInvalidArgument, "the file changed while it was being sent");
        }
        piece = given;
      } else {
        piece = BytesView(request->body).substr(done, want);
      }
      CO_TRY_STATUS(co_await connection->write(piece, options.progress_ms));
      done += piece.size();
      if (request->on_upload) request->on_upload(done, size);
    }
    co_return Status();
  }

  Task<Status> read_head() {
    for (;;) {
      CO_TRY_STATUS(co_await read_head_once());
      if (parser.head().status / 100 != 1) co_return Status();
      parser.restart();
    }
  }

  Task<Status> read_head_once() {
    for (;;) {
      CO_TRY(const bool complete, parser.parse_head());
      if (complete) co_return Status();
      const std::uint64_t wait_ms = answer_begun ? options.progress_ms : options.response_ms;
      CO_TRY(const bool more, co_await receive(wait_ms));
      if (!more) co_return fail(Code::kUnavailable, "the server closed the connection");
      answer_begun = true;
    }
  }

  // False at the end of the stream.
  Task<Result<bool>> receive(std::uint64_t wait_ms) {
    char* const space = parser.space();
    const std::span<char> into(space, parser.space_size());
    CO_TRY(const std::size_t size, co_await connection->read_some(into, wait_ms));
    parser.commit(size);
    co_return size != 0;
  }

  Task<Result<ClientResponse>> read_answer(const Destination* destination) {
    ClientResponse answer;
    answer.status = parser.head().status;
    answer.headers = parser.head().headers;
    const std::uint64_t total = parser.head().content_length.value_or(0);
    std::uint64_t done = 0;
    for (bool complete = false; !complete;) {
      Bytes piece;
      CO_TRY(complete, parser.parse_body(piece));
      done += piece.size();
      CO_TRY_STATUS(deliver(destination, &answer, piece));
      if (destination->on_download && !piece.empty()) destination->on_download(done, total);
      if (complete) break;
      CO_TRY(const bool more, co_await receive(options.progress_ms));
      if (!more) CO_TRY_STATUS(parser.finish());
      complete = !more;
    }
    co_return answer;
  }

  static Status deliver(const Destination* destination, ClientResponse* answer, BytesView piece) {
    if (destination->sink && is_success(answer->status)) return destination->sink(piece);
    if (answer->body.size() + piece.size() <= destination->answer_max) {
      answer->body += piece;
      return {};
    }
    return fail(Code::kResourceExhausted,
                "the answer has more than " + std::to_string(destination->answer_max) + " bytes");
  }

  void close() {
    if (connection == nullptr) return;
    session.reset(SSL_get1_session(connection->ssl()));
    // Without a goodbye on record OpenSSL would spoil the session when it frees the connection.
    SSL_set_shutdown(connection->ssl(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    connection->cut();
    connection.reset();
  }

  HttpClientOptions options;
  detail::TlsContext context;
  asio::io_context io{1};
  detail::MessageParser parser{detail::MessageParser::Kind::kResponse, kAnswerHeaderMax};
  std::unique_ptr<SSL_SESSION, SessionFree> session;
  std::unique_ptr<detail::TlsConnection> connection;
  bool answer_begun = false;
};

HttpClient::HttpClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&& other) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&& other) noexcept = default;

Result<HttpClient> HttpClient::make(HttpClientOptions options, const TlsIdentity* identity) {
  if (options.trust.ca_pem.empty() && !options.trust.key_id) {
    return fail(Code::kInvalidArgument,
                "give the CA certificates or the key by which to know the server");
  }
  const std::string ca_pem = options.trust.key_id ? std::string() : options.trust.ca_pem;
  TRY(auto context, detail::make_client_context(identity, ca_pem));
  return HttpClient(std::make_unique<Impl>(std::move(options), std::move(context)));
}

Result<ClientResponse> HttpClient::send(const ClientRequest& request, std::size_t answer_max) {
  Impl::Destination destination;
  destination.answer_max = answer_max;
  return impl_->run(impl_->exchange(&request, &destination));
}

Result<ClientResponse> HttpClient::send(const ClientRequest& request, BodySink sink,
                                        Progress on_download) {
  CHECK(sink != nullptr);
  Impl::Destination destination;
  destination.sink = std::move(sink);
  destination.on_download = std::move(on_download);
  destination.answer_max = kErrorBodyMax;
  return impl_->run(impl_->exchange(&request, &destination));
}

void HttpClient::close() { impl_->close(); }

}  // namespace sekisho::net
