// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <string>

#include "node/sandbox/file_converter.h"

namespace sekisho::sandbox {

// Runs every conversion in a process of its own (sekisho-convert) that can reach nothing but this
// one socket. Whatever the child does, the node takes bounded, checked frames or gives up: a child
// that dies, breaks the protocol or outlives the deadline is killed and reaped, and convert()
// answers kInternal with how it ended. convert() on one thread at a time; cancel() from any.
class ChildConverter final : public FileConverter {
 public:
  struct Options {
    std::string program;                  // path of sekisho-convert
    std::uint64_t deadline_ms = 900'000;  // for all of one conversion; then the child is killed
  };
  explicit ChildConverter(Options options) : options_(std::move(options)) {}

  [[nodiscard]] Result<ConvertedFile> convert(const Request& request) override;
  // The conversion under way ends with kCancelled, and so does every later one.
  void cancel() { cancelled_ = true; }

 private:
  const Options options_;
  std::atomic<bool> cancelled_{false};
  bool warned_of_unlocked_memory_ = false;
};

// sekisho-convert beside the running program. kNotFound says what to do.
[[nodiscard]] Result<std::string> find_convert_program();

}  // namespace sekisho::sandbox
