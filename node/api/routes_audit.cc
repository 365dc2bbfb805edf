// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <boost/json.hpp>

#include "node/api/render.h"
#include "node/api/routes.h"
#include "node/base/limits.h"
#include "node/state/queries.h"

namespace sekisho::api {
namespace {

namespace json = boost::json;
constexpr std::uint64_t kForever = ~std::uint64_t{0} - 1;
constexpr std::size_t kBlocksPageMax = 256;
constexpr std::size_t kBlocksPageBytes = 16 * limits::kMiB;

Result<storage::IndexPage> find_indexes(const Call& call, const storage::LedgerView& view,
                                        const Page& page) {
  if (const std::string exchange = text_query(call, "exchange"); !exchange.empty()) {
    const auto exchange_id = Id16::from_hex(exchange);
    if (!exchange_id) return fail(Code::kInvalidArgument, "exchange must be 32 hex digits");
    return view.by_exchange(*exchange_id, page.cursor, page.limit);
  }
  if (const std::string member = text_query(call, "member"); !member.empty()) {
    return view.by_member(member, page.cursor, page.limit);
  }
  TRY(const std::uint64_t begin_ms, number_query(call, "from_ms", 0, kForever));
  TRY(const std::uint64_t end_ms, number_query(call, "to_ms", kForever, kForever));
  return view.by_time(begin_ms, end_ms, page.cursor, page.limit);
}

// The certified head: its note, header and height. Height 0 before the first certificate.
struct CertifiedHead {
  std::uint64_t height = 0;
  std::uint64_t tree_size = 0;
  json::value json;
};

Result<CertifiedHead> certified_head(const storage::LedgerView& view) {
  CertifiedHead head;
  TRY(head.height, view.certified_height());
  if (head.height == 0) return head;
  TRY(const auto header, view.header(head.height));
  TRY(const auto note, view.certificate(head.height));
  head.tree_size = header.tree_size();
  head.json = json::value{{"height", head.height},
                          {"tree_size", head.tree_size},
                          {"block_time_ms", header.block_time_ms},
                          {"block_hash", ledger::block_hash(header).hex()},
                          {"checkpoint", note.value_or("")}};
  return head;
}

Result<json::value> render_block(const storage::LedgerView& view, std::uint64_t height) {
  TRY(const auto header, view.header(height));
  TRY(const Bytes body, view.body(height));
  TRY(const std::uint64_t consensus_index, view.consensus_index(height));
  json::object block = render(header, ledger::block_hash(header)).as_object();
  block["header"] = to_base64(ledger::encode_header(header));
  block["body"] = to_base64(body);
  block["consensus_index"] = consensus_index;
  TRY(const auto note, view.certificate(height));
  block["certificate"] = note ? json::value(*note) : json::value(nullptr);
  return block;
}

}  // namespace

// Everything in one answer comes from one snapshot and lies below one certified head.
Result<json::value> audit(const Call& call, const storage::LedgerView& view) {
  TRY(const Page page, page_query(call));
  TRY(const auto head, certified_head(view));
  TRY(const auto found, find_indexes(call, view, page));
  json::array rows;
  json::value next_cursor = nullptr;
  for (const std::uint64_t index : found.indexes) {
    if (index >= head.tree_size) break;
    TRY(const auto record, view.operation(index));
    rows.push_back(render(record));
    if (found.more && index == found.indexes.back()) next_cursor = index + 1;
  }
  return json::value{
      {"operations", std::move(rows)}, {"next_cursor", next_cursor}, {"head", head.json}};
}

Result<json::value> ledger_head(const Call& call, const storage::LedgerView& view) {
  TRY(const auto head, view.head());
  TRY(const auto certified, certified_head(view));
  json::object answer{{"chain_id", call.parts.chain_id.hex()},
                      {"height", head.height},
                      {"certified", certified.json}};
  if (head.height > 0) answer["head"] = render(head.header, head.hash);
  return answer;
}

Result<json::value> list_blocks(const Call& call, const storage::LedgerView& view) {
  TRY(const std::uint64_t from, number_query(call, "from", 1, kForever));
  TRY(const std::uint64_t limit, number_query(call, "limit", kBlocksPageMax, kBlocksPageMax));
  TRY(const auto head, view.head());
  json::array blocks;
  std::size_t size_bytes = 0;
  for (std::uint64_t height = std::max<std::uint64_t>(from, 1);
       height <= head.height && blocks.size() < limit && size_bytes < kBlocksPageBytes; ++height) {
    TRY(auto block, render_block(view, height));
    size_bytes += block.as_object().at("body").as_string().size();
    blocks.push_back(std::move(block));
  }
  return json::value{{"blocks", std::move(blocks)}, {"height", head.height}};
}

Result<json::value> overdue(const Call& call, const storage::LedgerView& view) {
  TRY(const std::uint64_t limit, number_query(call, "limit", 100, limits::kPageSizeMax));
  TRY(const auto head, view.head());
  json::array rows;
  if (head.height > 0) {
    for (const auto& late :
         state::overdue_exchanges(*view.state(), head.header.block_time_ms, limit)) {
      json::object row = render(late.exchange).as_object();
      row["late_member"] = late.member_id;
      rows.push_back(std::move(row));
    }
  }
  return json::value{{"overdue", std::move(rows)}};
}

void get_genesis(CallPtr call) {
  net::Response response;
  response.body = call->parts.genesis_document;
  call->responder.send(std::move(response));
}

}  // namespace sekisho::api
