// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/ledger/block.h"

namespace sekisho::ledger {

// The log tree: RFC 9162 section 2.1 (the same as RFC 6962) with SHA-256.

[[nodiscard]] Digest empty_tree_root();                                   // SHA-256 of nothing
[[nodiscard]] Digest leaf_hash(BytesView leaf_data);                      // SHA-256(0x00 || data)
[[nodiscard]] Digest node_hash(const Digest& left, const Digest& right);  // SHA-256(0x01 || l || r)

// Reads the hash of a complete subtree (ledger::TreeNode). Nodes that are not complete at the tree
// size in question are never asked for.
using TreeNodeReader = std::function<Result<Digest>(std::uint8_t level, std::uint64_t position)>;

// The right edge of a growing tree: all that appending needs. Copyable value; one thread.
class Frontier {
 public:
  Frontier() = default;
  // The edge of a tree of `size` leaves. Errors are the reader's.
  static Result<Frontier> restore(std::uint64_t size, const TreeNodeReader& nodes);

  // Adds one leaf; pushes it and every subtree it completes to `completed`, lowest first.
  void append(const Digest& leaf, std::vector<TreeNode>& completed);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] Digest root() const;

 private:
  std::uint64_t size_ = 0;
  std::vector<Digest> edge_;  // complete subtrees, largest first: one for each set bit of size_
};

// The root of the tree's first `tree_size` leaves.
[[nodiscard]] Result<Digest> tree_root(std::uint64_t tree_size, const TreeNodeReader& nodes);

// From the leaf's sibling up to a child of the root. kInvalidArgument unless index < tree_size.
[[nodiscard]] Result<std::vector<Digest>> inclusion_proof(std::uint64_t index,
                                                          std::uint64_t tree_size,
                                                          const TreeNodeReader& nodes);
// Empty when the sizes are equal or old_size is 0. kInvalidArgument unless old_size <= new_size.
[[nodiscard]] Result<std::vector<Digest>> consistency_proof(std::uint64_t old_size,
                                                            std::uint64_t new_size,
                                                            const TreeNodeReader& nodes);

// kInvalidArgument when the proof does not prove it.
[[nodiscard]] Status verify_inclusion(const Digest& leaf, std::uint64_t index,
                                      std::uint64_t tree_size, std::span<const Digest> proof,
                                      const Digest& root);
[[nodiscard]] Status verify_consistency(std::uint64_t old_size, const Digest& old_root,
                                        std::uint64_t new_size, const Digest& new_root,
                                        std::span<const Digest> proof);

}  // namespace sekisho::ledger
