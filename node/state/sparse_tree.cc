// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/state/sparse_tree.h"

#include <algorithm>

#include "node/base/check.h"
#include "node/crypto/hash.h"

namespace sekisho::state {
namespace {

constexpr BytesView kLeafTag{"\x02", 1};
constexpr BytesView kNodeTag{"\x03", 1};
constexpr unsigned kDepthMax = 256;

bool bit(const Digest& path, unsigned depth) {
  return ((path.bytes[depth / 8] >> (7 - depth % 8)) & 1) != 0;
}

// The updates that go left at this depth; the rest go right. The span is sorted.
std::span<const SparseTree::Update> left_part(std::span<const SparseTree::Update> updates,
                                              unsigned depth) {
  const auto middle = std::partition_point(
      updates.begin(), updates.end(),
      [depth](const SparseTree::Update& update) { return !bit(update.key_hash, depth); });
  return updates.first(static_cast<std::size_t>(middle - updates.begin()));
}

Digest fold(const Digest& from, const Digest& path, std::span<const Digest> siblings) {
  Digest hash = from;
  for (std::size_t depth = siblings.size(); depth-- > 0;) {
    const Digest& sibling = siblings[depth];
    hash = bit(path, static_cast<unsigned>(depth)) ? sparse_node_hash(sibling, hash)
                                                   : sparse_node_hash(hash, sibling);
  }
  return hash;
}

bool same_prefix(const Digest& a, const Digest& b, std::size_t bits) {
  for (unsigned depth = 0; depth < bits; ++depth) {
    if (bit(a, depth) != bit(b, depth)) return false;
  }
  return true;
}

tl::unexpected<Error> bad_proof(const char* what) {
  return fail(Code::kInvalidArgument, std::string("state proof: ") + what);
}

}  // namespace

Digest sparse_leaf_hash(const Digest& key_hash, const Digest& value_hash) {
  return crypto::sha256_parts({kLeafTag, key_hash.view(), value_hash.view()});
}

Digest sparse_node_hash(const Digest& left, const Digest& right) {
  return crypto::sha256_parts({kNodeTag, left.view(), right.view()});
}

Bytes encode_state_proof(const StateProof& proof) {
  Bytes out;
  put_u8(out, proof.leaf ? 1 : 0);
  if (proof.leaf) {
    out.append(proof.leaf->key_hash.view());
    out.append(proof.leaf->value_hash.view());
  }
  CHECK(proof.siblings.size() <= kDepthMax);
  put_u16(out, static_cast<std::uint16_t>(proof.siblings.size()));
  for (const Digest& sibling : proof.siblings) out.append(sibling.view());
  return out;
}

Result<StateProof> parse_state_proof(BytesView bytes) {
  ByteReader reader(bytes);
  StateProof proof;
  TRY(const std::uint8_t has_leaf, reader.u8());
  if (has_leaf > 1) return bad_proof("the first byte is 0 or 1");
  if (has_leaf == 1) {
    StateProof::Leaf leaf;
    TRY(leaf.key_hash, reader.digest());
    TRY(leaf.value_hash, reader.digest());
    proof.leaf = leaf;
  }
  TRY(const std::uint16_t count, reader.u16());
  if (count > kDepthMax) return bad_proof("it is deeper than a path");
  for (std::uint16_t i = 0; i < count; ++i) {
    TRY(const Digest sibling, reader.digest());
    proof.siblings.push_back(sibling);
  }
  TRY_STATUS(reader.finish());
  return proof;
}

Status verify_state_proof(const Digest& root, BytesView key, const std::optional<Bytes>& value,
                          const StateProof& proof) {
  if (proof.siblings.size() > kDepthMax) return bad_proof("it is deeper than a path");
  const Digest path = crypto::sha256(key);
  const bool own_leaf = proof.leaf && proof.leaf->key_hash == path;
  if (value && (!own_leaf || proof.leaf->value_hash != crypto::sha256(*value))) {
    return bad_proof("the key has another value or none");
  }
  if (!value && own_leaf) return bad_proof("the key is present");
  if (proof.leaf && !same_prefix(proof.leaf->key_hash, path, proof.siblings.size())) {
    return bad_proof("it is about another path");
  }
  const Digest end =
      proof.leaf ? sparse_leaf_hash(proof.leaf->key_hash, proof.leaf->value_hash) : Digest{};
  if (fold(end, path, proof.siblings) != root) return bad_proof("it does not lead to the root");
  return {};
}

Digest SparseTree::update(std::vector<Update> updates) {
  std::sort(updates.begin(), updates.end(),
            [](const Update& a, const Update& b) { return a.key_hash < b.key_hash; });
  for (std::size_t i = 1; i < updates.size(); ++i) {
    CHECK(updates[i - 1].key_hash != updates[i].key_hash);
  }
  root_ = apply(root_, updates, 0);
  return root();
}

Digest SparseTree::root() const { return hash_of(root_); }

StateProof SparseTree::prove(const Digest& key_hash) const {
  StateProof proof;
  Ref ref = root_;
  for (unsigned depth = 0; ref != kEmpty && !is_leaf(ref); ++depth) {
    const Node& node = nodes_[ref];
    const bool right = bit(key_hash, depth);
    proof.siblings.push_back(hash_of(right ? node.left : node.right));
    ref = right ? node.right : node.left;
  }
  if (is_leaf(ref)) proof.leaf = {leaf_at(ref).key_hash, leaf_at(ref).value_hash};
  return proof;
}

Digest SparseTree::hash_of(Ref ref) const {
  if (ref == kEmpty) return {};
  return is_leaf(ref) ? leaf_at(ref).hash : nodes_[ref].hash;
}

// The subtree at `ref` with the updates applied. Recursion is at most 256 deep.
SparseTree::Ref SparseTree::apply(Ref ref, std::span<const Update> updates, unsigned depth) {
  if (updates.empty()) return ref;
  if (ref == kEmpty) return build(updates, depth);
  if (is_leaf(ref)) return apply_to_leaf(ref, updates, depth);
  const auto left_updates = left_part(updates, depth);
  const Ref old_left = nodes_[ref].left;
  const Ref old_right = nodes_[ref].right;
  const Ref left = apply(old_left, left_updates, depth + 1);
  const Ref right = apply(old_right, updates.subspan(left_updates.size()), depth + 1);
  return join(ref, left, right);
}

// A single leaf under updates: the leaf counts as one more key unless an update is about it.
SparseTree::Ref SparseTree::apply_to_leaf(Ref ref, std::span<const Update> updates,
                                          unsigned depth) {
  const Leaf leaf = leaf_at(ref);
  free_ref(ref);
  const auto place = std::lower_bound(
      updates.begin(), updates.end(), leaf.key_hash,
      [](const Update& update, const Digest& key_hash) { return update.key_hash < key_hash; });
  if (place != updates.end() && place->key_hash == leaf.key_hash) return build(updates, depth);
  std::vector<Update> all(updates.begin(), place);
  all.push_back({leaf.key_hash, leaf.value_hash});
  all.insert(all.end(), place, updates.end());
  return build(all, depth);
}

// A new subtree of the updates that carry a value.
SparseTree::Ref SparseTree::build(std::span<const Update> updates, unsigned depth) {
  if (updates.empty()) return kEmpty;
  if (updates.size() == 1) {
    const Update& only = updates.front();
    return only.value_hash ? make_leaf(only.key_hash, *only.value_hash) : kEmpty;
  }
  CHECK(depth < kDepthMax);
  const auto left_updates = left_part(updates, depth);
  const Ref left = build(left_updates, depth + 1);
  const Ref right = build(updates.subspan(left_updates.size()), depth + 1);
  return join(kEmpty, left, right);
}

// The node over two subtrees, in the place of `reuse` unless that is kEmpty; a lone leaf moves up.
SparseTree::Ref SparseTree::join(Ref reuse, Ref left, Ref right) {
  const bool lone =
      (left == kEmpty && (right == kEmpty || is_leaf(right))) || (right == kEmpty && is_leaf(left));
  if (lone) {
    if (reuse != kEmpty) free_ref(reuse);
    return left == kEmpty ? right : left;
  }
  Ref ref = reuse;
  if (ref == kEmpty && !free_nodes_.empty()) {
    ref = free_nodes_.back();
    free_nodes_.pop_back();
  } else if (ref == kEmpty) {
    CHECK(nodes_.size() < kLeafBit);
    ref = static_cast<Ref>(nodes_.size());
    nodes_.emplace_back();
  }
  nodes_[ref] = {sparse_node_hash(hash_of(left), hash_of(right)), left, right};
  return ref;
}

SparseTree::Ref SparseTree::make_leaf(const Digest& key_hash, const Digest& value_hash) {
  const Leaf leaf{key_hash, value_hash, sparse_leaf_hash(key_hash, value_hash)};
  if (!free_leaves_.empty()) {
    const Ref ref = free_leaves_.back();
    free_leaves_.pop_back();
    leaves_[ref & ~kLeafBit] = leaf;
    return ref;
  }
  CHECK(leaves_.size() < kLeafBit - 1);
  leaves_.push_back(leaf);
  return static_cast<Ref>(leaves_.size() - 1) | kLeafBit;
}

void SparseTree::free_ref(Ref ref) { (is_leaf(ref) ? free_leaves_ : free_nodes_).push_back(ref); }

}  // namespace sekisho::state
