// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <iterator>
#include <string>

#include "node/base/check.h"
#include "node/crypto/envelope.h"

using namespace sekisho;

namespace {

Bytes read(const std::string& name) {
  std::ifstream file(std::string(SEKISHO_SOURCE_DIR "/tests/golden/crypto/") + name);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

// Parses and opens with the key that the corpus is sealed for.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const crypto::PrivateKey key = crypto::PrivateKey::from_pem(read("recipient.key")).value();
  static const crypto::Certificate certificate =
      crypto::Certificate::from_pem(read("recipient.pem")).value();
  const BytesView envelope(reinterpret_cast<const char*>(data), size);
  const auto summary = crypto::inspect_envelope(envelope);
  const auto opened = crypto::open_envelope(envelope, key, certificate);
  if (!opened) return 0;
  CHECK(summary.has_value());
  CHECK(summary->names(certificate));
  CHECK(summary->content_size_bytes == opened->size());
  return 0;
}
