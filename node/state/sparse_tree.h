// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"

namespace sekisho::state {

// The sparse Merkle tree over the state: a leaf at path SHA-256(key), most significant bit first. A
// subtree without leaves has the hash 0^32; one with a single leaf is that leaf, at whatever depth;
// any other is a node. Exact:
//   leaf = SHA-256(0x02 || SHA-256(key) || SHA-256(value)),  node = SHA-256(0x03 || left || right).

[[nodiscard]] Digest sparse_leaf_hash(const Digest& key_hash, const Digest& value_hash);
[[nodiscard]] Digest sparse_node_hash(const Digest& left, const Digest& right);

// That a key has a value, or that it has none.
struct StateProof {
  struct Leaf {
    Digest key_hash;
    Digest value_hash;
    bool operator==(const Leaf&) const = default;
  };
  std::optional<Leaf> leaf;      // what stands where the path ends; nothing: an empty subtree
  std::vector<Digest> siblings;  // from the root down; at most 256
  bool operator==(const StateProof&) const = default;
};
// u8 1 key_hash value_hash, or u8 0; u16 count; siblings.
[[nodiscard]] Bytes encode_state_proof(const StateProof& proof);
[[nodiscard]] Result<StateProof> parse_state_proof(BytesView bytes);

// kInvalidArgument unless the proof shows that `key` has exactly `value` (nothing: is absent) in
// the state with this root.
[[nodiscard]] Status verify_state_proof(const Digest& root, BytesView key,
                                        const std::optional<Bytes>& value, const StateProof& proof);

// In memory; rebuilt from the stored state at start. One thread.
class SparseTree {
 public:
  // A changed key; without a value it goes.
  struct Update {
    Digest key_hash;
    std::optional<Digest> value_hash;
  };

  // Applies all updates and returns the new root. Sorts them; key hashes must differ (CHECKed).
  // Each node on a shared path is hashed once.
  Digest update(std::vector<Update> updates);
  [[nodiscard]] Digest root() const;
  [[nodiscard]] StateProof prove(const Digest& key_hash) const;
  [[nodiscard]] std::size_t leaf_count() const { return leaves_.size() - free_leaves_.size(); }

 private:
  // Index into nodes_ or, with kLeafBit, into leaves_; kEmpty is the empty subtree.
  using Ref = std::uint32_t;
  static constexpr Ref kEmpty = 0xffffffff;
  static constexpr Ref kLeafBit = 0x80000000;
  struct Node {
    Digest hash;
    Ref left;
    Ref right;
  };
  struct Leaf {
    Digest key_hash;
    Digest value_hash;
    Digest hash;
  };

  [[nodiscard]] static bool is_leaf(Ref ref) { return ref != kEmpty && (ref & kLeafBit) != 0; }
  [[nodiscard]] const Leaf& leaf_at(Ref ref) const { return leaves_[ref & ~kLeafBit]; }
  [[nodiscard]] Digest hash_of(Ref ref) const;
  Ref apply(Ref ref, std::span<const Update> updates, unsigned depth);
  Ref apply_to_leaf(Ref ref, std::span<const Update> updates, unsigned depth);
  Ref build(std::span<const Update> updates, unsigned depth);
  Ref join(Ref reuse, Ref left, Ref right);
  Ref make_leaf(const Digest& key_hash, const Digest& value_hash);
  void free_ref(Ref ref);

  Ref root_ = kEmpty;
  std::vector<Node> nodes_;
  std::vector<Leaf> leaves_;
  std::vector<Ref> free_nodes_;
  std::vector<Ref> free_leaves_;
};

}  // namespace sekisho::state
