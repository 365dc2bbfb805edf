// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/receipt.h"

#include "node/base/limits.h"
#include "node/crypto/certificate.h"
#include "node/crypto/hash.h"
#include "node/ledger/text.h"

namespace sekisho::ledger {
namespace {

constexpr std::string_view kFirstLine = "c2sp.org/tlog-proof@v1\n";
constexpr BytesView kExtraLabel{"sekisho/receipt/v1\0", 19};
constexpr std::size_t kPathMax = 64;

tl::unexpected<Error> not_a_receipt(std::string_view what) {
  return fail(Code::kInvalidArgument, "not a receipt: " + std::string(what));
}

// What the leaf needs and the path does not say.
Bytes encode_extra(const Receipt& receipt) {
  Bytes out(kExtraLabel);
  put_u64(out, receipt.record.height);
  put_u64(out, receipt.record.block_time_ms);
  put_u16(out, receipt.record.verdict);
  put_sized(out, receipt.record.signed_operation);
  put_sized(out, receipt.signer_spki_der);
  return out;
}

Status parse_extra(BytesView extra, Receipt& receipt) {
  ByteReader reader(extra);
  const auto label = reader.take(kExtraLabel.size());
  if (!label || *label != kExtraLabel) return not_a_receipt("the extra line has another content");
  TRY(receipt.record.height, reader.u64());
  TRY(receipt.record.block_time_ms, reader.u64());
  TRY(receipt.record.verdict, reader.u16());
  TRY(receipt.record.signed_operation, reader.sized(limits::kOperationSizeMax));
  TRY(receipt.signer_spki_der, reader.sized(crypto::Certificate::kSizeMax));
  return reader.finish();
}

// Takes the next line, which must start with `label`, off `rest`.
Result<std::string_view> take_line(std::string_view& rest, std::string_view label) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) return not_a_receipt("it ends too early");
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  if (!line.starts_with(label)) return not_a_receipt("no line '" + std::string(label) + "…'");
  line.remove_prefix(label.size());
  return line;
}

Status parse_path(std::string_view& rest, std::vector<Digest>& path) {
  while (true) {
    TRY(const std::string_view line, take_line(rest, ""));
    if (line.empty()) return {};
    if (path.size() == kPathMax) return not_a_receipt("the inclusion path is too long");
    TRY(const Bytes bytes, from_base64(line));
    TRY(const Digest digest, Digest::from_bytes(bytes));
    path.push_back(digest);
  }
}

// Digest, key id and operation id as the operation's own bytes give them.
Status fill_record(OperationRecord& record) {
  TRY(const ParsedOperation operation, parse_operation(record.signed_operation));
  record.operation_digest = operation.digest;
  record.author_key_id = operation.key_id;
  record.operation_id = operation.operation_id;
  return {};
}

Status check_operation_signature(const Receipt& receipt, const ParsedOperation& operation,
                                 const Digest& chain_id) {
  const auto key = crypto::PublicKey::from_spki_der(receipt.signer_spki_der);
  if (key && verify_operation(operation, chain_id, *key)) return {};
  return fail(Code::kPermissionDenied,
              "the operation's signature is not that of the key it names, or not for this chain");
}

}  // namespace

Result<Receipt> make_receipt(const OperationRecord& record, BytesView signer_spki_der,
                             BytesView certificate, const TreeNodeReader& nodes) {
  if (!claims_operation_id(static_cast<Verdict>(record.verdict))) {
    return fail(Code::kFailedPrecondition,
                "there is no receipt for an operation that was not validly signed and in time");
  }
  TRY(const crypto::Note note, crypto::parse_note(certificate));
  TRY(const Checkpoint checkpoint, parse_checkpoint(note.text));
  Receipt receipt{record, Bytes(signer_spki_der), {}, Bytes(certificate)};
  TRY(receipt.path, inclusion_proof(record.index, checkpoint.tree_size, nodes));
  return receipt;
}

Result<std::string> format_receipt(const Receipt& receipt) {
  if (receipt.path.size() > kPathMax) return not_a_receipt("the inclusion path is too long");
  std::string text(kFirstLine);
  text += "extra " + to_base64(encode_extra(receipt)) + "\n";
  text += "index " + std::to_string(receipt.record.index) + "\n";
  for (const Digest& hash : receipt.path) text += to_base64(hash.view()) + "\n";
  text += "\n";
  text += receipt.certificate;
  return text;
}

Result<Receipt> parse_receipt(BytesView text) {
  if (text.size() > kReceiptSizeMax) return not_a_receipt("it is too large");
  if (!text.starts_with(kFirstLine)) return not_a_receipt("the first line is another format's");
  std::string_view rest = text.substr(kFirstLine.size());
  Receipt receipt;
  TRY(const std::string_view extra, take_line(rest, "extra "));
  TRY(const Bytes extra_bytes, from_base64(extra));
  TRY_STATUS(parse_extra(extra_bytes, receipt));
  TRY(const std::string_view index_text, take_line(rest, "index "));
  const auto index = parse_decimal(index_text);
  if (!index) return not_a_receipt("bad index");
  receipt.record.index = *index;
  TRY_STATUS(parse_path(rest, receipt.path));
  receipt.certificate = Bytes(rest);
  TRY_STATUS(fill_record(receipt.record));
  return receipt;
}

Result<VerifiedReceipt> verify_receipt(const Receipt& receipt, const GenesisDocument& genesis) {
  const std::vector<Voter> voters = genesis_voters(genesis.genesis);
  VerifiedReceipt verified;
  TRY(verified.checkpoint, verify_certificate(receipt.certificate, voters));
  TRY(VerifiedNote note, verify_note_signers(receipt.certificate, voters));
  verified.signers = std::move(note.signers);
  const Checkpoint& checkpoint = verified.checkpoint;
  if (checkpoint.origin != genesis.genesis.consortium || checkpoint.epoch != 1) {
    return fail(
        Code::kFailedPrecondition,
        "the checkpoint is of another consortium or of later voters than the genesis names");
  }
  TRY(verified.operation, parse_operation(receipt.record.signed_operation));
  verified.record = receipt.record;
  TRY_STATUS(fill_record(verified.record));
  if (verified.record.height == 0 || verified.record.height > checkpoint.height) {
    return not_a_receipt("the block is later than the checkpoint");
  }
  TRY_STATUS(verify_inclusion(leaf_hash(encode_leaf(verified.record)), verified.record.index,
                              checkpoint.tree_size, receipt.path, checkpoint.log_root));
  TRY_STATUS(check_operation_signature(receipt, verified.operation, genesis.chain_id));
  verified.verdict = static_cast<Verdict>(verified.record.verdict);
  return verified;
}

}  // namespace sekisho::ledger
