// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target without a fuzzer: over every file of the folders and files named on the
// command line, and over a few hundred small mutations of each, the same at every run.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr int kMutationsPerFile = 256;
constexpr std::size_t kMutatedSizeMax = 64 * 1024;  // larger files are run as they are

void run(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

// splitmix64 (Steele, Lea, Flood 2014).
std::uint64_t next(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

void mutate_once(std::string& bytes, std::uint64_t& state) {
  const std::size_t at = static_cast<std::size_t>(next(state) % (bytes.size() + 1));
  const auto byte = static_cast<char>(next(state) & 0xff);
  const std::size_t count = 1 + static_cast<std::size_t>(next(state) % 16);
  switch (next(state) % 5) {
    case 0:
      if (at < bytes.size()) bytes[at] = byte;
      break;
    case 1:
      if (at < bytes.size()) bytes[at] = static_cast<char>(bytes[at] ^ (1 << (count % 8)));
      break;
    case 2:
      bytes.insert(at, count, byte);
      break;
    case 3:
      bytes.erase(at, count);
      break;
    default:
      bytes.resize(at);
  }
}

void run_with_mutations(const std::string& bytes) {
  run(bytes);
  if (bytes.size() > kMutatedSizeMax) return;
  std::uint64_t state = bytes.size();
  for (int i = 0; i < kMutationsPerFile; ++i) {
    std::string mutated = bytes;
    for (std::uint64_t steps = 1 + next(state) % 4; steps > 0; --steps) mutate_once(mutated, state);
    run(mutated);
  }
}

std::vector<std::filesystem::path> files_of(const std::filesystem::path& path) {
  std::vector<std::filesystem::path> files;
  if (!std::filesystem::is_directory(path)) {
    files.push_back(path);
    return files;
  }
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  int files_run = 0;
  for (int i = 1; i < argc; ++i) {
    if (!std::filesystem::exists(argv[i])) {
      std::fprintf(stderr, "no corpus at %s\n", argv[i]);
      return 1;
    }
    for (const auto& file : files_of(argv[i])) {
      std::ifstream stream(file, std::ios::binary);
      run_with_mutations(
          {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()});
      ++files_run;
    }
  }
  std::printf("%d corpus files and their mutations\n", files_run);
  return files_run > 0 ? 0 : 1;
}
