// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

#include "node/base/bytes.h"

namespace sekisho {

// Overwrites the bytes in a way the compiler keeps.
void wipe(void* data, std::size_t size_bytes);
// Overwrites and empties, spare capacity included.
void wipe(Bytes& bytes);

// Bytes that must not leave memory: private keys, passphrases, data keys, plaintext files. Held in
// anonymous pages that are locked against swap where the limit allows and left out of core dumps;
// wiped on destruction. Move only; owned by one thread at a time. Never logged, never printed.
class Secret {
 public:
  Secret() = default;
  // Zero-filled. Aborts only when the address space is exhausted; a refused mlock is tolerated and
  // shows in `locked()`.
  explicit Secret(std::size_t size_bytes);
  // Copies; the caller still wipes its own copy.
  explicit Secret(BytesView bytes);
  ~Secret();
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] BytesView view() const { return {static_cast<const char*>(pages_), size_}; }
  [[nodiscard]] std::span<char> writable() { return {static_cast<char*>(pages_), size_}; }
  [[nodiscard]] bool locked() const { return locked_; }
  // Forgets the bytes behind `size_bytes`, wiping them.
  void shrink(std::size_t size_bytes);

 private:
  void release();

  void* pages_ = nullptr;
  std::size_t size_ = 0;
  std::size_t mapped_ = 0;
  bool locked_ = false;
};

// Keeps this process's memory out of core dumps and away from ptrace by other users
// (PR_SET_DUMPABLE 0, RLIMIT_CORE 0). Called first thing in every main of ours.
void harden_process();

}  // namespace sekisho
