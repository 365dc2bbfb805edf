// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/conversion/catalogs.h"

#include <filesystem>

#include "node/base/folder.h"
#include "node/base/limits.h"
#include "node/crypto/hash.h"

namespace sekisho::conversion {
namespace {

constexpr std::uint64_t kFileSizeMax = 16 * limits::kMiB;

Result<Package> load_package(const std::string& path) {
  Package package;
  TRY(package.files, read_folder(path, kFileSizeMax));
  auto definition = converter::load_definition(package.files, crypto::sha256);
  if (!definition) return fail(definition.error().within(path));
  package.definition = std::move(*definition);
  return package;
}

}  // namespace

Result<Catalogs> Catalogs::load(const std::string& path) {
  Catalogs catalogs;
  std::error_code error;
  for (std::filesystem::directory_iterator at(path, error), end; !error && at != end;
       at.increment(error)) {
    if (!at->is_directory()) continue;
    TRY(auto package, load_package(at->path().string()));
    const std::string id = package.definition.id;
    if (!catalogs.by_id_.emplace(id, std::move(package)).second) {
      return fail(Code::kInvalidArgument, "two catalog packages in " + path + " have the id " + id);
    }
  }
  if (error) return fail(Code::kNotFound, "catalog folder " + path + ": " + error.message());
  if (catalogs.by_id_.empty()) {
    return fail(Code::kNotFound, "no catalog package in " + path + "; a converter node needs one");
  }
  return catalogs;
}

const Package* Catalogs::find(const std::string& catalog_id) const {
  const auto at = by_id_.find(catalog_id);
  return at == by_id_.end() ? nullptr : &at->second;
}

}  // namespace sekisho::conversion
