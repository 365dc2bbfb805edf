// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/interchange/export.h"

#include <boost/json.hpp>

#include "node/base/folder.h"
#include "node/base/limits.h"
#include "node/crypto/hash.h"
#include "node/tools/files.h"
#include "node/tools/verbs.h"

// A received standard file in the form that a receiver's other systems take.
namespace sekisho::tools {
namespace {

namespace json = boost::json;

constexpr std::size_t kTableSizeMax = 16 * limits::kMiB;

Result<converter::Profile> load_profile(const std::string& folder) {
  TRY(const Bytes items, read_file(folder + "/items.csv", kTableSizeMax));
  TRY(const Bytes answers, read_file(folder + "/answers.csv", kTableSizeMax));
  auto profile = converter::Profile::load(items, answers);
  if (!profile) return fail(profile.error().within(folder));
  return profile;
}

}  // namespace

Status export_file(const Context& context, const Export& options) {
  const Console& console = context.console;
  TRY(const auto package, read_folder(options.catalog, kTableSizeMax));
  TRY(const auto definition, converter::load_definition(package, crypto::sha256));
  TRY(const auto profile, load_profile(options.profile));
  TRY(const Secret file, read_secret_file(options.file, limits::kFileSizeMax));
  const converter::InterchangeOptions settings{options.created, options.category, options.programme,
                                               options.sender,  options.receiver, "6"};
  const auto form = options.form == "fhir" ? converter::InterchangeForm::kFhir
                                           : converter::InterchangeForm::kHc08;
  TRY(auto exported, converter::export_standard_file(file.view(), definition, profile, form,
                                                     settings, crypto::sha256));
  const std::string path = options.out + "/" + exported.name + ".zip";
  TRY_STATUS(make_folder(options.out));
  const Status written = write_file(path, exported.archive, true, false);
  wipe(exported.archive);
  TRY_STATUS(written);
  json::array left_out(exported.left_out.begin(), exported.left_out.end());
  console.say(path + " に " + std::to_string(exported.persons) + " 人を書きました。" +
                  (left_out.empty()
                       ? ""
                       : "この形式で表せない値のあった項目: " + std::to_string(left_out.size())),
              std::to_string(exported.persons) + " persons written to " + path + "." +
                  (left_out.empty() ? ""
                                    : " Items with values that the form cannot say: " +
                                          std::to_string(left_out.size())));
  for (const std::string& item : exported.left_out) {
    if (!console.json()) console.print("  " + item);
  }
  console.result(json::serialize(json::value{
      {"out", path}, {"persons", exported.persons}, {"left_out", std::move(left_out)}}));
  return {};
}

}  // namespace sekisho::tools
