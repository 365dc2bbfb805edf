// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/config.h"

#include <filesystem>
#include <limits>
#include <set>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

namespace sekisho {
namespace {

constexpr std::uint64_t kNumberMax = std::numeric_limits<std::int64_t>::max();  // TOML's own
constexpr std::uint64_t kWorkersMax = 256;

// Reads one table and remembers what was asked for, so that a misspelt key is noticed.
class Section {
 public:
  Section(std::string name, const toml::table* table) : name_(std::move(name)), table_(table) {}

  Result<std::string> text(const char* key) {
    TRY(const auto value, optional_text(key));
    if (!value) return missing(key);
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

  // Nothing without `fallback` is an error.
  Result<std::uint64_t> number(const char* key, std::optional<std::uint64_t> fallback,
                               std::uint64_t min, std::uint64_t max) {
    const auto* node = find(key);
    if (node == nullptr && fallback) return *fallback;
    if (node == nullptr) return missing(key);
    const auto value = node->value_exact<std::int64_t>();
    if (!value || *value < 0 || static_cast<std::uint64_t>(*value) < min ||
        static_cast<std::uint64_t>(*value) > max) {
      return fail(Code::kInvalidArgument, "configuration: " + name_ + "." + key +
                                              " must be a whole number from " +
                                              std::to_string(min) + " to " + std::to_string(max));
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
  [[nodiscard]] tl::unexpected<Error> missing(const char* key) const {
    return fail(Code::kInvalidArgument, "configuration: " + name_ + "." + key + " is missing");
  }

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
    for (const auto& [key, value] : root_) {
      if (!value.is_table()) {
        return fail(Code::kInvalidArgument,
                    "configuration: " + std::string(key.str()) + " stands outside of a [section]");
      }
    }
    TRY_STATUS(read_node(config));
    TRY_STATUS(read_keys(config));
    TRY_STATUS(read_storage(config));
    TRY_STATUS(read_converter(config));
    TRY_STATUS(read_log(config));
    TRY_STATUS(finish());
    return config;
  }

 private:
  Section section(const char* name) {
    sections_.insert(name);
    const auto* node = root_.get(name);
    return {name, node == nullptr ? nullptr : node->as_table()};
  }

  [[nodiscard]] Status finish() const {
    for (const auto& [key, value] : root_) {
      const std::string name(key.str());
      if (!sections_.contains(name)) {
        return fail(Code::kInvalidArgument, "configuration: [" + name + "] is not a known section");
      }
    }
    return {};
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
    TRY(config.node_number, node.number("number", {}, 1, kNumberMax));
    TRY_STATUS(read_path(node, "genesis", config.genesis_path));
    TRY_STATUS(read_path(node, "data", config.data_path));
    TRY_STATUS(read_address(node, "peer_listen", config.peer_listen));
    TRY_STATUS(read_address(node, "api_listen", config.api_listen));
    TRY(const std::uint64_t workers, node.number("worker_threads", 0, 0, kWorkersMax));
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
    TRY(config.blob_quota_bytes,
        storage.number("blob_quota_bytes", config.blob_quota_bytes, 0, kNumberMax));
    TRY(config.free_reserve_bytes,
        storage.number("free_reserve_bytes", config.free_reserve_bytes, 0, kNumberMax));
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
    TRY(const auto program, converter.optional_text("program"));
    if (program) config.converter->program_path = absolute(*program);
    TRY(const auto scanner, converter.optional_text("clamd_socket"));
    if (scanner) config.converter->scanner_socket = absolute(*scanner);
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
