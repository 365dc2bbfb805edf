// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/detail/state_reader.h"

#include <optional>
#include <utility>

#include "node/base/check.h"
#include "node/base/log.h"
#include "storage/detail/ledger_format.h"
#include "storage/record.h"

namespace sekisho::storage::detail {
namespace {

// Rules that read wrong state would make this node differ from all others; better none at all.
[[noreturn]] void stop(const Error& error) {
  log::error("state_unreadable", {{"error", error.to_string()}});
  check_failed("the stored state can be read", __FILE__, __LINE__);
}

template <typename T>
T or_stop(Result<T> result) {
  if (!result) stop(result.error());
  return std::move(*result);
}

Result<std::uint64_t> read_height(const KvView& view) {
  TRY(const Bytes value, require_record(view, head_key()));
  TRY(const HeadRow row, decode_head_row(value));
  return row.height;
}

}  // namespace

StateReader::StateReader(std::shared_ptr<const KvView> view)
    : view_(std::move(view)), height_(or_stop(read_height(*view_))) {}

std::optional<Bytes> StateReader::get(BytesView key) const {
  return or_stop(get_record(*view_, state_key(key)));
}

void StateReader::scan(BytesView prefix, BytesView from,
                       const std::function<bool(BytesView key, BytesView value)>& visit) const {
  const Bytes start = from.empty() ? Bytes() : state_key(from);
  std::optional<Error> error;
  const Status status = view_->scan(state_key(prefix), start, [&](BytesView key, BytesView record) {
    const auto value = open_record(key, record);
    if (!value) {
      error = value.error();
      return false;
    }
    return visit(key.substr(state_prefix().size()), *value);
  });
  if (!status) stop(status.error());
  if (error) stop(*error);
}

}  // namespace sekisho::storage::detail
