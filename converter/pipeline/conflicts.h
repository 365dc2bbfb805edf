// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "converter/pipeline/lane.h"

namespace sekisho::converter {

// Completes the messages about records that describe one person and day: names the first column in
// which two of them part. The column is known only with the second record; the first one's message
// is completed then. Keeps the cells of at most 1,000 first records. One thread, in order.
class Conflicts {
 public:
  Conflicts(const MapFile& map, const Definition& definition, const Repeats& repeats)
      : map_(map), definition_(definition), repeats_(repeats) {}

  // The messages of the conflicts are in `reporter` from place `message_base` on, as far as they
  // fitted in.
  void take(std::vector<Conflict> conflicts, std::size_t message_base, Reporter& reporter);

 private:
  struct First {
    Conflict conflict;
    std::size_t message = 0;
    bool open = false;  // its message waits to be completed
  };
  void complete(First& first, const Conflict& second, Message* message, Reporter& reporter);
  void describe(Message& message, const Conflict::Original& cell, std::string_view text) const;

  const MapFile& map_;
  const Definition& definition_;
  const Repeats& repeats_;
  std::map<std::uint64_t, First> firsts_;
};

}  // namespace sekisho::converter
