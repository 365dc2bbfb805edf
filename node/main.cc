// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "node/base/secret.h"
#include "node/config.h"
#include "node/node.h"
#include "node/version.h"

// sekisho-node CONFIG: runs one node in the foreground until SIGINT or SIGTERM. Exit status: 0
// stopped on request, 1 failed (the reason is the last line of the log and on standard error), 2
// usage.
namespace sekisho {
namespace {

int complain(const Error& error) {
  log::error("node_failed", {{"why", error.to_string()}});
  std::fprintf(stderr, "sekisho-node: %s\n", error.to_string().c_str());
  return 1;
}

int run(const std::string& path) {
  std::ifstream file(path);
  if (!file) return complain({Code::kNotFound, path + " cannot be read"});
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const auto config = parse_config(text, std::filesystem::absolute(path).parent_path().string());
  if (!config) return complain(config.error());
  if (const Status opened = log::open(config->log_path, config->log_level); !opened) {
    return complain(opened.error());
  }
  const auto node = Node::start(*config);
  if (!node) return complain(node.error());
  const Status ended = (*node)->run();
  return ended ? 0 : complain(ended.error());
}

}  // namespace
}  // namespace sekisho

int main(int argc, char** argv) {
  if (argc == 2 && std::string(argv[1]) == "--version") {
    std::printf("sekisho-node %s\n", std::string(sekisho::kVersion).c_str());
    return 0;
  }
  if (argc != 2) {
    std::fprintf(stderr, "usage: sekisho-node CONFIG.toml\n");
    return 2;
  }
  sekisho::harden_process();
  return sekisho::run(argv[1]);
}
