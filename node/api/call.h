// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "node/api/caller.h"
#include "node/api/service.h"
#include "storage/ledger_store.h"

namespace sekisho::api {

// One request on its way to its answer. Shared by the steps that work on it, one after another.
struct Call {
  const Parts& parts;
  net::Request request;
  net::Responder responder;
  std::vector<std::string> args;  // values of the path's {placeholders}, in order
  Caller caller;                  // empty on anonymous routes
};
using CallPtr = std::shared_ptr<Call>;

// Answers.
void answer(const Call& call, unsigned status, const boost::json::value& body);
void answer(const Call& call, const Error& error);

// Runs on a worker with a view of the ledger that honours `min_index` and `consistency`, then
// answers 200 with the value or a problem.
using ReadFunction = Result<boost::json::value> (*)(const Call&, const storage::LedgerView&);
void run_read(CallPtr call, ReadFunction function);
// Runs on a worker; a full queue is answered with 429.
void on_worker(const CallPtr& call, std::function<void()> task);

// Typed path and query values; kInvalidArgument names the parameter.
[[nodiscard]] Result<Digest> digest_arg(const Call& call, std::size_t position);
[[nodiscard]] Result<Id16> id_arg(const Call& call, std::size_t position);
[[nodiscard]] Result<std::uint64_t> number_query(const Call& call, std::string_view name,
                                                 std::uint64_t fallback, std::uint64_t max);
[[nodiscard]] std::string text_query(const Call& call, std::string_view name);

// One page of a cursor-paged list.
struct Page {
  std::uint64_t cursor = 0;
  std::size_t limit = 100;
};
[[nodiscard]] Result<Page> page_query(const Call& call);

}  // namespace sekisho::api
