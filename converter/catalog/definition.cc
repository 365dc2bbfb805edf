// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/definition.h"

#include <array>

#include "converter/catalog/load_parts.h"

namespace sekisho::converter {
namespace {

constexpr std::array<std::string_view, 5> kFileNames = {
    "findings.csv", "items.csv", "manifest.toml", "result_lists.csv", "units.csv"};
constexpr std::size_t kPackageSizeMax = 16u * 1024 * 1024;

Status check_files(const PackageFiles& files) {
  std::size_t size_bytes = 0;
  for (const auto& [name, content] : files) {
    bool known = false;
    for (const std::string_view expected : kFileNames) known = known || name == expected;
    if (!known) return fail(Code::kInvalidArgument, name + ": is no file of a catalog package");
    size_bytes += content.size();
  }
  if (size_bytes > kPackageSizeMax) {
    return fail(Code::kInvalidArgument, "catalog package: larger than 16 MiB");
  }
  for (const char* name : {"manifest.toml", "items.csv", "result_lists.csv"}) {
    if (!files.contains(name)) {
      return fail(Code::kInvalidArgument, std::string("catalog package: ") + name + " is missing");
    }
  }
  return {};
}

}  // namespace

Digest digest_of_package(const std::map<std::string, Bytes>& files, const Hasher& hasher) {
  Bytes all = "sekisho/catalog/v1";
  put_u8(all, 0);
  for (const auto& [name, content] : files) {
    put_sized(all, name);
    put_sized(all, content);
  }
  return hasher(all);
}

Result<Definition> load_definition(const std::map<std::string, Bytes>& files,
                                   const Hasher& hasher) {
  TRY_STATUS(check_files(files));
  Definition out;
  Reserve reserve;
  TRY_STATUS(load_manifest(files.at("manifest.toml"), out, reserve));
  TRY_STATUS(load_result_lists(files.at("result_lists.csv"), out));
  if (files.contains("findings.csv")) {
    TRY_STATUS(load_findings(files.at("findings.csv"), out));
  }
  UnitGroups units;
  if (files.contains("units.csv")) {
    TRY(units, load_units(files.at("units.csv")));
  }
  TRY_STATUS(load_items(files.at("items.csv"), units, out));
  TRY_STATUS(add_reserve_items(reserve, out));
  out.digest = digest_of_package(files, hasher);
  return out;
}

}  // namespace sekisho::converter
