// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/archive/open_input.h"

#include <algorithm>

#include "converter/archive/hc08.h"
#include "converter/archive/zip_archive.h"
#include "converter/report/kinds.h"

namespace sekisho::converter {
namespace {

// The one file inside an archive.
class ZippedFile final : public ByteSource {
 public:
  ZippedFile(std::unique_ptr<ZipArchive> archive, const ZipArchive::Entry& entry)
      : archive_(std::move(archive)), file_(archive_->read(entry)) {}
  Result<std::size_t> read(char* buffer, std::size_t size_bytes) override {
    return file_->read(buffer, size_bytes);
  }
  Status rewind() override { return file_->rewind(); }

 private:
  std::unique_ptr<ZipArchive> archive_;
  std::unique_ptr<ByteSource> file_;
};

// The documents of an archive, each a record, in the order of their names.
class Documents final : public ByteSource {
 public:
  // Without an archive, `single` is the only document.
  Documents(std::unique_ptr<ZipArchive> archive, std::vector<ZipArchive::Entry> entries,
            BytesView single)
      : archive_(std::move(archive)), entries_(std::move(entries)), single_(single) {}

  Result<std::size_t> read(char* buffer, std::size_t size_bytes) override {
    if (at_ == record_.size()) {
      record_.clear();
      at_ = 0;
      if (next_ == entries_.size()) return std::size_t{0};
      TRY_STATUS(load(entries_[next_++]));
    }
    const std::size_t size = std::min(size_bytes, record_.size() - at_);
    record_.copy(buffer, size, at_);
    at_ += size;
    return size;
  }
  Status rewind() override {
    record_.clear();
    at_ = next_ = 0;
    return {};
  }

 private:
  Status load(const ZipArchive::Entry& entry) {
    if (!archive_) return append_hc08_record(single_, record_);
    if (entry.size_bytes > kHc08SizeMax) {
      return fail(Code::kInvalidArgument, "XML: 大きすぎます");
    }
    std::string document(static_cast<std::size_t>(entry.size_bytes) + 1, '\0');
    const auto source = archive_->read(entry);
    std::size_t have = 0;
    while (true) {
      TRY(const std::size_t got, source->read(document.data() + have, document.size() - have));
      if (got == 0) break;
      have += got;
    }
    const Status added = append_hc08_record(BytesView(document).substr(0, have), record_);
    if (added) return {};
    return fail(Code::kInvalidArgument,
                std::to_string(next_) + " 番目の文書: " + added.error().context);
  }

  std::unique_ptr<ZipArchive> archive_;
  std::vector<ZipArchive::Entry> entries_;
  BytesView single_;
  std::size_t next_ = 0;
  std::string record_;
  std::size_t at_ = 0;
};

// "…/DATA/h<digits>.xml": a person's document of the archive.
bool is_person_document(std::string_view name) {
  const std::size_t slash = name.rfind('/');
  const std::string_view folder = slash == name.npos ? "" : name.substr(0, slash);
  const std::string_view file = slash == name.npos ? name : name.substr(slash + 1);
  return (folder == "DATA" || folder.ends_with("/DATA")) && file.starts_with('h') &&
         file.ends_with(".xml");
}

Result<std::unique_ptr<ByteSource>> open_documents(BytesView file) {
  if (!looks_like_zip(file)) {
    return std::make_unique<Documents>(nullptr, std::vector<ZipArchive::Entry>(1), file);
  }
  TRY(auto archive, ZipArchive::open(file));
  std::vector<ZipArchive::Entry> documents;
  for (const auto& entry : archive->entries()) {
    if (is_person_document(entry.name)) documents.push_back(entry);
  }
  std::sort(documents.begin(), documents.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  if (documents.empty()) {
    return fail(Code::kInvalidArgument, "zip: DATA フォルダに健診の文書（h*.xml）がありません");
  }
  return std::make_unique<Documents>(std::move(archive), std::move(documents), BytesView());
}

Outcome archive_problem(const Error& error) {
  Message message;
  message.message_class = kinds::kArchive.message_class;
  message.code = kinds::kArchive.code;
  message.reason = std::string(kinds::kArchive.reason) + "(" + error.context + ")";
  message.action = kinds::kArchive.action;
  Outcome out;
  out.counts.fatal = 1;
  out.report.counts[message.code] = 1;
  out.report.messages.push_back(std::move(message));
  return out;
}

}  // namespace

Result<std::unique_ptr<ByteSource>> open_input(BytesView file, const MapFile& map) {
  if (map.layout == Layout::kHc08) return open_documents(file);
  if (!looks_like_zip(file)) return std::make_unique<MemorySource>(file);
  TRY(auto archive, ZipArchive::open(file));
  if (archive->entries().size() != 1) {
    return fail(Code::kInvalidArgument, "zip: 中のファイルは一つにしてください");
  }
  const ZipArchive::Entry entry = archive->entries().front();
  return std::make_unique<ZippedFile>(std::move(archive), entry);
}

Result<Outcome> convert_file_bytes(BytesView file, const MapFile& map, const Definition& definition,
                                   const Options& options, const Hasher& hasher, OutputSink& sink) {
  const auto source = open_input(file, map);
  if (!source) return archive_problem(source.error());
  return convert(**source, map, definition, options, hasher, sink);
}

}  // namespace sekisho::converter
