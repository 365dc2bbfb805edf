// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/pipeline/chunks.h"

#include "converter/pipeline/repeats.h"
#include "node/base/rng.h"
#include "node/base/worker_threads.h"
#include "tests/unit/converter/mini.h"

namespace sekisho::converter::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

// Hands out a few bytes at a time.
class SlowSource final : public ByteSource {
 public:
  SlowSource(BytesView bytes, std::size_t step) : bytes_(bytes), step_(step) {}
  Result<std::size_t> read(char* buffer, std::size_t size_bytes) override {
    const std::size_t size = std::min({size_bytes, step_, bytes_.size() - at_});
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

std::vector<std::string> chunks_of(BytesView bytes, std::size_t step, char quote = '"') {
  SlowSource source(bytes, step);
  ChunkReader reader(source, ',', quote, limits::kFileSizeMax);
  std::vector<std::string> out;
  Chunk chunk;
  std::uint64_t offset = 0;
  while (true) {
    const auto more = reader.next(chunk);
    EXPECT_TRUE(more.has_value());
    if (!more || !*more) return out;
    EXPECT_EQ(chunk.offset, offset);
    EXPECT_EQ(chunk.number, out.size());
    out.emplace_back(chunk.view());
    offset += chunk.size_bytes;
  }
}

TEST(ChunkTest, CutsBehindLineEndsOnly) {
  EXPECT_THAT(chunks_of("a,b\nc,d\ne", 5), ElementsAre("a,b\n", "c,d\n", "e"));
  EXPECT_THAT(chunks_of("a,b\rc,d\r", 5), ElementsAre("a,b\r", "c,d\r"));
  EXPECT_THAT(chunks_of("", 5), ElementsAre());
}

TEST(ChunkTest, NeverCutsInsideQuotes) {
  EXPECT_THAT(chunks_of("a,\"x\ny\"\nb\n", 3), ElementsAre("a,\"x\ny\"\n", "b\n"));
  EXPECT_THAT(chunks_of("\"a\"\"\n\",1\nb\n", 9), ElementsAre("\"a\"\"\n\",1\n", "b\n"));
  // A quote inside an unquoted field is a character.
  EXPECT_THAT(chunks_of("5\" pipe\nb\n", 8), ElementsAre("5\" pipe\n", "b\n"));
}

TEST(ChunkTest, TooLargeFilesEndBeforeTheBound) {
  const std::string bytes(100, '\n');
  SlowSource source(bytes, 10);
  ChunkReader reader(source, ',', '"', 50);
  Chunk chunk;
  while (reader.next(chunk).value_or(false)) continue;
  EXPECT_TRUE(reader.too_large());
}

// Records with quotes, line ends inside, repeated rows and persons, errors; several chunks long.
std::string large_file(std::size_t records) {
  SeededRng rng(7);
  std::string out = std::string(kMiniHeader) + "\r\n";
  for (std::size_t i = 0; i < records; ++i) {
    MiniRecord record;
    record.set("氏名", "見本　" + std::to_string(i - (i % 50 == 1 ? 1 : 0)));
    record.set("体重", std::to_string(40 + rng.below(60)) + ".5");
    record.set("身長", i % 97 == 0 ? "高い" : "165.0");
    record.set("備考", std::string(rng.below(400), 'x') + (i % 7 == 0 ? "\"引用\",改行\n" : ""));
    record.set("心電図1", i % 11 == 0 ? "未知の所見" : "LAD");
    out += record.line();
    if (i % 501 == 500) out += record.line();
  }
  return out;
}

struct Came {
  Bytes output;
  std::string report;
  bool operator==(const Came&) const = default;
};

Came convert_with(const std::string& file, Workers* workers, std::size_t messages_max = 10'000) {
  const Definition definition = mini_definition();
  const MapFile map = load_mini_map(definition);
  Options options = mini_options();
  options.workers = workers;
  options.messages_max = messages_max;
  const auto done = convert_bytes(file, map, definition, options, sha256);
  return {done.output, render_report_json(done.outcome.report)};
}

TEST(ParallelTest, AnyNumberOfWorkersGivesTheSameBytes) {
  const std::string file = large_file(6'000);
  ASSERT_GT(file.size(), 4u * 256 * 1024);
  const Came alone = convert_with(file, nullptr);
  EXPECT_GT(alone.output.size(), file.size() / 2);
  for (const std::size_t count : {1u, 2u, 3u, 8u}) {
    WorkerThreads workers(count);
    EXPECT_EQ(convert_with(file, &workers), alone) << count;
    EXPECT_EQ(convert_with(file, &workers, 50), convert_with(file, nullptr, 50)) << count;
  }
}

// The bytes do not depend on how the source hands them out either.
TEST(ParallelTest, RowsInReportsCountThroughTheWholeFile) {
  const std::string file = large_file(6'000) + MiniRecord().set("身長", "長い").line();
  const Definition definition = mini_definition();
  const MapFile map = load_mini_map(definition);
  const auto done = convert_bytes(file, map, definition, mini_options(), sha256);
  const Message& last = done.outcome.report.messages.back();
  EXPECT_EQ(last.raw_value, "長い");
  EXPECT_EQ(last.row, done.outcome.counts.rows_in);
}

TEST(ParallelTest, BadBytesAreNamedByTheirPlaceInTheFile) {
  std::string file = large_file(6'000);
  const std::size_t place = file.find("LAD", file.size() - 1000);
  file[place] = '\xFF';
  const Definition definition = mini_definition();
  const MapFile map = load_mini_map(definition);
  for (const std::size_t count : {1u, 2u}) {
    WorkerThreads workers(count);
    Options options = mini_options();
    options.workers = &workers;
    const auto done = convert_bytes(file, map, definition, options, sha256);
    EXPECT_FALSE(done.outcome.delivered);
    const Message& last = done.outcome.report.messages.back();
    EXPECT_EQ(last.code, "F-DECODE");
    EXPECT_THAT(last.reason, ::testing::HasSubstr(std::to_string(place)));
  }
}

TEST(ParallelTest, StopsWhenAsked) {
  const std::string file = large_file(6'000);
  const Definition definition = mini_definition();
  const MapFile map = load_mini_map(definition);
  Options options = mini_options();
  int asked = 0;
  options.cancelled = [&] { return ++asked > 3; };
  MemorySource source(file);
  MemorySink sink;
  const auto done = convert(source, map, definition, options, sha256, sink);
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, Code::kCancelled);
}

TEST(ParallelTest, BoundsStopTheConversion) {
  const std::string file = large_file(2'000);
  const Definition definition = mini_definition();
  const MapFile map = load_mini_map(definition);
  const auto codes = [&](const Options& options) {
    const auto done = convert_bytes(file, map, definition, options, sha256);
    EXPECT_FALSE(done.outcome.delivered);
    std::vector<std::string> out;
    for (const auto& [code, count] : done.outcome.report.counts) out.push_back(code);
    return out;
  };
  Options options = mini_options();
  options.records_max = 100;
  EXPECT_THAT(codes(options), Contains("F-SIZE"));
  options = mini_options();
  options.output_size_max = 1000;
  EXPECT_THAT(codes(options), Contains("F-SIZE"));
  options = mini_options();
  options.work_max = 1000;
  EXPECT_THAT(codes(options), Contains("F-SIZE"));
  options = mini_options();
  options.file_size_max = 1000;
  EXPECT_THAT(codes(options), Contains("F-SIZE"));
}

RecordMarks marks(std::uint64_t content, std::uint64_t person) {
  return {content, person, 1, person == 0 ? 0u : 1u};
}

TEST(RepeatsTest, FindsTheFirstOfEqualRecordsAndPersons) {
  Repeats repeats;
  repeats.add({marks(9, 9), marks(1, 5), marks(2, 6), marks(1, 5), marks(3, 6)});
  repeats.add({marks(4, 0), marks(5, 0), marks(6, 6)});
  repeats.settle(1);
  EXPECT_EQ(repeats.repeats(1), 0u);
  EXPECT_EQ(repeats.repeats(3), 1u);
  EXPECT_EQ(repeats.first_of(1), 0u);  // its repetition says nothing new
  EXPECT_EQ(repeats.first_of(2), 2u);
  EXPECT_EQ(repeats.first_of(4), 2u);
  EXPECT_EQ(repeats.first_of(7), 2u);
  EXPECT_EQ(repeats.first_of(5), 0u);
}

}  // namespace
}  // namespace sekisho::converter::testing
