// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>

#include "node/base/limits.h"
#include "node/crypto/commitment.h"
#include "node/crypto/envelope.h"
#include "node/crypto/mime_entity.h"
#include "node/tools/files.h"
#include "node/tools/node_client.h"
#include "node/tools/text.h"
#include "node/tools/verbs.h"

// receive and confirm: the receiver's output, or the sender's error list.
namespace sekisho::tools {
namespace {

namespace json = boost::json;
constexpr std::uint64_t kNoteSizeMax = 64 * 1024;

// The sealed file of an exchange that is for this member.
struct Wanted {
  Id16 exchange_id;
  Digest blob_id;
  std::uint64_t size_bytes = 0;
  Digest commitment;
  bool is_report = false;
};

Result<Wanted> find_wanted(NodeClient& client, const std::string& exchange_text) {
  Wanted wanted;
  auto id = Id16::from_hex(exchange_text);
  if (!id)
    return fail(Code::kInvalidArgument,
                "an exchange is named by its 32 hex digits; see `sekisho inbox`");
  wanted.exchange_id = *id;
  TRY(const auto exchange, client.get("/v1/exchanges/" + id->hex()));
  TRY(const std::string sender, text_field(exchange, "sender"));
  TRY(const std::string receiver, text_field(exchange, "receiver"));
  const bool output_ready = !field(exchange, "output").is_null() && receiver == client.member_id();
  // Self-service (sender is receiver): the output first, then the report.
  const std::string state = text_field(exchange, "state").value_or("");
  const bool output_waits = output_ready && (state == "CONVERTED" || state == "FETCHED");
  wanted.is_report =
      !output_waits && sender == client.member_id() && !field(exchange, "report").is_null();
  if (!output_waits && !wanted.is_report) {
    return fail(Code::kFailedPrecondition,
                "nothing of this exchange waits for you now; its state is " +
                    state_text(state, client.console().language()));
  }
  const auto& blob = field(exchange, wanted.is_report ? "report" : "output");
  TRY(wanted.blob_id, digest_field(blob, "blob_id"));
  TRY(wanted.size_bytes, number_field(blob, "size_bytes"));
  TRY(wanted.commitment, digest_field(blob, "commitment"));
  return wanted;
}

// What `confirm` needs to check the file again; beside the keys, readable by its owner only.
std::string note_path(const Context& context, const Wanted& wanted) {
  return context.home + "/received/" + wanted.blob_id.hex() + ".json";
}

Status write_note(const Context& context, const Wanted& wanted, const std::string& path,
                  const crypto::Salt& salt) {
  TRY_STATUS(make_folder(context.home + "/received"));
  const json::value note{{"file", path}, {"salt", salt.hex()}, {"blob_id", wanted.blob_id.hex()}};
  return write_file(note_path(context, wanted), json::serialize(note), true, true);
}

Status record_fetch(NodeClient& client, const Wanted& wanted) {
  auto operation = client.make_operation();
  auto& payload = *operation.mutable_record_fetch();
  payload.set_exchange_id(Bytes(wanted.exchange_id.view()));
  payload.set_blob_id(Bytes(wanted.blob_id.view()));
  TRY(const std::uint64_t node_number, client.node_number());
  payload.set_node_number(node_number);
  TRY_STATUS(client.submit(operation));
  return {};
}

struct Note {
  std::string file;
  crypto::Salt salt;
};

Result<Note> read_note(const Context& context, const Wanted& wanted, const std::string& file) {
  auto text = read_file(note_path(context, wanted), kNoteSizeMax);
  if (!text)
    return fail(Code::kFailedPrecondition,
                "this file has not been received here yet; run `sekisho receive` first");
  boost::system::error_code error;
  const json::value value = json::parse(*text, error);
  if (error)
    return fail(Code::kCorrupt,
                "the note of the received file is damaged; run `sekisho receive` again");
  Note note;
  TRY(note.file, text_field(value, "file"));
  TRY(note.salt, digest_field(value, "salt"));
  if (!file.empty()) note.file = file;
  return note;
}

}  // namespace

Status receive(const Context& context, const Receive& options) {
  const Console& console = context.console;
  TRY(auto profile, Profile::open(context));
  TRY(auto client, NodeClient::connect(profile, console, Person::kOperator));
  TRY(const auto wanted, find_wanted(client, options.exchange));
  TRY(const auto encryption, profile.encryption());
  TRY_STATUS(record_fetch(client, wanted));
  TRY(const Bytes envelope, client.download(wanted.blob_id, wanted.size_bytes));
  TRY(const Secret entity, crypto::open_envelope(envelope, encryption.key, encryption.certificate));
  TRY(const auto parts, crypto::parse_mime_entity(entity.view()));
  if (crypto::commitment(parts.salt, parts.body) != wanted.commitment) {
    return fail(Code::kCorrupt,
                "the file does not fit the commitment on the ledger; do not use it, send it back "
                "with `sekisho reject`");
  }
  const std::string folder = options.out.empty() ? "." : options.out;
  TRY_STATUS(make_folder(folder));
  const std::string path =
      folder + "/" + wanted.exchange_id.hex().substr(0, 8) + "_" + parts.file_name;
  TRY_STATUS(write_file(path, parts.body, true, true));
  TRY_STATUS(write_note(context, wanted, path, parts.salt));
  console.say("受信しました（" + std::string(wanted.is_report ? "確認リスト" : "標準CSV") +
                  "）: " + path + "\n内容を確認したら `sekisho confirm " +
                  wanted.exchange_id.hex() + "` で受信完了にしてください。",
              "Received (" + std::string(wanted.is_report ? "error list" : "standard CSV") +
                  "): " + path + "\nCheck it, then confirm receipt with `sekisho confirm " +
                  wanted.exchange_id.hex() + "`.");
  console.result(json::serialize(json::value{
      {"file", path}, {"blob_id", wanted.blob_id.hex()}, {"report", wanted.is_report}}));
  return {};
}

Status confirm(const Context& context, const Confirm& options) {
  const Console& console = context.console;
  TRY(auto profile, Profile::open(context));
  TRY(auto client, NodeClient::connect(profile, console, Person::kOperator));
  TRY(const auto wanted, find_wanted(client, options.exchange));
  TRY(const auto note, read_note(context, wanted, options.file));
  TRY(const Secret file, read_secret_file(note.file, limits::kFileSizeMax + 64 * limits::kMiB));
  const Digest commitment = crypto::commitment(note.salt, file.view());
  if (commitment != wanted.commitment) {
    return fail(Code::kFailedPrecondition,
                note.file + " is not as it was received; nothing was confirmed. Receive it again.");
  }
  auto operation = client.make_operation();
  auto& payload = *operation.mutable_confirm_receipt();
  payload.set_exchange_id(Bytes(wanted.exchange_id.view()));
  payload.set_blob_id(Bytes(wanted.blob_id.view()));
  payload.set_commitment(Bytes(commitment.view()));
  TRY(const auto outcome, client.submit(operation));
  console.say("受信完了にしました（" + time_in_japan(outcome.block_time_ms) +
                  "）。保管中の写しはすべて削除され、削除は台帳に記録されます。",
              "Receipt confirmed (" + time_in_japan(outcome.block_time_ms) +
                  "). Every stored copy is deleted and each deletion recorded.");
  console.result(json::serialize(
      json::value{{"index", outcome.index}, {"operation_id", to_hex(operation.operation_id())}}));
  return {};
}

}  // namespace sekisho::tools
