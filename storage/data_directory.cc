// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/data_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "storage/detail/posix.h"

namespace sekisho::storage {
namespace {

bool exists(const std::string& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0;
}

}  // namespace

Result<DataDirectory> DataDirectory::open(const std::string& path) {
  TRY_STATUS(detail::make_directory(path, "the data directory"));
  const std::string lock_path = path + "/LOCK";
  const int fd = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return fail(detail::errno_error("cannot open the lock of the data directory"));
  DataDirectory directory(path, fd);
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return directory;
  if (errno != EWOULDBLOCK) {
    return fail(detail::errno_error("cannot lock the data directory"));
  }
  return fail(Code::kFailedPrecondition,
              "another running node uses this data directory; stop it first or name another data "
              "directory");
}

DataDirectory::~DataDirectory() {
  if (lock_fd_ >= 0) ::close(lock_fd_);
}

DataDirectory::DataDirectory(DataDirectory&& other) noexcept
    : path_(std::move(other.path_)), lock_fd_(std::exchange(other.lock_fd_, -1)) {}

DataDirectory& DataDirectory::operator=(DataDirectory&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(lock_fd_, other.lock_fd_);
  return *this;
}

bool DataDirectory::is_fresh() const { return !exists(log_path()) && !exists(ledger_path()); }

}  // namespace sekisho::storage
