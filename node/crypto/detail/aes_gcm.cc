// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/crypto/detail/aes_gcm.h"

#include <algorithm>

#include "node/base/check.h"
#include "node/crypto/detail/ossl.h"

namespace sekisho::crypto::detail {
namespace {

// EVP counts in int; pieces of this size keep far from its end.
constexpr std::size_t kPieceMax = std::size_t{1} << 24;

const EVP_CIPHER* gcm_cipher() {
  static EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  CHECK(cipher != nullptr);
  return cipher;
}

EVP_CIPHER_CTX* native(void* context) { return static_cast<EVP_CIPHER_CTX*>(context); }

void run(EVP_CIPHER_CTX* context, BytesView from, unsigned char* to) {
  while (!from.empty()) {
    const BytesView piece = from.substr(0, std::min(from.size(), kPieceMax));
    int written = 0;
    CHECK(EVP_CipherUpdate(context, to, &written, in(piece), static_cast<int>(piece.size())) == 1);
    CHECK(written == static_cast<int>(piece.size()));
    if (to != nullptr) to += piece.size();
    from.remove_prefix(piece.size());
  }
}

}  // namespace

GcmStream::GcmStream(Mode mode, BytesView key, BytesView nonce)
    : context_(EVP_CIPHER_CTX_new()), sealing_(mode == Mode::kSeal) {
  CHECK(context_ != nullptr);
  CHECK(key.size() == kGcmKeySize);
  CHECK(nonce.size() == kGcmNonceSize);
  CHECK(EVP_CipherInit_ex2(native(context_), gcm_cipher(), in(key), in(nonce), sealing_ ? 1 : 0,
                           nullptr) == 1);
}

GcmStream::~GcmStream() { EVP_CIPHER_CTX_free(native(context_)); }

void GcmStream::add_associated(BytesView data) { run(native(context_), data, nullptr); }

void GcmStream::update(BytesView from, char* to) { run(native(context_), from, out(to)); }

std::array<char, kGcmTagSize> GcmStream::finish_seal() {
  CHECK(sealing_);
  std::array<char, kGcmTagSize> tag{};
  int written = 0;
  CHECK(EVP_CipherFinal_ex(native(context_), out(tag.data()), &written) == 1);
  CHECK(written == 0);
  CHECK(EVP_CIPHER_CTX_ctrl(native(context_), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag.size()),
                            tag.data()) == 1);
  return tag;
}

bool GcmStream::finish_open(BytesView tag) {
  CHECK(!sealing_);
  if (tag.size() != kGcmTagSize) return false;
  Bytes copy(tag);  // the control call takes a pointer to non-const
  CHECK(EVP_CIPHER_CTX_ctrl(native(context_), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(copy.size()),
                            copy.data()) == 1);
  unsigned char nothing[kGcmTagSize];
  int written = 0;
  const bool authentic = EVP_CipherFinal_ex(native(context_), nothing, &written) == 1;
  if (!authentic) clear_errors();
  return authentic;
}

}  // namespace sekisho::crypto::detail
