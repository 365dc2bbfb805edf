// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>

#include "converter/archive/zip_archive.h"
#include "node/base/check.h"

// Whatever an archive says of itself, what comes out of it stays within the bounds.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sekisho;
  using namespace sekisho::converter;
  const ZipLimits limits{
      .entries_max = 20, .entry_size_max = 1 << 20, .total_size_max = 1 << 21, .ratio_max = 200};
  const auto archive = ZipArchive::open({reinterpret_cast<const char*>(data), size}, limits);
  if (!archive) return 0;
  CHECK((*archive)->entries().size() <= limits.entries_max);
  std::uint64_t total = 0;
  for (const auto& entry : (*archive)->entries()) {
    const auto source = (*archive)->read(entry);
    char buffer[4096];
    while (true) {
      const auto got = source->read(buffer, sizeof buffer);
      if (!got || *got == 0) break;
      total += *got;
      CHECK(total <= limits.total_size_max);
    }
  }
  return 0;
}
