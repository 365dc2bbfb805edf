// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/base/secret.h"

#include <cstring>
#include <utility>

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "node/base/check.h"

namespace sekisho {

void wipe(void* data, std::size_t size_bytes) {
  if (size_bytes != 0) explicit_bzero(data, size_bytes);
}

void wipe(Bytes& bytes) {
  bytes.resize(bytes.capacity());
  wipe(bytes.data(), bytes.size());
  bytes.clear();
}

Secret::Secret(std::size_t size_bytes) : size_(size_bytes) {
  if (size_bytes == 0) return;
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  mapped_ = (size_bytes + page - 1) / page * page;
  pages_ = mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(pages_ != MAP_FAILED);
  locked_ = mlock(pages_, mapped_) == 0;
  madvise(pages_, mapped_, MADV_DONTDUMP);
}

Secret::Secret(BytesView bytes) : Secret(bytes.size()) {
  if (!bytes.empty()) std::memcpy(pages_, bytes.data(), bytes.size());
}

Secret::~Secret() { release(); }

Secret::Secret(Secret&& other) noexcept
    : pages_(std::exchange(other.pages_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      mapped_(std::exchange(other.mapped_, 0)),
      locked_(std::exchange(other.locked_, false)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    release();
    pages_ = std::exchange(other.pages_, nullptr);
    size_ = std::exchange(other.size_, 0);
    mapped_ = std::exchange(other.mapped_, 0);
    locked_ = std::exchange(other.locked_, false);
  }
  return *this;
}

void Secret::shrink(std::size_t size_bytes) {
  CHECK(size_bytes <= size_);
  wipe(static_cast<char*>(pages_) + size_bytes, size_ - size_bytes);
  size_ = size_bytes;
}

void Secret::release() {
  if (pages_ == nullptr) return;
  wipe(pages_, mapped_);
  munmap(pages_, mapped_);
  pages_ = nullptr;
}

void harden_process() {
  prctl(PR_SET_DUMPABLE, 0);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
}

}  // namespace sekisho
