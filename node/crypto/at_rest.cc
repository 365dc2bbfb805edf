// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/crypto/at_rest.h"

#include "node/base/check.h"
#include "node/base/rng.h"
#include "node/crypto/detail/aes_gcm.h"
#include "node/crypto/signed_context.h"

namespace sekisho::crypto {
namespace {

using detail::GcmStream;
static_assert(kAtRestKeySize == detail::kGcmKeySize);
static_assert(kAtRestOverhead == detail::kGcmTagSize);

Bytes nonce_of(std::uint64_t chunk_no, bool last) {
  Bytes nonce(3, '\0');
  put_u64(nonce, chunk_no);
  put_u8(nonce, last ? 1 : 0);
  return nonce;
}

Bytes associated_data(const Digest& blob_id, std::uint64_t chunk_no, bool last) {
  Bytes place;
  put_u64(place, chunk_no);
  put_u8(place, last ? 1 : 0);
  return domain_separated(context::kAtRest, {blob_id.view(), place});
}

}  // namespace

Secret make_at_rest_key() {
  Secret key(kAtRestKeySize);
  SystemRng rng;
  rng.fill(key.writable().data(), key.size());
  return key;
}

Bytes seal_chunk(const Secret& key, const Digest& blob_id, std::uint64_t chunk_no, bool last,
                 BytesView chunk) {
  CHECK(chunk.size() <= kAtRestChunkSize);
  CHECK(last || chunk.size() == kAtRestChunkSize);
  GcmStream stream(GcmStream::Mode::kSeal, key.view(), nonce_of(chunk_no, last));
  stream.add_associated(associated_data(blob_id, chunk_no, last));
  Bytes sealed(chunk.size(), '\0');
  stream.update(chunk, sealed.data());
  const auto tag = stream.finish_seal();
  sealed.append(tag.data(), tag.size());
  return sealed;
}

Result<Bytes> open_chunk(const Secret& key, const Digest& blob_id, std::uint64_t chunk_no,
                         bool last, BytesView sealed) {
  const bool possible =
      sealed.size() >= kAtRestOverhead && sealed.size() <= kAtRestChunkSize + kAtRestOverhead;
  if (!possible) return fail(Code::kCorrupt, "a stored piece of a blob has an impossible size");
  const BytesView body = sealed.substr(0, sealed.size() - kAtRestOverhead);
  GcmStream stream(GcmStream::Mode::kOpen, key.view(), nonce_of(chunk_no, last));
  stream.add_associated(associated_data(blob_id, chunk_no, last));
  Bytes chunk(body.size(), '\0');
  stream.update(body, chunk.data());
  if (!stream.finish_open(sealed.substr(body.size())))
    return fail(Code::kCorrupt, "a stored piece of a blob fails its authentication tag");
  return chunk;
}

}  // namespace sekisho::crypto
