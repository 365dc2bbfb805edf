// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/http_client.h"

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "node/base/check.h"
#include "node/net/detail/client_session.h"
#include "node/net/detail/header_name.h"
#include "node/net/detail/runtime_access.h"
#include "node/net/task.h"

namespace sekisho::net {
namespace {

constexpr std::size_t kErrorBodyMax = 64 * limits::kKiB;
constexpr std::size_t kAsyncAnswerMax = 4 * limits::kMiB;
constexpr std::uint64_t kCutMs = 60'000;  // longer than any callback may take

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
  explicit Impl(detail::ClientSession client_session) : session(std::move(client_session)) {}

  // Runs the io_context on the calling thread until the exchange has ended.
  Result<ClientResponse> run(const ClientRequest& request,
                             const detail::AnswerDestination& destination) {
    std::optional<Result<ClientResponse>> out;
    TaskGroup group;
    group.spawn(io.get_executor(), keep(session.exchange(&request, &destination), &out));
    io.restart();
    while (!group.join(0)) io.run_one();
    CHECK(out.has_value());
    return *std::move(out);
  }

  static Task<void> keep(Task<Result<ClientResponse>> task,
                         std::optional<Result<ClientResponse>>* out) {
    auto result = co_await std::move(task);
    out->emplace(std::move(result));
  }

  asio::io_context io{1};
  detail::ClientSession session;
};

HttpClient::HttpClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&& other) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&& other) noexcept = default;

Result<HttpClient> HttpClient::make(HttpClientOptions options, const TlsIdentity* identity) {
  TRY(auto session, detail::make_client_session(std::move(options), identity));
  return HttpClient(std::make_unique<Impl>(std::move(session)));
}

Result<ClientResponse> HttpClient::send(const ClientRequest& request, std::size_t answer_max) {
  detail::AnswerDestination destination;
  destination.answer_max = answer_max;
  return impl_->run(request, destination);
}

Result<ClientResponse> HttpClient::send(const ClientRequest& request, BodySink sink,
                                        Progress on_download) {
  CHECK(sink != nullptr);
  detail::AnswerDestination destination;
  destination.sink = std::move(sink);
  destination.on_download = std::move(on_download);
  destination.answer_max = kErrorBodyMax;
  return impl_->run(request, destination);
}

void HttpClient::close() { impl_->session.close(); }

struct AsyncHttpClient::Impl : std::enable_shared_from_this<Impl> {
  Impl(asio::io_context& context, detail::ClientSession client_session)
      : io(context), session(std::move(client_session)) {}

  static Task<void> serve(std::shared_ptr<Impl> self, ClientRequest request, Done done) {
    detail::AnswerDestination destination;
    destination.answer_max = kAsyncAnswerMax;
    auto answer = co_await self->session.exchange(&request, &destination);
    self->busy = false;
    done(std::move(answer));
  }

  asio::io_context& io;
  detail::ClientSession session;
  std::atomic<bool> busy{false};
  TaskGroup group;
};

AsyncHttpClient::AsyncHttpClient(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

AsyncHttpClient::~AsyncHttpClient() {
  asio::io_context& io = impl_->io;
  asio::post(io, [impl = impl_] { impl->session.cut(); });
  CHECK(impl_->group.join(kCutMs));
  // Freed on its own thread, like everything that waits there.
  asio::post(io, [impl = std::move(impl_)] {});
}

Result<std::unique_ptr<AsyncHttpClient>> AsyncHttpClient::make(Runtime& runtime,
                                                               HttpClientOptions options,
                                                               const TlsIdentity* identity) {
  TRY(auto session, detail::make_client_session(std::move(options), identity));
  auto impl = std::make_shared<Impl>(RuntimeAccess::next(runtime), std::move(session));
  return std::unique_ptr<AsyncHttpClient>(new AsyncHttpClient(std::move(impl)));
}

void AsyncHttpClient::send(ClientRequest request, Done done) {
  CHECK(!impl_->busy.exchange(true));
  impl_->group.spawn(impl_->io.get_executor(),
                     Impl::serve(impl_, std::move(request), std::move(done)));
}

}  // namespace sekisho::net
