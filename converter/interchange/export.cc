// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/interchange/export.h"

#include <algorithm>

#include "converter/archive/zip_writer.h"

namespace sekisho::converter {
namespace {

constexpr std::size_t kSerialDigits = 6;
constexpr std::size_t kPersonsMax = 999'999;

bool is_digits(std::string_view text, std::size_t size_min, std::size_t size_max) {
  return text.size() >= size_min && text.size() <= size_max &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Status check(const InterchangeOptions& options) {
  if (!is_digits(options.sender_number, 10, 10)) {
    return fail(Code::kInvalidArgument, "the sender's number has 10 digits");
  }
  if (!is_digits(options.receiver_number, 1, 8)) {
    return fail(Code::kInvalidArgument, "the receiver's number has 8 digits");
  }
  if (!is_digits(options.created, 8, 8)) {
    return fail(Code::kInvalidArgument, "the day of creation is YYYYMMDD");
  }
  if (!is_digits(options.report_category, 2, 2)) {
    return fail(Code::kInvalidArgument, "the report category has 2 digits");
  }
  if (!is_digits(options.programme, 3, 3)) {
    return fail(Code::kInvalidArgument, "the programme has 3 digits");
  }
  return {};
}

std::string padded(std::string text, std::size_t digits) {
  return std::string(text.size() < digits ? digits - text.size() : 0, '0') + text;
}

}  // namespace

Result<Exported> export_standard_file(BytesView file, const Definition& definition,
                                      const Profile& profile, InterchangeForm form,
                                      const InterchangeOptions& options, const Hasher& hasher) {
  TRY_STATUS(check(options));
  Exported out;
  const bool xml = form == InterchangeForm::kHc08;
  const std::string stamp = options.created + "0";  // first archive of the day
  out.name = options.sender_number + "_" + padded(options.receiver_number, 8) + "_" + stamp + "_1";
  std::vector<std::pair<std::string, std::string>> files;
  TRY_STATUS(read_standard_file(file, definition, [&](const Person& person) -> Status {
    if (++out.persons > kPersonsMax)
      return fail(Code::kInvalidArgument, "more than 999,999 persons");
    std::vector<std::string> left_out;
    const auto findings = findings_of(person, profile, left_out);
    out.left_out.insert(left_out.begin(), left_out.end());
    const std::string serial = padded(std::to_string(out.persons), kSerialDigits);
    files.emplace_back(
        out.name + (xml ? "/DATA/h" + options.sender_number + stamp + "1" + serial + ".xml"
                        : "/bundle" + serial + ".json"),
        xml ? hc08_document(person, findings, options)
            : fhir_bundle(person, findings, options, hasher));
    return {};
  }));
  if (xml) {
    files.emplace(files.begin(), out.name + "/ix08_V08.xml", ix08_document(out.persons, options));
  }
  TRY(out.archive, write_zip(files));
  return out;
}

}  // namespace sekisho::converter
