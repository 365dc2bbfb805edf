// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "node/base/bytes.h"
#include "node/base/log.h"
#include "node/net/uri.h"

namespace sekisho {

using net::HostPort;
using net::parse_host_port;

// A node's own settings: where things are on this machine. Nothing that the ledger decides
// (docs/operations.md lists every key).
struct NodeConfig {
  std::uint64_t node_number = 0;
  std::string genesis_path;
  std::string data_path;
  HostPort peer_listen;
  HostPort api_listen;
  std::string tls_certificate_path;
  std::string tls_key_path;
  std::string operation_key_path;
  std::string attestation_key_path;
  std::string blob_key_path;  // 32 bytes; wraps the at-rest keys
  std::uint64_t blob_quota_bytes = 0;
  std::uint64_t free_reserve_bytes = 256ull
                                     << 20;  // uploads and new work stop below this much free disk
  std::size_t worker_threads = 0;            // 0: one for each core
  struct Converter {
    std::string encryption_key_path;
    std::string encryption_certificate_path;
    std::string catalogs_path;
    std::string program_path;    // sekisho-convert; empty: beside the running program
    std::string scanner_socket;  // of clamd; empty: files are not scanned
  };
  std::optional<Converter> converter;
  std::string log_path;  // empty: standard error
  log::Level log_level = log::Level::kInfo;
};

// The TOML text of a configuration file. Relative paths are relative to `folder`, that of the file.
// Unknown keys, missing keys and wrong types are kInvalidArgument with the key's name.
[[nodiscard]] Result<NodeConfig> parse_config(std::string_view toml, const std::string& folder);

}  // namespace sekisho
