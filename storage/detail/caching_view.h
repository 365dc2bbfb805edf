// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "storage/kv.h"

namespace sekisho::storage::detail {

// A view that remembers small values it was asked for, so that the many who share it (every request
// between two blocks looks for the same keys and members) pay the database once. Scans go through.
// Any thread; bounded: what comes after the bound is read each time.
class CachingView final : public KvView {
 public:
  static constexpr std::size_t kValueBytesMax = 4 * 1024;
  static constexpr std::size_t kCacheBytesMax = 1024 * 1024;

  explicit CachingView(std::shared_ptr<const KvView> below) : below_(std::move(below)) {}

  [[nodiscard]] Result<std::optional<Bytes>> get(BytesView key) const override;
  Status scan(BytesView prefix, BytesView from, const KvVisitor& visit) const override {
    return below_->scan(prefix, from, visit);
  }
  Status scan_back(BytesView prefix, BytesView from, const KvVisitor& visit) const override {
    return below_->scan_back(prefix, from, visit);
  }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(BytesView key) const { return std::hash<BytesView>()(key); }
  };
  // Looked up, never walked.
  using Values = std::unordered_map<Bytes, std::optional<Bytes>, Hash, std::equal_to<>>;

  const std::shared_ptr<const KvView> below_;
  mutable std::mutex mutex_;
  mutable Values values_;
  mutable std::size_t cached_bytes_ = 0;
};

}  // namespace sekisho::storage::detail
