// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "node/base/result.h"

namespace sekisho::storage::detail {

// A file descriptor that is closed with its owner.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  ~Fd();
  Fd(Fd&& other) noexcept;
  Fd& operator=(Fd&& other) noexcept;
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// The error for errno as it stands: kNoSpace for a full disk, quota or file size limit,
// kPermissionDenied, kNotFound, else kIo. `what` says what was being done, without a path.
[[nodiscard]] Error errno_error(const std::string& what);

// mkdir with mode 0700 unless it exists, made durable in its parent.
[[nodiscard]] Status make_directory(const std::string& path, const std::string& what);
// fsync of the folder that holds `path`, so that the name is durable.
[[nodiscard]] Status sync_parent(const std::string& path);
// Room left for us on the file system of `path`; the largest number when it cannot be told.
[[nodiscard]] std::uint64_t free_bytes(const std::string& path);

}  // namespace sekisho::storage::detail
