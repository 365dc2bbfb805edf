// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/detail/caching_view.h"

#include <utility>

namespace sekisho::storage::detail {

Result<std::optional<Bytes>> CachingView::get(BytesView key) const {
  {
    const std::scoped_lock lock(mutex_);
    if (const auto found = values_.find(key); found != values_.end()) return found->second;
  }
  TRY(auto value, below_->get(key));
  const std::size_t size_bytes = key.size() + (value ? value->size() : 0);
  if (size_bytes > kValueBytesMax) return value;
  const std::scoped_lock lock(mutex_);
  if (cached_bytes_ + size_bytes > kCacheBytesMax) return value;
  if (values_.emplace(Bytes(key), value).second) cached_bytes_ += size_bytes;
  return value;
}

}  // namespace sekisho::storage::detail
