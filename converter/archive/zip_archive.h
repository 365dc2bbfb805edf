// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "converter/convert.h"

namespace sekisho::converter {

// Bounds of what an archive may hold, whatever it says of itself.
struct ZipLimits {
  std::size_t entries_max = 200'000;
  std::uint64_t entry_size_max = limits::kFileSizeMax;
  std::uint64_t total_size_max = limits::kFileSizeMax;  // of all entries, unpacked
  // An entry that unpacks to more than this many times its packed size, beyond the first mebibyte.
  std::uint64_t ratio_max = 200;
};

// A zip archive in memory, opened for reading. Names are compared, never used as paths; encrypted,
// linked and inconsistent entries are refused, archives inside it stay bytes. All errors are
// kInvalidArgument and never repeat a name. Views the bytes; one thread.
class ZipArchive {
 public:
  static Result<std::unique_ptr<ZipArchive>> open(BytesView bytes, const ZipLimits& limits = {});
  ~ZipArchive();
  ZipArchive(const ZipArchive&) = delete;
  ZipArchive& operator=(const ZipArchive&) = delete;

  // Files in the order of the archive; folders and what a desktop adds (__MACOSX/, .DS_Store) left
  // out.
  struct Entry {
    std::string name;
    std::uint64_t index = 0;
    std::uint64_t size_bytes = 0;
  };
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  // One entry as a stream, unpacked while it is read, its checksum tested at the end. The archive
  // outlives it.
  [[nodiscard]] std::unique_ptr<ByteSource> read(const Entry& entry);

 private:
  explicit ZipArchive(const ZipLimits& limits) : limits_(limits) {}
  Status list();

  ZipLimits limits_;
  void* archive_ = nullptr;  // zip_t
  std::vector<Entry> entries_;
};

[[nodiscard]] bool looks_like_zip(BytesView bytes);

}  // namespace sekisho::converter
