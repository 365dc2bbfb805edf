// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace sekisho::converter {

// Texts that live as long as one record. Blocks are kept for the next record, so that steady state
// allocates nothing. One thread.
class Arena {
 public:
  // A copy of the text that stays put until reset().
  std::string_view keep(std::string_view text) {
    if (text.empty()) return {};
    char* const at = take(text.size());
    std::memcpy(at, text.data(), text.size());
    return {at, text.size()};
  }
  void reset() {
    block_ = 0;
    used_ = 0;
    large_.clear();
  }

 private:
  static constexpr std::size_t kBlockSize = 64 * 1024;

  char* take(std::size_t size_bytes) {
    if (size_bytes > kBlockSize / 4) {
      large_.push_back(std::make_unique<char[]>(size_bytes));
      return large_.back().get();
    }
    if (blocks_.empty() || used_ + size_bytes > kBlockSize) next_block();
    char* const at = blocks_[block_].get() + used_;
    used_ += size_bytes;
    return at;
  }
  void next_block() {
    if (!blocks_.empty()) ++block_;
    if (block_ >= blocks_.size()) blocks_.push_back(std::make_unique<char[]>(kBlockSize));
    used_ = 0;
  }

  std::vector<std::unique_ptr<char[]>> blocks_;
  std::vector<std::unique_ptr<char[]>> large_;
  std::size_t block_ = 0;
  std::size_t used_ = 0;
};

}  // namespace sekisho::converter
