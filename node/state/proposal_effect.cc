// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/state/proposal_effect.h"

#include <algorithm>

#include "node/crypto/hash.h"
#include "node/state/actions.h"
#include "node/state/queries.h"

namespace sekisho::state {

using ledger::Verdict;

namespace {

std::string kind_ja(v1::MemberKind kind) {
  switch (kind) {
    case v1::INSTITUTION:
      return "健診機関";
    case v1::INSURER:
      return "保険者";
    case v1::MUNICIPALITY:
      return "市町村";
    case v1::EMPLOYER:
      return "事業者";
    case v1::MEDICAL:
      return "医療機関";
    case v1::AGENT:
      return "代行機関";
    case v1::SECRETARIAT:
      return "事務局";
    case v1::AUDITOR:
      return "監査";
    default:
      return std::string(ledger::member_kind_name(kind));
  }
}

EffectLine add_member_line(const Action& action) {
  const Member& m = action.member;
  const std::string kind(ledger::member_kind_name(m.kind));
  return {"会員「" + m.name + "」(" + m.member_id + "、" + kind_ja(m.kind) + "、鍵" +
              std::to_string(action.keys.size()) + "本)を追加します。",
          "Adds the member \"" + m.name + "\" (" + m.member_id + ", " + kind + ", " +
              std::to_string(action.keys.size()) + " keys)."};
}

EffectLine map_line(const Reader& reader, const Action& action) {
  const bool approve = action.type == ActionType::kApproveMap;
  const std::optional<Map> subject = map(reader, action.map_digest);
  const std::string what = subject ? subject->map_id + " v" + std::to_string(subject->version) +
                                         " (" + subject->owner + ")"
                                   : action.map_digest.hex().substr(0, 16);
  if (approve) return {"マップ " + what + " を承認します。", "Approves the map " + what + "."};
  return {"マップ " + what + " を廃止します。進行中の交換は続きます。",
          "Retires the map " + what + "; exchanges under way go on."};
}

// "receipts_required: 1 -> 2" for each value that changes.
std::string policy_difference(const ledger::Policy& before, const ledger::Policy& after) {
  std::string text;
  const auto note = [&text](std::string_view name, const std::string& old_value,
                            const std::string& new_value) {
    if (old_value == new_value) return;
    if (!text.empty()) text += ", ";
    text += std::string(name) + ": " + old_value + " -> " + new_value;
  };
  const auto number = [&note](std::string_view name, std::uint64_t old_value,
                              std::uint64_t new_value) {
    note(name, std::to_string(old_value), std::to_string(new_value));
  };
  number("clock_skew_max_ms", before.clock_skew_max_ms, after.clock_skew_max_ms);
  number("proposal_lifetime_ms", before.proposal_lifetime_ms, after.proposal_lifetime_ms);
  note("routine", before.routine.to_string(), after.routine.to_string());
  note("sensitive", before.sensitive.to_string(), after.sensitive.to_string());
  note("constitutional", before.constitutional.to_string(), after.constitutional.to_string());
  number("dwell_offered_ms", before.dwell_offered_ms, after.dwell_offered_ms);
  number("dwell_converted_ms", before.dwell_converted_ms, after.dwell_converted_ms);
  number("dwell_fetched_ms", before.dwell_fetched_ms, after.dwell_fetched_ms);
  number("receipts_required", before.receipts_required, after.receipts_required);
  return text;
}

EffectLine policy_line(const Reader& reader, const Action& action) {
  const std::string difference = policy_difference(policy(reader), action.policy);
  if (difference.empty()) return {"方針は変わりません。", "The policy stays as it is."};
  return {"方針を変更します: " + difference, "Changes the policy: " + difference};
}

EffectLine describe(const Reader& reader, const Action& action) {
  const std::string& id = action.member_id;
  switch (action.type) {
    case ActionType::kAddMember:
      return add_member_line(action);
    case ActionType::kSuspendMember:
      return {"会員 " + id + " を停止します。新しい操作はできなくなり、削除の義務は残ります。",
              "Suspends the member " + id + "; it can do nothing new, its duty to delete remains."};
    case ActionType::kReinstateMember:
      return {"会員 " + id + " の停止を解除します。", "Reinstates the member " + id + "."};
    case ActionType::kApproveMap:
    case ActionType::kRetireMap:
      return map_line(reader, action);
    case ActionType::kSetPolicy:
      return policy_line(reader, action);
  }
  return {};
}

const ledger::Threshold& threshold_of(const ledger::Policy& policy, ProposalClass proposal_class) {
  switch (proposal_class) {
    case ProposalClass::kRoutine:
      return policy.routine;
    case ProposalClass::kSensitive:
      return policy.sensitive;
    case ProposalClass::kConstitutional:
      return policy.constitutional;
  }
  return policy.constitutional;
}

// The members whose votes count for this threshold.
std::vector<Member> electorate(const Reader& reader, const ledger::Threshold& threshold) {
  std::vector<Member> all = members(reader);
  std::erase_if(all, [&](const Member& m) {
    return !m.voting() || (threshold.secretariat && m.kind != v1::SECRETARIAT);
  });
  return all;
}

// What an action would change, as bytes; nothing for what must not exist yet.
Bytes touched(const Reader& reader, const Action& action) {
  switch (action.type) {
    case ActionType::kAddMember:
      return {};
    case ActionType::kSuspendMember:
    case ActionType::kReinstateMember: {
      Bytes out;
      const std::optional<Member> subject = member(reader, action.member_id);
      put_u8(out, subject ? static_cast<std::uint8_t>(subject->status) : 0);
      put_u64(out, subject ? subject->since_ms : 0);
      return out;
    }
    case ActionType::kApproveMap:
    case ActionType::kRetireMap: {
      const std::optional<Map> subject = map(reader, action.map_digest);
      return subject ? encode(*subject) : Bytes();
    }
    case ActionType::kSetPolicy:
      return encode(policy(reader));
  }
  return {};
}

}  // namespace

Digest base_of(const Reader& reader, const std::vector<Action>& actions) {
  Bytes all;
  for (const Action& action : actions) put_sized(all, touched(reader, action));
  return crypto::sha256(all);
}

bool is_stale(const Reader& reader, const Proposal& proposal) {
  return proposal.status == ProposalStatus::kOpen &&
         base_of(reader, proposal.actions) != proposal.base;
}

std::vector<EffectLine> effect_of(const Reader& reader, const std::vector<Action>& actions,
                                  std::uint64_t block_time_ms) {
  Scratch scratch(reader);
  std::vector<EffectLine> lines;
  for (const Action& action : actions) {
    EffectLine line = describe(scratch, action);
    line.verdict = apply_action(scratch, action, block_time_ms);
    lines.push_back(std::move(line));
  }
  return lines;
}

Tally tally(const Reader& reader, const Proposal& proposal) {
  const ledger::Threshold threshold = threshold_of(policy(reader), proposal.proposal_class);
  const std::vector<Member> voting = electorate(reader, threshold);
  Tally count;
  count.voting_members = voting.size();
  count.needed =
      threshold.secretariat ? 1 : voting.size() * threshold.numerator / threshold.denominator + 1;
  for (const CastVote& vote : proposal.votes) {
    const bool counts = std::any_of(voting.begin(), voting.end(),
                                    [&](const Member& m) { return m.member_id == vote.member_id; });
    if (counts) ++(vote.approve ? count.approvals : count.refusals);
  }
  count.reached = count.approvals >= count.needed;
  count.out_of_reach = count.voting_members - count.refusals < count.needed;
  return count;
}

}  // namespace sekisho::state
