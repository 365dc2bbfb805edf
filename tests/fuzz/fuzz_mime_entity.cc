// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/base/check.h"
#include "node/crypto/mime_entity.h"

using namespace sekisho;

// What parses is exactly what would be made.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView bytes(reinterpret_cast<const char*>(data), size);
  const auto entity = crypto::parse_mime_entity(bytes);
  if (!entity) return 0;
  CHECK(crypto::check_file_name(entity->file_name).has_value());
  const auto head = crypto::make_mime_head(entity->content_type, entity->file_name, entity->salt);
  CHECK(head.has_value());
  CHECK(*head + Bytes(entity->body) == bytes);
  return 0;
}
