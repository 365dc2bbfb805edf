// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <map>
#include <string>

#include "converter/definition.h"
#include "node/base/check.h"

namespace {

using namespace sekisho;
using namespace sekisho::converter;

Digest no_digest(BytesView) { return {}; }

}  // namespace

// A package is one text: files parted by lines "=== name".
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  std::map<std::string, Bytes> files;
  while (!rest.empty()) {
    const std::size_t next = rest.find("\n=== ", 1);
    std::string_view part = rest.substr(0, next);
    rest = next == rest.npos ? std::string_view{} : rest.substr(next + 1);
    if (part.starts_with("=== ")) part.remove_prefix(4);
    const std::size_t line = part.find('\n');
    files[std::string(part.substr(0, line))] = line == part.npos ? "" : part.substr(line + 1);
  }
  const auto definition = load_definition(files, no_digest);
  if (definition) {
    for (const Item& item : definition->items) {
      CHECK(definition->by_name.find(item.name) != TextMap::kNone);
      CHECK(item.size_bytes_max <= definition->output.item_size_bytes_max);
    }
  } else {
    CHECK(definition.error().code == Code::kInvalidArgument);
  }
  return 0;
}
