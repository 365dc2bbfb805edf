// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/base/check.h"
#include "node/crypto/certificate.h"

using namespace sekisho;

// A certificate, or a bundle, that parses can be written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView bytes(reinterpret_cast<const char*>(data), size);
  if (const auto certificate = crypto::Certificate::from_der(bytes)) {
    CHECK(certificate->der() == bytes);
    CHECK(crypto::Certificate::from_pem(certificate->pem()) == *certificate);
    (void)crypto::verify_certificate(*certificate, {&*certificate, 1}, 1'800'000'000'000);
  }
  constexpr std::size_t kCountMax = 4;
  if (const auto bundle = crypto::parse_certificates(bytes, kCountMax))
    CHECK(!bundle->empty() && bundle->size() <= kCountMax);
  return 0;
}
