// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/detail/key_slot.h"

#include <algorithm>

#include "node/base/check.h"
#include "node/base/rng.h"
#include "node/crypto/at_rest.h"
#include "node/crypto/hash.h"
#include "storage/crc32c.h"

namespace sekisho::storage::detail {
namespace {

constexpr BytesView kHeadLabel{"sekisho/blob-keys/v1\0", 21};
constexpr BytesView kWrapLabel{"sekisho/blob-key/v1\0", 20};
constexpr std::size_t kSaltSize = 16;
constexpr std::size_t kSealedSize = crypto::kAtRestKeySize + crypto::kAtRestOverhead;
constexpr std::uint8_t kUsed = 1;
static_assert(kHeadLabel.size() + kSaltSize + Digest::kSize + 4 <= kKeySlotSize);
static_assert(1 + Digest::kSize + kSaltSize + kSealedSize + 4 <= kKeySlotSize);

Bytes slot_place(std::uint64_t slot) {
  Bytes place;
  put_u64(place, slot);
  return place;
}

// CRC32C over the place and the bytes so far, then zeros up to the slot's size.
Bytes finish_slot(std::uint64_t slot, Bytes bytes) {
  const std::uint32_t crc = crc32c({slot_place(slot), bytes});
  put_u32(bytes, crc);
  bytes.resize(kKeySlotSize, '\0');
  return bytes;
}

Status check_crc(std::uint64_t slot, BytesView content, ByteReader& behind) {
  TRY(const std::uint32_t crc, behind.u32());
  if (crc == crc32c({slot_place(slot), content})) return {};
  return fail(Code::kCorrupt, "a slot of the at-rest key file fails its checksum");
}

Digest head_proof(const Secret& node_key, BytesView salt) {
  return crypto::hmac_sha256(node_key.view(), Bytes(kHeadLabel) + Bytes(salt));
}

Secret wrapping_key(const Secret& node_key, const Digest& blob_id, BytesView salt) {
  Digest derived =
      crypto::hmac_sha256(node_key.view(), Bytes(kWrapLabel) + Bytes(blob_id.view()) + Bytes(salt));
  Secret key(derived.view());
  wipe(derived.bytes.data(), derived.bytes.size());
  return key;
}

struct Slot {
  Digest blob_id;
  BytesView salt;
  BytesView sealed;
};

Result<std::optional<Slot>> parse_slot(std::uint64_t slot, BytesView bytes) {
  CHECK(bytes.size() == kKeySlotSize);
  if (std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == '\0'; })) {
    return std::optional<Slot>();
  }
  ByteReader reader(bytes);
  Slot found;
  TRY(const std::uint8_t state, reader.u8());
  TRY(found.blob_id, reader.digest());
  TRY(found.salt, reader.take(kSaltSize));
  TRY(found.sealed, reader.take(kSealedSize));
  TRY_STATUS(check_crc(slot, bytes.substr(0, bytes.size() - reader.rest().size()), reader));
  if (state != kUsed)
    return fail(Code::kCorrupt, "a slot of the at-rest key file has no known state");
  return std::optional<Slot>(found);
}

}  // namespace

Bytes make_key_file_head(const Secret& node_key) {
  SystemRng rng;
  const Bytes salt = rng.bytes(kSaltSize);
  Bytes head(kHeadLabel);
  head.append(salt);
  head.append(head_proof(node_key, salt).view());
  return finish_slot(0, std::move(head));
}

Status check_key_file_head(BytesView head, const Secret& node_key) {
  CHECK(head.size() == kKeySlotSize);
  ByteReader reader(head);
  TRY(const BytesView label, reader.take(kHeadLabel.size()));
  TRY(const BytesView salt, reader.take(kSaltSize));
  TRY(const Digest proof, reader.digest());
  TRY_STATUS(check_crc(0, head.substr(0, head.size() - reader.rest().size()), reader));
  if (label != kHeadLabel) return fail(Code::kCorrupt, "this is no at-rest key file");
  if (equal_constant_time(proof.view(), head_proof(node_key, salt).view())) return {};
  return fail(Code::kUnauthenticated,
              "the at-rest key file was made under another node key; start with the node key that "
              "belongs to this data directory");
}

Bytes seal_key_slot(const Secret& node_key, std::uint64_t slot, const Digest& blob_id,
                    const Secret& key) {
  SystemRng rng;
  const Bytes salt = rng.bytes(kSaltSize);  // a fresh one each time: one wrapping key, one use
  Bytes bytes;
  put_u8(bytes, kUsed);
  bytes.append(blob_id.view());
  bytes.append(salt);
  bytes.append(
      crypto::seal_chunk(wrapping_key(node_key, blob_id, salt), blob_id, 0, true, key.view()));
  return finish_slot(slot, std::move(bytes));
}

Result<std::optional<Digest>> decode_key_slot(std::uint64_t slot, BytesView bytes) {
  TRY(const auto found, parse_slot(slot, bytes));
  return found ? std::optional<Digest>(found->blob_id) : std::optional<Digest>();
}

Result<Secret> open_key_slot(const Secret& node_key, std::uint64_t slot, const Digest& blob_id,
                             BytesView bytes) {
  TRY(const auto found, parse_slot(slot, bytes));
  if (!found || found->blob_id != blob_id) {
    return fail(Code::kCorrupt, "a slot of the at-rest key file holds another blob's key");
  }
  TRY(Bytes opened, crypto::open_chunk(wrapping_key(node_key, blob_id, found->salt), blob_id, 0,
                                       true, found->sealed));
  Secret key{BytesView(opened)};
  wipe(opened);
  return key;
}

}  // namespace sekisho::storage::detail
