// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "node/crypto/at_rest.h"
#include "node/crypto/certificate.h"
#include "node/crypto/commitment.h"
#include "node/crypto/envelope.h"
#include "node/crypto/hash.h"
#include "node/crypto/key.h"
#include "node/crypto/mime_entity.h"
#include "node/crypto/note.h"
#include "node/crypto/signed_context.h"

// The committed vectors, which scripts/verify reads with no code of ours.
namespace sekisho::crypto {
namespace {

const std::string kFolder = SEKISHO_SOURCE_DIR "/tests/golden/crypto/";

Bytes read(const std::string& name) {
  std::ifstream file(kFolder + name, std::ios::binary);
  EXPECT_TRUE(file.good()) << name;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::map<std::string, Bytes> read_vectors() {
  std::map<std::string, Bytes> vectors;
  std::ifstream file(kFolder + "vectors.txt");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    const std::size_t at = line.find(" = ");
    vectors[line.substr(0, at)] = from_hex(line.substr(at + 3)).value();
  }
  return vectors;
}

class CryptoVectorsTest : public testing::Test {
 protected:
  const Bytes& bytes(const std::string& name) const { return vectors_.at(name); }
  Digest digest(const std::string& name) const { return Digest::from_bytes(bytes(name)).value(); }

  std::map<std::string, Bytes> vectors_ = read_vectors();
};

TEST_F(CryptoVectorsTest, SignaturesVerify) {
  const Bytes input =
      operation_signature_input(digest("operation.chain_id"), bytes("operation.operation"));
  EXPECT_EQ(input, bytes("operation.signature_input"));
  for (const std::string name : {"p256", "ed25519"}) {
    const auto key = PublicKey::from_spki_der(bytes(name + ".spki_der"));
    ASSERT_TRUE(key.has_value()) << key.error().to_string();
    EXPECT_EQ(key->key_id(), digest(name + ".key_id"));
    EXPECT_TRUE(key->verify(input, bytes(name + ".operation_signature")));
    const Bytes possession =
        possession_signature_input(bytes("possession.member_id"), key->spki_der());
    EXPECT_TRUE(key->verify(possession, bytes(name + ".possession_signature")));
    EXPECT_FALSE(key->verify(input, bytes(name + ".possession_signature")));
  }
}

TEST_F(CryptoVectorsTest, EnvelopeOpensToTheCommittedFile) {
  const auto key = PrivateKey::from_pem(read("recipient.key"));
  const auto certificate = Certificate::from_pem(read("recipient.pem"));
  ASSERT_TRUE(key.has_value());
  ASSERT_TRUE(certificate.has_value());
  const Bytes envelope = read("envelope.der");
  EXPECT_EQ(sha256(envelope), digest("envelope.blob_id"));
  const auto opened = open_envelope(envelope, *key, *certificate);
  ASSERT_TRUE(opened.has_value()) << opened.error().to_string();
  const auto entity = parse_mime_entity(opened->view());
  ASSERT_TRUE(entity.has_value()) << entity.error().to_string();
  EXPECT_EQ(entity->file_name, bytes("envelope.file_name"));
  EXPECT_EQ(entity->salt, digest("commitment.salt"));
  EXPECT_EQ(entity->body, bytes("commitment.file"));
  EXPECT_EQ(commitment(entity->salt, entity->body), digest("commitment.commitment"));
  EXPECT_EQ(make_mime_head(entity->content_type, entity->file_name, entity->salt).value(),
            bytes("envelope.mime_head"));
}

TEST_F(CryptoVectorsTest, RecipientIsCertified) {
  const auto authority = Certificate::from_pem(read("authority.pem"));
  const auto certificate = Certificate::from_pem(read("recipient.pem"));
  ASSERT_TRUE(authority.has_value());
  ASSERT_TRUE(certificate.has_value());
  constexpr std::uint64_t kWithinMs = 1'800'000'000'000;
  EXPECT_TRUE(verify_certificate(*certificate, {&*authority, 1}, kWithinMs).has_value());
}

TEST_F(CryptoVectorsTest, ExchangeIdFollows) {
  ExchangeTerms terms{digest("exchange_id.chain_id"), digest("exchange_id.map_digest"),
                      bytes("exchange_id.sender"), bytes("exchange_id.receiver")};
  const Digest salt = digest("commitment.salt");
  EXPECT_EQ(exchange_id(salt, terms).view(), bytes("exchange_id.exchange_id"));
  std::swap(terms.sender, terms.receiver);
  EXPECT_NE(exchange_id(salt, terms).view(), bytes("exchange_id.exchange_id"));
}

TEST_F(CryptoVectorsTest, OutputSaltFollows) {
  const Id16 exchange_id = Id16::from_bytes(bytes("output_salt.exchange_id")).value();
  EXPECT_EQ(output_salt(digest("commitment.salt"), exchange_id), digest("output_salt.output_salt"));
}

TEST_F(CryptoVectorsTest, NoteVerifies) {
  const auto note = parse_note(read("checkpoint.note"));
  ASSERT_TRUE(note.has_value()) << note.error().to_string();
  const auto verifier = parse_verifier(bytes("note.verifier"));
  ASSERT_TRUE(verifier.has_value());
  ASSERT_EQ(note->signatures.size(), 2u);
  EXPECT_TRUE(verify_note(note->text, note->signatures[0], *verifier));
  EXPECT_FALSE(verify_note(note->text, note->signatures[1], *verifier));
  EXPECT_EQ(format_note(*note), read("checkpoint.note"));
}

TEST_F(CryptoVectorsTest, LockAtRestRepeats) {
  const Secret key(bytes("at_rest.key"));
  const Bytes sealed =
      seal_chunk(key, digest("at_rest.blob_id"), 5, true, bytes("at_rest.chunk_5_last"));
  EXPECT_EQ(sealed, bytes("at_rest.sealed"));
}

}  // namespace
}  // namespace sekisho::crypto
