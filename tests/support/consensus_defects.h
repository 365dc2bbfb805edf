// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "consensus/detail/defects.h"

namespace sekisho::test {

// A defect of the core by the name that test programs and reports use.
struct NamedDefect {
  const char* name;
  bool consensus::Defects::*field;
};

inline constexpr std::array<NamedDefect, 21> kConsensusDefects{{
    {"s1-count-replicas-of-older-terms", &consensus::Defects::count_replicas_of_older_terms},
    {"s2-acknowledge-last-stored-index", &consensus::Defects::acknowledge_last_stored_index},
    {"s3-lead-on-after-failed-write", &consensus::Defects::lead_on_after_failed_write},
    {"s4-follow-on-after-failed-write", &consensus::Defects::follow_on_after_failed_write},
    {"s5-overwrite-vote-on-transfer", &consensus::Defects::overwrite_vote_on_transfer},
    {"s7-change-before-term-commit", &consensus::Defects::change_before_term_commit},
    {"s9-echo-term-in-pre-vote-refusal", &consensus::Defects::echo_term_in_pre_vote_refusal},
    {"s10-single-voter-leads-at-once", &consensus::Defects::single_voter_leads_at_once},
    {"s11-elections-ahead-of-disk", &consensus::Defects::elections_ahead_of_disk},
    {"s12-answer-the-leader-of-now", &consensus::Defects::answer_the_leader_of_now},
    {"s12-append-without-bound", &consensus::Defects::append_without_bound},
    {"count-unpersisted-on-leader", &consensus::Defects::count_unpersisted_on_leader},
    {"speak-before-persisting", &consensus::Defects::speak_before_persisting},
    {"answer-reads-before-term-commit", &consensus::Defects::answer_reads_before_term_commit},
    {"confirm-reads-without-quorum", &consensus::Defects::confirm_reads_without_quorum},
    {"commit-beyond-vouched", &consensus::Defects::commit_beyond_vouched},
    {"truncate-without-conflict", &consensus::Defects::truncate_without_conflict},
    {"forget-vote-within-term", &consensus::Defects::forget_vote_within_term},
    {"vote-for-older-logs", &consensus::Defects::vote_for_older_logs},
    {"incoming-half-elects", &consensus::Defects::incoming_half_elects},
    {"campaign-before-applying", &consensus::Defects::campaign_before_applying},
}};

// False for an unknown name, and always in a program that is linked with the core as it ships.
inline bool switch_on_defect([[maybe_unused]] std::string_view name) {
#ifdef SEKISHO_CONSENSUS_DEFECTS
  if (name == "harmless-leaders") {
    consensus::defects.back_up_too_far = true;
    return consensus::defects.probe_with_empty_appends = true;
  }
  for (const NamedDefect& defect : kConsensusDefects) {
    if (name != defect.name) continue;
    consensus::defects.*defect.field = true;
    // Our leaders are too exact for these two: others send an empty append first, or again what was
    // agreed on. Both are sound, and found clean when put in alone.
    consensus::defects.probe_with_empty_appends = consensus::defects.acknowledge_last_stored_index;
    consensus::defects.back_up_too_far = consensus::defects.commit_beyond_vouched;
    return true;
  }
#endif
  return false;
}

}  // namespace sekisho::test
