// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/definition.h"

#include <array>

#include "converter/catalog/load_parts.h"

namespace sekisho::converter {
namespace {

constexpr std::array<std::string_view, 7> kFileNames = {
    "findings.csv",     "items.csv",        "manifest.toml", "places.csv",
    "requirements.csv", "result_lists.csv", "units.csv"};
constexpr std::array<std::pair<std::string_view, OutputEncoding>, 3> kEncodings = {
    {{"CP932", OutputEncoding::kCp932},
     {"UTF-8-BOM", OutputEncoding::kUtf8Mark},
     {"UTF-8", OutputEncoding::kUtf8}}};
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

// A file without a version of its own has the package's.
void list_parts(const PackageFiles& files, const PartVersions& versions, const Hasher& hasher,
                Definition& out) {
  for (const auto& [name, content] : files) {
    const auto own = versions.find(name);
    out.parts.push_back({name, own == versions.end() ? out.version : own->second, hasher(content)});
  }
}

Status load_lists(const PackageFiles& files, Definition& out) {
  TRY_STATUS(load_result_lists(files.at("result_lists.csv"), out));
  if (files.contains("findings.csv")) {
    TRY_STATUS(load_findings(files.at("findings.csv"), out));
  }
  if (files.contains("places.csv")) {
    TRY_STATUS(load_places(files.at("places.csv"), out));
  }
  return {};
}

}  // namespace

std::string_view encoding_name(OutputEncoding encoding) {
  for (const auto& [name, known] : kEncodings) {
    if (known == encoding) return name;
  }
  return {};
}

std::optional<OutputEncoding> encoding_of(std::string_view name) {
  for (const auto& [known, encoding] : kEncodings) {
    if (known == name) return encoding;
  }
  return {};
}

Digest digest_of_package(const std::map<std::string, Bytes>& files, const Hasher& hasher) {
  Bytes all = "sekisho/catalog/v1";
  put_u8(all, 0);
  for (const auto& [name, content] : files) {
    put_sized(all, name);
    put_sized(all, content);
  }
  return hasher(all);
}

Result<Definition> load_definition(const std::map<std::string, Bytes>& files, const Hasher& hasher,
                                   std::optional<OutputEncoding> encoding) {
  TRY_STATUS(check_files(files));
  Definition out;
  Reserve reserve;
  PartVersions versions;
  TRY_STATUS(load_manifest(files.at("manifest.toml"), out, reserve, versions));
  out.output.encoding = encoding.value_or(out.output.encoding);
  list_parts(files, versions, hasher, out);
  TRY_STATUS(load_lists(files, out));
  UnitGroups units;
  if (files.contains("units.csv")) {
    TRY(units, load_units(files.at("units.csv")));
  }
  TRY_STATUS(load_items(files.at("items.csv"), units, out));
  TRY_STATUS(add_reserve_items(reserve, out));
  if (files.contains("requirements.csv")) {
    TRY_STATUS(load_requirements(files.at("requirements.csv"), out));
  }
  out.digest = digest_of_package(files, hasher);
  return out;
}

}  // namespace sekisho::converter
