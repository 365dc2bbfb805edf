// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "node/base/bytes.h"
#include "node/base/rng.h"
#include "node/conversion/catalogs.h"
#include "node/crypto/certificate.h"
#include "node/crypto/key.h"
#include "node/sandbox/file_converter.h"
#include "node/state/records.h"
#include "proto/v1/operation.pb.h"

namespace sekisho::conversion {

// Everything one conversion needs. Views; all of it outlives the call.
struct JobInput {
  const Digest& chain_id;
  const state::Exchange& exchange;
  BytesView envelope;             // the sender's, sealed for this node's organisation
  const crypto::PrivateKey& key;  // of `own`
  const crypto::Certificate& own;
  BytesView map_file;
  const Package& package;
  const crypto::Certificate& receiver;  // where the output goes
  const crypto::Certificate& sender;    // where the report goes
  // Persons of other insurers than this are not for the receiver; nothing: the receiver is none.
  std::optional<std::string> insurer_number;
  sandbox::FileConverter& files;
  const std::string& scanner_socket;  // of clamd; empty: not scanned
};

// The number by which a receiver is the insurer of the persons in a file: an insurer's, and that of
// a municipality that is registered with its 国保 insurer number (6 or 8 digits). A municipality
// with its municipal code (5 digits), an employer, an institution: nothing, the sender answers for
// who is in the file.
[[nodiscard]] std::optional<std::string> insurer_number_of(const state::Member& receiver);

// A file for one recipient.
struct SealedFile {
  Bytes envelope;
  Digest blob_id;
  Digest commitment;
};

// Either an output, or a failure code with a report.
struct JobResult {
  std::optional<SealedFile> output;
  std::optional<SealedFile> report;  // absent when there is nothing to report
  v1::ConversionEvidence evidence;
  std::string failure_code;  // empty when there is an output
};

// Opens, has it scanned, converts, seals. The plaintext exists in locked memory of this call and of
// the conversion process only. What is wrong with the sender's file or envelope becomes a report
// for the sender, and so does a file at which the conversion breaks down twice (F-CONVERTER); an
// Error means that this node could not do its work and the job is to be tried again. One thread;
// runs for seconds on large files.
[[nodiscard]] Result<JobResult> run_job(const JobInput& input, Rng& rng);

// The day in Japan at a ledger time (UTC+9, no daylight saving).
[[nodiscard]] converter::Date date_in_japan(std::uint64_t unix_ms);

}  // namespace sekisho::conversion
