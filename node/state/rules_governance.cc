// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "node/base/check.h"
#include "node/state/actions.h"
#include "node/state/keys.h"
#include "node/state/proposal_effect.h"
#include "node/state/queries.h"
#include "node/state/rules.h"
#include "node/state/writes.h"

namespace sekisho::state {

using ledger::Verdict;

namespace {

Verdict try_actions(const Reader& state, const std::vector<Action>& actions, std::uint64_t now_ms) {
  Scratch scratch(state);
  for (const Action& action : actions) {
    const Verdict verdict = apply_action(scratch, action, now_ms);
    if (verdict != Verdict::kAccepted) return verdict;
  }
  return Verdict::kAccepted;
}

// All actions or none: tried on a scratch copy first, where the same steps meet the same state.
void execute(Writer& state, Proposal& proposal, std::uint64_t now_ms) {
  const Verdict verdict = try_actions(state, proposal.actions, now_ms);
  if (verdict != Verdict::kAccepted) {
    proposal.status = ProposalStatus::kFailed;
    proposal.failure = static_cast<std::uint16_t>(verdict);
    return;
  }
  for (const Action& action : proposal.actions) {
    CHECK(apply_action(state, action, now_ms) == Verdict::kAccepted);
  }
  proposal.status = ProposalStatus::kExecuted;
}

// Counts the votes of those who are voting members now, and decides if it can.
void settle(RuleContext& context, Proposal& proposal) {
  const Tally count = tally(context.state, proposal);
  if (count.reached) {
    execute(context.state, proposal, context.now_ms);
  } else if (count.out_of_reach) {
    proposal.status = ProposalStatus::kRefused;
  }
  if (proposal.status != ProposalStatus::kOpen) proposal.decided_ms = context.now_ms;
  put_proposal(context.state, proposal);
}

void name_subjects(const Proposal& proposal, ledger::AuditTerms& terms) {
  for (const Action& action : proposal.actions) {
    const std::string& subject =
        action.type == ActionType::kAddMember ? action.member.member_id : action.member_id;
    const bool known =
        std::find(terms.members.begin(), terms.members.end(), subject) != terms.members.end();
    if (!subject.empty() && !known) terms.members.push_back(subject);
  }
}

}  // namespace

Verdict apply(RuleContext& context, const v1::Propose& propose) {
  Proposal fresh;
  fresh.proposal_id = *Id16::from_bytes(propose.proposal_id());
  if (proposal(context.state, fresh.proposal_id)) return Verdict::kRejectedProposalExists;
  const std::uint64_t lifetime_ms = policy(context.state).proposal_lifetime_ms;
  if (propose.expires_ms() <= context.now_ms ||
      propose.expires_ms() - context.now_ms > lifetime_ms) {
    return Verdict::kRejectedProposalLifetime;
  }
  for (const v1::Action& action : propose.actions()) {
    const Verdict verdict =
        action_from_proto(action, context.verifier, fresh.actions.emplace_back());
    if (verdict != Verdict::kAccepted) return verdict;
    fresh.proposal_class = std::max(fresh.proposal_class, class_of(fresh.actions.back().type));
  }
  const Verdict applicable = try_actions(context.state, fresh.actions, context.now_ms);
  if (applicable != Verdict::kAccepted) return applicable;
  fresh.base = base_of(context.state, fresh.actions);
  fresh.author = context.author.member_id;
  fresh.title = propose.title();
  fresh.proposed_ms = context.now_ms;
  fresh.expires_ms = propose.expires_ms();
  fresh.votes.push_back({fresh.author, true, context.now_ms});
  name_subjects(fresh, context.terms);
  settle(context, fresh);
  return Verdict::kAccepted;
}

Verdict apply(RuleContext& context, const v1::Vote& vote) {
  std::optional<Proposal> subject = proposal(context.state, *Id16::from_bytes(vote.proposal_id()));
  if (!subject) return Verdict::kRejectedUnknownProposal;
  if (subject->status != ProposalStatus::kOpen) return Verdict::kRejectedProposalClosed;
  for (const CastVote& cast : subject->votes) {
    if (cast.member_id == context.author.member_id) return Verdict::kRejectedAlreadyVoted;
  }
  if (is_stale(context.state, *subject)) return Verdict::kRejectedProposalStale;
  subject->votes.push_back({context.author.member_id, vote.approve(), context.now_ms});
  name_subjects(*subject, context.terms);
  settle(context, *subject);
  return Verdict::kAccepted;
}

void expire_proposals(Writer& state, std::uint64_t block_time_ms) {
  std::vector<Id16> expired;
  const Bytes limit = number_prefix(prefix::kOpenProposal, block_time_ms);
  state.scan(prefix_of(prefix::kOpenProposal), {}, [&](BytesView entry, BytesView) {
    if (entry >= limit) return false;
    expired.push_back(*Id16::from_bytes(entry.substr(entry.size() - Id16::kSize)));
    return true;
  });
  for (const Id16& id : expired) {
    std::optional<Proposal> subject = proposal(state, id);
    CHECK(subject.has_value());
    subject->status = ProposalStatus::kExpired;
    subject->decided_ms = block_time_ms;
    put_proposal(state, *subject);
  }
}

}  // namespace sekisho::state
