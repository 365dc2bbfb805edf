// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/receipt.h"
#include "node/ledger/verdict.h"
#include "node/tools/files.h"
#include "node/tools/text.h"
#include "node/tools/verbs.h"

// Checks a receipt offline; needs the receipt and the genesis document, nothing else.
namespace sekisho::tools {

Status verify_receipt_file(const Context& context, const Verify& options) {
  const std::string genesis_path =
      options.genesis.empty() ? context.home + "/genesis.json" : options.genesis;
  TRY(const Bytes document, read_file(genesis_path, ledger::kGenesisSizeMax));
  TRY(const auto genesis, ledger::parse_genesis(document));
  TRY(const Bytes text, read_file(options.receipt, ledger::kReceiptSizeMax));
  TRY(const auto receipt, ledger::parse_receipt(text));
  TRY(const auto verified, ledger::verify_receipt(receipt, genesis));
  const std::string index = std::to_string(verified.record.index);
  const std::string signers = std::to_string(verified.signers.size());
  const std::string verdict(ledger::verdict_name(verified.verdict));
  context.console.say("正しい受領証明です。台帳「" + genesis.genesis.consortium + "」の " + index +
                          " 番、" + time_in_japan(verified.record.block_time_ms) + "、作成者 " +
                          verified.operation.operation.author_member() + "、操作 " +
                          std::string(ledger::payload_name(verified.operation.operation)) +
                          "、判定 " + verdict + "、" + signers + " ノードの署名。",
                      "A valid receipt: index " + index + " of " + genesis.genesis.consortium +
                          ", " + time_in_japan(verified.record.block_time_ms) + ", by " +
                          verified.operation.operation.author_member() + ", operation " +
                          std::string(ledger::payload_name(verified.operation.operation)) +
                          ", verdict " + verdict + ", signed by " + signers + " nodes.");
  context.console.result("{\"valid\":true,\"index\":" + index + ",\"verdict\":\"" + verdict +
                         "\",\"signers\":" + signers + "}");
  return {};
}

}  // namespace sekisho::tools
