// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/conversion/catalogs.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <vector>

#include "node/base/limits.h"
#include "node/crypto/hash.h"

namespace sekisho::conversion {
namespace {

namespace fs = std::filesystem;
constexpr std::uintmax_t kFileSizeMax = 16 * limits::kMiB;

Result<std::vector<fs::path>> entries_of(const std::string& path) {
  std::error_code error;
  std::vector<fs::path> paths;
  for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
    paths.push_back(at->path());
  }
  if (error) return fail(Code::kNotFound, "catalog folder " + path + ": " + error.message());
  std::sort(paths.begin(), paths.end());
  return paths;
}

Result<Bytes> read_whole(const fs::path& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error) return fail(Code::kIo, path.string() + ": " + error.message());
  if (size > kFileSizeMax) return fail(Code::kInvalidArgument, path.string() + " is too large");
  std::ifstream file(path, std::ios::binary);
  Bytes bytes(size, '\0');
  if (!file.read(bytes.data(), static_cast<std::streamsize>(size))) {
    return fail(Code::kIo, path.string() + " cannot be read");
  }
  return bytes;
}

}  // namespace

Result<converter::Definition> Catalogs::load_package(const std::string& path) {
  TRY(const auto paths, entries_of(path));
  std::map<std::string, Bytes> files;
  for (const auto& file : paths) {
    TRY(Bytes bytes, read_whole(file));
    files.emplace(file.filename().string(), std::move(bytes));
  }
  auto definition = converter::load_definition(files, crypto::sha256);
  if (!definition) return fail(definition.error().within(path));
  return definition;
}

Result<Catalogs> Catalogs::load(const std::string& path) {
  TRY(const auto paths, entries_of(path));
  Catalogs catalogs;
  for (const auto& package : paths) {
    if (!fs::is_directory(package)) continue;
    TRY(auto definition, load_package(package.string()));
    catalogs.by_id_.emplace(definition.id, std::move(definition));
  }
  if (catalogs.by_id_.empty()) {
    return fail(Code::kNotFound, "no catalog package in " + path + "; a converter node needs one");
  }
  return catalogs;
}

const converter::Definition* Catalogs::find(const std::string& catalog_id) const {
  const auto at = by_id_.find(catalog_id);
  return at == by_id_.end() ? nullptr : &at->second;
}

}  // namespace sekisho::conversion
