// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/archive/zip_archive.h"

#include <zip.h>

#include <algorithm>

namespace sekisho::converter {
namespace {

tl::unexpected<Error> bad(const char* what) { return fail(Code::kInvalidArgument, what); }

zip_t* archive_of(void* archive) { return static_cast<zip_t*>(archive); }

class EntrySource final : public ByteSource {
 public:
  EntrySource(zip_t* archive, std::uint64_t index, std::uint64_t size_max)
      : archive_(archive), index_(index), size_max_(size_max) {}
  ~EntrySource() override { close(); }

  Result<std::size_t> read(char* buffer, std::size_t size_bytes) override {
    if (file_ == nullptr) file_ = zip_fopen_index(archive_, index_, 0);
    if (file_ == nullptr) return bad("zip: 圧縮形式を読めません");
    const zip_int64_t got = zip_fread(file_, buffer, size_bytes);
    if (got < 0) return bad("zip: 中のファイルが壊れています");
    size_ += static_cast<std::uint64_t>(got);
    if (size_ > size_max_) return bad("zip: 展開後の大きさが上限を超えます");
    return static_cast<std::size_t>(got);
  }
  Status rewind() override {
    close();
    size_ = 0;
    return {};
  }

 private:
  void close() {
    if (file_ != nullptr) zip_fclose(file_);
    file_ = nullptr;
  }

  zip_t* archive_;
  std::uint64_t index_;
  std::uint64_t size_max_;
  std::uint64_t size_ = 0;
  zip_file_t* file_ = nullptr;
};

bool is_left_out(std::string_view name) {
  return name.ends_with('/') || name.starts_with("__MACOSX/") || name.ends_with(".DS_Store");
}

Status check_entry(const zip_stat_t& about, const ZipLimits& limits) {
  constexpr zip_uint64_t kNeeded = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE |
                                   ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
  if ((about.valid & kNeeded) != kNeeded) return bad("zip: 目次が壊れています");
  if (about.encryption_method != ZIP_EM_NONE) return bad("zip: パスワード付きの zip は使えません");
  if (about.comp_method != ZIP_CM_STORE && about.comp_method != ZIP_CM_DEFLATE) {
    return bad("zip: 圧縮形式を読めません");
  }
  if (about.size > limits.entry_size_max) return bad("zip: 展開後の大きさが上限を超えます");
  if (about.size > limits::kMiB && about.size / limits.ratio_max > about.comp_size) {
    return bad("zip: 圧縮率が異常です");
  }
  return {};
}

}  // namespace

bool looks_like_zip(BytesView bytes) {
  return bytes.starts_with("PK\x03\x04") || bytes.starts_with("PK\x05\x06");
}

Result<std::unique_ptr<ZipArchive>> ZipArchive::open(BytesView bytes, const ZipLimits& limits) {
  std::unique_ptr<ZipArchive> out(new ZipArchive(limits));
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  if (source != nullptr) {
    out->archive_ = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
    if (out->archive_ == nullptr) zip_source_free(source);
  }
  zip_error_fini(&error);
  if (out->archive_ == nullptr) return bad("zip: 開けません。壊れているか、zip ではありません");
  TRY_STATUS(out->list());
  return out;
}

ZipArchive::~ZipArchive() {
  if (archive_ != nullptr) zip_discard(archive_of(archive_));
}

Status ZipArchive::list() {
  const zip_int64_t count = zip_get_num_entries(archive_of(archive_), 0);
  if (count < 0 || static_cast<std::uint64_t>(count) > limits_.entries_max) {
    return bad("zip: 中のファイルが多すぎます");
  }
  std::uint64_t total = 0;
  for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(count); ++i) {
    zip_stat_t about;
    zip_stat_init(&about);
    if (zip_stat_index(archive_of(archive_), i, 0, &about) != 0)
      return bad("zip: 目次が壊れています");
    if ((about.valid & ZIP_STAT_NAME) != 0 && is_left_out(about.name)) continue;
    TRY_STATUS(check_entry(about, limits_));
    total += about.size;
    if (total > limits_.total_size_max) return bad("zip: 展開後の大きさが上限を超えます");
    entries_.push_back({about.name, i, about.size});
  }
  return {};
}

std::unique_ptr<ByteSource> ZipArchive::read(const Entry& entry) {
  return std::make_unique<EntrySource>(archive_of(archive_), entry.index, entry.size_bytes);
}

}  // namespace sekisho::converter
