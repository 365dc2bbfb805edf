// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/merkle.h"

#include <bit>

#include "node/base/check.h"
#include "node/crypto/hash.h"

namespace sekisho::ledger {
namespace {

constexpr BytesView kLeafTag{"\x00", 1};
constexpr BytesView kNodeTag{"\x01", 1};

// Leaves [begin, end).
struct Range {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  [[nodiscard]] std::uint64_t size() const { return end - begin; }
  // RFC 9162 2.1.1: the largest power of two smaller than the size.
  [[nodiscard]] std::uint64_t split() const { return begin + std::bit_floor(size() - 1); }
  [[nodiscard]] Range left() const { return {begin, split()}; }
  [[nodiscard]] Range right() const { return {split(), end}; }
};

Result<Digest> range_root(Range range, const TreeNodeReader& nodes) {
  if (std::has_single_bit(range.size())) {
    const auto level = static_cast<std::uint8_t>(std::countr_zero(range.size()));
    return nodes(level, range.begin >> level);
  }
  TRY(const Digest left, range_root(range.left(), nodes));
  TRY(const Digest right, range_root(range.right(), nodes));
  return node_hash(left, right);
}

// RFC 9162 2.1.4.1, SUBPROOF; `known` says whether the verifier has this range's root.
Status append_subproof(std::uint64_t old_size, Range range, bool known, const TreeNodeReader& nodes,
                       std::vector<Digest>& proof) {
  if (old_size == range.end) {
    if (known) return {};
    TRY(const Digest root, range_root(range, nodes));
    proof.push_back(root);
    return {};
  }
  const bool in_left = old_size <= range.split();
  TRY_STATUS(append_subproof(old_size, in_left ? range.left() : range.right(), in_left && known,
                             nodes, proof));
  TRY(const Digest sibling, range_root(in_left ? range.right() : range.left(), nodes));
  proof.push_back(sibling);
  return {};
}

tl::unexpected<Error> bad_proof(const char* what) {
  return fail(Code::kInvalidArgument, std::string("Merkle proof: ") + what);
}

}  // namespace

Digest empty_tree_root() { return crypto::sha256({}); }

Digest leaf_hash(BytesView leaf_data) { return crypto::sha256_parts({kLeafTag, leaf_data}); }

Digest node_hash(const Digest& left, const Digest& right) {
  return crypto::sha256_parts({kNodeTag, left.view(), right.view()});
}

Result<Frontier> Frontier::restore(std::uint64_t size, const TreeNodeReader& nodes) {
  Frontier frontier;
  frontier.size_ = size;
  std::uint64_t begin = 0;
  for (int level = 63; level >= 0; --level) {
    const std::uint64_t width = 1ull << level;
    if ((size & width) == 0) continue;
    TRY(const Digest hash, nodes(static_cast<std::uint8_t>(level), begin >> level));
    frontier.edge_.push_back(hash);
    begin += width;
  }
  return frontier;
}

void Frontier::append(const Digest& leaf, std::vector<TreeNode>& completed) {
  CHECK(edge_.size() == static_cast<std::size_t>(std::popcount(size_)));
  TreeNode node{0, size_, leaf};
  completed.push_back(node);
  for (std::uint64_t rest = size_; (rest & 1) != 0; rest >>= 1) {
    node = {static_cast<std::uint8_t>(node.level + 1), node.position >> 1,
            node_hash(edge_.back(), node.hash)};
    edge_.pop_back();
    completed.push_back(node);
  }
  edge_.push_back(node.hash);
  ++size_;
}

Digest Frontier::root() const {
  if (edge_.empty()) return empty_tree_root();
  Digest root = edge_.back();
  for (std::size_t i = edge_.size() - 1; i-- > 0;) root = node_hash(edge_[i], root);
  return root;
}

Result<Digest> tree_root(std::uint64_t tree_size, const TreeNodeReader& nodes) {
  if (tree_size == 0) return empty_tree_root();
  return range_root({0, tree_size}, nodes);
}

Result<std::vector<Digest>> inclusion_proof(std::uint64_t index, std::uint64_t tree_size,
                                            const TreeNodeReader& nodes) {
  if (index >= tree_size) return bad_proof("the index is outside the tree");
  std::vector<Digest> from_root;
  Range range{0, tree_size};
  while (range.size() > 1) {
    const bool in_left = index < range.split();
    TRY(const Digest sibling, range_root(in_left ? range.right() : range.left(), nodes));
    from_root.push_back(sibling);
    range = in_left ? range.left() : range.right();
  }
  return std::vector<Digest>(from_root.rbegin(), from_root.rend());
}

Result<std::vector<Digest>> consistency_proof(std::uint64_t old_size, std::uint64_t new_size,
                                              const TreeNodeReader& nodes) {
  if (old_size > new_size) return bad_proof("the old tree is larger than the new one");
  std::vector<Digest> proof;
  if (old_size == 0 || old_size == new_size) return proof;
  TRY_STATUS(append_subproof(old_size, {0, new_size}, true, nodes, proof));
  return proof;
}

// RFC 9162 2.1.3.2.
Status verify_inclusion(const Digest& leaf, std::uint64_t index, std::uint64_t tree_size,
                        std::span<const Digest> proof, const Digest& root) {
  if (index >= tree_size) return bad_proof("the index is outside the tree");
  std::uint64_t fn = index;
  std::uint64_t sn = tree_size - 1;
  Digest hash = leaf;
  for (const Digest& sibling : proof) {
    if (sn == 0) return bad_proof("the path is too long");
    if ((fn & 1) != 0 || fn == sn) {
      hash = node_hash(sibling, hash);
      while ((fn & 1) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      hash = node_hash(hash, sibling);
    }
    fn >>= 1;
    sn >>= 1;
  }
  if (sn != 0) return bad_proof("the path is too short");
  if (hash != root) return bad_proof("the path does not lead to the root");
  return {};
}

// RFC 9162 2.1.4.2.
Status verify_consistency(std::uint64_t old_size, const Digest& old_root, std::uint64_t new_size,
                          const Digest& new_root, std::span<const Digest> proof) {
  if (old_size > new_size) return bad_proof("the old tree is larger than the new one");
  if (old_size == new_size || old_size == 0) {
    if (!proof.empty()) return bad_proof("nothing had to be proved");
    if (old_size == 0 && old_root != empty_tree_root()) return bad_proof("the old root is wrong");
    if (old_size == new_size && old_root != new_root) return bad_proof("the roots differ");
    return {};
  }
  std::size_t next = 0;
  std::uint64_t fn = old_size - 1;
  std::uint64_t sn = new_size - 1;
  while ((fn & 1) != 0) {
    fn >>= 1;
    sn >>= 1;
  }
  Digest old_hash = old_root;
  if (!std::has_single_bit(old_size)) {
    if (proof.empty()) return bad_proof("the path is too short");
    old_hash = proof[next++];
  }
  Digest new_hash = old_hash;
  for (; next < proof.size(); ++next) {
    if (sn == 0) return bad_proof("the path is too long");
    if ((fn & 1) != 0 || fn == sn) {
      old_hash = node_hash(proof[next], old_hash);
      new_hash = node_hash(proof[next], new_hash);
      while ((fn & 1) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      new_hash = node_hash(new_hash, proof[next]);
    }
    fn >>= 1;
    sn >>= 1;
  }
  if (sn != 0) return bad_proof("the path is too short");
  if (old_hash != old_root) return bad_proof("the path does not lead to the old root");
  if (new_hash != new_root) return bad_proof("the path does not lead to the new root");
  return {};
}

}  // namespace sekisho::ledger
