// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/tools/node_client.h"

#include <ctime>

#include <boost/json.hpp>

#include "node/base/clock.h"
#include "node/base/limits.h"
#include "node/base/rng.h"
#include "node/config.h"
#include "node/crypto/hash.h"

namespace sekisho::tools {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kValidityMs = 10 * 60 * 1000;
constexpr std::size_t kAnswerMax = 64 * limits::kMiB;
constexpr int kSubmitTries = 5;

Code code_of(unsigned status) {
  switch (status) {
    case 400:
      return Code::kInvalidArgument;
    case 401:
      return Code::kUnauthenticated;
    case 403:
      return Code::kPermissionDenied;
    case 404:
      return Code::kNotFound;
    case 409:
      return Code::kAlreadyExists;
    case 412:
      return Code::kFailedPrecondition;
    case 429:
      return Code::kResourceExhausted;
    case 503:
      return Code::kUnavailable;
    case 504:
      return Code::kDeadline;
    case 507:
      return Code::kNoSpace;
    default:
      return Code::kInternal;
  }
}

Result<json::value> parse_json(BytesView text) {
  boost::system::error_code error;
  json::value value = json::parse(json::string_view(text.data(), text.size()), error);
  if (error) return fail(Code::kCorrupt, "the node's answer is not JSON: " + error.message());
  return value;
}

bool worth_repeating(Code code) {
  return code == Code::kUnavailable || code == Code::kDeadline || code == Code::kResourceExhausted;
}

Error not_attested(const Id16& operation_id) {
  return {Code::kDeadline, "operation " + operation_id.hex() +
                               " is not attested yet; its outcome can be asked for later"};
}

// The sentence of a problem document, or what else there is to say.
Error error_of(const net::ClientResponse& response, const Console& console) {
  Error error{code_of(response.status),
              "the node answered with HTTP status " + std::to_string(response.status)};
  const auto problem = parse_json(response.body);
  if (!problem || !problem->is_object()) return error;
  const auto detail = text_field(*problem, console.pick("detail_ja", "detail"));
  const auto rule = text_field(*problem, "rule");
  if (detail) error.context = *detail;
  if (rule) error.context += " [" + *rule + "]";
  return error;
}

Result<v1::StorageReceipt> parse_receipt(const json::value& value) {
  v1::StorageReceipt receipt;
  TRY(const Digest blob_id, digest_field(value, "blob_id"));
  TRY(const std::uint64_t size_bytes, number_field(value, "size_bytes"));
  TRY(const std::uint64_t node_number, number_field(value, "node_number"));
  TRY(const std::uint64_t issued_ms, number_field(value, "issued_ms"));
  TRY(const std::string member_id, text_field(value, "member_id"));
  TRY(const std::string signature, text_field(value, "signature"));
  TRY(const Bytes raw, from_base64(signature));
  receipt.set_blob_id(Bytes(blob_id.view()));
  receipt.set_size_bytes(size_bytes);
  receipt.set_node_number(node_number);
  receipt.set_issued_ms(issued_ms);
  receipt.set_member_id(member_id);
  receipt.set_signature(raw);
  return receipt;
}

}  // namespace

const json::value& field(const json::value& object, std::string_view name) {
  static const json::value null;
  if (!object.is_object()) return null;
  const auto* found = object.get_object().if_contains(json::string_view(name.data(), name.size()));
  return found == nullptr ? null : *found;
}

Result<std::string> text_field(const json::value& object, std::string_view name) {
  const auto& value = field(object, name);
  if (!value.is_string())
    return fail(Code::kCorrupt, "the answer has no text " + std::string(name));
  return std::string(value.get_string());
}

Result<std::uint64_t> number_field(const json::value& object, std::string_view name) {
  const auto& value = field(object, name);
  boost::system::error_code error;
  const auto number = value.to_number<std::uint64_t>(error);
  if (error) return fail(Code::kCorrupt, "the answer has no number " + std::string(name));
  return number;
}

Result<const json::array*> array_field(const json::value& object, std::string_view name) {
  const auto& value = field(object, name);
  if (!value.is_array()) return fail(Code::kCorrupt, "the answer has no list " + std::string(name));
  return &value.get_array();
}

Result<Digest> digest_field(const json::value& object, std::string_view name) {
  TRY(const std::string text, text_field(object, name));
  return Digest::from_hex(text);
}

NodeClient::NodeClient(net::HttpClient http, const Console& console, Credential credential,
                       std::string member_id, Digest chain_id)
    : http_(std::move(http)),
      console_(console),
      credential_(std::move(credential)),
      member_id_(std::move(member_id)),
      chain_id_(chain_id) {}

Result<NodeClient> NodeClient::connect(Profile& profile, const Console& console, Person person) {
  TRY(const HostPort address, parse_host_port(profile.node()));
  TRY(auto credential, profile.credential(person));
  net::HttpClientOptions options;
  options.host = address.host;
  options.port = address.port;
  options.trust.ca_pem = profile.authorities_pem();
  const net::TlsIdentity identity{credential.certificate.pem(), credential.key.to_pem()};
  TRY(auto http, net::HttpClient::make(std::move(options), &identity));
  return NodeClient(std::move(http), console, std::move(credential), profile.member_id(),
                    profile.genesis().chain_id);
}

Result<net::ClientResponse> NodeClient::checked(Result<net::ClientResponse> response) const {
  if (!response) return response;
  if (response->status >= 300) return fail(error_of(*response, console_));
  return response;
}

Result<json::value> NodeClient::get(const std::string& target) {
  TRY(const Bytes body, get_bytes(target, kAnswerMax));
  return parse_json(body);
}

