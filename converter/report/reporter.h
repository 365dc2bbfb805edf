// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "converter/report.h"
#include "converter/report/kinds.h"

namespace sekisho::converter {

// Collects the messages of one conversion: stores up to a bound, counts all.
class Reporter {
 public:
  explicit Reporter(std::size_t messages_max) : messages_max_(messages_max) {}

  // True when the message itself should be filled in and handed to store().
  bool count(const MessageKind& kind);
  void store(Message message);
  void count_unmapped(std::string_view item, std::string_view term);
  // Messages from place `first` on concern what receiver number `receiver`, from 1, gets.
  void address(std::size_t first, std::size_t receiver);
  // Adds what another reporter collected, in its order; the same bounds hold.
  void merge(Report report, const Counts& counts);
  [[nodiscard]] std::size_t stored() const { return report_.messages.size(); }
  Message& message(std::size_t index) { return report_.messages[index]; }

  [[nodiscard]] const Counts& counts() const { return counts_; }
  Counts& counts() { return counts_; }
  // Everything so far; begins anew.
  [[nodiscard]] Report take_report();

 private:
  void count_kind(const MessageKind& kind);
  void add_unmapped(std::string key, std::uint64_t times);

  std::size_t messages_max_;
  Report report_;
  // By kind, a handful; they become Report::counts at the end.
  std::vector<std::pair<const MessageKind*, std::uint64_t>> kinds_;
  Counts counts_;
};

}  // namespace sekisho::converter
