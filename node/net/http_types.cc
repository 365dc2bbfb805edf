// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/http_types.h"

#include <algorithm>

#include "node/base/check.h"
#include "node/net/detail/exchange.h"
#include "node/net/detail/header_name.h"
#include "node/net/problem.h"

namespace sekisho::net {
namespace {

constexpr std::uint64_t kHeartbeatMs = 15'000;

}  // namespace

namespace detail {

bool same_header_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [&](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::string_view> find_header(const std::vector<Header>& headers,
                                            std::string_view name) {
  for (const Header& header : headers) {
    if (same_header_name(header.name, name)) return header.value;
  }
  return std::nullopt;
}

Exchange::~Exchange() {
  if (answered_.load()) return;
  const Error unanswered{Code::kInternal, "the request was dropped without an answer"};
  session_->put(problem(unanswered));
}

void Exchange::answer(HandlerMessage answer) {
  CHECK(!answered_.exchange(true));
  session_->put(std::move(answer));
}

}  // namespace detail

void BodyReader::next(ChunkCallback done) {
  CHECK(pipe_ != nullptr);
  pipe_->next(std::move(done));
}

std::optional<std::string_view> Request::header(std::string_view name) const {
  return detail::find_header(headers, name);
}

std::optional<std::string_view> Request::query_value(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

void Responder::send(Response response) const { exchange_->answer(std::move(response)); }

void Responder::stream(StreamedResponse response) const {
  CHECK(response.source != nullptr);
  CHECK(response.heartbeat_ms == 0 || !response.content_length.has_value());
  exchange_->answer(std::move(response));
}

StreamedResponse event_stream(BodySource source) {
  StreamedResponse out;
  out.content_type = "text/event-stream";
  out.headers.push_back({"Cache-Control", "no-store"});
  out.source = std::move(source);
  out.heartbeat = ": still here\n\n";
  out.heartbeat_ms = kHeartbeatMs;
  return out;
}

Bytes format_event(std::string_view id, std::string_view event, std::string_view data) {
  CHECK(id.find_first_of("\r\n") == std::string_view::npos);
  CHECK(event.find_first_of("\r\n") == std::string_view::npos);
  Bytes out;
  if (!id.empty()) out += "id: " + std::string(id) + "\n";
  if (!event.empty()) out += "event: " + std::string(event) + "\n";
  for (bool more = true; more;) {
    const auto end = data.find('\n');
    more = end != std::string_view::npos;
    out += "data: " + std::string(data.substr(0, end)) + "\n";
    if (more) data.remove_prefix(end + 1);
  }
  return out + "\n";
}

}  // namespace sekisho::net
