// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>

namespace sekisho {

// Hands that do pieces of one work, perhaps at the same time. Whoever asks must not care in which
// order they are done. Used by one caller at a time.
class Workers {
 public:
  virtual ~Workers() = default;
  // At least 1.
  [[nodiscard]] virtual std::size_t count() const = 0;
  // Calls work(piece, worker) once for each piece below `pieces`; pieces with the same worker, a
  // number below count(), never overlap. Returns when all are done; their effects are then visible.
  virtual void run(std::size_t pieces,
                   const std::function<void(std::size_t piece, std::size_t worker)>& work) = 0;
};

}  // namespace sekisho
