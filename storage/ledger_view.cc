// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "node/base/limits.h"
#include "node/crypto/hash.h"
#include "node/ledger/merkle.h"
#include "storage/detail/ledger_format.h"
#include "storage/detail/ledger_scan.h"
#include "storage/detail/state_reader.h"
#include "storage/ledger_store.h"
#include "storage/record.h"

namespace sekisho::storage {
namespace {

Result<detail::BlockRow> block_row(const KvView& view, std::uint64_t height) {
  TRY(const Bytes value, require_record(view, detail::header_key(height)));
  return detail::decode_block_row(value);
}

// body[offset, offset + size) from its pieces.
Result<Bytes> body_part(const KvView& view, std::uint64_t height, std::size_t offset,
                        std::size_t size_bytes) {
  Bytes part;
  part.reserve(size_bytes);
  while (part.size() < size_bytes) {
    const std::size_t at = offset + part.size();
    const std::size_t piece = at / detail::kBodyPieceSize;
    const std::size_t skip = at % detail::kBodyPieceSize;
    TRY(const Bytes bytes, require_record(view, detail::body_key(height, piece)));
    if (skip >= bytes.size()) return fail(Code::kCorrupt, "a stored block body is too short");
    part.append(BytesView(bytes).substr(skip, size_bytes - part.size()));
  }
  return part;
}

// First height in 1..head + 1 whose block time is at least `time_ms`.
Result<std::uint64_t> first_height_from(const KvView& view, std::uint64_t head,
                                        std::uint64_t time_ms) {
  std::uint64_t low = 1;
  std::uint64_t high = head + 1;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    TRY(const detail::BlockRow row, block_row(view, middle));
    if (row.header.block_time_ms < time_ms) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

// Index of the first operation at or behind `height`; the tree's size behind the head.
Result<std::uint64_t> first_index_from(const KvView& view, const LedgerHead& head,
                                       std::uint64_t height) {
  if (height > head.height) return head.header.tree_size();
  TRY(const detail::BlockRow row, block_row(view, height));
  return row.header.first_index;
}

Result<std::uint64_t> newest(const KvView& view, BytesView prefix) {
  std::uint64_t height = 0;
  TRY_STATUS(view.scan_back(prefix, {}, [&](BytesView key, BytesView) {
    if (const auto number = detail::last_u64(key)) height = *number;
    return false;
  }));
  return height;
}

}  // namespace

LedgerView::LedgerView(std::shared_ptr<const KvView> view) : view_(std::move(view)) {}

Result<LedgerHead> LedgerView::head() const {
  TRY(const Bytes value, require_record(*view_, detail::head_key()));
  TRY(const detail::HeadRow row, detail::decode_head_row(value));
  LedgerHead head{row.height, row.consensus_index, {}, row.hash};
  if (row.height == 0) return head;
  TRY(const detail::BlockRow block, block_row(*view_, row.height));
  head.header = block.header;
  return head;
}

Result<ledger::BlockHeader> LedgerView::header(std::uint64_t height) const {
  TRY(detail::BlockRow row, block_row(*view_, height));
  return row.header;
}

Result<std::uint64_t> LedgerView::consensus_index(std::uint64_t height) const {
  TRY(const detail::BlockRow row, block_row(*view_, height));
  return row.consensus_index;
}

Result<Bytes> LedgerView::body(std::uint64_t height) const {
  TRY(const detail::BlockRow row, block_row(*view_, height));
  return body_part(*view_, height, 0, row.body_size);
}

Result<ledger::OperationRecord> LedgerView::operation(std::uint64_t index) const {
  TRY(const auto found, detail::find_operations_row(*view_, index));
  const detail::OperationEntry& entry = found.row.entries[index - found.first_index];
  ledger::OperationRecord record;
  record.index = index;
  record.height = found.row.height;
  record.block_time_ms = found.row.block_time_ms;
  record.verdict = entry.verdict;
  record.author_key_id = entry.author_key_id;
  record.operation_id = entry.operation_id;
  TRY(record.signed_operation, body_part(*view_, record.height, entry.offset, entry.size_bytes));
  record.operation_digest = crypto::sha256(record.signed_operation);
  return record;
}

Result<std::optional<std::uint64_t>> LedgerView::find_operation(const Id16& operation_id) const {
  return detail::first_number(*view_, detail::operation_id_prefix(operation_id));
}

Result<Digest> LedgerView::tree_node(std::uint8_t level, std::uint64_t position) const {
  const std::uint8_t above = level % detail::kTreeLevelStep;
  if (level >= 64) return fail(Code::kNotFound, "there is no such level in the tree");
  const std::size_t count = std::size_t{1} << above;
  if (position > (~std::uint64_t{0} >> above) - count) {
    return fail(Code::kNotFound, "there is no such node in the tree");
  }
  TRY(auto nodes, detail::read_tree_nodes(*view_, static_cast<std::uint8_t>(level - above),
                                          position << above, count));
  while (nodes.size() > 1) {
    for (std::size_t i = 0; i < nodes.size() / 2; ++i) {
      nodes[i] = ledger::node_hash(nodes[2 * i], nodes[2 * i + 1]);
    }
    nodes.resize(nodes.size() / 2);
  }
  return nodes.front();
}

Result<IndexPage> LedgerView::by_exchange(const Id16& exchange_id, std::uint64_t from,
                                          std::size_t count_max) const {
  return detail::read_index_page(*view_, detail::exchange_prefix(exchange_id), from, count_max);
}

Result<IndexPage> LedgerView::by_member(std::string_view member_id, std::uint64_t from,
                                        std::size_t count_max) const {
  if (member_id.size() > detail::kMemberIdSizeMax) return IndexPage{};
  return detail::read_index_page(*view_, detail::member_prefix(member_id), from, count_max);
}

Result<IndexPage> LedgerView::by_time(std::uint64_t begin_ms, std::uint64_t end_ms,
                                      std::uint64_t from, std::size_t count_max) const {
  TRY(const LedgerHead at, head());
  IndexPage page;
  if (at.height == 0 || begin_ms >= end_ms) return page;
  TRY(const std::uint64_t begin_height, first_height_from(*view_, at.height, begin_ms));
  TRY(const std::uint64_t end_height, first_height_from(*view_, at.height, end_ms));
  TRY(const std::uint64_t begin_index, first_index_from(*view_, at, begin_height));
  TRY(const std::uint64_t end_index, first_index_from(*view_, at, end_height));
  for (std::uint64_t index = std::max(begin_index, from); index < end_index; ++index) {
    page.more = page.indexes.size() == count_max;
    if (page.more) break;
    page.indexes.push_back(index);
  }
  return page;
}

Result<std::optional<Bytes>> LedgerView::certificate(std::uint64_t height) const {
  return get_record(*view_, detail::certificate_key(height));
}

Result<std::optional<Bytes>> LedgerView::own_attestation(std::uint64_t height) const {
  TRY(const auto value, get_record(*view_, detail::attestation_key(height)));
  if (!value) return std::optional<Bytes>();
  TRY(auto row, detail::decode_attestation_row(*value));
  return std::optional<Bytes>(std::move(row.note));
}

Result<std::uint64_t> LedgerView::certified_height() const {
  return newest(*view_, detail::certificate_prefix());
}

Result<std::uint64_t> LedgerView::attested_height() const {
  return newest(*view_, detail::attestation_prefix());
}

std::unique_ptr<state::Reader> LedgerView::state() const {
  return std::make_unique<detail::StateReader>(view_);
}

}  // namespace sekisho::storage
