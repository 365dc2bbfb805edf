// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/sandbox/secret_sink.h"

#include <algorithm>
#include <cstring>

namespace sekisho::sandbox {

Status SecretSink::write(BytesView bytes) {
  while (!bytes.empty()) {
    if (pieces_.empty() || last_used_ == kPieceSize) {
      pieces_.emplace_back(kPieceSize);
      last_used_ = 0;
    }
    const std::size_t count = std::min(bytes.size(), kPieceSize - last_used_);
    std::memcpy(pieces_.back().writable().data() + last_used_, bytes.data(), count);
    last_used_ += count;
    bytes.remove_prefix(count);
  }
  return {};
}

Secret SecretSink::take() {
  if (pieces_.empty()) return {};
  Secret whole((pieces_.size() - 1) * kPieceSize + last_used_);
  char* at = whole.writable().data();
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    const std::size_t count = i + 1 == pieces_.size() ? last_used_ : kPieceSize;
    std::memcpy(at, pieces_[i].view().data(), count);
    at += count;
  }
  pieces_.clear();
  last_used_ = 0;
  return whole;
}

}  // namespace sekisho::sandbox
