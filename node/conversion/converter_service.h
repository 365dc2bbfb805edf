// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>

#include "node/base/clock.h"
#include "node/base/rng.h"
#include "node/blobs/blob_fetcher.h"
#include "node/blobs/custodian.h"
#include "node/blobs/purger.h"
#include "node/conversion/catalogs.h"
#include "node/conversion/job.h"
#include "node/conversion/journal.h"
#include "node/crypto/certificate.h"
#include "node/state/reader.h"

namespace sekisho::conversion {

// The converter of a node with the converter role: takes committed offers that name
// this node, fetches, converts, stores what came out, submits the result. Each exchange gets
// exactly one result: a crash at any point leads to the same operation again or to a fresh attempt
// whose earlier blobs are purged. One thread (a Loop of its own).
class ConverterService {
 public:
  struct Parts {
    blobs::Custodian& custodian;
    blobs::BlobFetcher& fetcher;
    Journal& journal;
    const Catalogs& catalogs;
    blobs::NodeSigner signer;
    blobs::SubmitAndWait submit;
    const crypto::PrivateKey& key;  // of the organisation's encryption certificate
    const crypto::Certificate& own;
    const Clock& clock;
    Rng& rng;
  };

  explicit ConverterService(Parts parts) : parts_(std::move(parts)) {}

  // Works through the list once; returns how many exchanges got their result.
  std::size_t run_once(const state::Reader& reader);
  // Outputs of attempts whose exchange needs no conversion any more. Once, at the start.
  Status sweep(const state::Reader& reader);

 private:
  static constexpr std::size_t kBatch = 256;
  static constexpr std::size_t kMapsCached = 32;

  Status process(const state::Reader& reader, const state::Exchange& exchange);
  Status submit_result(const state::Reader& reader, const JournalEntry& entry);
  // Gives an attempt up: purges those of its blobs that the ledger does not know, forgets it.
  Status discard(const state::Reader& reader, const JournalEntry& entry);
  Result<JobResult> convert(const state::Reader& reader, const state::Exchange& exchange);
  Result<JournalEntry> store_result(const state::Exchange& exchange, JobResult result);
  Result<Bytes> signed_result(const state::Exchange& exchange, const JobResult& result,
                              const std::vector<v1::StorageReceipt>& receipts);
  Result<Bytes> fetch(const state::Reader& reader, const Digest& blob_id, std::uint64_t size_bytes,
                      const Id16& exchange_id);
  Result<const Bytes*> map_file(const state::Reader& reader, const state::Map& map);

  Parts parts_;
  std::map<Digest, Bytes> maps_;
};

}  // namespace sekisho::conversion
