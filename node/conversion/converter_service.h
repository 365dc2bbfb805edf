// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "node/base/clock.h"
#include "node/base/rng.h"
#include "node/blobs/blob_fetcher.h"
#include "node/blobs/custodian.h"
#include "node/blobs/purger.h"
#include "node/conversion/catalogs.h"
#include "node/conversion/job.h"
#include "node/conversion/journal.h"
#include "node/conversion/patience.h"
#include "node/crypto/certificate.h"
#include "node/sandbox/file_converter.h"
#include "node/state/reader.h"

namespace sekisho::conversion {

// The converter of a node with the converter role: takes committed offers that name
// this node, fetches, converts, stores what came out, submits the result. Each exchange gets
// exactly one result: a crash at any point leads to the same operation again or to a fresh attempt
// whose earlier blobs are purged. What cannot be done now is tried again later, each
// time after a longer pause, and a holder that does not answer costs one wait and not one for each
// of its files: nobody's files wait behind another's. One thread (a Loop of its own).
class ConverterService {
 public:
  struct Parts {
    blobs::Custodian& custodian;
    blobs::BlobFetcher& fetcher;
    Journal& journal;
    const Catalogs& catalogs;
    sandbox::FileConverter& files;
    const std::string& scanner_socket;  // of clamd; empty: files are not scanned
    blobs::NodeSigner signer;
    blobs::SubmitAndWait submit;
    const crypto::PrivateKey& key;  // of the organisation's encryption certificate
    const crypto::Certificate& own;
    const Clock& clock;
    Rng& rng;
  };

  explicit ConverterService(Parts parts) : parts_(std::move(parts)) {}

  // The ledger's state now.
  using View = std::function<std::unique_ptr<const state::Reader>()>;

  // Works through the whole list once, each exchange by a fresh view; returns how many got their
  // result.
  std::size_t run_once(const View& view);
  // Outputs of attempts whose exchange needs no conversion any more. Once, at the start.
  Status sweep(const state::Reader& reader);

 private:
  static constexpr std::size_t kBatch = 256;
  static constexpr std::size_t kMapsCached = 32;
  static constexpr unsigned kFirstTries = 1;  // pieces that may fail to come, the first time

  // Whether it got its result; logs why not.
  bool attempt(const state::Reader& reader, const Id16& exchange_id);
  [[nodiscard]] bool ready(const state::Reader& reader, const state::Exchange& exchange) const;
  Status process(const state::Reader& reader, const state::Exchange& exchange);
  Status submit_result(const state::Reader& reader, const JournalEntry& entry);
  // Gives an attempt up: purges those of its blobs that the ledger does not know, forgets it.
  Status discard(const state::Reader& reader, const JournalEntry& entry);
  Result<JobResult> convert(const state::Reader& reader, const state::Exchange& exchange);
  Result<JournalEntry> store_result(const state::Exchange& exchange, JobResult result);
  Result<Bytes> signed_result(const state::Exchange& exchange, const JobResult& result,
                              const std::vector<v1::StorageReceipt>& receipts);
  Result<blobs::BlobFetcher::Fetched> fetch(const state::Reader& reader, const Digest& blob_id,
                                            std::uint64_t size_bytes, const Id16& exchange_id);
  void note_holders(const std::vector<std::uint64_t>& holders, bool answered);
  Result<const Bytes*> map_file(const state::Reader& reader, const state::Map& map);

  Parts parts_;
  std::map<Digest, Bytes> maps_;
  bool ledger_silent_ = false;  // nobody answered the last submission
  Patience<Id16> exchanges_;
  Patience<std::uint64_t> holders_;  // nodes
};

}  // namespace sekisho::conversion
