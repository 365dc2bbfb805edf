// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <functional>
#include <iostream>

#include "node/base/worker_threads.h"
#include "tests/unit/converter/package.h"

// bench_convert CATALOG_DIR MAP FILE [OUTPUT]: how fast one core converts FILE, beside iconv and a
// plain copy of the same file. Prints `id<TAB>value<TAB>unit`, the median of three runs each;
// output goes to OUTPUT or is thrown away. scripts/bench_convert.sh makes the file of 100,000
// persons.
extern char** environ;

namespace sekisho::converter::testing {
namespace {

class FileSource final : public ByteSource {
 public:
  explicit FileSource(const char* path) : descriptor_(::open(path, O_RDONLY | O_CLOEXEC)) {}
  ~FileSource() override { ::close(descriptor_); }
  Result<std::size_t> read(char* buffer, std::size_t size_bytes) override {
    const ssize_t got = ::read(descriptor_, buffer, size_bytes);
    if (got < 0) return fail(Code::kIo, "read");
    return static_cast<std::size_t>(got);
  }
  Status rewind() override {
    if (::lseek(descriptor_, 0, SEEK_SET) < 0) return fail(Code::kIo, "lseek");
    return {};
  }

 private:
  int descriptor_;
};

class FileSink final : public OutputSink {
 public:
  explicit FileSink(const char* path)
      : descriptor_(::open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {}
  ~FileSink() override { ::close(descriptor_); }
  Status write(BytesView bytes) override {
    while (!bytes.empty()) {
      const ssize_t put = ::write(descriptor_, bytes.data(), bytes.size());
      if (put < 0) return fail(Code::kIo, "write");
      bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return {};
  }

 private:
  int descriptor_;
};

double seconds_of(const std::function<void()>& work) {
  std::vector<double> times;
  for (int i = 0; i < 3; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    times.push_back(taken.count());
  }
  std::sort(times.begin(), times.end());
  return times[1];
}

// Processor time of this process, or of the children it waited for, so far.
double processor_seconds(int who) {
  rusage usage{};
  getrusage(who, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void run_iconv(const char* path) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  const std::array<const char*, 7> words = {"iconv", "-f", "CP932", "-t", "UTF-8", path, nullptr};
  std::array<char*, 7> arguments{};
  for (std::size_t i = 0; i < words.size(); ++i) arguments[i] = const_cast<char*>(words[i]);
  pid_t child = 0;
  if (posix_spawnp(&child, "iconv", &actions, nullptr, arguments.data(), environ) == 0) {
    int status = 0;
    waitpid(child, &status, 0);
    if (status != 0) std::cerr << "iconv failed\n";
  }
  posix_spawn_file_actions_destroy(&actions);
}

void copy_file(const char* path, const char* output) {
  FileSource source(path);
  FileSink sink(output);
  std::vector<char> buffer(256 * limits::kKiB);
  while (true) {
    const auto got = source.read(buffer.data(), buffer.size());
    if (!got || *got == 0) return;
    static_cast<void>(sink.write({buffer.data(), *got}));
  }
}

void print(const char* id, double value, const char* unit) {
  std::printf("%s\t%.1f\t%s\n", id, value, unit);
}

int run(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: bench_convert CATALOG_DIR MAP FILE [OUTPUT]\n";
    return 2;
  }
  const char* const output = argc > 4 ? argv[4] : "/dev/null";
  const auto definition = load_definition(read_package(argv[1]), sha256);
  if (!definition) {
    std::cerr << definition.error().to_string() << "\n";
    return 2;
  }
  const Bytes map_bytes = read_file(argv[2]);
  const double map_seconds = seconds_of([&] {
    if (!load_map(map_bytes, *definition, sha256)) std::cerr << "map does not load\n";
  });
  const auto map = load_map(map_bytes, *definition, sha256);
  if (!map) {
    std::cerr << map.error().to_string() << "\n";
    return 2;
  }
  Options options;
  options.allow_partial = true;
  options.conversion_date = Date{20250331};
  options.file_size_max = 64 * limits::kFileSizeMax;
  options.output_size_max = 64 * limits::kFileSizeMax;
  Outcome outcome;
  const auto convert_once = [&] {
    FileSource source(argv[3]);
    FileSink sink(output);
    auto done = convert(source, *map, *definition, options, sha256, sink);
    if (done) outcome = std::move(*done);
  };
  const double before = processor_seconds(RUSAGE_SELF);
  const double seconds = seconds_of(convert_once);
  const double processor = (processor_seconds(RUSAGE_SELF) - before) / 3;
  WorkerThreads two(2);
  options.workers = &two;
  const double seconds_of_two = seconds_of(convert_once);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const double megabytes = static_cast<double>(outcome.input_size_bytes) / 1e6;
  const double iconv_seconds = seconds_of([&] { run_iconv(argv[3]); });
  const double copy_seconds = seconds_of([&] { copy_file(argv[3], output); });
  print("project.convert.mb_s", megabytes / seconds, "MB/s");
  print("project.convert.mb_s_two_workers", megabytes / seconds_of_two, "MB/s");
  std::printf("project.convert.second_worker\t%.2f\tratio\n", seconds / seconds_of_two);
  print("project.convert.persons_s", static_cast<double>(outcome.counts.rows_in) / seconds,
        "persons/s");
  print("project.convert.peak_rss", static_cast<double>(usage.ru_maxrss) / 1024, "MiB");
  print("project.convert.output_mb", static_cast<double>(outcome.output_size_bytes) / 1e6, "MB");
  print("project.convert.map_load_ms", map_seconds * 1000, "ms");
  print("reference.iconv.mb_s", megabytes / iconv_seconds, "MB/s");
  print("reference.copy.mb_s", megabytes / copy_seconds, "MB/s");
  const double iconv_processor = processor_seconds(RUSAGE_CHILDREN) / 3;
  std::printf("project.convert.processor_ratio_to_iconv\t%.3f\tratio\n",
              iconv_processor / processor);
  std::printf("project.convert.ratio_to_iconv\t%.3f\tratio\n", iconv_seconds / seconds);
  return outcome.delivered ? 0 : 1;
}

}  // namespace
}  // namespace sekisho::converter::testing

int main(int argc, char** argv) { return sekisho::converter::testing::run(argc, argv); }
