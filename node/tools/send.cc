// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <ctime>
#include <filesystem>

#include <boost/json.hpp>

#include "node/base/clock.h"
#include "node/base/limits.h"
#include "node/base/rng.h"
#include "node/crypto/commitment.h"
#include "node/crypto/envelope.h"
#include "node/crypto/hash.h"
#include "node/crypto/mime_entity.h"
#include "node/tools/files.h"
#include "node/tools/node_client.h"
#include "node/tools/text.h"
#include "node/tools/verbs.h"

namespace sekisho::tools {
namespace {

namespace json = boost::json;

struct ConverterChoice {
  std::uint64_t node_number = 0;
  crypto::Certificate certificate;
};

const v1::MemberDescription* founder(const ledger::Genesis& genesis, std::string_view member_id) {
  for (const auto& member : genesis.members) {
    if (member.member_id() == member_id) return &member;
  }
  return nullptr;
}

// The certificate comes from the node, the CA it must chain to from our own genesis document: a
// node that lies cannot make us seal for somebody else.
Result<crypto::Certificate> trusted_certificate(NodeClient& client, const Profile& profile,
                                                const std::string& member_id) {
  const auto* known = founder(profile.genesis().genesis, member_id);
  if (known == nullptr) {
    return fail(Code::kPermissionDenied,
                "the converter's organisation " + member_id +
                    " is not in the genesis document, so its certificate cannot be trusted");
  }
  TRY(const auto member, client.get("/v1/members/" + member_id));
  TRY(const std::string encoded, text_field(member, "encryption_certificate"));
  TRY(const Bytes der, from_base64(encoded));
  TRY(auto certificate, crypto::Certificate::from_der(der));
  TRY(const auto authority, crypto::Certificate::from_der(known->ca_certificate_der()));
  if (const Status valid =
          crypto::verify_certificate(certificate, {&authority, 1}, SystemClock().unix_ms());
      !valid) {
    return fail(valid.error().within("encryption certificate of " + member_id));
  }
  return certificate;
}

// So that a stale certificate is found here and not after the conversion. The ledger judges again.
Status check_receiver(NodeClient& client, const std::string& member_id) {
  auto member = client.get("/v1/members/" + member_id);
  if (!member) return fail(member.error().within("receiver " + member_id));
  const std::string encoded = text_field(*member, "encryption_certificate").value_or("");
  const std::string authority_text = text_field(*member, "ca_certificate").value_or("");
  if (encoded.empty() || authority_text.empty()) return {};
  TRY(const Bytes der, from_base64(encoded));
  TRY(const Bytes authority_der, from_base64(authority_text));
  TRY(const auto certificate, crypto::Certificate::from_der(der));
  TRY(const auto authority, crypto::Certificate::from_der(authority_der));
  if (const Status valid =
          crypto::verify_certificate(certificate, {&authority, 1}, SystemClock().unix_ms());
      !valid) {
    return fail(valid.error().within("encryption certificate of " + member_id));
  }
  return {};
}

Result<ConverterChoice> choose_converter(NodeClient& client, const Profile& profile,
                                         std::uint64_t wanted) {
  TRY(const auto answer, client.get("/v1/nodes"));
  TRY(const auto* nodes, array_field(answer, "nodes"));
  for (const auto& node : *nodes) {
    TRY(const std::uint64_t number, number_field(node, "node_number"));
    if (!field(node, "converter").is_bool() || !field(node, "converter").get_bool()) continue;
    if (wanted != 0 && number != wanted) continue;
    TRY(const std::string member_id, text_field(node, "member_id"));
    TRY(auto certificate, trusted_certificate(client, profile, member_id));
    return ConverterChoice{number, std::move(certificate)};
  }
  return fail(Code::kNotFound, wanted == 0
                                   ? "no node of the consortium has the converter role"
                                   : "that node has no converter role; see `sekisho members`");
}

bool names_map(const json::value& map, const std::string& wanted) {
  const auto id = text_field(map, "map_id");
  const auto digest = text_field(map, "map_digest");
  const auto version = number_field(map, "version");
  if (!id || !digest || !version) return false;
  return wanted.empty() || wanted == *id || wanted == *id + "@" + std::to_string(*version) ||
         wanted == *digest;
}

// The newest approved map of the sender or its parent that the wish names.
Result<Digest> choose_map(NodeClient& client, const std::string& wanted) {
  TRY(const auto me, client.get("/v1/whoami"));
  TRY(const std::string parent, text_field(field(me, "member"), "parent"));
  TRY(const auto answer, client.get("/v1/maps"));
  TRY(const auto* maps, array_field(answer, "maps"));
  const json::value* best = nullptr;
  std::string ids;
  bool several = false;
  for (const auto& map : *maps) {
    TRY(const std::string owner, text_field(map, "owner"));
    TRY(const std::string status, text_field(map, "status"));
    if ((owner != client.member_id() && owner != parent) || status != "APPROVED" ||
        !names_map(map, wanted))
      continue;
    TRY(const std::string id, text_field(map, "map_id"));
    if (best != nullptr && text_field(*best, "map_id").value_or("") != id) several = true;
    if (best == nullptr ||
        number_field(*best, "version").value_or(0) < number_field(map, "version").value_or(0))
      best = &map;
    ids += (ids.empty() ? "" : ", ") + id;
  }
  if (best == nullptr) {
    return fail(
        Code::kNotFound,
        wanted.empty()
            ? "you have no approved map; register one with `sekisho map register`"
            : "you have no approved map \"" + wanted +
                  "\" (unregistered, waiting for approval, or retired); see `sekisho map list`");
  }
  if (several)
    return fail(Code::kInvalidArgument, "say with --map which map describes this file: " + ids);
  return digest_field(*best, "map_digest");
}

struct Sealed {
  Bytes envelope;
  Digest blob_id;
  Digest commitment;
  crypto::Salt salt;
};

Result<Sealed> seal(const Send& options, const crypto::Certificate& recipient) {
  TRY(const Secret file, read_secret_file(options.file, limits::kFileSizeMax));
  if (file.empty()) return fail(Code::kInvalidArgument, options.file + " is empty");
  SystemRng rng;
  const auto salt = crypto::make_salt(rng);
  const std::string name = std::filesystem::path(options.file).filename().string();
  TRY(const Bytes head, crypto::make_mime_head("text/csv", name, salt));
  const std::array<BytesView, 2> parts{head, file.view()};
  Sealed sealed;
  TRY(sealed.envelope, crypto::seal_envelope(parts, {&recipient, 1}));
  sealed.blob_id = crypto::sha256(sealed.envelope);
  sealed.commitment = crypto::commitment(salt, file.view());
  sealed.salt = salt;
  return sealed;
}

Result<std::string> wait_for_conversion(NodeClient& client, const std::string& exchange_id) {
  constexpr int kPollsMax = 1200;
  for (int polls = 0; polls < kPollsMax; ++polls) {
    TRY(const auto exchange, client.get("/v1/exchanges/" + exchange_id));
    TRY(const std::string state, text_field(exchange, "state"));
    if (state != "OFFERED") return state;
    const ::timespec pause{0, 250'000'000};
    ::nanosleep(&pause, nullptr);
  }
  return fail(Code::kDeadline,
              "the conversion has not ended yet; look again with `sekisho status`");
}

}  // namespace

Status send_file(const Context& context, const Send& options) {
  const Console& console = context.console;
  TRY(auto profile, Profile::open(context));
  TRY(auto client, NodeClient::connect(profile, console, Person::kOperator));
  TRY(const Digest map_digest, choose_map(client, options.map));
  TRY(const auto converter, choose_converter(client, profile, options.converter));
  TRY_STATUS(check_receiver(client, options.receiver));
  TRY(const auto sealed, seal(options, converter.certificate));
  TRY(const auto receipt, client.upload(sealed.blob_id, sealed.envelope));

  const Id16 exchange_id = crypto::exchange_id(
      sealed.salt, {client.chain_id(), map_digest, client.member_id(), options.receiver});
  auto operation = client.make_operation();
  auto& offer = *operation.mutable_offer();
  offer.set_exchange_id(Bytes(exchange_id.view()));
  offer.set_receiver_member(options.receiver);
  offer.set_map_digest(Bytes(map_digest.view()));
  offer.set_converter_node(converter.node_number);
  offer.set_allow_partial(options.partial);
  auto& input = *offer.mutable_input();
  input.set_blob_id(Bytes(sealed.blob_id.view()));
  input.set_size_bytes(sealed.envelope.size());
  input.set_commitment(Bytes(sealed.commitment.view()));
  *offer.add_receipts() = receipt;
  TRY(const auto outcome, client.submit(operation));
  console.say(
      "送信しました。送信番号: " + exchange_id.hex() + "（台帳 " + std::to_string(outcome.index) +
          " 番、" + time_in_japan(outcome.block_time_ms) + "）",
      "Sent. Exchange: " + exchange_id.hex() + " (ledger index " + std::to_string(outcome.index) +
          ", " + time_in_japan(outcome.block_time_ms) + ")");
  std::string state = "OFFERED";
  if (options.wait) {
    TRY(state, wait_for_conversion(client, exchange_id.hex()));
    console.say("状態: " + state_text(state, Language::kJapanese),
                "State: " + state_text(state, Language::kEnglish));
  }
  console.result(json::serialize(json::value{{"exchange_id", exchange_id.hex()},
                                             {"index", outcome.index},
                                             {"operation_id", to_hex(operation.operation_id())},
                                             {"state", state}}));
  return {};
}

}  // namespace sekisho::tools
