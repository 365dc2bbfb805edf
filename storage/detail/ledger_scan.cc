// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/detail/ledger_scan.h"

#include <functional>
#include <string>
#include <utility>

#include "storage/record.h"

namespace sekisho::storage::detail {
namespace {

// Says true to go on, false to stop, or fails.
using RecordVisitor = std::function<Result<bool>(std::uint64_t number, BytesView value)>;
using Scan = Status (KvView::*)(BytesView, BytesView, const KvVisitor&) const;

// Walks records whose keys end in a number, with checksums taken off.
Status scan_records(const KvView& view, Scan direction, BytesView prefix, BytesView from,
                    const RecordVisitor& visit) {
  std::optional<Error> error;
  const auto step = [&](BytesView key, BytesView record) -> Result<bool> {
    TRY(const BytesView value, open_record(key, record));
    TRY(const std::uint64_t number, last_u64(key));
    return visit(number, value);
  };
  TRY_STATUS((view.*direction)(prefix, from, [&](BytesView key, BytesView record) {
    const Result<bool> go_on = step(key, record);
    if (!go_on) error = go_on.error();
    return go_on && *go_on;
  }));
  if (error) return fail(*error);
  return {};
}

Bytes with_number(Bytes prefix, std::uint64_t number) {
  put_u64(prefix, number);
  return prefix;
}

// The number of the last record at or before `number`; nothing when there is none.
Result<std::optional<std::uint64_t>> record_at_or_before(const KvView& view, const Bytes& prefix,
                                                         std::uint64_t number) {
  std::optional<std::uint64_t> found;
  TRY_STATUS(scan_records(view, &KvView::scan_back, prefix, with_number(prefix, number),
                          [&](std::uint64_t at, BytesView) -> Result<bool> {
                            found = at;
                            return false;
                          }));
  return found;
}

Error no_node(std::uint8_t level, std::uint64_t position) {
  return {Code::kNotFound, "the tree has no complete node " + std::to_string(level) + "/" +
                               std::to_string(position)};
}

}  // namespace

Result<FoundOperations> find_operations_row(const KvView& view, std::uint64_t index) {
  FoundOperations found;
  bool any = false;
  TRY_STATUS(scan_records(view, &KvView::scan_back, operations_prefix(), operations_key(index),
                          [&](std::uint64_t first, BytesView value) -> Result<bool> {
                            TRY(found.row, decode_operations_row(value));
                            found.first_index = first;
                            any = true;
                            return false;
                          }));
  if (!any || index - found.first_index >= found.row.entries.size()) {
    return fail(Code::kNotFound, "there is no operation " + std::to_string(index) + " yet");
  }
  return found;
}

Result<std::vector<Digest>> read_tree_nodes(const KvView& view, std::uint8_t level,
                                            std::uint64_t position, std::size_t count) {
  const Bytes prefix = tree_prefix(level);
  TRY(const auto start, record_at_or_before(view, prefix, position));
  if (!start) return fail(no_node(level, position));
  std::vector<Digest> nodes;
  TRY_STATUS(scan_records(view, &KvView::scan, prefix, with_number(prefix, *start),
                          [&](std::uint64_t first, BytesView hashes) -> Result<bool> {
                            const std::uint64_t wanted = position + nodes.size();
                            if (first > wanted) return false;
                            for (std::uint64_t i = wanted - first; nodes.size() < count; ++i) {
                              if (i >= hashes.size() / Digest::kSize) return true;
                              TRY(const Digest node, Digest::from_bytes(hashes.substr(
                                                         i * Digest::kSize, Digest::kSize)));
                              nodes.push_back(node);
                            }
                            return false;
                          }));
  if (nodes.size() < count) return fail(no_node(level, position + nodes.size()));
  return nodes;
}

Result<std::optional<std::uint64_t>> first_number(const KvView& view, BytesView prefix) {
  std::optional<std::uint64_t> found;
  TRY_STATUS(scan_records(view, &KvView::scan, prefix, {},
                          [&](std::uint64_t number, BytesView) -> Result<bool> {
                            found = number;
                            return false;
                          }));
  return found;
}

Result<IndexPage> read_index_page(const KvView& view, const Bytes& prefix, std::uint64_t from,
                                  std::size_t count_max) {
  // The row that holds `from` may begin before it.
  TRY(const auto start, record_at_or_before(view, prefix, from));
  IndexPage page;
  TRY_STATUS(scan_records(view, &KvView::scan, prefix, with_number(prefix, start.value_or(from)),
                          [&](std::uint64_t first, BytesView value) -> Result<bool> {
                            TRY(const auto offsets, decode_offsets(value));
                            for (const std::uint16_t offset : offsets) {
                              if (first + offset < from) continue;
                              page.more = page.indexes.size() == count_max;
                              if (page.more) return false;
                              page.indexes.push_back(first + offset);
                            }
                            return true;
                          }));
  return page;
}

}  // namespace sekisho::storage::detail
