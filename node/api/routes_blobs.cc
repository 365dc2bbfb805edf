// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>
#include <memory>

#include <boost/json.hpp>

#include "node/api/routes.h"
#include "node/base/limits.h"
#include "node/ledger/genesis.h"
#include "node/state/queries.h"

namespace sekisho::api {
namespace {

namespace json = boost::json;

json::value render_receipt(const v1::StorageReceipt& receipt) {
  return {{"blob_id", to_hex(receipt.blob_id())}, {"size_bytes", receipt.size_bytes()},
          {"node_number", receipt.node_number()}, {"issued_ms", receipt.issued_ms()},
          {"member_id", receipt.member_id()},     {"signature", to_base64(receipt.signature())}};
}

// Who may send files may bring them here, and not more than an organisation's share of the room.
Status may_send(const Call& call, const state::Reader& reader) {
  const auto member = state::member(reader, call.caller.member_id);
  if (!member) return fail(Code::kNotFound, "the member is not on the ledger");
  if (!state::may_offer(member->kind, call.caller.role)) {
    return fail(Code::kPermissionDenied,
                "a key of role " + std::string(ledger::key_role_name(call.caller.role)) +
                    " of a member of kind " + std::string(ledger::member_kind_name(member->kind)) +
                    " sends no files, so it uploads none; institutions and medical members send, "
                    "with an operator's or administrator's key");
  }
  return {};
}

Status may_upload(const Call& call, const Digest& blob_id, std::uint64_t size_bytes) {
  const auto reader = call.parts.ledger.view().state();
  TRY_STATUS(may_send(call, *reader));
  const auto& store = call.parts.custodian.store();
  return call.parts.uploads.admit(
      call.caller.member_id, blob_id, size_bytes, [&](const Digest& one) {
        return !state::custody_of(*reader, one).empty() || store.purged(one).value_or(false);
      });
}

// An upload on its way: pieces come from the connection one at a time and go to the store on a
// worker.
struct Upload {
  CallPtr call;
  Digest blob_id;
  std::unique_ptr<storage::BlobWriter> writer;
};
using UploadPtr = std::shared_ptr<Upload>;

void finish_upload(const UploadPtr& upload) {
  if (const Status committed = upload->writer->commit(); !committed) {
    return answer(*upload->call, committed.error());
  }
  const Call& call = *upload->call;
  const auto receipt = call.parts.custodian.fresh_receipt(upload->blob_id, call.caller.member_id);
  if (!receipt) return answer(*upload->call, receipt.error());
  answer(*upload->call, 201, render_receipt(*receipt));
}

void next_piece(const UploadPtr& upload) {
  upload->call->request.stream.next([upload](Result<Bytes> piece) {
    if (!piece) return answer(*upload->call, piece.error());
    on_worker(upload->call, [upload, bytes = std::move(*piece)] {
      if (bytes.empty()) return finish_upload(upload);
      if (const Status added = upload->writer->append(bytes); !added) {
        return answer(*upload->call, added.error());
      }
      next_piece(upload);
    });
  });
}

void begin_upload(const CallPtr& call, const Digest& blob_id, std::uint64_t size_bytes,
                  std::uint64_t offset) {
  if (const Status allowed = may_upload(*call, blob_id, size_bytes); !allowed) {
    return answer(*call, allowed.error());
  }
  const std::string& member_id = call->caller.member_id;
  auto writer = call->parts.custodian.begin(blob_id, size_bytes, member_id);
  if (!writer) {
    if (writer.error().code != Code::kAlreadyExists) return answer(*call, writer.error());
    const auto receipt = call->parts.custodian.fresh_receipt(blob_id, member_id);
    if (!receipt) return answer(*call, receipt.error());
    return answer(*call, 200, render_receipt(*receipt));
  }
  if ((*writer)->size_bytes() != offset) {
    return answer(*call,
                  Error{Code::kAlreadyExists, "the upload continues at offset " +
                                                  std::to_string((*writer)->size_bytes()) +
                                                  "; ask GET /v1/blobs/{blob_id}?size= for it"});
  }
  next_piece(std::make_shared<Upload>(Upload{call, blob_id, std::move(*writer)}));
}

// The content from a source of pieces by offset; at most one piece ahead of the connection. A slow
// reader costs one piece, not a file.
using PieceReader = std::function<Result<Bytes>(std::uint64_t offset)>;

void stream_pieces(const CallPtr& call, std::uint64_t size_bytes, PieceReader read) {
  net::StreamedResponse response;
  response.content_length = size_bytes;
  auto offset = std::make_shared<std::uint64_t>(0);
  response.source = [call, size_bytes, offset, read = std::move(read)](net::ChunkCallback sink) {
    const Status posted = call->parts.runtime.workers().post([=] {
      if (*offset == size_bytes) return sink(Bytes());
      auto piece = read(*offset);
      if (piece) *offset += piece->size();
      sink(std::move(piece));
    });
    if (!posted) sink(fail(posted.error()));
  };
  call->responder.stream(std::move(response));
}

void stream_stored(const CallPtr& call, const Digest& blob_id, std::uint64_t size_bytes) {
  stream_pieces(call, size_bytes, [call, blob_id](std::uint64_t offset) {
    return call->parts.custodian.store().read(blob_id, offset, limits::kBlobChunkSize);
  });
}

// Everybody who reads the blob now shares one copy of it, which counts against the fetcher's bound.
void answer_from_holder(const CallPtr& call, const state::Reader& reader, const Digest& blob_id) {
  const auto holders = state::custody_of(reader, blob_id);
  blobs::FetchPlan plan;
  plan.blob_id = blob_id;
  plan.size_bytes = holders.front().size_bytes;
  plan.exchange_id = holders.front().exchange_id;
  plan.holders = state::holders_of(reader, blob_id);
  call->parts.fetcher.fetch(std::move(plan), [call](Result<blobs::BlobFetcher::Fetched> fetched) {
    if (!fetched) return answer(*call, fetched.error());
    const auto bytes = std::move(*fetched);
    stream_pieces(call, bytes->size(), [bytes](std::uint64_t offset) -> Result<Bytes> {
      return bytes->substr(offset, limits::kBlobChunkSize);
    });
  });
}

void send_content(const CallPtr& call, const Digest& blob_id) {
  const auto reader = call->parts.ledger.view().state();
  if (state::custody_of(*reader, blob_id).empty()) {
    return answer(*call, Error{Code::kNotFound, "the ledger does not know this blob"});
  }
  if (!state::may_fetch(*reader, call->caller.member_id, blob_id)) {
    return answer(*call,
                  Error{Code::kPermissionDenied,
                        "record your fetch on the ledger first; only the receiver of the file "
                        "can do that"});
  }
  const auto held = call->parts.custodian.store().info(blob_id);
  if (!held) return answer(*call, held.error());
  if (*held) return stream_stored(call, blob_id, (*held)->size_bytes);
  answer_from_holder(call, *reader, blob_id);
}

}  // namespace

// Held here, or how far an interrupted upload of `size` bytes got. Changes nothing. The receipt is
// for the member whose upload it was.
Result<json::value> blob_info(const Call& call, const storage::LedgerView& view) {
  TRY(const Digest blob_id, digest_arg(call, 0));
  const auto& custodian = call.parts.custodian;
  TRY(const auto held, custodian.store().info(blob_id));
  if (held) {
    const auto receipt = custodian.receipt(blob_id, call.caller.member_id);
    if (!receipt && receipt.error().code != Code::kPermissionDenied) return fail(receipt.error());
    return json::value{{"held", true},
                       {"offset", held->size_bytes},
                       {"receipt", receipt ? render_receipt(*receipt) : json::value()}};
  }
  TRY(const std::uint64_t size_bytes, number_query(call, "size", 0, limits::kBlobSizeMax));
  if (size_bytes == 0) return fail(Code::kNotFound, "this node does not hold the blob");
  TRY_STATUS(may_send(call, *view.state()));
  TRY(const bool purged, custodian.store().purged(blob_id));
  if (purged) {
    return fail(Code::kFailedPrecondition, "the blob has been deleted here and may not come back");
  }
  TRY(const std::uint64_t offset, custodian.store().unfinished(blob_id, size_bytes));
  return json::value{{"held", false}, {"offset", offset}, {"receipt", nullptr}};
}

void put_blob(CallPtr call) {
  const auto blob_id = digest_arg(*call, 0);
  if (!blob_id) return answer(*call, blob_id.error());
  const auto size_bytes = number_query(*call, "size", 0, limits::kBlobSizeMax);
  if (!size_bytes) return answer(*call, size_bytes.error());
  const auto offset = number_query(*call, "offset", 0, limits::kBlobSizeMax);
  if (!offset) return answer(*call, offset.error());
  if (*size_bytes == 0) {
    return answer(*call, Error{Code::kInvalidArgument, "size must be the blob's size in bytes"});
  }
  on_worker(call, [call, id = *blob_id, size = *size_bytes, at = *offset] {
    begin_upload(call, id, size, at);
  });
}

void get_blob(CallPtr call) {
  const auto blob_id = digest_arg(*call, 0);
  if (!blob_id) return answer(*call, blob_id.error());
  on_worker(call, [call, id = *blob_id] { send_content(call, id); });
}

}  // namespace sekisho::api
