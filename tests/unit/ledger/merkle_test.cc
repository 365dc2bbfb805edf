// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/merkle.h"

#include <map>

#include <gtest/gtest.h>

namespace sekisho::ledger {
namespace {

// A growing tree with the nodes that storage would keep.
struct Tree {
  Frontier frontier;
  std::map<std::pair<std::uint8_t, std::uint64_t>, Digest> nodes;
  std::vector<Digest> leaves;
  std::vector<Digest> roots{empty_tree_root()};

  void append(BytesView data) {
    std::vector<TreeNode> completed;
    leaves.push_back(leaf_hash(data));
    frontier.append(leaves.back(), completed);
    for (const TreeNode& node : completed) nodes[{node.level, node.position}] = node.hash;
    roots.push_back(frontier.root());
  }
  [[nodiscard]] TreeNodeReader reader() const {
    return [this](std::uint8_t level, std::uint64_t position) -> Result<Digest> {
      const auto found = nodes.find({level, position});
      if (found == nodes.end()) return fail(Code::kNotFound, "tree node");
      return found->second;
    };
  }
};

Tree tree_of(std::size_t size) {
  Tree tree;
  for (std::size_t i = 0; i < size; ++i) tree.append("leaf " + std::to_string(i));
  return tree;
}

// The test tree of Certificate Transparency's reference implementation.
TEST(MerkleTest, RootsAreThoseOfTheReferenceTree) {
  const std::pair<const char*, const char*> steps[] = {
      {"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
      {"00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
      {"10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
      {"2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
      {"3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
      {"40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
      {"5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
      {"606162636465666768696a6b6c6d6e6f",
       "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"}};
  Tree tree;
  EXPECT_EQ(tree.frontier.root().hex(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (const auto& [data, root] : steps) {
    tree.append(*from_hex(data));
    EXPECT_EQ(tree.frontier.root().hex(), root);
  }
  // Published with that tree: the path of leaf 5 in the tree of 8.
  const auto path = inclusion_proof(5, 8, tree.reader());
  ASSERT_EQ(path->size(), 3u);
  EXPECT_EQ((*path)[0].hex(), "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b");
  EXPECT_EQ((*path)[2].hex(), "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7");
}

TEST(MerkleTest, EveryLeafIsProvedInEveryTree) {
  const Tree tree = tree_of(70);
  for (std::uint64_t size = 1; size <= 70; ++size) {
    ASSERT_EQ(*tree_root(size, tree.reader()), tree.roots[size]);
    for (std::uint64_t index = 0; index < size; ++index) {
      const auto path = inclusion_proof(index, size, tree.reader());
      ASSERT_TRUE(path) << index << "/" << size;
      ASSERT_TRUE(verify_inclusion(tree.leaves[index], index, size, *path, tree.roots[size]));
      if (index > 0) {
        ASSERT_FALSE(
            verify_inclusion(tree.leaves[index], index - 1, size, *path, tree.roots[size]));
      }
    }
  }
}

TEST(MerkleTest, EveryTreeExtendsEveryEarlierOne) {
  const Tree tree = tree_of(40);
  for (std::uint64_t new_size = 0; new_size <= 40; ++new_size) {
    for (std::uint64_t old_size = 0; old_size <= new_size; ++old_size) {
      auto proof = consistency_proof(old_size, new_size, tree.reader());
      ASSERT_TRUE(proof);
      ASSERT_TRUE(verify_consistency(old_size, tree.roots[old_size], new_size, tree.roots[new_size],
                                     *proof))
          << old_size << " " << new_size;
      if (old_size == new_size || old_size == 0) continue;
      ASSERT_FALSE(verify_consistency(old_size, tree.roots[old_size - 1], new_size,
                                      tree.roots[new_size], *proof));
      proof->back().bytes[0] ^= 1;
      ASSERT_FALSE(verify_consistency(old_size, tree.roots[old_size], new_size,
                                      tree.roots[new_size], *proof));
    }
  }
}

TEST(MerkleTest, ProofsThatAreTooLongOrTooShortAreRefused) {
  const Tree tree = tree_of(13);
  auto path = *inclusion_proof(4, 13, tree.reader());
  path.push_back(path.back());
  EXPECT_FALSE(verify_inclusion(tree.leaves[4], 4, 13, path, tree.roots[13]));
  path.resize(path.size() - 2);
  EXPECT_FALSE(verify_inclusion(tree.leaves[4], 4, 13, path, tree.roots[13]));
  auto proof = *consistency_proof(6, 13, tree.reader());
  proof.push_back(proof.back());
  EXPECT_FALSE(verify_consistency(6, tree.roots[6], 13, tree.roots[13], proof));
  EXPECT_FALSE(verify_consistency(6, tree.roots[6], 13, tree.roots[13], {}));
  EXPECT_FALSE(inclusion_proof(13, 13, tree.reader()));
  EXPECT_FALSE(consistency_proof(14, 13, tree.reader()));
}

TEST(MerkleTest, ARestoredFrontierGrowsAlike) {
  for (const std::size_t size : {0u, 1u, 7u, 8u, 37u}) {
    Tree tree = tree_of(size);
    auto restored = Frontier::restore(size, tree.reader());
    ASSERT_TRUE(restored);
    EXPECT_EQ(restored->root(), tree.frontier.root());
    std::vector<TreeNode> completed;
    restored->append(leaf_hash("next"), completed);
    tree.append("next");
    EXPECT_EQ(restored->root(), tree.frontier.root());
  }
}

}  // namespace
}  // namespace sekisho::ledger
