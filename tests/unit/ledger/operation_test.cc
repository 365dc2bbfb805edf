// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/operation.h"

#include <functional>

#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/crypto/hash.h"
#include "node/ledger/storage_receipt.h"

namespace sekisho::ledger {
namespace {

class OperationTest : public ::testing::Test {
 protected:
  v1::Operation note() {
    v1::Operation operation = make_operation("hoken-a", 1000, 60'000, rng_);
    operation.mutable_note()->set_body("hello");
    return operation;
  }
  v1::Operation offer() {
    v1::Operation operation = make_operation("kenshin-a", 1000, 60'000, rng_);
    v1::Offer& offer = *operation.mutable_offer();
    offer.set_exchange_id(Bytes(rng_.id16().view()));
    offer.set_receiver_member("hoken-a");
    offer.set_map_digest(Bytes(32, 'm'));
    offer.set_converter_node(1);
    offer.mutable_input()->set_blob_id(Bytes(32, 'b'));
    offer.mutable_input()->set_size_bytes(10);
    offer.mutable_input()->set_commitment(Bytes(32, 'c'));
    *offer.add_receipts() = make_storage_receipt(
        chain_id_, {*Digest::from_bytes(Bytes(32, 'b')), 10, 1, 5, "kenshin-a"}, key_);
    return operation;
  }
  bool offer_passes(const std::function<void(v1::Offer&)>& change) {
    v1::Operation operation = offer();
    change(*operation.mutable_offer());
    return check_operation(operation).has_value();
  }

  SeededRng rng_{1};
  Digest chain_id_ = crypto::sha256("chain");
  crypto::PrivateKey key_ = crypto::PrivateKey::generate(crypto::KeyAlgorithm::kEcdsaP256);
};

// Two spellings would be two digests of one signed operation.
TEST_F(OperationTest, RefusesASecondSpellingOfTheSameOperation) {
  const Bytes bytes = sign_operation(note(), chain_id_, key_);
  v1::SignedOperation wrapped;
  ASSERT_TRUE(wrapped.ParseFromString(bytes));
  v1::SignedOperation signature_only;
  signature_only.set_signature(wrapped.signature());
  wrapped.clear_signature();
  EXPECT_FALSE(parse_operation(signature_only.SerializeAsString() + wrapped.SerializeAsString()));
  EXPECT_FALSE(parse_operation(bytes + signature_only.SerializeAsString()));
  EXPECT_TRUE(parse_operation(wrapped.SerializeAsString() + signature_only.SerializeAsString()));
}

TEST_F(OperationTest, ParsesAndVerifiesWhatItSigns) {
  const v1::Operation operation = note();
  const Bytes bytes = sign_operation(operation, chain_id_, key_);
  const auto parsed = parse_operation(bytes);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->digest, crypto::sha256(bytes));
  EXPECT_EQ(parsed->key_id, key_.public_key().key_id());
  EXPECT_EQ(parsed->operation_id.view(), operation.operation_id());
  EXPECT_EQ(parsed->operation.valid_until_ms(), 61'000u);
  EXPECT_TRUE(verify_operation(*parsed, chain_id_, key_.public_key()));
  EXPECT_FALSE(verify_operation(*parsed, crypto::sha256("other chain"), key_.public_key()));
  const auto other = crypto::PrivateKey::generate(crypto::KeyAlgorithm::kEcdsaP256);
  EXPECT_FALSE(verify_operation(*parsed, chain_id_, other.public_key()));
  EXPECT_EQ(payload_name(operation), "note");
  EXPECT_EQ(payload_name(v1::Operation()), "none");
}

TEST_F(OperationTest, TheHeadOfAnOperationIsChecked) {
  const auto passes = [&](const std::function<void(v1::Operation&)>& change) {
    v1::Operation operation = note();
    change(operation);
    return check_operation(operation).has_value();
  };
  EXPECT_TRUE(passes([](v1::Operation&) {}));
  EXPECT_FALSE(passes([](v1::Operation& o) { o.set_operation_id("short"); }));
  EXPECT_FALSE(passes([](v1::Operation& o) { o.set_operation_id(Bytes(16, '\0')); }));
  EXPECT_FALSE(passes([](v1::Operation& o) { o.set_valid_until_ms(0); }));
  EXPECT_FALSE(passes([](v1::Operation& o) { o.set_author_member("Not An Id"); }));
  EXPECT_FALSE(passes([](v1::Operation& o) { o.clear_note(); }));
  EXPECT_FALSE(passes([](v1::Operation& o) { o.mutable_note()->set_body(Bytes(1025, 'x')); }));
}

TEST_F(OperationTest, EachFieldOfAnOfferIsChecked) {
  EXPECT_TRUE(offer_passes([](v1::Offer&) {}));
  EXPECT_FALSE(offer_passes([](v1::Offer& o) { o.clear_exchange_id(); }));
  EXPECT_FALSE(offer_passes([](v1::Offer& o) { o.set_receiver_member(""); }));
  EXPECT_FALSE(offer_passes([](v1::Offer& o) { o.set_map_digest("x"); }));
  EXPECT_FALSE(offer_passes([](v1::Offer& o) { o.set_converter_node(0); }));
  EXPECT_FALSE(offer_passes([](v1::Offer& o) { o.clear_input(); }));
  EXPECT_FALSE(offer_passes([](v1::Offer& o) { o.mutable_input()->set_size_bytes(0); }));
  EXPECT_FALSE(offer_passes(
      [](v1::Offer& o) { o.mutable_input()->set_size_bytes(limits::kBlobSizeMax + 1); }));
  EXPECT_FALSE(offer_passes([](v1::Offer& o) { o.mutable_input()->clear_commitment(); }));
  EXPECT_FALSE(offer_passes([](v1::Offer& o) { o.mutable_receipts(0)->clear_signature(); }));
  EXPECT_FALSE(offer_passes([](v1::Offer& o) {
    const v1::StorageReceipt receipt = o.receipts(0);
    for (int i = 0; i < 16; ++i) *o.add_receipts() = receipt;
  }));
}

TEST_F(OperationTest, OtherPayloadsAreBounded) {
  const auto passes = [&](const std::function<void(v1::Operation&)>& set) {
    v1::Operation operation = make_operation("hoken-a", 1000, 60'000, rng_);
    set(operation);
    return check_operation(operation).has_value();
  };
  EXPECT_FALSE(passes([](v1::Operation& o) { o.mutable_offer(); }));
  EXPECT_FALSE(passes([](v1::Operation& o) { o.mutable_conversion_result(); }));
  EXPECT_FALSE(passes([](v1::Operation& o) { o.mutable_conversion_failure(); }));
  EXPECT_FALSE(passes([](v1::Operation& o) { o.mutable_record_fetch(); }));
  EXPECT_FALSE(passes([](v1::Operation& o) { o.mutable_confirm_receipt(); }));
  EXPECT_FALSE(passes(
      [](v1::Operation& o) { o.mutable_reject_delivery()->set_exchange_id(Bytes(16, 'x')); }));
  EXPECT_FALSE(passes([](v1::Operation& o) {
    o.mutable_withdraw()->set_exchange_id(Bytes(16, 'x'));
    o.mutable_withdraw()->set_reason("two\nlines");
  }));
  EXPECT_FALSE(
      passes([](v1::Operation& o) { o.mutable_record_deletion()->set_blob_id(Bytes(32, 'x')); }));
  EXPECT_FALSE(passes([](v1::Operation& o) { o.mutable_register_map(); }));
  EXPECT_FALSE(passes([](v1::Operation& o) {
    o.mutable_propose()->set_proposal_id(Bytes(16, 'x'));
    o.mutable_propose()->set_title("no actions");
  }));
  EXPECT_FALSE(passes([](v1::Operation& o) { o.mutable_vote(); }));
  EXPECT_FALSE(passes([](v1::Operation& o) { o.mutable_add_key(); }));
  EXPECT_FALSE(passes([](v1::Operation& o) { o.mutable_revoke_key(); }));
  EXPECT_FALSE(passes([](v1::Operation& o) { o.mutable_renew_encryption_certificate(); }));
  EXPECT_FALSE(passes([](v1::Operation& o) {
    o.mutable_record_audit_query()->set_scope("everything");
    o.mutable_record_audit_query()->set_query_digest(Bytes(32, 'x'));
  }));
}

TEST_F(OperationTest, FieldsOfALaterSchemaAreRefused) {
  v1::Operation operation = note();
  operation.mutable_note()
      ->GetReflection()
      ->MutableUnknownFields(operation.mutable_note())
      ->AddVarint(9, 1);
  EXPECT_FALSE(check_operation(operation));
  v1::SignedOperation wrapped;
  wrapped.ParseFromString(sign_operation(note(), chain_id_, key_));
  wrapped.GetReflection()->MutableUnknownFields(&wrapped)->AddVarint(9, 1);
  EXPECT_FALSE(parse_operation(wrapped.SerializeAsString()));
}

TEST_F(OperationTest, TheEnvelopeIsChecked) {
  v1::SignedOperation wrapped;
  wrapped.ParseFromString(sign_operation(note(), chain_id_, key_));
  const auto passes = [&](const std::function<void(v1::SignedOperation&)>& change) {
    v1::SignedOperation copy = wrapped;
    change(copy);
    return parse_operation(copy.SerializeAsString()).has_value();
  };
  EXPECT_TRUE(passes([](v1::SignedOperation&) {}));
  EXPECT_FALSE(passes([](v1::SignedOperation& w) { w.set_key_id("short"); }));
  EXPECT_FALSE(passes([](v1::SignedOperation& w) { w.clear_signature(); }));
  EXPECT_FALSE(passes([](v1::SignedOperation& w) { w.set_signature(Bytes(129, 's')); }));
  EXPECT_FALSE(passes([](v1::SignedOperation& w) { w.set_operation("junk"); }));
  EXPECT_FALSE(parse_operation(""));
  EXPECT_FALSE(parse_operation(Bytes(limits::kOperationSizeMax + 1, '\0')));
}

TEST_F(OperationTest, AStorageReceiptBindsChainBlobSizeNodeTimeAndMember) {
  const Digest blob = crypto::sha256("blob");
  const v1::StorageReceipt good =
      make_storage_receipt(chain_id_, {blob, 7, 2, 9, "kenshin-a"}, key_);
  EXPECT_TRUE(verify_storage_receipt(chain_id_, good, key_.public_key()));
  EXPECT_FALSE(verify_storage_receipt(crypto::sha256("other"), good, key_.public_key()));
  v1::StorageReceipt changed = good;
  changed.set_size_bytes(8);
  EXPECT_FALSE(verify_storage_receipt(chain_id_, changed, key_.public_key()));
  changed = good;
  changed.set_node_number(3);
  EXPECT_FALSE(verify_storage_receipt(chain_id_, changed, key_.public_key()));
  changed = good;
  changed.set_issued_ms(10);
  EXPECT_FALSE(verify_storage_receipt(chain_id_, changed, key_.public_key()));
  changed = good;
  changed.set_member_id("kenshin-b");
  EXPECT_FALSE(verify_storage_receipt(chain_id_, changed, key_.public_key()));
  changed = good;
  changed.set_blob_id("short");
  EXPECT_FALSE(verify_storage_receipt(chain_id_, changed, key_.public_key()));
  EXPECT_EQ(to_hex(storage_receipt_input(Digest{}, {Digest{}, 7, 2, 9, "m"})),
            to_hex("sekisho/storage-receipt/v2") + "00" + std::string(128, '0') +
                "0000000000000007"
                "0000000000000002"
                "0000000000000009"
                "6d");
}

}  // namespace
}  // namespace sekisho::ledger
