// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
// Converts one file for the golden tests:
//   convert_driver CATALOG_DIR MAP INPUT OUTPUT REPORT.json CONVERSION_DATE
// The conversion date (YYYY-MM-DD) is an argument, so that a run can be repeated in any year.
// Persons with errors are held back and the others delivered. Exit codes: 0 delivered, 1 not
// delivered, 2 wrong use.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>

#include "converter/convert.h"
#include "node/crypto/hash.h"

namespace {

using sekisho::Bytes;
using sekisho::BytesView;
using sekisho::Code;
using sekisho::fail;
using sekisho::Result;
using sekisho::Status;
namespace converter = sekisho::converter;

Result<Bytes> read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(Code::kNotFound, "cannot read " + path.string());
  return Bytes(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

Status write_file(const std::filesystem::path& path, BytesView bytes) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!out.flush()) return fail(Code::kUnavailable, "cannot write " + path.string());
  return {};
}

Result<std::map<std::string, Bytes>> read_package(const std::filesystem::path& folder) {
  std::map<std::string, Bytes> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    TRY(auto bytes, read_file(entry.path()));
    files.emplace(entry.path().filename().string(), std::move(bytes));
  }
  return files;
}

Result<bool> run(char** arguments) {
  const auto date = converter::parse_iso_date(arguments[6]);
  if (!date) return fail(Code::kInvalidArgument, "the conversion date is not YYYY-MM-DD");
  const converter::Hasher hasher = [](BytesView bytes) { return sekisho::crypto::sha256(bytes); };
  TRY(const auto files, read_package(arguments[1]));
  TRY(const auto definition, converter::load_definition(files, hasher));
  TRY(const auto map_bytes, read_file(arguments[2]));
  TRY(const auto map, converter::load_map(map_bytes, definition, hasher));
  TRY(const auto input, read_file(arguments[3]));
  converter::Options options;
  options.conversion_date = *date;
  options.allow_partial = true;
  const auto converted = converter::convert_bytes(input, map, definition, options, hasher);
  TRY_STATUS(write_file(arguments[4], converted.output));
  TRY_STATUS(write_file(arguments[5], converter::render_report_json(converted.outcome.report)));
  return converted.outcome.delivered;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 7) {
    std::cerr << "usage: convert_driver CATALOG_DIR MAP INPUT OUTPUT REPORT.json CONVERSION_DATE\n";
    return 2;
  }
  const auto delivered = run(arguments);
  if (!delivered) {
    std::cerr << arguments[3] << ": " << delivered.error().context << "\n";
    return 2;
  }
  return *delivered ? 0 : 1;
}
