// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "converter/csv/fixed_width.h"
#include "converter/csv/record_reader.h"

namespace sekisho::converter {
namespace {

// Hands out a few bytes at a time.
class TricklingSource final : public ByteSource {
 public:
  TricklingSource(BytesView bytes, std::size_t step) : bytes_(bytes), step_(step) {}
  Result<std::size_t> read(char* buffer, std::size_t size_bytes) override {
    const std::size_t size = std::min({step_, size_bytes, bytes_.size() - at_});
    bytes_.copy(buffer, size, at_);
    at_ += size;
    return size;
  }
  Status rewind() override {
    at_ = 0;
    return {};
  }

 private:
  BytesView bytes_;
  std::size_t step_;
  std::size_t at_ = 0;
};

struct Parsed {
  std::vector<std::vector<std::string>> records;
  ReadFailure failure;
};

Parsed parse(BytesView text, std::size_t step = 1'000'000, Encoding encoding = Encoding::kUtf8,
             std::size_t fields_wanted = 0, char quote = '"') {
  TricklingSource source(text, step);
  RecordReader reader(source, encoding, ',', 1 << 20, fields_wanted, quote);
  Parsed out;
  while (reader.next()) {
    out.records.emplace_back();
    for (std::size_t i = 0; i < reader.field_count(); ++i) {
      out.records.back().push_back(reader.value(i));
    }
  }
  out.failure = reader.failure();
  return out;
}

using Records = std::vector<std::vector<std::string>>;

TEST(RecordReaderTest, ToleratesLineEndsBlankLinesAndCtrlZ) {
  const Records expected = {{"a", "b"}, {"c", ""}, {"", "d"}, {"e", "f"}};
  EXPECT_EQ(parse("a,b\r\nc,\n\n,d\re,f\x1A").records, expected);
  EXPECT_EQ(parse("a,b\nc,\n,d\ne,f").records, expected);
  EXPECT_TRUE(parse("").records.empty());
  EXPECT_TRUE(parse("\r\n\r\n\x1A").records.empty());
}

TEST(RecordReaderTest, QuotedFieldsHoldEverything) {
  const Records expected = {{"a\"b", "c,d", "e\r\nf", ""}, {"x\"y", "z"}};
  EXPECT_EQ(parse("\"a\"\"b\",\"c,d\",\"e\r\nf\",\"\"\r\nx\"y,z").records, expected);
}

TEST(RecordReaderTest, TellsBrokenQuotes) {
  EXPECT_EQ(parse("a\n\"b\"c\n").failure.kind, ReadFailure::Kind::kQuote);
  const Parsed open = parse("a\n\"b\nc");
  EXPECT_EQ(open.failure.kind, ReadFailure::Kind::kQuote);
  EXPECT_EQ(open.records.size(), 1u);
}

TEST(RecordReaderTest, RecordsBeforeABadByteStillComeOut) {
  const Parsed parsed = parse("a,b\nc,d\ne\xFF,f\n");
  EXPECT_EQ(parsed.records.size(), 2u);
  EXPECT_EQ(parsed.failure.kind, ReadFailure::Kind::kDecode);
  EXPECT_EQ(parsed.failure.byte_offset, 9u);
}

TEST(RecordReaderTest, ByteOrderMarks) {
  EXPECT_EQ(parse("\xEF\xBB\xBFx", 1).records, (Records{{"x"}}));
  EXPECT_EQ(parse("x", 1, Encoding::kUtf8Mark).failure.kind, ReadFailure::Kind::kMark);
  EXPECT_EQ(parse("\xEF\xBB\xBFx\xFF", 1, Encoding::kUtf8Mark).failure.byte_offset, 4u);
}

TEST(RecordReaderTest, FailuresNameRecordAndField) {
  const ReadFailure byte = parse("a,b\nc,\"x,\ny\",e\xFF,f\n").failure;
  EXPECT_EQ(byte.record, 2u);
  EXPECT_EQ(byte.field, 3u);
  const ReadFailure behind = parse("a,b\n\nc,\"d\"e,f\n").failure;
  EXPECT_EQ(behind.record, 2u);
  EXPECT_EQ(behind.field, 2u);
  const ReadFailure open = parse("a,b\nc,d,\"e\nf,g\n").failure;
  EXPECT_EQ(open.record, 2u);
  EXPECT_EQ(open.field, 3u);
}

TEST(RecordReaderTest, WithoutQuotesEveryQuoteIsText) {
  EXPECT_EQ(parse("\"a,\"\"\nb\"c,d", 1, Encoding::kUtf8, 0, kNoQuote).records,
            (Records{{"\"a", "\"\""}, {"b\"c", "d"}}));
}

TEST(RecordReaderTest, Utf16WithAndWithoutMark) {
  const std::string text("a\0,\0\x68\x88\r\0\n\0", 10);
  for (const std::string& file : {text, "\xFF\xFE" + text}) {
    EXPECT_EQ(parse(file, 1, Encoding::kUtf16Le).records, (Records{{"a", "表"}}));
  }
}

MapFile fixed_map(std::initializer_list<std::uint32_t> widths) {
  MapFile map;
  map.layout = Layout::kFixed;
  for (const std::uint32_t width : widths) {
    map.columns.emplace_back();
    map.columns.back().width = width;
  }
  return map;
}

struct FixedParsed {
  Records records;
  ReadFailure failure;
  std::uint64_t origin = 0;
};

FixedParsed parse_fixed(BytesView text, const MapFile& map, std::size_t step = 1'000'000) {
  TricklingSource source(text, step);
  FixedWidthSource cut(source, map);
  RecordReader reader(cut, Encoding::kUtf8, ',', 1 << 24);
  FixedParsed out;
  while (reader.next()) {
    out.records.emplace_back();
    for (std::size_t i = 0; i < reader.field_count(); ++i) {
      out.records.back().push_back(reader.value(i));
    }
  }
  out.failure = reader.failure();
  out.origin = cut.origin(out.failure.byte_offset);
  return out;
}

TEST(FixedWidthTest, CutsByBytesOfTheFile) {
  const MapFile map = fixed_map({4, 3, 2});
  for (const std::size_t step : {1u, 7u, 1000u}) {
    const FixedParsed out = parse_fixed(
        "\x95\x5C\x83\x5C"
        "12\"ab\r\n\nx   345 ,\x1A",
        map, step);
    EXPECT_EQ(out.records, (Records{{"表ソ", "12\"", "ab"}, {"x   ", "345", " ,"}}));
    EXPECT_EQ(out.failure.kind, ReadFailure::Kind::kNone);
  }
}

TEST(FixedWidthTest, OtherLengthsHaveOtherFieldCounts) {
  const FixedParsed out = parse_fixed("abcd\nabcdefghijk\n", fixed_map({4, 3, 2}));
  EXPECT_EQ(out.records, (Records{{"abcd"}, {"abcd", "efg", "hi", "jk"}}));
}

TEST(FixedWidthTest, AWidthThatCutsACharacterIsAnErrorWithItsPlace) {
  const FixedParsed out = parse_fixed(
      "abcdef\nabc\x95\x5C"
      "f\n",
      fixed_map({4, 2}));
  EXPECT_EQ(out.records.size(), 1u);
  EXPECT_EQ(out.failure.kind, ReadFailure::Kind::kDecode);
  EXPECT_EQ(out.failure.record, 2u);
  EXPECT_EQ(out.failure.field, 1u);
  EXPECT_EQ(out.origin, 10u);
}

TEST(FixedWidthTest, ALineWithoutEndIsTooLong) {
  const std::string file(12 << 20, 'x');
  const FixedParsed out = parse_fixed(file, fixed_map({4, 2}));
  EXPECT_TRUE(out.records.empty());
  EXPECT_EQ(out.failure.kind, ReadFailure::Kind::kTooLong);
}

TEST(RecordReaderTest, TrailBytesOfCp932AreNotMarks) {
  // 表 ends in 0x5C, ポ in 0x7C; a careless reader splits them.
  EXPECT_EQ(parse("\x95\x5C,\x83\x7C\r\n", 1, Encoding::kCp932).records, (Records{{"表", "ポ"}}));
}

TEST(RecordReaderTest, RefusesFilesOverTheLimit) {
  TricklingSource source("aaaaaaaaaa", 4);
  RecordReader reader(source, Encoding::kUtf8, ',', 5);
  EXPECT_FALSE(reader.next());
  EXPECT_EQ(reader.failure().kind, ReadFailure::Kind::kFileSize);
}

std::string random_cell(std::mt19937_64& random) {
  static const std::vector<std::string> kParts = {"a",  "12.5", "\"", ",", "\r\n",
                                                  "\n", "表",   " ",  "髙"};
  std::string cell;
  for (std::uint64_t i = random() % 6; i > 0; --i) cell += kParts[random() % kParts.size()];
  return cell;
}

std::string quoted(const std::string& cell, bool always) {
  if (!always && cell.find_first_of("\",\r\n") == cell.npos) return cell;
  std::string out = "\"";
  for (const char c : cell) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

TEST(RecordReaderTest, WhatWasWrittenIsReadWhateverTheChunks) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 200; ++round) {
    Records records;
    std::string text;
    const std::size_t width = 1 + random() % 90;
    for (std::uint64_t row = 0; row <= random() % 5; ++row) {
      records.emplace_back();
      for (std::size_t i = 0; i < width; ++i) {
        records.back().push_back(random_cell(random));
        if (width == 1) records.back().back() += "x";  // an empty line is no record
        text += (i > 0 ? "," : "") + quoted(records.back().back(), random() % 2 == 0);
      }
      text += random() % 2 == 0 ? "\r\n" : "\n";
    }
    EXPECT_EQ(parse(text).records, records);
    EXPECT_EQ(parse(text, 1 + random() % 9).records, records);
    // Whoever wants few fields sees the same records.
    const Parsed few = parse(text, 1 + random() % 9, Encoding::kUtf8, 1);
    ASSERT_EQ(few.records.size(), records.size());
    for (std::size_t i = 0; i < records.size(); ++i) EXPECT_EQ(few.records[i][0], records[i][0]);
  }
}

}  // namespace
}  // namespace sekisho::converter
