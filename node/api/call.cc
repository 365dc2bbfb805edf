// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/api/call.h"

#include <charconv>

#include <boost/json/serialize.hpp>

#include "node/base/limits.h"
#include "node/net/problem.h"

namespace sekisho::api {
namespace {

constexpr std::uint64_t kPollMs = 20;
constexpr unsigned kPollsMax = 250;  // five seconds

void read_now(const CallPtr& call, ReadFunction function) {
  on_worker(call, [call, function] {
    auto value = function(*call, call->parts.ledger.view());
    if (!value) return answer(*call, value.error());
    answer(*call, 200, *value);
  });
}

// Read your own writes: wait until the operation `min_index` has been applied here.
void read_from_index(CallPtr call, ReadFunction function, std::uint64_t min_index,
                     unsigned polls_left) {
  on_worker(call, [=] {
    const auto head = call->parts.ledger.view().head();
    if (!head) return answer(*call, head.error());
    if (head->height > 0 && head->header.tree_size() > min_index) return read_now(call, function);
    if (polls_left == 0) {
      return answer(
          *call, Error{Code::kUnavailable, "this node has not reached that index yet; try again"});
    }
    call->parts.runtime.post_after(
        kPollMs, [=] { read_from_index(call, function, min_index, polls_left - 1); });
  });
}

Result<std::uint64_t> parse_number(std::string_view name, std::string_view text,
                                   std::uint64_t max) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > max) {
    return fail(Code::kInvalidArgument,
                std::string(name) + " must be a whole number up to " + std::to_string(max));
  }
  return value;
}

}  // namespace

void answer(const Call& call, unsigned status, const boost::json::value& body) {
  net::Response response;
  response.status = status;
  response.body = boost::json::serialize(body);
  call.responder.send(std::move(response));
}

void answer(const Call& call, const Error& error) { call.responder.send(net::problem(error)); }

void on_worker(const CallPtr& call, std::function<void()> task) {
  if (const Status posted = call->parts.runtime.workers().post(std::move(task)); !posted) {
    answer(*call, posted.error());
  }
}

void run_read(CallPtr call, ReadFunction function) {
  const std::string consistency = text_query(*call, "consistency");
  if (!consistency.empty() && consistency != "linearizable") {
    return answer(*call, Error{Code::kInvalidArgument,
                               "consistency must be linearizable, or left out for this node's own "
                               "view"});
  }
  if (!consistency.empty()) {
    call->parts.ask_read_index([call, function](const Result<std::uint64_t>& height) {
      if (!height) return answer(*call, height.error());
      read_now(call, function);
    });
    return;
  }
  if (!call->request.query_value("min_index")) return read_now(call, function);
  const auto min_index = number_query(*call, "min_index", 0, ~std::uint64_t{0} - 1);
  if (!min_index) return answer(*call, min_index.error());
  read_from_index(std::move(call), function, *min_index, kPollsMax);
}

Result<Digest> digest_arg(const Call& call, std::size_t position) {
  auto digest = Digest::from_hex(call.args.at(position));
  if (!digest) return fail(Code::kInvalidArgument, "the path needs a digest of 64 hex digits");
  return digest;
}

Result<Id16> id_arg(const Call& call, std::size_t position) {
  auto id = Id16::from_hex(call.args.at(position));
  if (!id) return fail(Code::kInvalidArgument, "the path needs an id of 32 hex digits");
  return id;
}

Result<std::uint64_t> number_query(const Call& call, std::string_view name, std::uint64_t fallback,
                                   std::uint64_t max) {
  const auto text = call.request.query_value(name);
  if (!text) return fallback;
  return parse_number(name, *text, max);
}

std::string text_query(const Call& call, std::string_view name) {
  return std::string(call.request.query_value(name).value_or(""));
}

Result<Page> page_query(const Call& call) {
  Page page;
  TRY(page.cursor, number_query(call, "cursor", 0, ~std::uint64_t{0} - 1));
  TRY(page.limit, number_query(call, "limit", page.limit, limits::kPageSizeMax));
  if (page.limit == 0) return fail(Code::kInvalidArgument, "limit must be at least 1");
  return page;
}

}  // namespace sekisho::api
