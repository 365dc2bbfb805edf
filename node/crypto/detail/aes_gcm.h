// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>

#include "node/base/bytes.h"

// AES-256-GCM over caller's buffers, shared by the envelope and the lock at rest.
namespace sekisho::crypto::detail {

inline constexpr std::size_t kGcmKeySize = 32;
inline constexpr std::size_t kGcmNonceSize = 12;
inline constexpr std::size_t kGcmTagSize = 16;

// One sealing or opening. One thread.
class GcmStream {
 public:
  enum class Mode { kSeal, kOpen };

  GcmStream(Mode mode, BytesView key, BytesView nonce);
  ~GcmStream();
  GcmStream(const GcmStream&) = delete;
  GcmStream& operator=(const GcmStream&) = delete;

  // Before the first update.
  void add_associated(BytesView data);
  // Writes as many bytes as it reads; `to` may be where `from` is.
  void update(BytesView from, char* to);
  // Sealing: the tag over everything.
  [[nodiscard]] std::array<char, kGcmTagSize> finish_seal();
  // Opening: true when the tag is right. Until then what update() wrote is not to be believed.
  [[nodiscard]] bool finish_open(BytesView tag);

 private:
  void* context_;  // EVP_CIPHER_CTX, owned; wiped when freed
  bool sealing_;
};

}  // namespace sekisho::crypto::detail
