// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/verdict.h"

#include <algorithm>
#include <array>

namespace sekisho::ledger {
namespace {

struct Row {
  Verdict verdict;
  std::string_view name;
  std::string_view en;
  std::string_view ja;
};

constexpr std::array kRows{
    Row{Verdict::kAccepted, "ACCEPTED", "The operation took effect.",
        "操作は受け付けられ、反映されました。"},
    Row{Verdict::kRejectedMalformed, "REJECTED_MALFORMED",
        "The operation breaks the format; build it again with a current client.",
        "操作の形式が正しくありません。最新のクライアントで作り直してください。"},
    Row{Verdict::kRejectedExpired, "REJECTED_EXPIRED",
        "Its time of validity had passed when it was ordered; sign it anew.",
        "有効期限を過ぎてから順序付けされました。署名し直してください。"},
    Row{Verdict::kRejectedValidityTooLong, "REJECTED_VALIDITY_TOO_LONG",
        "It is valid for more than 24 hours; choose a shorter time.",
        "有効期限が24時間を超えています。短い期限で署名し直してください。"},
    Row{Verdict::kRejectedDuplicate, "REJECTED_DUPLICATE",
        "Its operation id was used before; the first answer counts.",
        "同じ操作IDが既に使われています。最初の結果が有効です。"},
    Row{Verdict::kRejectedUnknownKey, "REJECTED_UNKNOWN_KEY",
        "The signing key is not registered; ask your administrator to add it.",
        "署名鍵が登録されていません。自組織の管理者に登録を依頼してください。"},
    Row{Verdict::kRejectedRevokedKey, "REJECTED_REVOKED_KEY",
        "The signing key has been revoked; use another key.",
        "署名鍵は失効しています。別の鍵を使ってください。"},
    Row{Verdict::kRejectedAuthorMismatch, "REJECTED_AUTHOR_MISMATCH",
        "The signing key belongs to another member than the author named.",
        "署名鍵は、作成者とされた会員のものではありません。"},
    Row{Verdict::kRejectedBadSignature, "REJECTED_BAD_SIGNATURE",
        "The signature does not fit the operation; sign it again.",
        "署名が操作の内容と一致しません。署名し直してください。"},
    Row{Verdict::kRejectedSuspendedMember, "REJECTED_SUSPENDED_MEMBER",
        "The author's membership is suspended; ask the secretariat.",
        "会員資格が停止されています。事務局に問い合わせてください。"},
    Row{Verdict::kRejectedRoleNotEntitled, "REJECTED_ROLE_NOT_ENTITLED",
        "A key of this role may not do this; use a key of the right role.",
        "この役割の鍵ではこの操作はできません。適切な役割の鍵を使ってください。"},
    Row{Verdict::kRejectedKindNotEntitled, "REJECTED_KIND_NOT_ENTITLED",
        "A member of this kind may not do this.", "この種別の会員はこの操作を行えません。"},
    Row{Verdict::kRejectedExchangeExists, "REJECTED_EXCHANGE_EXISTS",
        "The exchange id is taken; offer again with a fresh one.",
        "交換IDが既に使われています。新しいIDで送信し直してください。"},
    Row{Verdict::kRejectedUnknownExchange, "REJECTED_UNKNOWN_EXCHANGE",
        "There is no such exchange; check the id.",
        "該当する交換がありません。IDを確認してください。"},
    Row{Verdict::kRejectedWrongExchangeState, "REJECTED_WRONG_EXCHANGE_STATE",
        "The exchange is in a state that does not allow this; look at it again.",
        "交換の状態がこの操作を許しません。現在の状態を確認してください。"},
    Row{Verdict::kRejectedNotParty, "REJECTED_NOT_PARTY",
        "Only the party concerned may do this, and the author is not.",
        "この操作は当事者だけが行えます。作成者は当事者ではありません。"},
    Row{Verdict::kRejectedUnknownReceiver, "REJECTED_UNKNOWN_RECEIVER",
        "The receiver is not a member; check the member id.",
        "受信者は会員ではありません。会員IDを確認してください。"},
    Row{Verdict::kRejectedReceiverNotReady, "REJECTED_RECEIVER_NOT_READY",
        "The receiver is suspended, receives nothing by its kind, or has no encryption "
        "certificate.",
        "受信者は停止中か、受信できない種別か、暗号化証明書を登録していません。"},
    Row{Verdict::kRejectedUnknownMap, "REJECTED_UNKNOWN_MAP",
        "The map is not registered; register it first.",
        "マップが登録されていません。先に登録してください。"},
    Row{Verdict::kRejectedMapNotUsable, "REJECTED_MAP_NOT_USABLE",
        "The map is not approved, is retired, or is neither the sender's nor its parent's.",
        "マップが未承認か、廃止済みか、送信者またはその親機関のものではありません。"},
    Row{Verdict::kRejectedConverterNotEntitled, "REJECTED_CONVERTER_NOT_ENTITLED",
        "The named node is not a converter of an active member, or the author is not that node.",
        "指定のノードは有効な会員の変換ノードではないか、作成者がそのノードではありません。"},
    Row{Verdict::kRejectedTooFewReceipts, "REJECTED_TOO_FEW_RECEIPTS",
        "Fewer nodes vouch for the blob than the policy asks for; store it at more nodes.",
        "保管を証明するノードが規定数に足りません。より多くのノードに保管してください。"},
    Row{Verdict::kRejectedBadReceipt, "REJECTED_BAD_RECEIPT",
        "A storage receipt is of an unknown or suspended node, doubled, of another blob or member, "
        "older than 24 hours, or badly signed; upload the file again.",
        "保管証明に、不明または停止中のノード、重複、別のファイルまたは別の会員、24時間の期限切れ、"
        "不正な署名のいずれかがあります。アップロードし直してください。"},
    Row{Verdict::kRejectedBlobReused, "REJECTED_BLOB_REUSED",
        "The blob is already on the ledger; seal the file anew.",
        "このファイルは既に台帳にあります。封をし直してください。"},
    Row{Verdict::kRejectedWrongBlob, "REJECTED_WRONG_BLOB",
        "The blob is not this party's part of the exchange.",
        "指定のファイルは、この交換でその当事者が扱うものではありません。"},
    Row{Verdict::kRejectedNotFetched, "REJECTED_NOT_FETCHED", "Record a fetch before you confirm.",
        "確認の前に、取得を記録してください。"},
    Row{Verdict::kRejectedCommitmentMismatch, "REJECTED_COMMITMENT_MISMATCH",
        "The opened file is not the one that was recorded; do not confirm, reject it.",
        "開いたファイルが記録と一致しません。受信完了にせず、返戻してください。"},
    Row{Verdict::kRejectedEvidenceMismatch, "REJECTED_EVIDENCE_MISMATCH",
        "The conversion's evidence names another map or input than the exchange.",
        "変換の証拠が、この交換のマップまたは入力と一致しません。"},
    Row{Verdict::kRejectedReportConfirmed, "REJECTED_REPORT_CONFIRMED",
        "The report has been confirmed and is being deleted.",
        "エラー一覧は確認済みで、削除中または削除済みです。"},
    Row{Verdict::kRejectedNotOverdue, "REJECTED_NOT_OVERDUE",
        "The exchange's time is not over, or the policy lets none expire.",
        "期限を過ぎていないか、方針で期限切れが定められていません。"},
    Row{Verdict::kRejectedReceiverCertificate, "REJECTED_RECEIVER_CERTIFICATE",
        "The receiver's encryption certificate is out of its dates; the receiver must renew it.",
        "宛先の暗号化証明書が有効期間外です。宛先に更新を依頼してください。"},
    Row{Verdict::kRejectedCommitmentReused, "REJECTED_COMMITMENT_REUSED",
        "The commitment belongs to an earlier exchange; seal the file anew with a fresh salt.",
        "照合値は以前の交換で使われています。新しいソルトで封をし直してください。"},
    Row{Verdict::kRejectedNotHolder, "REJECTED_NOT_HOLDER",
        "The node does not hold this blob, or the author is not that node.",
        "このノードはファイルを保管していないか、作成者がそのノードではありません。"},
    Row{Verdict::kRejectedNotToBePurged, "REJECTED_NOT_TO_BE_PURGED",
        "The blob must still be kept.", "このファイルはまだ保管が必要です。"},
    Row{Verdict::kRejectedAlreadyDeleted, "REJECTED_ALREADY_DELETED",
        "The deletion is already recorded.", "削除は既に記録されています。"},
    Row{Verdict::kRejectedMapExists, "REJECTED_MAP_EXISTS",
        "The same map file is registered already.", "同じマップファイルが既に登録されています。"},
    Row{Verdict::kRejectedMapVersionExists, "REJECTED_MAP_VERSION_EXISTS",
        "This version of the map is registered with another file; raise the version.",
        "同じ版のマップが別のファイルで登録済みです。版を上げてください。"},
    Row{Verdict::kRejectedMapNotPending, "REJECTED_MAP_NOT_PENDING",
        "The map is approved or retired already.", "マップは既に承認または廃止されています。"},
    Row{Verdict::kRejectedMapNotApproved, "REJECTED_MAP_NOT_APPROVED",
        "Only an approved map can be retired.", "承認済みのマップだけを廃止できます。"},
    Row{Verdict::kRejectedProposalExists, "REJECTED_PROPOSAL_EXISTS",
        "The proposal id is taken; propose again with a fresh one.",
        "議案IDが既に使われています。新しいIDで提案し直してください。"},
    Row{Verdict::kRejectedUnknownProposal, "REJECTED_UNKNOWN_PROPOSAL",
        "There is no such proposal; check the id.",
        "該当する議案がありません。IDを確認してください。"},
    Row{Verdict::kRejectedProposalClosed, "REJECTED_PROPOSAL_CLOSED",
        "The proposal is decided or has expired.", "議案は既に決したか、期限切れです。"},
    Row{Verdict::kRejectedAlreadyVoted, "REJECTED_ALREADY_VOTED",
        "The member has voted on this proposal; a vote is final.",
        "この会員は投票済みです。投票は変更できません。"},
    Row{Verdict::kRejectedProposalLifetime, "REJECTED_PROPOSAL_LIFETIME",
        "The proposal expires in the past or later than the policy allows.",
        "議案の期限が過去か、規定より先になっています。"},
    Row{Verdict::kRejectedProposalStale, "REJECTED_PROPOSAL_STALE",
        "What the proposal is about has changed since it was made; look again and propose anew.",
        "提案の後に、対象の内容が変わりました。内容を確かめて提案し直してください。"},
    Row{Verdict::kRejectedMemberExists, "REJECTED_MEMBER_EXISTS", "The member id is taken.",
        "会員IDが既に使われています。"},
    Row{Verdict::kRejectedUnknownMember, "REJECTED_UNKNOWN_MEMBER",
        "There is no such member; check the member id.",
        "該当する会員がいません。会員IDを確認してください。"},
    Row{Verdict::kRejectedMemberNotActive, "REJECTED_MEMBER_NOT_ACTIVE",
        "The member is suspended already.", "会員は既に停止されています。"},
    Row{Verdict::kRejectedMemberNotSuspended, "REJECTED_MEMBER_NOT_SUSPENDED",
        "The member is active already.", "会員は停止されていません。"},
    Row{Verdict::kRejectedUnknownParent, "REJECTED_UNKNOWN_PARENT",
        "The parent is not a member that can have children.",
        "親機関が会員でないか、親になれない会員です。"},
    Row{Verdict::kRejectedLastSecretariat, "REJECTED_LAST_SECRETARIAT",
        "The consortium would be left without an active secretariat.",
        "有効な事務局がなくなるため、実行できません。"},
    Row{Verdict::kRejectedBadPolicy, "REJECTED_BAD_POLICY",
        "A value of the policy is out of bounds.", "方針の値が許される範囲にありません。"},
    Row{Verdict::kRejectedKeyExists, "REJECTED_KEY_EXISTS",
        "The key is registered already; make a new one.",
        "鍵は既に登録されています。新しい鍵を作ってください。"},
    Row{Verdict::kRejectedBadKey, "REJECTED_BAD_KEY",
        "The key is not a P-256 or Ed25519 public key.",
        "鍵がP-256またはEd25519の公開鍵ではありません。"},
    Row{Verdict::kRejectedBadPossession, "REJECTED_BAD_POSSESSION",
        "The proof that the private key is held does not verify.",
        "秘密鍵を持つことの証明が正しくありません。"},
    Row{Verdict::kRejectedKeyNotOwn, "REJECTED_KEY_NOT_OWN",
        "The key is not a key of the author's organisation.",
        "鍵は作成者の組織のものではありません。"},
    Row{Verdict::kRejectedLastAdminKey, "REJECTED_LAST_ADMIN_KEY",
        "The organisation would be left without an administrator's key; add another first.",
        "管理者の鍵がなくなります。先に別の管理者鍵を登録してください。"},
    Row{Verdict::kRejectedBadCertificate, "REJECTED_BAD_CERTIFICATE",
        "The certificate does not parse or is not for P-256 key agreement.",
        "証明書が読めないか、P-256の鍵共有用ではありません。"},
    Row{Verdict::kRejectedKeyRevoked, "REJECTED_KEY_REVOKED", "The key is revoked already.",
        "鍵は既に失効しています。"},
    Row{Verdict::kRejectedNodeNotOwn, "REJECTED_NODE_NOT_OWN",
        "The node is not a node of the author's organisation.",
        "ノードが作成者の組織のものではありません。"},
    Row{Verdict::kRejectedCertificateNotValid, "REJECTED_CERTIFICATE_NOT_VALID",
        "The encryption certificate is out of its dates or not issued by the organisation's own "
        "CA.",
        "暗号化証明書が有効期間外か、その組織の認証局が発行したものではありません。"},
};

constexpr std::array<Verdict, kRows.size()> verdicts_of_rows() {
  std::array<Verdict, kRows.size()> verdicts{};
  for (std::size_t i = 0; i < kRows.size(); ++i) verdicts[i] = kRows[i].verdict;
  return verdicts;
}
constexpr auto kVerdicts = verdicts_of_rows();
static_assert(std::is_sorted(kVerdicts.begin(), kVerdicts.end()));

const Row* find_row(Verdict verdict) {
  const auto row = std::lower_bound(kRows.begin(), kRows.end(), verdict,
                                    [](const Row& a, Verdict b) { return a.verdict < b; });
  return row != kRows.end() && row->verdict == verdict ? &*row : nullptr;
}

}  // namespace

std::string_view verdict_name(Verdict verdict) {
  const Row* row = find_row(verdict);
  return row != nullptr ? row->name : "REJECTED_UNKNOWN_RULE";
}

std::string_view verdict_text_en(Verdict verdict) {
  const Row* row = find_row(verdict);
  return row != nullptr ? row->en : "A newer version's rule; update this software to read it.";
}

std::string_view verdict_text_ja(Verdict verdict) {
  const Row* row = find_row(verdict);
  return row != nullptr ? row->ja
                        : "新しい版の規則による判定です。ソフトウェアを更新してください。";
}

std::span<const Verdict> all_verdicts() { return kVerdicts; }

bool claims_operation_id(Verdict verdict) {
  switch (verdict) {
    case Verdict::kRejectedMalformed:
    case Verdict::kRejectedExpired:
    case Verdict::kRejectedValidityTooLong:
    case Verdict::kRejectedDuplicate:
    case Verdict::kRejectedUnknownKey:
    case Verdict::kRejectedRevokedKey:
    case Verdict::kRejectedAuthorMismatch:
    case Verdict::kRejectedBadSignature:
      return false;
    default:
      return true;
  }
}

}  // namespace sekisho::ledger
