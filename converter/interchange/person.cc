// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/interchange/person.h"

#include <algorithm>

#include "converter/csv/record_reader.h"

namespace sekisho::converter {
namespace {

// The item of each column; -1 for originals.
Result<std::vector<std::int32_t>> read_header(const RecordReader& reader,
                                              const Definition& definition) {
  std::vector<std::int32_t> columns;
  std::size_t known = 0;
  for (std::size_t i = 0; i < reader.field_count(); ++i) {
    const std::uint32_t item = definition.by_name.find(reader.value(i));
    columns.push_back(item == TextMap::kNone ? -1 : static_cast<std::int32_t>(item));
    known += item == TextMap::kNone ? 0 : 1;
  }
  if (known == definition.items.size()) return columns;
  return fail(Code::kInvalidArgument,
              "the file has not the header of catalog " + definition.id + " " + definition.version);
}

// "0.1未満", "100以上": the number in front.
std::string_view number_in(std::string_view text) {
  return text.substr(0, text.find_first_not_of("+-0123456789."));
}

// The largest number of a format: 999.99 for NNN.NN.
std::string largest(std::string_view format) {
  std::string out(format);
  std::replace(out.begin(), out.end(), 'N', '9');
  return out;
}

bool fits(const Decimal& number, std::string_view format) {
  const auto most = parse_decimal(largest(format));
  return !most || number <= *most;
}

bool fill_number(Finding& out) {
  const std::string_view text = number_in(out.standard);
  const auto number = parse_decimal(text);
  if (!number) return false;
  out.number = text;
  const ProfileItem& item = *out.item;
  const bool below = out.standard.ends_with("未満") || out.standard.ends_with("以下");
  const bool above = out.standard.ends_with("以上") || out.standard.ends_with("超");
  if (below || (item.input_min && *number <= *item.input_min)) out.bound = 'L';
  if (above || (item.input_max && *item.input_max <= *number)) out.bound = 'H';
  if (out.bound == 'H' && !fits(*number, item.format)) out.number = largest(item.format);
  return true;
}

bool fill(const Profile& profile, const Definition& definition, Finding& out) {
  if (out.standard == definition.output.unmeasurable) {
    out.not_known = true;
    return true;
  }
  if (out.item->kind == "PQ") return fill_number(out);
  if (out.item->kind == "ST") return true;
  out.code = profile.code_of(out.item->answers, out.standard);
  return !out.code.empty();
}

}  // namespace

Status read_standard_file(BytesView file, const Definition& definition,
                          const std::function<Status(const Person&)>& visit) {
  const bool cp932 = definition.output.encoding == OutputEncoding::kCp932;
  MemorySource source(file);
  RecordReader reader(source, cp932 ? Encoding::kCp932 : Encoding::kUtf8, ',', file.size() + 1);
  if (!reader.next()) return fail(Code::kInvalidArgument, "the file has no header");
  TRY(const auto columns, read_header(reader, definition));
  Person person{definition, std::vector<std::string>(definition.items.size())};
  while (reader.next()) {
    if (reader.field_count() != columns.size()) {
      return fail(Code::kInvalidArgument, "a record has another number of fields than the header");
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (columns[i] >= 0) person.values[static_cast<std::size_t>(columns[i])] = reader.value(i);
    }
    TRY_STATUS(visit(person));
  }
  if (reader.failure().kind == ReadFailure::Kind::kNone) return {};
  return fail(Code::kInvalidArgument, "the file is no standard file in the catalog's encoding");
}

std::vector<Finding> findings_of(const Person& person, const Profile& profile,
                                 std::vector<std::string>& left_out) {
  std::vector<Finding> out;
  for (std::size_t i = 0; i < person.values.size(); ++i) {
    if (person.values[i].empty()) continue;
    const Item& item = person.definition.items[i];
    Finding finding;
    finding.item = profile.find(item);
    if (finding.item == nullptr) continue;
    finding.standard = person.values[i];
    if (fill(profile, person.definition, finding)) {
      out.push_back(std::move(finding));
    } else {
      left_out.push_back(item.name);
    }
  }
  return out;
}

}  // namespace sekisho::converter
