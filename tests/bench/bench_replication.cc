// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0

// Replication alone, for comparison with other replicated logs: three of these as nodes, one as
// load. Started by scripts/bench replication.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <sstream>

#include "node/base/rng.h"
#include "node/crypto/certificate.h"
#include "tests/bench/http_load.h"
#include "tests/bench/replication_node.h"

namespace sekisho::bench {
namespace {

constexpr std::size_t kEntrySize = 500;

// <folder>/certs/<n>.cert.pem and <n>.key.pem; node n listens on first_port + 2n and + 2n + 1.
struct Layout {
  std::string folder;
  std::uint16_t first_port = 0;

  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream file(folder + "/certs/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  [[nodiscard]] net::PeerInfo node(std::uint64_t number) const {
    const auto certificate =
        must(crypto::Certificate::from_pem(read(std::to_string(number) + ".cert.pem")));
    return {number, "127.0.0.1", static_cast<std::uint16_t>(first_port + 2 * number),
            must(certificate.public_key()).key_id()};
  }
  [[nodiscard]] std::uint16_t http_port(std::uint64_t number) const {
    return static_cast<std::uint16_t>(first_port + 2 * number + 1);
  }
};

int serve(const Layout& layout, std::uint64_t number) {
  ReplicationNode::Options options;
  options.number = number;
  options.folder = layout.folder + "/node" + std::to_string(number);
  options.tls = {layout.read(std::to_string(number) + ".cert.pem"),
                 Secret(layout.read(std::to_string(number) + ".key.pem"))};
  options.self = layout.node(number);
  for (std::uint64_t n = 1; n <= 3; ++n) options.peers.push_back(layout.node(n));
  options.http_port = layout.http_port(number);
  must(ReplicationNode::start(std::move(options)))->run();
  return 0;
}

Door door_to(const Layout& layout, std::uint64_t number) {
  Door door;
  door.options.host = "127.0.0.1";
  door.options.port = layout.http_port(number);
  door.options.trust.key_id = layout.node(number).tls_key_id;
  door.certificate_pem = layout.read("client.cert.pem");
  door.key_pem = layout.read("client.key.pem");
  return door;
}

// Closed loop against the leader, at each number of clients.
int load(const Layout& layout, std::uint64_t leader, double seconds, const std::vector<int>& pids) {
  const Bytes entry = SystemRng().bytes(kEntrySize);
  const std::vector<Door> doors{door_to(layout, leader)};
  const auto request = [&entry](std::size_t) {
    net::ClientRequest append;
    append.method = "POST";
    append.target = "/append";
    append.content_type = "application/octet-stream";
    append.body = entry;
    return append;
  };
  for (const std::size_t clients : {std::size_t{1}, std::size_t{64}, std::size_t{512}}) {
    std::size_t next = 0;
    const Plan plan{doors, request, SIZE_MAX, clients, seconds, 0, pids};
    print("project.replicate500.3nodes.tls.c" + std::to_string(clients), run_load(plan, next));
  }
  return 0;
}

}  // namespace
}  // namespace sekisho::bench

int main(int argc, char** argv) {
  using sekisho::bench::Layout;
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 4 && words[0] == "node") {
    const Layout layout{words[1], static_cast<std::uint16_t>(std::stoul(words[2]))};
    return sekisho::bench::serve(layout, std::stoull(words[3]));
  }
  if (words.size() >= 5 && words[0] == "load") {
    const Layout layout{words[1], static_cast<std::uint16_t>(std::stoul(words[2]))};
    std::vector<int> pids;
    for (std::size_t i = 5; i < words.size(); ++i) pids.push_back(std::stoi(words[i]));
    return sekisho::bench::load(layout, std::stoull(words[3]), std::stod(words[4]), pids);
  }
  std::fprintf(stderr,
               "usage: bench_replication node FOLDER FIRST_PORT NUMBER\n"
               "       bench_replication load FOLDER FIRST_PORT LEADER SECONDS PID ...\n"
               "See scripts/bench replication.\n");
  return 2;
}
