// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace sekisho::ledger {

// The outcome of an ordered operation. Hashed into its leaf, so a number never changes its meaning
// and is never used twice. Hundreds: 1 form and time, 2 identity, 3 exchange and custody, 4 maps,
// 5 governance, 6 keys.
enum class Verdict : std::uint16_t {
  kAccepted = 0,

  kRejectedMalformed = 100,
  kRejectedExpired = 101,
  kRejectedValidityTooLong = 102,
  kRejectedDuplicate = 103,

  kRejectedUnknownKey = 200,
  kRejectedRevokedKey = 201,
  kRejectedAuthorMismatch = 202,
  kRejectedBadSignature = 203,
  kRejectedSuspendedMember = 204,
  kRejectedRoleNotEntitled = 205,
  kRejectedKindNotEntitled = 206,

  kRejectedExchangeExists = 300,
  kRejectedUnknownExchange = 301,
  kRejectedWrongExchangeState = 302,
  kRejectedNotParty = 303,
  kRejectedUnknownReceiver = 304,
  kRejectedReceiverNotReady = 305,
  kRejectedUnknownMap = 306,
  kRejectedMapNotUsable = 307,
  kRejectedConverterNotEntitled = 308,
  kRejectedTooFewReceipts = 309,
  kRejectedBadReceipt = 310,
  kRejectedBlobReused = 311,
  kRejectedWrongBlob = 312,
  kRejectedNotFetched = 313,
  kRejectedCommitmentMismatch = 314,
  kRejectedEvidenceMismatch = 315,
  kRejectedReportConfirmed = 316,
  kRejectedNotOverdue = 317,
  kRejectedReceiverCertificate = 318,
  kRejectedCommitmentReused = 319,
  kRejectedNotHolder = 320,
  kRejectedNotToBePurged = 321,
  kRejectedAlreadyDeleted = 322,

  kRejectedMapExists = 400,
  kRejectedMapVersionExists = 401,
  kRejectedMapNotPending = 402,
  kRejectedMapNotApproved = 403,

  kRejectedProposalExists = 500,
  kRejectedUnknownProposal = 501,
  kRejectedProposalClosed = 502,
  kRejectedAlreadyVoted = 503,
  kRejectedProposalLifetime = 504,
  kRejectedProposalStale = 505,
  kRejectedMemberExists = 510,
  kRejectedUnknownMember = 511,
  kRejectedMemberNotActive = 512,
  kRejectedMemberNotSuspended = 513,
  kRejectedUnknownParent = 514,
  kRejectedLastSecretariat = 515,
  kRejectedBadPolicy = 516,

  kRejectedKeyExists = 600,
  kRejectedBadKey = 601,
  kRejectedBadPossession = 602,
  kRejectedKeyNotOwn = 603,
  kRejectedLastAdminKey = 604,
  kRejectedBadCertificate = 605,
  kRejectedKeyRevoked = 606,
  kRejectedNodeNotOwn = 607,
  kRejectedCertificateNotValid = 608,
};

// "ACCEPTED", "REJECTED_DUPLICATE"; "REJECTED_UNKNOWN_RULE" for one this version does not know.
[[nodiscard]] std::string_view verdict_name(Verdict verdict);
// One sentence that says what is wrong and what to do.
[[nodiscard]] std::string_view verdict_text_en(Verdict verdict);
[[nodiscard]] std::string_view verdict_text_ja(Verdict verdict);
// Every verdict of this version, ascending.
[[nodiscard]] std::span<const Verdict> all_verdicts();

// True when the operation was well formed, in time, and truly signed by its author's key, so that
// its id is spent and the index from operation id to position points at it. A junk operation that
// carries another's id spends nothing.
[[nodiscard]] bool claims_operation_id(Verdict verdict);

}  // namespace sekisho::ledger
