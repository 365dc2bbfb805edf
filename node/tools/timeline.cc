// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/tools/timeline.h"

#include "node/crypto/hash.h"
#include "node/ledger/operation.h"
#include "node/ledger/verdict.h"
#include "node/tools/node_client.h"
#include "node/tools/text.h"

namespace sekisho::tools {
namespace {

struct Sentence {
  std::string ja, en;
};

std::string name_of(const MemberNames& names, const std::string& member_id) {
  const auto at = names.find(member_id);
  return at == names.end() ? member_id : at->second;
}

std::string file_mark(const std::string& exchange_id) { return to_hex(exchange_id).substr(0, 8); }
std::string blob_mark(const std::string& blob_id) { return to_hex(blob_id).substr(0, 8); }

std::string scope_text(const std::string& scope) {
  if (scope == "exchange") return "送信別";
  if (scope == "member") return "会員別";
  return scope == "time" ? "期間別" : scope;
}

Sentence persons(const v1::ConversionEvidence& evidence) {
  const std::string out = std::to_string(evidence.persons_out());
  const std::string held = std::to_string(evidence.persons_held());
  return {"変換 " + out + " 人、保留 " + held + " 人",
          out + " persons converted, " + held + " held back"};
}

Sentence action_text(const v1::Action& action, const MemberNames& names) {
  switch (action.action_case()) {
    case v1::Action::kAddMember:
      return {"「" + action.add_member().member().name() + "」の加入",
              "admit " + action.add_member().member().name()};
    case v1::Action::kSuspendMember:
      return {"「" + name_of(names, action.suspend_member().member_id()) + "」の停止",
              "suspend " + action.suspend_member().member_id()};
    case v1::Action::kReinstateMember:
      return {"「" + name_of(names, action.reinstate_member().member_id()) + "」の再開",
              "reinstate " + action.reinstate_member().member_id()};
    case v1::Action::kApproveMap:
      return {"変換テーブル " + blob_mark(action.approve_map().map_digest()) + " の承認",
              "approve map " + blob_mark(action.approve_map().map_digest())};
    case v1::Action::kRetireMap:
      return {"変換テーブル " + blob_mark(action.retire_map().map_digest()) + " の廃止",
              "retire map " + blob_mark(action.retire_map().map_digest())};
    default:
      return {"規則の変更", "change of rules"};
  }
}

Sentence proposal_text(const v1::Propose& propose, const MemberNames& names) {
  Sentence all{"提案：" + propose.title() + "（", "proposed: " + propose.title() + " ("};
  for (int i = 0; i < propose.actions_size(); ++i) {
    const Sentence one = action_text(propose.actions(i), names);
    all.ja += (i == 0 ? "" : "、") + one.ja;
    all.en += (i == 0 ? "" : ", ") + one.en;
  }
  return {all.ja + "）", all.en + ")"};
}

void learn(const v1::Operation& operation, KnownFiles& files) {
  const auto add = [&files](const v1::BlobRef& blob, std::string_view part, const std::string& id) {
    files.insert_or_assign(blob.blob_id(), FilePart{part, id});
  };
  if (operation.has_offer()) {
    add(operation.offer().input(), "INPUT", operation.offer().exchange_id());
  } else if (operation.has_conversion_result()) {
    const auto& result = operation.conversion_result();
    add(result.output(), "OUTPUT", result.exchange_id());
    if (result.has_report()) add(result.report(), "REPORT", result.exchange_id());
  } else if (operation.has_conversion_failure()) {
    const auto& failure = operation.conversion_failure();
    add(failure.report(), "REPORT", failure.exchange_id());
  }
}

// 受信完了 is the receiver's word about the standard file; the sender's about its error list is
// less.
Sentence receiving_text(const v1::Operation& operation, const KnownFiles& files) {
  const bool fetch = operation.has_record_fetch();
  const std::string& blob_id =
      fetch ? operation.record_fetch().blob_id() : operation.confirm_receipt().blob_id();
  const std::string mark = file_mark(fetch ? operation.record_fetch().exchange_id()
                                           : operation.confirm_receipt().exchange_id());
  const auto known = files.find(blob_id);
  const bool report = known != files.end() && known->second.part == "REPORT";
  if (report && fetch) return {"確認リストを受信 " + mark, "fetched the error list of " + mark};
  if (report) return {"確認リストを確認 " + mark, "confirmed the error list of " + mark};
  if (fetch) return {"受信 " + mark, "fetched " + mark};
  return {"受信完了 " + mark, "confirmed receipt of " + mark};
}

Sentence deletion_text(const v1::RecordDeletion& deletion, const KnownFiles& files) {
  const std::string node = std::to_string(deletion.node_number());
  const auto known = files.find(deletion.blob_id());
  Sentence what{"暗号化ファイル " + blob_mark(deletion.blob_id()),
                "sealed file " + blob_mark(deletion.blob_id())};
  if (known != files.end()) {
    const std::string mark = file_mark(known->second.exchange_id);
    what = {mark + " の" + word_text(known->second.part, Language::kJapanese),
            "the " + word_text(known->second.part, Language::kEnglish) + " of " + mark};
  }
  return {"削除 " + what.ja + "（ノード " + node + "、鍵を破棄）",
          "deleted " + what.en + " (node " + node + ", key destroyed)"};
}

Sentence exchange_text(const v1::Operation& operation, const MemberNames& names,
                       const KnownFiles& files) {
  switch (operation.payload_case()) {
    case v1::Operation::kOffer: {
      const auto& offer = operation.offer();
      const std::string receiver = name_of(names, offer.receiver_member());
      return {"送信 " + file_mark(offer.exchange_id()) + " → " + receiver,
              "sent " + file_mark(offer.exchange_id()) + " to " + receiver};
    }
    case v1::Operation::kConversionResult: {
      const auto& result = operation.conversion_result();
      const Sentence counts = persons(result.evidence());
      return {"変換完了 " + file_mark(result.exchange_id()) + "（" + counts.ja + "）",
              "converted " + file_mark(result.exchange_id()) + " (" + counts.en + ")"};
    }
    case v1::Operation::kConversionFailure: {
      const auto& failure = operation.conversion_failure();
      return {"変換エラー " + file_mark(failure.exchange_id()) + "（" + failure.code() +
                  "、確認リストを送信元へ）",
              "conversion failed " + file_mark(failure.exchange_id()) + " (" + failure.code() +
                  ", error list for the sender)"};
    }
    case v1::Operation::kRecordFetch:
    case v1::Operation::kConfirmReceipt:
      return receiving_text(operation, files);
    case v1::Operation::kRecordDeletion:
      return deletion_text(operation.record_deletion(), files);
    case v1::Operation::kRejectDelivery:
      return {"返戻 " + file_mark(operation.reject_delivery().exchange_id()) + "（" +
                  operation.reject_delivery().reason() + "）",
              "sent back " + file_mark(operation.reject_delivery().exchange_id()) + " (" +
                  operation.reject_delivery().reason() + ")"};
    case v1::Operation::kExpireExchange: {
      const std::string mark = file_mark(operation.expire_exchange().exchange_id());
      return {"期限切れ " + mark + "（期限を過ぎたため、ファイルを削除します）",
              "expired " + mark + " (its time is over, the file is being deleted)"};
    }
    case v1::Operation::kWithdraw:
      return {"取消 " + file_mark(operation.withdraw().exchange_id()) + "（" +
                  operation.withdraw().reason() + "）",
              "withdrew " + file_mark(operation.withdraw().exchange_id()) + " (" +
                  operation.withdraw().reason() + ")"};
    default:
      return {};
  }
}

Sentence other_text(const v1::Operation& operation, const MemberNames& names) {
  switch (operation.payload_case()) {
    case v1::Operation::kRegisterMap: {
      const auto& map = operation.register_map();
      return {"変換テーブル登録 " + map.map_id() + " 版 " + std::to_string(map.version()),
              "registered map " + map.map_id() + " version " + std::to_string(map.version())};
    }
    case v1::Operation::kPropose:
      return proposal_text(operation.propose(), names);
    case v1::Operation::kVote:
      return operation.vote().approve()
                 ? Sentence{"投票：賛成（提案 " + file_mark(operation.vote().proposal_id()) + "）",
                            "voted for " + file_mark(operation.vote().proposal_id())}
                 : Sentence{"投票：反対（提案 " + file_mark(operation.vote().proposal_id()) + "）",
                            "voted against " + file_mark(operation.vote().proposal_id())};
    case v1::Operation::kAddKey: {
      const auto& add = operation.add_key();
      const std::string node = std::to_string(add.node_number());
      return {"鍵の追加 " + add.key().label() +
                  (add.node_number() == 0 ? "" : "（ノード " + node + " の操作鍵）"),
              "added key " + add.key().label() +
                  (add.node_number() == 0 ? "" : " (operation key of node " + node + ")")};
    }
    case v1::Operation::kRevokeKey:
      return {"鍵の失効 " + blob_mark(operation.revoke_key().key_id()) + "（" +
                  operation.revoke_key().reason() + "）",
              "revoked key " + blob_mark(operation.revoke_key().key_id()) + " (" +
                  operation.revoke_key().reason() + ")"};
    case v1::Operation::kRenewEncryptionCertificate:
      return {"暗号化証明書の更新", "renewed the encryption certificate"};
    case v1::Operation::kRecordAuditQuery:
      return {"監査照会（" + scope_text(operation.record_audit_query().scope()) + "）",
              "audit query (" + operation.record_audit_query().scope() + ")"};
    default:
      return {"記録", "note"};
  }
}

}  // namespace

Result<std::string> timeline_line(const boost::json::value& row, const MemberNames& names,
                                  KnownFiles& files, Language language) {
  TRY(const std::string encoded, text_field(row, "signed_operation"));
  TRY(const Bytes bytes, from_base64(encoded));
  TRY(const Digest digest, digest_field(row, "operation_digest"));
  if (crypto::sha256(bytes) != digest)
    return fail(Code::kCorrupt, "an operation does not have the digest that the node names");
  TRY(const std::uint64_t index, number_field(row, "index"));
  TRY(const std::uint64_t time_ms, number_field(row, "block_time_ms"));
  TRY(const std::uint64_t verdict_number, number_field(row, "verdict"));
  const auto verdict = static_cast<ledger::Verdict>(verdict_number);
  std::string who = "?";
  Sentence what{"読めない操作", "unreadable operation"};
  if (const auto parsed = ledger::parse_operation(bytes)) {
    who = name_of(names, parsed->operation.author_member());
    if (verdict == ledger::Verdict::kAccepted) learn(parsed->operation, files);
    what = exchange_text(parsed->operation, names, files);
    if (what.ja.empty()) what = other_text(parsed->operation, names);
  }
  const bool japanese = language == Language::kJapanese;
  std::string line = pad_to("#" + std::to_string(index), 6) + time_in_japan(time_ms) + "  " +
                     pad_to(who, 24) + "  " + (japanese ? what.ja : what.en);
  if (verdict != ledger::Verdict::kAccepted) {
    line += japanese ? "  ×不受理：" + std::string(ledger::verdict_text_ja(verdict))
                     : "  rejected: " + std::string(ledger::verdict_text_en(verdict));
  }
  return line;
}

}  // namespace sekisho::tools
