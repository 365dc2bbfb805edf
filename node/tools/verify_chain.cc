// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>

#include "node/ledger/checkpoint.h"
#include "node/state/queries.h"
#include "node/state/state_machine.h"
#include "node/tools/node_client.h"
#include "node/tools/text.h"
#include "node/tools/verbs.h"

namespace sekisho::tools {
namespace {

namespace json = boost::json;

struct Progress {
  std::uint64_t blocks = 0;
  std::uint64_t operations = 0;
  std::uint64_t rejected = 0;
  std::uint64_t certified_height = 0;
};

// Applies the block and compares what came out with what the node stored.
Status replay_block(state::StateMachine& machine, const state::PlainVerifier& verifier,
                    const json::value& block, Progress& progress) {
  TRY(const std::string body_text, text_field(block, "body"));
  TRY(const Bytes body, from_base64(body_text));
  TRY(const std::uint64_t term, number_field(block, "term"));
  TRY(const std::uint64_t consensus_index, number_field(block, "consensus_index"));
  TRY(const Digest stored, digest_field(block, "block_hash"));
  const auto voters = state::voters(machine);
  const auto applied = machine.apply_block(term, consensus_index, body, verifier);
  const std::string place = "block " + std::to_string(applied.header.height);
  if (applied.hash != stored) {
    return fail(Code::kCorrupt, place +
                                    ": running its operations gives another block hash than the "
                                    "node's; keep this node's answer as evidence");
  }
  ++progress.blocks;
  progress.operations += applied.operations.size();
  for (const auto& record : applied.operations) progress.rejected += record.verdict == 0 ? 0 : 1;
  const auto& certificate = field(block, "certificate");
  if (!certificate.is_string()) return {};
  const auto checkpoint = ledger::verify_certificate(std::string(certificate.get_string()), voters);
  if (!checkpoint) return fail(checkpoint.error().within(place + ": certificate"));
  if (checkpoint->block_hash != applied.hash || checkpoint->height != applied.header.height) {
    return fail(Code::kCorrupt, place + ": the certificate is of another block");
  }
  progress.certified_height = applied.header.height;
  return {};
}

}  // namespace

Status verify_chain(const Context& context) {
  const Console& console = context.console;
  TRY(auto profile, Profile::open(context));
  TRY(auto client, NodeClient::connect(profile, console, Person::kOperator));
  state::StateMachine machine(profile.genesis());
  const state::PlainVerifier verifier(profile.genesis().chain_id);
  Progress progress;
  for (;;) {
    TRY(const auto page, client.get("/v1/blocks?from=" + std::to_string(progress.blocks + 1)));
    TRY(const auto* blocks, array_field(page, "blocks"));
    TRY(const std::uint64_t height, number_field(page, "height"));
    for (const auto& block : *blocks) {
      TRY_STATUS(replay_block(machine, verifier, block, progress));
      console.progress(console.pick("検証", "Verifying"), progress.blocks, height);
    }
    if (blocks->empty()) break;
  }
  console.end_progress();
  if (progress.blocks != 0 && progress.certified_height == 0) {
    return fail(Code::kFailedPrecondition,
                "no block carries a certificate of a majority of the voters yet");
  }
  console.say(
      "全ブロックを創世文書から再実行して検証しました：ブロック " +
          std::to_string(progress.blocks) + "、操作 " + std::to_string(progress.operations) +
          " 件（うち不受理 " + std::to_string(progress.rejected) +
          " 件）、過半数の署名で証明済みの高さ " + std::to_string(progress.certified_height) +
          "。すべて一致しました。",
      "Every block was run again from the genesis document: " + std::to_string(progress.blocks) +
          " blocks, " + std::to_string(progress.operations) + " operations (" +
          std::to_string(progress.rejected) + " rejected), certified up to height " +
          std::to_string(progress.certified_height) + ". Everything agrees.");
  console.result(json::serialize(json::value{{"blocks", progress.blocks},
                                             {"operations", progress.operations},
                                             {"rejected", progress.rejected},
                                             {"certified_height", progress.certified_height},
                                             {"state_root", machine.head().state_root.hex()}}));
  return {};
}

}  // namespace sekisho::tools
