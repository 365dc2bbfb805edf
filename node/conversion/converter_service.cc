// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/conversion/converter_service.h"

#include <algorithm>
#include <future>
#include <set>

#include "node/base/check.h"
#include "node/base/log.h"
#include "node/ledger/operation.h"
#include "node/state/queries.h"

namespace sekisho::conversion {
namespace {

constexpr std::uint64_t kValidityMs = 30 * 60 * 1000;

void fill(v1::BlobRef& reference, const SealedFile& file) {
  reference.set_blob_id(Bytes(file.blob_id.view()));
  reference.set_size_bytes(file.envelope.size());
  reference.set_commitment(Bytes(file.commitment.view()));
}

Result<crypto::Certificate> encryption_certificate(const state::Reader& reader,
                                                   const std::string& member_id) {
  const auto member = state::member(reader, member_id);
  if (!member) return fail(Code::kNotFound, "member " + member_id + " is not on the ledger");
  return crypto::Certificate::from_der(member->encryption_certificate_der);
}

bool is_silence(Code code) {
  return code == Code::kUnavailable || code == Code::kDeadline || code == Code::kCancelled;
}

bool needs_conversion(const state::Reader& reader, const Id16& exchange_id) {
  const auto exchange = state::exchange(reader, exchange_id);
  return exchange && exchange->state == state::ExchangeState::kOffered;
}

}  // namespace

std::size_t ConverterService::run_once(const View& view) {
  std::size_t done = 0;
  std::set<Id16> listed;
  std::uint64_t next = 0;
  ledger_silent_ = false;
  while (true) {
    const auto reader = view();
    const auto page = state::conversion_work(*reader, parts_.signer.node_number, kBatch, next);
    for (const auto& exchange : page) {
      listed.insert(exchange.exchange_id);
      next = exchange.offered_index + 1;
      // Minutes may have passed since the page was read, and the sender may have withdrawn.
      if (!ready(*reader, exchange)) continue;
      const auto now = view();
      if (needs_conversion(*now, exchange.exchange_id) && attempt(*now, exchange.exchange_id)) {
        ++done;
      }
      if (ledger_silent_) return done;  // the next would wait as long for nothing
    }
    if (page.size() < kBatch) break;
  }
  exchanges_.keep([&](const Id16& id) { return listed.contains(id); });
  return done;
}

bool ConverterService::attempt(const state::Reader& reader, const Id16& exchange_id) {
  const Status processed = process(reader, *state::exchange(reader, exchange_id));
  if (processed) {
    exchanges_.succeeded(exchange_id);
    return true;
  }
  if (!ledger_silent_) exchanges_.failed(exchange_id, parts_.clock.monotonic_ms());
  log::warning("conversion_postponed", {{"exchange", exchange_id.hex()},
                                        {"tries", exchanges_.failures(exchange_id)},
                                        {"why", processed.error().to_string()}});
  return false;
}

// Not while it is this exchange's pause, nor while everybody who has its input is known to be
// silent.
bool ConverterService::ready(const state::Reader& reader, const state::Exchange& exchange) const {
  const std::uint64_t now_ms = parts_.clock.monotonic_ms();
  if (!exchanges_.ready(exchange.exchange_id, now_ms)) return false;
  const auto holders = state::holders_of(reader, exchange.input.blob_id);
  return holders.empty() || std::any_of(holders.begin(), holders.end(), [&](std::uint64_t holder) {
           return holder == parts_.signer.node_number || holders_.ready(holder, now_ms);
         });
}

Status ConverterService::sweep(const state::Reader& reader) {
  TRY(const auto entries, parts_.journal.all());
  for (const auto& entry : entries) {
    if (needs_conversion(reader, entry.exchange_id)) continue;
    TRY_STATUS(discard(reader, entry));
  }
  return {};
}

Status ConverterService::process(const state::Reader& reader, const state::Exchange& exchange) {
  TRY(const auto before, parts_.journal.find(exchange.exchange_id));
  if (before && !before->signed_result.empty()) return submit_result(reader, *before);
  if (before) TRY_STATUS(discard(reader, *before));
  TRY(auto result, convert(reader, exchange));
  log::info("converted", {{"exchange", exchange.exchange_id.hex()},
                          {"persons_out", result.evidence.persons_out()},
                          {"persons_held", result.evidence.persons_held()},
                          {"failure", result.failure_code}});
  TRY(const auto entry, store_result(exchange, std::move(result)));
  return submit_result(reader, entry);
}

Status ConverterService::submit_result(const state::Reader& reader, const JournalEntry& entry) {
  const auto verdict = parts_.submit(entry.signed_result);
  if (!verdict) {
    ledger_silent_ = is_silence(verdict.error().code);
    // The time of this operation is over for good; the exchange needs a fresh attempt.
    if (verdict.error().code == Code::kFailedPrecondition) TRY_STATUS(discard(reader, entry));
    return fail(verdict.error());
  }
  if (*verdict == ledger::Verdict::kAccepted) return parts_.journal.remove(entry.exchange_id);
  TRY_STATUS(discard(reader, entry));
  return fail(Code::kFailedPrecondition, std::string(ledger::verdict_name(*verdict)));
}

Status ConverterService::discard(const state::Reader& reader, const JournalEntry& entry) {
  for (const Digest& blob : entry.blobs) {
    if (state::custody(reader, blob, parts_.signer.node_number)) continue;
    TRY_STATUS(parts_.custodian.purge(blob));
  }
  return parts_.journal.remove(entry.exchange_id);
}

Result<JobResult> ConverterService::convert(const state::Reader& reader,
                                            const state::Exchange& exchange) {
  const auto map = state::map(reader, exchange.map_digest);
  if (!map) return fail(Code::kNotFound, "the exchange's map is not on the ledger");
  const auto* package = parts_.catalogs.find(map->catalog_id);
  if (package == nullptr) {
    return fail(Code::kFailedPrecondition,
                "this node has no catalog package " + map->catalog_id + "; install it and restart");
  }
  TRY(const Bytes* map_bytes, map_file(reader, *map));
  TRY(const auto receiver, encryption_certificate(reader, exchange.receiver));
  TRY(const auto sender, encryption_certificate(reader, exchange.sender));
  TRY(const auto envelope,
      fetch(reader, exchange.input.blob_id, exchange.input.size_bytes, exchange.exchange_id));
  const auto addressee = state::member(reader, exchange.receiver);
  CHECK(addressee.has_value());
  const JobInput input{parts_.signer.chain_id,
                       exchange,
                       *envelope,
                       parts_.key,
                       parts_.own,
                       *map_bytes,
                       *package,
                       receiver,
                       sender,
                       insurer_number_of(*addressee),
                       parts_.files,
                       parts_.scanner_socket};
  return run_job(input, parts_.rng);
}

Result<JournalEntry> ConverterService::store_result(const state::Exchange& exchange,
                                                    JobResult result) {
  JournalEntry entry;
  entry.exchange_id = exchange.exchange_id;
  for (const auto* file : {&result.output, &result.report}) {
    if (*file) entry.blobs.push_back((*file)->blob_id);
  }
  TRY_STATUS(parts_.journal.put(entry));
  std::vector<v1::StorageReceipt> receipts;
  for (const auto* file : {&result.output, &result.report}) {
    if (!*file) continue;
    TRY(auto receipt,
        parts_.custodian.keep((*file)->blob_id, (*file)->envelope, parts_.signer.member_id));
    receipts.push_back(std::move(receipt));
  }
  TRY(entry.signed_result, signed_result(exchange, result, receipts));
  TRY_STATUS(parts_.journal.put(entry));
  return entry;
}

Result<Bytes> ConverterService::signed_result(const state::Exchange& exchange,
                                              const JobResult& result,
                                              const std::vector<v1::StorageReceipt>& receipts) {
  const auto& signer = parts_.signer;
  auto operation =
      ledger::make_operation(signer.member_id, parts_.clock.unix_ms(), kValidityMs, parts_.rng);
  const auto complete = [&](auto& payload) {
    payload.set_exchange_id(Bytes(exchange.exchange_id.view()));
    if (result.report) fill(*payload.mutable_report(), *result.report);
    *payload.mutable_evidence() = result.evidence;
    payload.mutable_receipts()->Add(receipts.begin(), receipts.end());
  };
  if (result.output) {
    auto& payload = *operation.mutable_conversion_result();
    complete(payload);
    fill(*payload.mutable_output(), *result.output);
  } else {
    auto& payload = *operation.mutable_conversion_failure();
    complete(payload);
    payload.set_code(result.failure_code);
  }
  TRY_STATUS(ledger::check_operation(operation));
  return ledger::sign_operation(operation, signer.chain_id, signer.operation_key);
}

Result<blobs::BlobFetcher::Fetched> ConverterService::fetch(const state::Reader& reader,
                                                            const Digest& blob_id,
                                                            std::uint64_t size_bytes,
                                                            const Id16& exchange_id) {
  using Fetched = blobs::BlobFetcher::Fetched;
  TRY(const auto held, parts_.custodian.store().info(blob_id));
  if (held) {
    TRY(Bytes bytes, parts_.custodian.store().read(blob_id, 0, held->size_bytes));
    return std::make_shared<const Bytes>(std::move(bytes));
  }
  blobs::FetchPlan plan;
  plan.blob_id = blob_id;
  plan.size_bytes = size_bytes;
  plan.exchange_id = exchange_id;
  plan.holders = state::holders_of(reader, blob_id);
  plan.own_work = true;
  plan.tries_max = std::min(plan.tries_max, kFirstTries + exchanges_.failures(exchange_id));
  const auto holders = plan.holders;
  auto promise = std::make_shared<std::promise<Result<Fetched>>>();
  auto fetched = promise->get_future();
  parts_.fetcher.fetch(std::move(plan),
                       [promise](Result<Fetched> bytes) { promise->set_value(std::move(bytes)); });
  auto result = fetched.get();
  note_holders(holders, result || result.error().code != Code::kUnavailable);
  return result;
}

void ConverterService::note_holders(const std::vector<std::uint64_t>& holders, bool answered) {
  for (const std::uint64_t holder : holders) {
    if (answered) {
      holders_.succeeded(holder);
    } else {
      holders_.failed(holder, parts_.clock.monotonic_ms());
    }
  }
}

Result<const Bytes*> ConverterService::map_file(const state::Reader& reader,
                                                const state::Map& map) {
  if (const auto at = maps_.find(map.map_digest); at != maps_.end()) return &at->second;
  TRY(const auto bytes, fetch(reader, map.map_digest, map.size_bytes, Id16{}));
  if (maps_.size() >= kMapsCached) maps_.clear();
  return &maps_.emplace(map.map_digest, *bytes).first->second;
}

}  // namespace sekisho::conversion
