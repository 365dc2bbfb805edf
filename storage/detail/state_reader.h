// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "node/state/reader.h"
#include "storage/kv.h"

namespace sekisho::storage::detail {

// The state rows of a snapshot as state::Reader. Immutable; any thread.
class StateReader final : public state::Reader {
 public:
  explicit StateReader(std::shared_ptr<const KvView> view);

  [[nodiscard]] std::optional<Bytes> get(BytesView key) const override;
  void scan(BytesView prefix, BytesView from,
            const std::function<bool(BytesView key, BytesView value)>& visit) const override;
  [[nodiscard]] std::uint64_t height() const override { return height_; }

 private:
  std::shared_ptr<const KvView> view_;
  std::uint64_t height_ = 0;
};

}  // namespace sekisho::storage::detail
