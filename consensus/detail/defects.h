// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Known defects of Raft implementations, put back to prove that the tests would find them. In the
// library `consensus` every one of them is a constant `false`, so that the branch does not exist.
// Only the test target `consensus_with_defects` compiles the same sources with the macro below, and
// only there can one be switched on. Included by sources, never by headers of this module. Row
// numbers (S1 ...) are those of docs/reliability.md.
namespace sekisho::consensus {

struct Defects {
  bool count_replicas_of_older_terms = false;    // S1
  bool acknowledge_last_stored_index = false;    // S2: of an empty append
  bool probe_with_empty_appends = false;         // harmless by itself; S2 needs such a leader
  bool back_up_too_far = false;                  // harmless too; what commits too much needs it
  bool lead_on_after_failed_write = false;       // S3
  bool follow_on_after_failed_write = false;     // S4
  bool overwrite_vote_on_transfer = false;       // S5
  bool change_before_term_commit = false;        // S7
  bool echo_term_in_pre_vote_refusal = false;    // S9
  bool single_voter_leads_at_once = false;       // S10
  bool elections_ahead_of_disk = false;          // S11
  bool answer_the_leader_of_now = false;         // S12
  bool append_without_bound = false;             // S12
  bool count_unpersisted_on_leader = false;      // a leader's own entries before its disk
  bool speak_before_persisting = false;          // nothing waits for the disk
  bool answer_reads_before_term_commit = false;  // ReadIndex without an entry of the own term
  bool confirm_reads_without_quorum = false;     // ReadIndex without a round of heartbeats
  bool commit_beyond_vouched = false;            // a follower commits what no append vouched for
  bool truncate_without_conflict = false;        // a late append takes entries away
  bool forget_vote_within_term = false;          // stepping down forgets the vote
  bool vote_for_older_logs = false;              // a vote without looking at the log
  bool incoming_half_elects = false;             // a joint election without the outgoing majority
  bool campaign_before_applying = false;         // stands with a configuration known to be old
};

#ifdef SEKISHO_CONSENSUS_DEFECTS
extern Defects defects;
#else
inline constexpr Defects defects{};
#endif

}  // namespace sekisho::consensus
