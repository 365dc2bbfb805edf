// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <fstream>
#include <iterator>
#include <string>

#include "node/base/check.h"
#include "node/conversion/catalogs.h"
#include "node/crypto/commitment.h"
#include "node/crypto/envelope.h"
#include "node/crypto/hash.h"
#include "node/crypto/mime_entity.h"
#include "tests/unit/crypto/test_parties.h"

// A checkup file, its map and its catalog, as the project ships them, and three organisations.
namespace sekisho::conversion::test {

inline constexpr std::uint64_t kOfferedMs = 1'735'700'000'000;  // 2025-01-01 in Japan

// Of six persons in the sample file.
inline constexpr const char* kInsurerNumber = "06990014";

inline Bytes read_source(const std::string& path) {
  std::ifstream in(std::string(SEKISHO_SOURCE_DIR) + "/" + path, std::ios::binary);
  CHECK(in.good());
  return Bytes(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

inline const Catalogs& catalogs() {
  static const auto loaded =
      Catalogs::load(std::string(SEKISHO_SOURCE_DIR) + "/converter/data/catalog");
  CHECK(loaded.has_value());
  return *loaded;
}

struct Sample {
  const Bytes file = read_source("tests/golden/samples/s3_clinic_era_utf8.csv");
  const Bytes map = read_source("converter/data/maps/clinic-100.toml");
  const crypto::test::Party converter{"変換"};
  const crypto::test::Party sender{"健診"};
  const crypto::test::Party receiver{"保険"};
  const crypto::Salt salt = crypto::sha256("salt");

  // The file as the sender seals it.
  [[nodiscard]] Bytes seal(BytesView body, const crypto::test::Party& recipient,
                           std::string_view name = "結果.csv") const {
    return seal(body, recipient, name, salt);
  }
  [[nodiscard]] Bytes seal(BytesView body, const crypto::test::Party& recipient,
                           std::string_view name, const crypto::Salt& with) const {
    const auto head = crypto::make_mime_head("text/csv; charset=UTF-8", name, with);
    CHECK(head.has_value());
    const std::array<BytesView, 2> parts{*head, body};
    auto sealed = crypto::seal_envelope(parts, {&recipient.certificate, 1});
    CHECK(sealed.has_value());
    return std::move(*sealed);
  }
};

inline const Sample& sample() {
  static const Sample sample;
  return sample;
}

}  // namespace sekisho::conversion::test
