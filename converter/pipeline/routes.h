// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "converter/convert.h"
#include "converter/pipeline/row.h"

namespace sekisho::converter {

// Who gets a record. Without routes by insurer there is one for all. Immutable; any thread.
class Routes {
 public:
  explicit Routes(OutputSink& all) : sinks_{&all} {}
  explicit Routes(const std::vector<Receiver>& receivers);

  [[nodiscard]] bool by_insurer() const { return !numbers_.empty(); }
  [[nodiscard]] std::size_t count() const { return sinks_.size(); }
  [[nodiscard]] OutputSink& sink(std::size_t route) const { return *sinks_[route]; }
  // The route of the record by its insurer number; nothing and an E message when nobody is
  // addressed with it.
  [[nodiscard]] std::optional<std::size_t> find(Row& row) const;

 private:
  std::vector<OutputSink*> sinks_;
  std::vector<std::string> numbers_;  // eight digits each, by route
};

// Six digits are filled to eight with zeros in front.
[[nodiscard]] std::string eight_digits(std::string_view number);

}  // namespace sekisho::converter
