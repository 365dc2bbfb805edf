// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>

#include "node/base/clock.h"
#include "node/base/rng.h"
#include "node/ledger/genesis_json.h"
#include "node/tools/files.h"
#include "node/tools/node_client.h"
#include "node/tools/text.h"
#include "node/tools/verbs.h"

// gov propose, vote, show.
namespace sekisho::tools {
namespace {

namespace json = boost::json;
constexpr std::uint64_t kDayMs = 24ull * 3600 * 1000;

Status add_member_action(v1::Propose& propose, const std::string& path) {
  TRY(const Bytes text, read_file(path, ledger::kGenesisSizeMax));
  auto descriptor = ledger::parse_genesis_json(text);
  if (!descriptor || descriptor->members.size() != 1) {
    return fail(Code::kInvalidArgument, path + " is no member.json of `sekisho org init`");
  }
  TRY_STATUS(ledger::check_member_description(descriptor->members.front()));
  *propose.add_actions()->mutable_add_member()->mutable_member() = descriptor->members.front();
  return {};
}

Result<Bytes> digest_bytes(const std::string& text) {
  auto digest = Digest::from_hex(text);
  if (!digest)
    return fail(Code::kInvalidArgument,
                "a map is named by its digest, 64 hex digits; see `sekisho map list`");
  return Bytes(digest->view());
}

Status add_actions(v1::Propose& propose, const GovPropose& options) {
  if (!options.add_member.empty()) TRY_STATUS(add_member_action(propose, options.add_member));
  if (!options.suspend.empty()) {
    auto& action = *propose.add_actions()->mutable_suspend_member();
    action.set_member_id(options.suspend);
    action.set_reason(options.reason);
  }
  if (!options.reinstate.empty())
    propose.add_actions()->mutable_reinstate_member()->set_member_id(options.reinstate);
  if (!options.approve_map.empty()) {
    TRY(const Bytes digest, digest_bytes(options.approve_map));
    propose.add_actions()->mutable_approve_map()->set_map_digest(digest);
  }
  if (!options.retire_map.empty()) {
    TRY(const Bytes digest, digest_bytes(options.retire_map));
    auto& action = *propose.add_actions()->mutable_retire_map();
    action.set_map_digest(digest);
    action.set_reason(options.reason);
  }
  if (!options.set_policy.empty()) {
    TRY(const Bytes text, read_file(options.set_policy, ledger::kGenesisSizeMax));
    TRY(const auto policy, ledger::parse_policy_json(text));
    *propose.add_actions()->mutable_set_policy()->mutable_policy() =
        ledger::policy_to_proto(policy);
  }
  if (propose.actions_size() == 0) {
    return fail(Code::kInvalidArgument,
                "say what to propose: --add-member, --suspend, --reinstate, --approve-map, "
                "--retire-map or --set-policy");
  }
  return {};
}

std::string status_text(const std::string& status, const Console& console) {
  if (status == "OPEN") return std::string(console.pick("投票中", "open"));
  if (status == "EXECUTED") return std::string(console.pick("可決・実行済", "executed"));
  if (status == "FAILED")
    return std::string(console.pick("可決したが実行できず", "decided, but no longer applicable"));
  if (status == "REFUSED") return std::string(console.pick("否決", "refused"));
  if (status == "EXPIRED") return std::string(console.pick("期限切れ", "expired"));
  return status;
}

Status print_proposal(const json::value& proposal, const Console& console) {
  TRY(const std::string id, text_field(proposal, "proposal_id"));
  TRY(const std::string title, text_field(proposal, "title"));
  TRY(const std::string status, text_field(proposal, "status"));
  TRY(const std::uint64_t approvals, number_field(proposal, "approvals"));
  TRY(const std::uint64_t needed, number_field(proposal, "needed"));
  TRY(const std::uint64_t expires_ms, number_field(proposal, "expires_ms"));
  TRY(const std::string author, text_field(proposal, "author"));
  console.print(id + "  " + title + std::string(console.pick("（提案者 ", " (proposed by ")) +
                author + std::string(console.pick("）", ")")));
  // What is needed is only meaningful while the vote is open: members may have come since.
  std::string of_needed;
  if (status == "OPEN")
    of_needed = std::string(console.pick(" / 必要 ", " of ")) + std::to_string(needed);
  console.print("  " + status_text(status, console) + std::string(console.pick("　区分 ", ", ")) +
                word_text(text_field(proposal, "class").value_or(""), console.language()) +
                std::string(console.pick("　有効な賛成 ", ", approvals that count ")) +
                std::to_string(approvals) + of_needed +
                std::string(console.pick("　期限 ", ", expires ")) + time_in_japan(expires_ms));
  if (field(proposal, "stale").is_bool() && field(proposal, "stale").get_bool()) {
    console.print(std::string(console.pick(
        "  ！ 提案の後に対象の内容が変わったため、もう投票できません。提案し直してください。",
        "  ! What it is about has changed since; it can no longer be voted on. Propose anew.")));
  }
  TRY(const auto* effects, array_field(proposal, "effects"));
  for (const auto& line : *effects) {
    console.print("  → " + text_field(line, console.pick("ja", "en")).value_or(""));
  }
  TRY(const auto* votes, array_field(proposal, "votes"));
  for (const auto& vote : *votes) {
    const bool approve = field(vote, "approve").is_bool() && field(vote, "approve").get_bool();
    console.print(
        "  " + text_field(vote, "member_id").value_or("") + ": " +
        std::string(approve ? console.pick("賛成", "approves") : console.pick("反対", "refuses")));
  }
  return {};
}

}  // namespace

Status gov_propose(const Context& context, const GovPropose& options) {
  TRY(auto profile, Profile::open(context));
  TRY(auto client, NodeClient::connect(profile, context.console, Person::kAdmin));
  SystemRng rng;
  const Id16 proposal_id = rng.id16();
  auto operation = client.make_operation();
  auto& propose = *operation.mutable_propose();
  propose.set_proposal_id(Bytes(proposal_id.view()));
  propose.set_title(options.title);
  propose.set_expires_ms(SystemClock().unix_ms() + options.days * kDayMs);
  TRY_STATUS(add_actions(propose, options));
  TRY(const auto outcome, client.submit(operation));
  context.console.say("提案しました。提案番号: " + proposal_id.hex(),
                      "Proposed: " + proposal_id.hex());
  context.console.result(
      json::serialize(json::value{{"proposal_id", proposal_id.hex()}, {"index", outcome.index}}));
  return {};
}

Status gov_vote(const Context& context, const GovVote& options) {
  auto proposal_id = Id16::from_hex(options.proposal);
  if (!proposal_id)
    return fail(Code::kInvalidArgument,
                "a proposal is named by its 32 hex digits; see `sekisho gov show`");
  TRY(auto profile, Profile::open(context));
  TRY(auto client, NodeClient::connect(profile, context.console, Person::kAdmin));
  auto operation = client.make_operation();
  auto& vote = *operation.mutable_vote();
  vote.set_proposal_id(Bytes(proposal_id->view()));
  vote.set_approve(!options.refuse);
  TRY(const auto outcome, client.submit(operation));
  TRY(const auto proposal, client.get("/v1/proposals/" + proposal_id->hex() +
                                      "?min_index=" + std::to_string(outcome.index)));
  if (!context.console.json()) TRY_STATUS(print_proposal(proposal, context.console));
  context.console.result(json::serialize(proposal));
  return {};
}

Status gov_show(const Context& context, const GovShow& options) {
  TRY(auto profile, Profile::open(context));
  TRY(auto client, NodeClient::connect(profile, context.console, Person::kAdmin));
  if (!options.proposal.empty()) {
    TRY(const auto proposal, client.get("/v1/proposals/" + options.proposal));
    if (!context.console.json()) TRY_STATUS(print_proposal(proposal, context.console));
    context.console.result(json::serialize(proposal));
    return {};
  }
  TRY(const auto answer, client.get(options.open ? "/v1/proposals?open=true" : "/v1/proposals"));
  context.console.result(json::serialize(answer));
  if (context.console.json()) return {};
  TRY(const auto* proposals, array_field(answer, "proposals"));
  for (const auto& proposal : *proposals) TRY_STATUS(print_proposal(proposal, context.console));
  return {};
}

}  // namespace sekisho::tools
