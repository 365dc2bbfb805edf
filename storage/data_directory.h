// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "node/base/result.h"

namespace sekisho::storage {

// The folder that belongs to one running node. Owns its lock until destroyed, or until the process
// ends in whatever way. Immutable.
class DataDirectory {
 public:
  // Creates the folder (mode 0700) when it is missing; its parent must exist. kFailedPrecondition
  // when another process uses it, kPermissionDenied, kIo. Sentences say which, without the path.
  static Result<DataDirectory> open(const std::string& path);
  ~DataDirectory();
  DataDirectory(DataDirectory&& other) noexcept;
  DataDirectory& operator=(DataDirectory&& other) noexcept;
  DataDirectory(const DataDirectory&) = delete;
  DataDirectory& operator=(const DataDirectory&) = delete;

  [[nodiscard]] std::string log_path() const { return path_ + "/log"; }
  [[nodiscard]] std::string ledger_path() const { return path_ + "/ledger"; }
  [[nodiscard]] std::string blobs_path() const { return path_ + "/blobs"; }
  // At-rest keys of the blobs; a file of its own so that backups can leave it out.
  [[nodiscard]] std::string blob_keys_path() const { return path_ + "/blob-keys"; }
  // True when it holds no log and no ledger yet.
  [[nodiscard]] bool is_fresh() const;

 private:
  DataDirectory(std::string path, int lock_fd) : path_(std::move(path)), lock_fd_(lock_fd) {}
  std::string path_;
  int lock_fd_ = -1;
};

}  // namespace sekisho::storage
