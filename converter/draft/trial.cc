// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/draft/trial.h"

#include <algorithm>

#include "converter/archive/open_input.h"
#include "converter/csv/fixed_width.h"
#include "converter/csv/record_reader.h"
#include "converter/mapfile/header.h"
#include "converter/text/fold.h"
#include "converter/text/utf8.h"

namespace sekisho::converter {
namespace {

constexpr std::size_t kShapeSizeMax = 24;
constexpr std::size_t kShapesKept = 64;
constexpr std::size_t kShapesShown = 3;

class NoSink final : public OutputSink {
 public:
  Status write(BytesView) override { return {}; }
};

struct Shapes {
  std::uint64_t filled = 0;
  std::map<std::string, std::uint64_t> counts;

  void add(std::string_view value) {
    if (strip(value).empty()) return;
    ++filled;
    const std::string shape = shape_of(strip(value));
    if (counts.size() < kShapesKept || counts.contains(shape)) ++counts[shape];
  }
  [[nodiscard]] ColumnTrial take() const {
    ColumnTrial out;
    out.filled = filled;
    out.shapes.assign(counts.begin(), counts.end());
    std::stable_sort(out.shapes.begin(), out.shapes.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    if (out.shapes.size() > kShapesShown) out.shapes.resize(kShapesShown);
    return out;
  }
};

char32_t class_of(char32_t code) {
  const auto in = [&](char32_t low, char32_t high) { return code >= low && code <= high; };
  if (in('0', '9') || in(0xFF10, 0xFF19)) return U'9';
  if (in('A', 'Z') || in('a', 'z') || in(0xFF21, 0xFF3A) || in(0xFF41, 0xFF5A)) return U'A';
  if (in(0x3041, 0x309F)) return U'あ';
  if (in(0x30A1, 0x30FA) || code == 0x30FC) return U'ア';
  if (in(0xFF66, 0xFF9F)) return U'ｱ';
  if (in(0x4E00, 0x9FFF) || in(0x3400, 0x4DBF) || in(0xF900, 0xFAFF) || in(0x20000, 0x3FFFF)) {
    return U'漢';
  }
  if (in(0xE000, 0xF8FF)) return U'〓';
  const bool mark = code < 0xC0 || code == 0xD7 || code == 0xF7 || in(0x3000, 0x303F) ||
                    in(0x30FB, 0x30FE) || in(0xFF00, 0xFFEF) || in(0x2000, 0x27FF);
  return mark ? code : U'字';
}

std::vector<Shapes> look_at(ByteSource& source, const MapFile& map) {
  FixedWidthSource cut(source, map);
  const bool fixed = map.layout == Layout::kFixed;
  const bool made = fixed || map.layout == Layout::kHc08;
  ByteSource& bytes = fixed ? static_cast<ByteSource&>(cut) : source;
  RecordReader reader(bytes, made ? Encoding::kUtf8 : map.encoding, made ? ',' : map.delimiter,
                      limits::kFileSizeMax * 5, 0, made ? '"' : map.quote);
  std::vector<Shapes> out(map.columns.size());
  std::size_t head =
      map.records_before_header + header_record_count(map.header_mode) + map.records_after_header;
  while (reader.next()) {
    if (head > 0) {
      --head;
      continue;
    }
    for (std::size_t i = 0; i < std::min(out.size(), reader.field_count()); ++i) {
      if (!reader.is_empty(i)) out[i].add(reader.value(i));
    }
  }
  return out;
}

void count_messages(const MapFile& map, const Report& report, std::vector<ColumnTrial>& columns) {
  std::map<std::string, std::size_t> by_name;
  for (std::uint32_t i = 0; i < columns.size(); ++i) by_name.emplace(map.column_name(i), i);
  for (const Message& message : report.messages) {
    const auto found = by_name.find(message.column);
    if (found != by_name.end()) ++columns[found->second].messages[message.code];
  }
}

}  // namespace

std::string shape_of(std::string_view value) {
  std::string out;
  std::size_t at = 0;
  for (std::size_t count = 0; at < value.size(); ++count) {
    if (count == kShapeSizeMax) return out + "…";
    append_char(out, class_of(next_char(value, at)));
  }
  return out;
}

Result<Trial> try_map(BytesView sample, const MapFile& map, const Definition& definition,
                      const Options& options, const Hasher& hasher) {
  NoSink sink;
  Trial out;
  TRY(out.outcome, convert_file_bytes(sample, map, definition, options, hasher, sink));
  if (out.outcome.counts.fatal > 0) return out;
  TRY(const auto source, open_input(sample, map));
  for (const Shapes& shapes : look_at(*source, map)) out.columns.push_back(shapes.take());
  count_messages(map, out.outcome.report, out.columns);
  return out;
}

}  // namespace sekisho::converter