Result<Bytes> NodeClient::get_bytes(const std::string& target, std::size_t size_max) {
  net::ClientRequest request;
  request.target = target;
  TRY(auto response, checked(http_.send(request, size_max)));
  return std::move(response.body);
}

Result<std::uint64_t> NodeClient::node_number() {
  TRY(const auto me, get("/v1/whoami"));
  return number_field(me, "node_number");
}

v1::Operation NodeClient::make_operation() {
  SystemRng rng;
  return ledger::make_operation(member_id_, SystemClock().unix_ms(), kValidityMs, rng);
}

Result<Outcome> NodeClient::submit(const v1::Operation& operation) {
  TRY_STATUS(ledger::check_operation(operation));
  TRY(const Id16 operation_id, Id16::from_bytes(operation.operation_id()));
  net::ClientRequest request;
  request.method = "POST";
  request.target = "/v1/operations";
  request.content_type = "application/octet-stream";
  request.body = ledger::sign_operation(operation, chain_id_, credential_.key);
  const Digest digest = ledger::operation_digest(request.body);
  // The same bytes may be sent again: the ledger honours an operation id once.
  for (int tries = 1;; ++tries) {
    auto outcome = submit_once(request, operation_id, digest);
    if (outcome && *outcome) return **outcome;
    if (tries == kSubmitTries) return fail(outcome ? not_attested(operation_id) : outcome.error());
    if (!outcome && !worth_repeating(outcome.error().code)) return fail(outcome.error());
    ::timespec pause{1, 0};
    ::nanosleep(&pause, nullptr);
  }
}

Result<std::optional<Outcome>> NodeClient::submit_once(const net::ClientRequest& request,
                                                       const Id16& operation_id,
                                                       const Digest& digest) {
  constexpr int kAsksMax = 6;
  TRY(const auto response, checked(http_.send(request)));
  TRY(auto status, parse_json(response.body));
  for (int asks = 0; asks < kAsksMax; ++asks) {
    TRY(const std::string stage, text_field(status, "status"));
    if (stage == "NOT_SEEN") return std::nullopt;  // lost with a leader on its way
    if (stage == "EXPIRED")
      return fail(Code::kFailedPrecondition,
                  "the operation's time ran out before it was ordered; do it again");
    if (stage == "ATTESTED") return outcome_of(status, digest);
    TRY(status, get("/v1/operations/" + operation_id.hex() + "?wait_ms=20000"));
  }
  return fail(not_attested(operation_id));
}

Result<Outcome> NodeClient::outcome_of(const json::value& status, const Digest& digest) const {
  TRY(const Digest ordered, digest_field(status, "operation_digest"));
  if (ordered != digest)
    return fail(
        Code::kAlreadyExists,
        "the ledger holds other bytes under the id of this operation; somebody between here "
        "and the ledger changed it. Look at its outcome with `sekisho audit` and tell the "
        "secretariat");
  TRY(const std::uint64_t verdict, number_field(status, "verdict"));
  if (verdict != 0) {
    TRY(const std::string name, text_field(status, "verdict_name"));
    TRY(const std::string text, text_field(status, console_.pick("verdict_ja", "verdict_en")));
    return fail(Code::kFailedPrecondition, text + " [" + name + "]");
  }
  Outcome outcome;
  TRY(outcome.index, number_field(status, "index"));
  TRY(outcome.height, number_field(status, "height"));
  TRY(outcome.block_time_ms, number_field(status, "block_time_ms"));
  return outcome;
}

Result<v1::StorageReceipt> NodeClient::upload(const Digest& blob_id, BytesView bytes) {
  const std::string target = "/v1/blobs/" + blob_id.hex() + "?size=" + std::to_string(bytes.size());
  TRY(const auto info, get(target));
  // Of a file that is there already nothing is sent; the node gives a fresh receipt.
  TRY(const std::uint64_t offset, number_field(info, "offset"));
  if (offset > bytes.size()) return fail(Code::kCorrupt, "the node has more than the whole file");
  net::ClientRequest request;
  request.method = "PUT";
  request.target = target + "&offset=" + std::to_string(offset);
  request.content_type = "application/octet-stream";
  request.body = Bytes(bytes.substr(offset));
  request.on_upload = [this](std::uint64_t done, std::uint64_t total) {
    console_.progress(console_.pick("送信", "Uploading"), done, total);
  };
  auto response = checked(http_.send(request));
  console_.end_progress();
  if (!response) return fail(response.error());
  TRY(const auto receipt, parse_json(response->body));
  return parse_receipt(receipt);
}

Result<Bytes> NodeClient::download(const Digest& blob_id, std::uint64_t size_bytes) {
  net::ClientRequest request;
  request.target = "/v1/blobs/" + blob_id.hex() + "/content";
  Bytes bytes;
  const auto sink = [&](BytesView piece) -> Status {
    if (bytes.size() + piece.size() > size_bytes)
      return fail(Code::kCorrupt, "the node sends more than the ledger says");
    bytes.append(piece);
    return {};
  };
  auto response =
      checked(http_.send(request, sink, [this](std::uint64_t done, std::uint64_t total) {
        console_.progress(console_.pick("受信", "Downloading"), done, total);
      }));
  console_.end_progress();
  if (!response) return fail(response.error());
  if (crypto::sha256(bytes) != blob_id) {
    return fail(Code::kCorrupt,
                "the sealed file does not have the digest that the ledger names; fetch it again");
  }
  return bytes;
}

}  // namespace sekisho::tools
