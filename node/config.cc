// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/config.h"

#include <charconv>
#include <filesystem>
#include <set>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

namespace sekisho {
namespace {

// Reads one table and remembers what was asked for, so that a misspelt key is noticed.
class Section {
 public:
  Section(std::string name, const toml::table* table) : name_(std::move(name)), table_(table) {}

  Result<std::string> text(const char* key) {
    TRY(const auto value, optional_text(key));
    if (!value)
      return fail(Code::kInvalidArgument, "configuration: " + name_ + "." + key + " is missing");
    return *value;
  }

  Result<std::optional<std::string>> optional_text(const char* key) {
    const auto* node = find(key);
    if (node == nullptr) return std::optional<std::string>();
    const auto value = node->value_exact<std::string>();
    if (!value)
      return fail(Code::kInvalidArgument,
                  "configuration: " + name_ + "." + key + " must be a text");
    return std::optional(*value);
  }

  Result<std::uint64_t> number(const char* key, std::optional<std::uint64_t> fallback) {
    const auto* node = find(key);
    if (node == nullptr && fallback) return *fallback;
    const auto value =
        node == nullptr ? std::optional<std::int64_t>() : node->value_exact<std::int64_t>();
    if (!value || *value < 0) {
      return fail(Code::kInvalidArgument,
                  "configuration: " + name_ + "." + key + " must be a whole number");
    }
    return static_cast<std::uint64_t>(*value);
  }

  [[nodiscard]] Status finish() const {
    if (table_ == nullptr) return {};
    for (const auto& [key, value] : *table_) {
      if (!asked_.contains(std::string(key.str()))) {
        return fail(Code::kInvalidArgument, "configuration: " + name_ + "." +
                                                std::string(key.str()) + " is not a known key");
      }
    }
    return {};
  }

 private:
  const toml::node* find(const char* key) {
    asked_.insert(key);
    return table_ == nullptr ? nullptr : table_->get(key);
  }

  std::string name_;
  const toml::table* table_;
  std::set<std::string> asked_;
};

class Reader {
 public:
  Reader(const toml::table& root, std::filesystem::path folder)
      : root_(root), folder_(std::move(folder)) {}

  Result<NodeConfig> read() {
    NodeConfig config;
    TRY_STATUS(read_node(config));
    TRY_STATUS(read_keys(config));
    TRY_STATUS(read_storage(config));
    TRY_STATUS(read_converter(config));
    TRY_STATUS(read_log(config));
    for (const auto& [key, value] : root_) {
      if (!sections_.contains(std::string(key.str()))) {
        return fail(Code::kInvalidArgument,
                    "configuration: [" + std::string(key.str()) + "] is not a known section");
      }
    }
    return config;
  }

 private:
  Section section(const char* name) {
    sections_.insert(name);
    const auto* node = root_.get(name);
    return {name, node == nullptr ? nullptr : node->as_table()};
  }

  [[nodiscard]] std::string absolute(const std::string& path) const {
    return (folder_ / path).lexically_normal().string();
  }

  Status read_path(Section& from, const char* key, std::string& into) {
    TRY(const std::string path, from.text(key));
    into = absolute(path);
    return {};
  }

  Status read_address(Section& from, const char* key, HostPort& into) {
    TRY(const std::string text, from.text(key));
    auto address = parse_host_port(text);
    if (!address) return fail(address.error().within(std::string("configuration: node.") + key));
    into = std::move(*address);
    return {};
  }

  Status read_node(NodeConfig& config) {
    Section node = section("node");
    TRY(config.node_number, node.number("number", {}));
    TRY_STATUS(read_path(node, "genesis", config.genesis_path));
    TRY_STATUS(read_path(node, "data", config.data_path));
    TRY_STATUS(read_address(node, "peer_listen", config.peer_listen));
    TRY_STATUS(read_address(node, "api_listen", config.api_listen));
    TRY(const std::uint64_t workers, node.number("worker_threads", 0));
    config.worker_threads = static_cast<std::size_t>(workers);
    return node.finish();
  }

  Status read_keys(NodeConfig& config) {
    Section keys = section("keys");
    TRY_STATUS(read_path(keys, "tls_certificate", config.tls_certificate_path));
    TRY_STATUS(read_path(keys, "tls_key", config.tls_key_path));
    TRY_STATUS(read_path(keys, "operation_key", config.operation_key_path));
    TRY_STATUS(read_path(keys, "attestation_key", config.attestation_key_path));
    TRY_STATUS(read_path(keys, "blob_key", config.blob_key_path));
    return keys.finish();
  }

  Status read_storage(NodeConfig& config) {
    Section storage = section("storage");
    TRY(config.blob_quota_bytes, storage.number("blob_quota_bytes", config.blob_quota_bytes));
    TRY(config.free_reserve_bytes, storage.number("free_reserve_bytes", config.free_reserve_bytes));
    return storage.finish();
  }

  Status read_converter(NodeConfig& config) {
    Section converter = section("converter");
    if (!root_.contains("converter")) return {};
    config.converter.emplace();
    TRY_STATUS(read_path(converter, "encryption_key", config.converter->encryption_key_path));
    TRY_STATUS(read_path(converter, "encryption_certificate",
                         config.converter->encryption_certificate_path));
    TRY_STATUS(read_path(converter, "catalogs", config.converter->catalogs_path));
    return converter.finish();
  }

  Status read_log(NodeConfig& config) {
    Section section_log = section("log");
    TRY(const auto path, section_log.optional_text("file"));
    if (path) config.log_path = absolute(*path);
    TRY(const auto level, section_log.optional_text("level"));
    if (level == "debug") config.log_level = log::Level::kDebug;
    if (level == "warning") config.log_level = log::Level::kWarning;
    if (level == "error") config.log_level = log::Level::kError;
    if (level && *level != "debug" && *level != "info" && *level != "warning" &&
        *level != "error") {
      return fail(Code::kInvalidArgument,
                  "configuration: log.level must be debug, info, warning or error");
    }
    return section_log.finish();
  }

  const toml::table& root_;
  std::filesystem::path folder_;
  std::set<std::string> sections_;
};

}  // namespace

Result<HostPort> parse_host_port(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) {
    return fail(Code::kInvalidArgument, "an address is written host:port");
  }
  HostPort address;
  address.host = text.substr(0, colon);
  if (address.host.starts_with('[') && address.host.ends_with(']')) {
    address.host = address.host.substr(1, address.host.size() - 2);
  }
  const std::string_view port = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (error != std::errc() || end != port.data() + port.size()) {
    return fail(Code::kInvalidArgument, "the port is a number from 0 to 65535");
  }
  return address;
}

Result<NodeConfig> parse_config(std::string_view toml, const std::string& folder) {
  const toml::parse_result parsed = toml::parse(toml);
  if (!parsed) {
    return fail(Code::kInvalidArgument, "configuration, line " +
                                            std::to_string(parsed.error().source().begin.line) +
                                            ": " + std::string(parsed.error().description()));
  }
  return Reader(parsed.table(), folder).read();
}

}  // namespace sekisho
