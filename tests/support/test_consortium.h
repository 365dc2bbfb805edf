// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "node/crypto/key.h"
#include "node/ledger/checkpoint.h"
#include "node/ledger/genesis.h"
#include "node/ledger/operation.h"
#include "node/ledger/storage_receipt.h"

namespace sekisho::test {

[[nodiscard]] Bytes encryption_certificate_der();

// A consortium whose keys come from their names, so that every run has the same bytes. Members:
// jimukyoku (secretariat), kenshin-a, its child kenshin-a-branch, kenshin-b (institutions),
// hoken-a, hoken-b (insurers), iryo-a (medical), kansa (auditor), each with an ADMIN, an OPERATOR
// and a READER key. Nodes 1, 2, 3 … belong to jimukyoku, kenshin-a, hoken-a, kenshin-b, hoken-b in
// turn; node 1 is the converter. One thread.
class TestConsortium {
 public:
  static constexpr std::uint64_t kCreatedMs = 1'700'000'000'000;
  struct Options {
    std::uint64_t nodes = 3;
    std::uint64_t voters = 3;
    ledger::Policy policy;
  };
  TestConsortium() : TestConsortium(Options{}) {}
  explicit TestConsortium(const Options& options);

  [[nodiscard]] const Bytes& genesis_bytes() const { return genesis_bytes_; }
  [[nodiscard]] const ledger::GenesisDocument& document() const { return document_; }
  [[nodiscard]] const Digest& chain_id() const { return document_.chain_id; }
  [[nodiscard]] const crypto::PrivateKey& key(std::string_view member_id, v1::KeyRole role) const;
  [[nodiscard]] const crypto::PrivateKey& operation_key(std::uint64_t node_number) const;
  [[nodiscard]] const crypto::PrivateKey& attestation_key(std::uint64_t node_number) const;

  // A description with three seeded keys; key() finds them afterwards.
  v1::MemberDescription describe_member(std::string_view member_id, v1::MemberKind kind,
                                        std::string_view parent);
  [[nodiscard]] v1::StorageReceipt storage_receipt(const v1::BlobRef& blob,
                                                   std::uint64_t node_number,
                                                   std::string_view member_id = "kenshin-a",
                                                   std::uint64_t issued_ms = kCreatedMs) const;
  // The node's signed checkpoint of a block.
  [[nodiscard]] Bytes attest(const ledger::BlockHeader& header, const Digest& hash,
                             std::uint64_t node_number) const;

 private:
  ledger::GenesisNode make_node(std::uint64_t number, bool voter);

  std::map<std::string, crypto::PrivateKey, std::less<>> keys_;
  Bytes genesis_bytes_;
  ledger::GenesisDocument document_;
};

}  // namespace sekisho::test
