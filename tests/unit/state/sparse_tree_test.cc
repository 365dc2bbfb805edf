// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/state/sparse_tree.h"

#include <map>

#include <gtest/gtest.h>

#include "node/base/rng.h"
#include "node/crypto/hash.h"

namespace sekisho::state {
namespace {

using Model = std::map<Digest, Digest>;

// The definition of the tree, as slow as it reads.
Digest model_root(Model::const_iterator begin, Model::const_iterator end, unsigned depth) {
  if (begin == end) return {};
  if (std::next(begin) == end) return sparse_leaf_hash(begin->first, begin->second);
  const auto middle = std::find_if(begin, end, [depth](const auto& entry) {
    return ((entry.first.bytes[depth / 8] >> (7 - depth % 8)) & 1) != 0;
  });
  return sparse_node_hash(model_root(begin, middle, depth + 1), model_root(middle, end, depth + 1));
}

Digest digest(Rng& rng) { return *Digest::from_bytes(rng.bytes(32)); }

// Few distinct leading bits, so that long shared prefixes happen.
Digest close_digest(Rng& rng) {
  Digest value;
  value.bytes[rng.below(3)] = static_cast<std::uint8_t>(rng.below(4));
  value.bytes[31] = static_cast<std::uint8_t>(rng.below(16));
  return value;
}

TEST(SparseTreeTest, AnEmptyTreeIsZeroAndALoneLeafIsTheRoot) {
  SparseTree tree;
  EXPECT_TRUE(tree.root().is_zero());
  const Digest k = crypto::sha256("key");
  const Digest v = crypto::sha256("value");
  EXPECT_EQ(tree.update({{k, v}}), sparse_leaf_hash(k, v));
  EXPECT_TRUE(tree.update({{k, std::nullopt}}).is_zero());
  EXPECT_EQ(tree.leaf_count(), 0u);
}

TEST(SparseTreeTest, AgreesWithTheDefinitionUnderRandomBatches) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SeededRng rng(seed);
    SparseTree tree;
    Model model;
    for (int batch = 0; batch < 60; ++batch) {
      std::map<Digest, std::optional<Digest>> changes;
      for (std::uint64_t i = rng.below(12); i > 0; --i) {
        const Digest k = seed % 2 == 0 ? close_digest(rng) : digest(rng);
        changes[k] = rng.chance(1, 3) ? std::nullopt : std::optional(digest(rng));
      }
      if (!model.empty() && rng.chance(1, 2)) changes[model.begin()->first] = std::nullopt;
      std::vector<SparseTree::Update> updates;
      for (const auto& [k, v] : changes) {
        updates.push_back({k, v});
        if (v) model[k] = *v;
        if (!v) model.erase(k);
      }
      ASSERT_EQ(tree.update(updates), model_root(model.begin(), model.end(), 0))
          << seed << " " << batch;
      ASSERT_EQ(tree.leaf_count(), model.size());
    }
  }
}

TEST(SparseTreeTest, BuiltAtOnceItIsTheSameTree) {
  SeededRng rng(5);
  SparseTree grown;
  std::vector<SparseTree::Update> all;
  for (int i = 0; i < 500; ++i) {
    all.push_back({digest(rng), digest(rng)});
    grown.update({all.back()});
  }
  SparseTree built;
  EXPECT_EQ(built.update(all), grown.root());
}

TEST(SparseTreeTest, ProvesPresenceAndAbsence) {
  SparseTree tree;
  std::vector<SparseTree::Update> updates;
  const auto name = [](int i) { return "key-" + std::to_string(i); };
  for (int i = 0; i < 100; ++i)
    updates.push_back({crypto::sha256(name(i)), crypto::sha256("v" + name(i))});
  const Digest root = tree.update(updates);
  for (int i = 0; i < 200; ++i) {
    const Bytes key = name(i);
    const StateProof proof = tree.prove(crypto::sha256(key));
    const std::optional<Bytes> value = i < 100 ? std::optional<Bytes>("v" + key) : std::nullopt;
    EXPECT_TRUE(verify_state_proof(root, key, value, proof)) << i;
    EXPECT_FALSE(verify_state_proof(root, key, "other", proof)) << i;
    EXPECT_EQ(verify_state_proof(root, key, std::nullopt, proof).has_value(), i >= 100) << i;
    EXPECT_FALSE(verify_state_proof(crypto::sha256("root"), key, value, proof)) << i;
    StateProof damaged = proof;
    damaged.siblings.at(0).bytes[0] ^= 1;
    EXPECT_FALSE(verify_state_proof(root, key, value, damaged)) << i;
    EXPECT_EQ(*parse_state_proof(encode_state_proof(proof)), proof);
  }
  EXPECT_TRUE(verify_state_proof(Digest{}, "any", std::nullopt, StateProof{}));
}

TEST(SparseTreeTest, AProofOfAnotherPathProvesNothing) {
  SparseTree tree;
  const Digest root = tree.update(
      {{crypto::sha256("a"), crypto::sha256("1")}, {crypto::sha256("b"), crypto::sha256("2")}});
  const StateProof of_a = tree.prove(crypto::sha256("a"));
  EXPECT_FALSE(verify_state_proof(root, "b", std::nullopt, of_a));
}

TEST(SparseTreeTest, MalformedProofsAreRefused) {
  EXPECT_FALSE(parse_state_proof(""));
  EXPECT_FALSE(parse_state_proof(Bytes("\x02\x00\x00", 3)));
  EXPECT_FALSE(parse_state_proof(Bytes("\x00\x00\x01", 3)));
  EXPECT_FALSE(parse_state_proof(Bytes("\x00\x00\x00 ", 4)));
  EXPECT_FALSE(parse_state_proof(Bytes("\x00\x01\x01", 3) + Bytes(257 * 32, 'x')));
}

}  // namespace
}  // namespace sekisho::state
