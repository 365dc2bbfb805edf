// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "converter/convert.h"
#include "node/base/secret.h"

namespace sekisho::sandbox {

// Collects plaintext in locked, wiped memory. One thread.
class SecretSink final : public converter::OutputSink {
 public:
  Status write(BytesView bytes) override;
  // Everything in one piece; the sink is empty afterwards.
  [[nodiscard]] Secret take();

 private:
  static constexpr std::size_t kPieceSize = 1024 * 1024;
  std::vector<Secret> pieces_;
  std::size_t last_used_ = 0;
};

}  // namespace sekisho::sandbox
