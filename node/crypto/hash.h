// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <memory>

#include "node/base/bytes.h"

namespace sekisho::crypto {

// SHA-256 (FIPS 180-4) of one piece. Any thread; no allocation after a thread's first call.
[[nodiscard]] Digest sha256(BytesView bytes);

// SHA-256 of the pieces one after another, without joining them first. Any thread; no allocation
// after a thread's first call. Pieces are not separated: framing is the caller's.
[[nodiscard]] Digest sha256_parts(std::initializer_list<BytesView> parts);

// SHA-256 of a stream. One thread; movable.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&& other) noexcept;
  Sha256& operator=(Sha256&& other) noexcept;
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  Sha256& update(BytesView bytes);
  // The digest of everything since the start or the last finish(); then starts anew.
  [[nodiscard]] Digest finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// HMAC-SHA-256 (RFC 2104). Compare results with equal_constant_time. Any thread.
[[nodiscard]] Digest hmac_sha256(BytesView key, BytesView message);

}  // namespace sekisho::crypto
