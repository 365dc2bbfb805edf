// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/base/folder.h"

#include <filesystem>
#include <fstream>

namespace sekisho {
namespace {

namespace fs = std::filesystem;

Result<Bytes> read_whole(const fs::directory_entry& entry, std::uint64_t size_max) {
  const std::string path = entry.path().string();
  std::error_code error;
  const std::uintmax_t size = entry.file_size(error);
  if (error) return fail(Code::kIo, path + ": " + error.message());
  if (size > size_max)
    return fail(Code::kInvalidArgument,
                path + " is larger than " + std::to_string(size_max) + " bytes");
  std::ifstream file(path, std::ios::binary);
  Bytes bytes(size, '\0');
  if (!file.read(bytes.data(), static_cast<std::streamsize>(size)))
    return fail(Code::kIo, path + " cannot be read");
  return bytes;
}

}  // namespace

Result<std::map<std::string, Bytes>> read_folder(const std::string& path,
                                                 std::uint64_t file_size_max) {
  std::map<std::string, Bytes> files;
  std::error_code error;
  for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
    if (!at->is_regular_file()) continue;
    TRY(files[at->path().filename().string()], read_whole(*at, file_size_max));
  }
  if (error) return fail(Code::kNotFound, "folder " + path + ": " + error.message());
  return files;
}

}  // namespace sekisho
