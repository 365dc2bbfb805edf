// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
//
// ledger_golden FOLDER            compares the committed files with what the code makes today
// ledger_golden FOLDER --rewrite  writes them
// ledger_golden FOLDER --fresh    writes a genesis and a receipt whose author holds a new P-256 key
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "node/base/check.h"
#include "node/crypto/signed_context.h"
#include "node/ledger/receipt.h"
#include "node/state/keys.h"
#include "node/state/queries.h"
#include "node/state/sparse_tree.h"
#include "tests/support/test_chain.h"

namespace sekisho {
namespace {

using Files = std::map<std::string, Bytes>;

// "name hex" lines, which the independent reader parses.
class Vectors {
 public:
  void add(std::string_view name, BytesView bytes) {
    text_ += std::string(name) + " " + to_hex(bytes) + "\n";
  }
  [[nodiscard]] const Bytes& text() const { return text_; }

 private:
  Bytes text_;
};

// A chain with every part of the life of a file on it, and a rejection.
void run_story(test::TestChain& chain) {
  const Id16 delivered = chain.offer();
  const Id16 failed = chain.offer();
  chain.convert(delivered, true);
  chain.fail_conversion(failed);
  chain.fetch_output(delivered);
  chain.confirm_output(delivered);
  v1::Operation stranger =
      chain.fetch_operation("hoken-b", delivered, chain.exchange(delivered).output->blob_id);
  CHECK(chain.submit(stranger, v1::OPERATOR) == ledger::Verdict::kRejectedNotParty);
  chain.delete_all();
}

Bytes certificate_of(test::TestChain& chain, const ledger::AppliedBlock& block) {
  const std::vector<Bytes> notes{chain.consortium.attest(block.header, block.hash, 1),
                                 chain.consortium.attest(block.header, block.hash, 3)};
  return *ledger::merge_notes(notes, ledger::genesis_voters(chain.consortium.document().genesis));
}

const ledger::OperationRecord& find_verdict(const test::TestChain& chain, ledger::Verdict verdict) {
  const ledger::OperationRecord* found = nullptr;
  for (const ledger::AppliedBlock& block : chain.blocks) {
    for (const ledger::OperationRecord& record : block.operations) {
      if (record.verdict == static_cast<std::uint16_t>(verdict)) found = &record;
    }
  }
  CHECK(found != nullptr);
  return *found;
}

Bytes receipt_of(test::TestChain& chain, const ledger::OperationRecord& record) {
  const auto signer = state::key(chain.machine, record.author_key_id);
  CHECK(signer.has_value());
  const auto receipt = ledger::make_receipt(
      record, signer->spki_der, certificate_of(chain, chain.blocks.back()), chain.tree_reader());
  CHECK(receipt.has_value());
  CHECK(ledger::verify_receipt(*receipt, chain.consortium.document()).has_value());
  return *ledger::format_receipt(*receipt);
}

void add_block_vectors(const test::TestChain& chain, Vectors& vectors) {
  for (const ledger::AppliedBlock& block : chain.blocks) {
    vectors.add("header", ledger::encode_header(block.header));
    vectors.add("block_hash", block.hash.view());
    for (const ledger::OperationRecord& record : block.operations) {
      vectors.add("signed_operation", record.signed_operation);
      vectors.add("leaf", ledger::encode_leaf(record));
    }
  }
}

void add_state_vectors(const test::TestChain& chain, Vectors& vectors) {
  chain.machine.scan({}, {}, [&](BytesView key, BytesView value) {
    vectors.add("state_key", key);
    vectors.add("state_value", value);
    return true;
  });
  vectors.add("state_root", chain.machine.head().state_root.view());
  for (const Bytes& key : {state::member_key("hoken-a"), state::member_key("nobody")}) {
    vectors.add("proof_key", key);
    vectors.add("proof", state::encode_state_proof(chain.machine.prove(key)));
  }
}

void add_input_vectors(const test::TestChain& chain, Vectors& vectors) {
  const Digest blob_id = *Digest::from_bytes(Bytes(32, '\xb1'));
  const Digest& chain_id = chain.consortium.chain_id();
  vectors.add("chain_id", chain_id.view());
  vectors.add(
      "storage_receipt_input",
      ledger::storage_receipt_input(chain_id, {blob_id, 4096, 2, 1'700'000'000'000, "hoken-a"}));
  vectors.add("possession_input", ledger::possession_input("hoken-a", "spki"));
}

Files make_files() {
  test::TestChain chain;
  run_story(chain);
  Vectors vectors;
  add_input_vectors(chain, vectors);
  add_block_vectors(chain, vectors);
  add_state_vectors(chain, vectors);
  const ledger::AppliedBlock& last = chain.blocks.back();
  return {{"genesis.json", chain.consortium.genesis_bytes()},
          {"accepted.tlog-proof", receipt_of(chain, chain.blocks.at(4).operations.at(0))},
          {"rejected.tlog-proof",
           receipt_of(chain, find_verdict(chain, ledger::Verdict::kRejectedNotParty))},
          {"certificate.note", certificate_of(chain, last)},
          {"vectors.txt", vectors.text()}};
}

// A member whose new P-256 key is added on the ledger, and a note signed with it.
Files make_fresh_files() {
  test::TestChain chain;
  const auto key = crypto::PrivateKey::generate(crypto::KeyAlgorithm::kEcdsaP256);
  v1::Operation add = chain.operation("hoken-a");
  *add.mutable_add_key()->mutable_key() =
      ledger::make_key_description("hoken-a", key, v1::OPERATOR, "operator-2");
  CHECK(chain.submit(add, v1::ADMIN) == ledger::Verdict::kAccepted);
  v1::Operation note = chain.operation("hoken-a");
  note.mutable_note()->set_body("signed with P-256");
  CHECK(chain.submit(ledger::sign_operation(note, chain.consortium.chain_id(), key)) ==
        ledger::Verdict::kAccepted);
  return {{"genesis.json", chain.consortium.genesis_bytes()},
          {"p256.tlog-proof", receipt_of(chain, chain.blocks.back().operations.at(0))}};
}

Bytes read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(in), {});
}

bool write_files(const std::string& folder, const Files& files) {
  for (const auto& [name, bytes] : files) {
    std::ofstream out(folder + "/" + name, std::ios::binary);
    out << bytes;
    if (!out.flush()) return false;
  }
  return true;
}

bool same_files(const std::string& folder, const Files& files) {
  bool same = true;
  for (const auto& [name, bytes] : files) {
    if (read_file(folder + "/" + name) == bytes) continue;
    std::fprintf(stderr, "%s differs from what the code makes; a format changed\n", name.c_str());
    same = false;
  }
  return same;
}

}  // namespace
}  // namespace sekisho

int main(int argc, char** argv) {
  const std::string mode = argc > 2 ? argv[2] : "";
  if (argc < 2) return 2;
  if (mode == "--fresh") return sekisho::write_files(argv[1], sekisho::make_fresh_files()) ? 0 : 1;
  const sekisho::Files files = sekisho::make_files();
  if (mode == "--rewrite") return sekisho::write_files(argv[1], files) ? 0 : 1;
  return sekisho::same_files(argv[1], files) ? 0 : 1;
}
