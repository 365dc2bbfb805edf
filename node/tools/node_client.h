// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <boost/json/value.hpp>

#include "node/ledger/operation.h"
#include "node/net/http_client.h"
#include "node/tools/profile.h"

namespace sekisho::tools {

// What the ledger answered to an operation.
struct Outcome {
  std::uint64_t index = 0;
  std::uint64_t height = 0;
  std::uint64_t block_time_ms = 0;
};

// One person's conversation with a node's API. Blocking; one thread. Errors carry the node's own
// sentence in the language of the console.
class NodeClient {
 public:
  static Result<NodeClient> connect(Profile& profile, const Console& console, Person person);

  // GET; the answer's JSON.
  Result<boost::json::value> get(const std::string& target);
  Result<Bytes> get_bytes(const std::string& target, std::size_t size_max);
  // Signs with this person's key, submits, waits until attested, asks again when the outcome stays
  // open. kFailedPrecondition with the rule's sentence when the ledger rejects it.
  Result<Outcome> submit(const v1::Operation& operation);
  // The number of the node that answers here.
  Result<std::uint64_t> node_number();
  // A fresh operation of this member.
  [[nodiscard]] v1::Operation make_operation();
  // Uploads with a progress bar, continues where an earlier try broke off; the node's storage
  // receipt.
  Result<v1::StorageReceipt> upload(const Digest& blob_id, BytesView bytes);
  // Downloads a sealed file with a progress bar and checks its digest.
  Result<Bytes> download(const Digest& blob_id, std::uint64_t size_bytes);

  [[nodiscard]] const Console& console() const { return console_; }
  [[nodiscard]] const std::string& member_id() const { return member_id_; }
  [[nodiscard]] const Digest& chain_id() const { return chain_id_; }
  [[nodiscard]] const crypto::PrivateKey& key() const { return credential_.key; }

 private:
  NodeClient(net::HttpClient http, const Console& console, Credential credential,
             std::string member_id, Digest chain_id);
  Result<net::ClientResponse> checked(Result<net::ClientResponse> response) const;
  // Nothing when the node has not seen the operation: send it again.
  Result<std::optional<Outcome>> submit_once(const net::ClientRequest& request,
                                             const Id16& operation_id, const Digest& digest);
  // Of an attested operation; refuses the outcome of anything but the bytes with this digest.
  Result<Outcome> outcome_of(const boost::json::value& status, const Digest& digest) const;

  net::HttpClient http_;
  Console console_;
  Credential credential_;
  std::string member_id_;
  Digest chain_id_;
};

// Typed fields of an answer; kCorrupt when they are not there.
[[nodiscard]] Result<std::string> text_field(const boost::json::value& object,
                                             std::string_view name);
[[nodiscard]] Result<std::uint64_t> number_field(const boost::json::value& object,
                                                 std::string_view name);
[[nodiscard]] Result<const boost::json::array*> array_field(const boost::json::value& object,
                                                            std::string_view name);
[[nodiscard]] Result<Digest> digest_field(const boost::json::value& object, std::string_view name);
// The member `name` of an object, or null.
[[nodiscard]] const boost::json::value& field(const boost::json::value& object,
                                              std::string_view name);

}  // namespace sekisho::tools
