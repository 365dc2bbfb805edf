// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>

#include "node/api/render.h"
#include "node/api/routes.h"
#include "node/ledger/operation.h"
#include "node/ledger/receipt.h"
#include "node/state/queries.h"

namespace sekisho::api {
namespace {

constexpr std::uint64_t kWaitDefaultMs = 30'000;
constexpr std::uint64_t kWaitMaxMs = 100'000;

// Final outcomes are 200; what is still open is 202: ask again.
void answer_status(const Call& call, const Id16& operation_id,
                   const replica::OperationStatus& status) {
  answer(call, status.is_final() ? 200 : 202, render(operation_id, status));
}

Result<std::string> receipt_text(const Call& call, const storage::LedgerView& view) {
  TRY(const Id16 operation_id, id_arg(call, 0));
  TRY(const auto index, view.find_operation(operation_id));
  if (!index) return fail(Code::kNotFound, "no operation with this id is on the ledger");
  TRY(const auto record, view.operation(*index));
  TRY(const std::uint64_t certified, view.certified_height());
  if (certified < record.height) {
    return fail(Code::kUnavailable, "the operation's block is not certified yet; try again");
  }
  TRY(const auto certificate, view.certificate(certified));
  if (!certificate) return fail(Code::kInternal, "the newest certificate is missing");
  const auto key = state::key(*view.state(), record.author_key_id);
  if (!key)
    return fail(Code::kNotFound,
                "the operation's key is unknown to the ledger; there is no receipt");
  TRY(const auto receipt, ledger::make_receipt(record, key->spki_der, *certificate,
                                               [&view](std::uint8_t level, std::uint64_t position) {
                                                 return view.tree_node(level, position);
                                               }));
  return ledger::format_receipt(receipt);
}

}  // namespace

void submit_operation(CallPtr call) {
  auto parsed = ledger::parse_operation(call->request.body);
  if (!parsed) return answer(*call, parsed.error());
  const Id16 operation_id = parsed->operation_id;
  const auto wait_ms = number_query(*call, "wait_ms", kWaitDefaultMs, kWaitMaxMs);
  if (!wait_ms) return answer(*call, wait_ms.error());
  const auto until = *wait_ms == 0 ? admission::Until::kAccepted : admission::Until::kAttested;
  Bytes body = std::move(call->request.body);
  call->parts.gateway.submit(*std::move(parsed), std::move(body), until, *wait_ms,
                             [call, operation_id](Result<replica::OperationStatus> status) {
                               if (!status) return answer(*call, status.error());
                               answer_status(*call, operation_id, *status);
                             });
}

void operation_status(CallPtr call) {
  const auto operation_id = id_arg(*call, 0);
  if (!operation_id) return answer(*call, operation_id.error());
  const auto wait_ms = number_query(*call, "wait_ms", 0, kWaitMaxMs);
  if (!wait_ms) return answer(*call, wait_ms.error());
  call->parts.gateway.status(*operation_id, *wait_ms,
                             [call, id = *operation_id](Result<replica::OperationStatus> status) {
                               if (!status) return answer(*call, status.error());
                               answer_status(*call, id, *status);
                             });
}

void operation_receipt(CallPtr call) {
  on_worker(call, [call] {
    auto text = receipt_text(*call, call->parts.ledger.view());
    if (!text) return answer(*call, text.error());
    net::Response response;
    response.content_type = "text/plain; charset=utf-8";
    response.body = std::move(*text);
    call->responder.send(std::move(response));
  });
}

}  // namespace sekisho::api
