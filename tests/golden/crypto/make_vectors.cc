// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
// Writes the golden vectors of node/crypto into the folder named on the command line. Run by hand
// when a format gets a new version; ECDSA signatures and the envelope differ at every run, so the
// committed files are the contract and this program only shows how they came about.
#include <array>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>

#include "node/crypto/at_rest.h"
#include "node/crypto/certificate.h"
#include "node/crypto/certificate_authority.h"
#include "node/crypto/commitment.h"
#include "node/crypto/envelope.h"
#include "node/crypto/hash.h"
#include "node/crypto/key.h"
#include "node/crypto/mime_entity.h"
#include "node/crypto/note.h"
#include "node/crypto/signed_context.h"

namespace {

using namespace sekisho;
using namespace sekisho::crypto;

class Folder {
 public:
  explicit Folder(std::string path) : path_(std::move(path)) {}
  void write(const std::string& name, BytesView bytes) const {
    std::ofstream(path_ + "/" + name, std::ios::binary) << bytes;
  }
  void vector(const std::string& name, BytesView bytes) {
    vectors_ += name + " = " + to_hex(bytes) + "\n";
  }
  void finish() const { write("vectors.txt", vectors_); }

 private:
  std::string path_;
  std::string vectors_ =
      "# SPDX-FileCopyrightText: The Sekisho authors\n"
      "# SPDX-License-Identifier: Apache-2.0\n"
      "# name = value in hexadecimal; docs/formats/crypto.md explains each.\n";
};

void write_keys(Folder& folder, const std::string& name, const PrivateKey& key,
                const Digest& chain_id, BytesView operation) {
  folder.vector(name + ".spki_der", key.public_key().spki_der());
  folder.vector(name + ".key_id", key.public_key().key_id().view());
  const Bytes input = operation_signature_input(chain_id, operation);
  folder.vector(name + ".operation_signature", key.sign(input));
  folder.vector(name + ".possession_signature",
                key.sign(possession_signature_input("member-1", key.public_key().spki_der())));
}

void write_signatures(Folder& folder, const PrivateKey& p256, const PrivateKey& ed25519) {
  const Digest chain_id = sha256("genesis document of the vectors\n");
  const Bytes operation = "the serialised operation";
  folder.vector("operation.chain_id", chain_id.view());
  folder.vector("operation.operation", operation);
  folder.vector("operation.signature_input", operation_signature_input(chain_id, operation));
  folder.vector("possession.member_id", "member-1");
  write_keys(folder, "p256", p256, chain_id, operation);
  write_keys(folder, "ed25519", ed25519, chain_id, operation);
}

void write_note(Folder& folder, const PrivateKey& node_key, const PrivateKey& witness_key) {
  Note note;
  note.text = "vectors.example consortium\n1234\n" + to_base64(sha256("log root").view()) +
              "\nheight 56\nblock " + to_base64(sha256("block").view()) + "\nstate " +
              to_base64(sha256("state").view()) + "\nepoch 7\n";
  note.signatures.push_back(sign_note(note.text, "node-1", node_key).value());
  note.signatures.push_back(sign_note(note.text, "witness.example", witness_key).value());
  folder.write("checkpoint.note", format_note(note));
  folder.vector("note.verifier", format_verifier({"node-1", node_key.public_key()}));
}

void write_at_rest(Folder& folder) {
  const Secret key(sha256("at-rest key").view());
  const Digest blob_id = sha256("blob");
  folder.vector("at_rest.key", key.view());
  folder.vector("at_rest.blob_id", blob_id.view());
  folder.vector("at_rest.chunk_5_last", "the last piece of a blob");
  folder.vector("at_rest.sealed", seal_chunk(key, blob_id, 5, true, "the last piece of a blob"));
}

Certificate make_recipient(Folder& folder, const PrivateKey& key) {
  constexpr std::uint64_t kStartMs = 1'767'225'600'000;  // 2026-01-01T00:00:00Z
  constexpr std::uint64_t kEndMs = 4'070'908'800'000;    // 2099-01-01T00:00:00Z
  const PrivateKey authority_key = PrivateKey::generate(KeyAlgorithm::kEcdsaP256);
  const Certificate authority =
      make_authority(authority_key, {"見本の健保組合", "CA"}, {kStartMs, kEndMs}).value();
  LeafRequest request;
  request.subject = {"見本の健保組合", "encryption"};
  request.use = CertificateUse::kEncryption;
  request.validity = {kStartMs, kEndMs};
  const Certificate certificate =
      issue_certificate(authority, authority_key, key.public_key(), request).value();
  folder.write("authority.pem", authority.pem());
  folder.write("recipient.pem", certificate.pem());
  folder.write("recipient.key", key.to_pem().view());
  return certificate;
}

void write_envelope(Folder& folder) {
  const PrivateKey key = PrivateKey::generate(KeyAlgorithm::kEcdsaP256);
  const Certificate certificate = make_recipient(folder, key);
  const Salt salt = sha256("salt of the vectors");
  const Bytes file = "code,value\r\n9A751000000000001,128\r\n";
  const Bytes head = make_mime_head("text/csv; charset=UTF-8", "結果 2026.csv", salt).value();
  const std::array<BytesView, 2> parts = {head, file};
  const Bytes envelope = seal_envelope(parts, std::span(&certificate, 1)).value();
  folder.write("envelope.der", envelope);
  folder.vector("envelope.blob_id", sha256(envelope).view());
  folder.vector("envelope.file_name", "結果 2026.csv");
  folder.vector("envelope.mime_head", head);
  folder.vector("commitment.salt", salt.view());
  folder.vector("commitment.file", file);
  folder.vector("commitment.commitment", commitment(salt, file).view());
  const ExchangeTerms terms{sha256("genesis document of the vectors\n"),
                            sha256("map of the vectors"), "kenshin-a", "hoken-a"};
  folder.vector("exchange_id.chain_id", terms.chain_id.view());
  folder.vector("exchange_id.map_digest", terms.map_digest.view());
  folder.vector("exchange_id.sender", terms.sender);
  folder.vector("exchange_id.receiver", terms.receiver);
  folder.vector("exchange_id.exchange_id", crypto::exchange_id(salt, terms).view());
  const Id16 exchange_id = Id16::from_hex("000102030405060708090a0b0c0d0e0f").value();
  folder.vector("output_salt.exchange_id", exchange_id.view());
  folder.vector("output_salt.output_salt", output_salt(salt, exchange_id).view());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: crypto_make_vectors FOLDER\n";
    return 2;
  }
  Folder folder(argv[1]);
  const PrivateKey p256 = PrivateKey::generate(KeyAlgorithm::kEcdsaP256);
  const PrivateKey ed25519 = PrivateKey::from_ed25519_seed(sha256("seed").view()).value();
  const PrivateKey witness = PrivateKey::from_ed25519_seed(sha256("witness").view()).value();
  write_signatures(folder, p256, ed25519);
  write_envelope(folder);
  write_note(folder, ed25519, witness);
  write_at_rest(folder);
  folder.finish();
  return 0;
}
