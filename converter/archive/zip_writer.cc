// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/archive/zip_writer.h"

#include <zip.h>

namespace sekisho::converter {
namespace {

constexpr zip_uint16_t kFirstDate = 1 << 5 | 1;  // 1980-01-01

tl::unexpected<Error> no_archive() {
  return fail(Code::kResourceExhausted, "the zip archive cannot be made");
}

Status add(zip_t* archive, const std::string& name, const std::string& content) {
  zip_source_t* source = zip_source_buffer(archive, content.data(), content.size(), 0);
  if (source == nullptr) return no_archive();
  const zip_int64_t index = zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(source);
    return no_archive();
  }
  const auto at = static_cast<zip_uint64_t>(index);
  if (zip_file_set_dostime(archive, at, 0, kFirstDate, 0) != 0) return no_archive();
  if (zip_set_file_compression(archive, at, ZIP_CM_DEFLATE, 6) != 0) return no_archive();
  return {};
}

Result<Bytes> content_of(zip_source_t* source) {
  zip_stat_t about;
  zip_stat_init(&about);
  if (zip_source_open(source) != 0 || zip_source_stat(source, &about) != 0) return no_archive();
  Bytes out(about.size, '\0');
  const zip_int64_t got = zip_source_read(source, out.data(), out.size());
  zip_source_close(source);
  if (got != static_cast<zip_int64_t>(out.size())) return no_archive();
  return out;
}

}  // namespace

Result<Bytes> write_zip(const std::vector<std::pair<std::string, std::string>>& files) {
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, nullptr);
  if (target == nullptr) return no_archive();
  zip_source_keep(target);
  zip_t* archive = zip_open_from_source(target, ZIP_TRUNCATE, nullptr);
  Status added = archive == nullptr ? Status(no_archive()) : Status();
  for (const auto& [name, content] : files) {
    if (added) added = add(archive, name, content);
  }
  if (archive != nullptr && added && zip_close(archive) != 0) added = no_archive();
  if (archive != nullptr && !added) zip_discard(archive);
  Result<Bytes> out = added ? content_of(target) : Result<Bytes>(fail(added.error()));
  zip_source_free(target);
  return out;
}

}  // namespace sekisho::converter
