// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0

// Load on running nodes: signed notes of about 500 bytes, answered when attested. Started by
// scripts/bench, which forms the consortium. Prints `id<TAB>value<TAB>unit` lines.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "node/base/clock.h"
#include "node/base/rng.h"
#include "node/config.h"
#include "node/ledger/operation.h"
#include "node/tools/profile.h"
#include "tests/bench/http_load.h"

namespace sekisho {
namespace {

using bench::Door;
using bench::must;
using bench::print;

struct Arguments {
  std::vector<std::string> homes;
  std::string passphrase_file;
  std::vector<int> server_pids;
  std::vector<std::size_t> clients{1, 64, 512};
  double seconds = 8;
  double open_share = 0.7;
};

struct Load {
  std::vector<Door> doors;
  std::vector<Bytes> operations;  // signed, each for any node
};

Load prepare(const Arguments& arguments, std::size_t operations_count) {
  constexpr std::size_t kNoteSize = 360;  // makes a SignedOperation of about 500 bytes
  constexpr std::uint64_t kValidityMs = 3600 * 1000;
  Load load;
  SystemRng rng;
  std::vector<std::pair<tools::Profile, tools::Credential>> people;
  for (const auto& home : arguments.homes) {
    tools::Context context;
    context.home = home;
    context.passphrase_file = arguments.passphrase_file;
    auto profile = must(tools::Profile::open(context));
    auto credential = must(profile.credential(tools::Person::kOperator));
    Door door;
    const auto address = must(parse_host_port(profile.node()));
    door.options.host = address.host;
    door.options.port = address.port;
    door.options.trust.ca_pem = profile.authorities_pem();
    door.certificate_pem = credential.certificate.pem();
    door.key_pem = Bytes(credential.key.to_pem().view());
    load.doors.push_back(std::move(door));
    people.emplace_back(std::move(profile), std::move(credential));
  }
  const std::uint64_t now_ms = SystemClock().unix_ms();
  for (std::size_t i = 0; i < operations_count; ++i) {
    auto& [profile, credential] = people[i % people.size()];
    auto operation = ledger::make_operation(profile.member_id(), now_ms, kValidityMs, rng);
    operation.mutable_note()->set_body(rng.bytes(kNoteSize));
    load.operations.push_back(
        ledger::sign_operation(operation, profile.genesis().chain_id, credential.key));
  }
  return load;
}

double verify_rate(const Load& load, const Arguments& arguments, std::size_t threads) {
  tools::Context context;
  context.home = arguments.homes.front();
  context.passphrase_file = arguments.passphrase_file;
  auto profile = must(tools::Profile::open(context));
  const auto credential = must(profile.credential(tools::Person::kOperator));
  const auto parsed = must(ledger::parse_operation(load.operations.front()));
  std::atomic<std::uint64_t> done{0};
  std::atomic<bool> stop{false};
  std::vector<std::thread> workers;
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < threads; ++i) {
    workers.emplace_back([&] {
      while (!stop) {
        if (!ledger::verify_operation(parsed, profile.genesis().chain_id,
                                      credential.key.public_key()))
          std::abort();
        ++done;
      }
    });
  }
  std::this_thread::sleep_for(std::chrono::seconds(2));
  stop = true;
  for (auto& worker : workers) worker.join();
  return static_cast<double>(done) /
         std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

net::ClientRequest submission(const Load& load, std::size_t i) {
  net::ClientRequest request;
  request.method = "POST";
  request.target = "/v1/operations?wait_ms=30000";
  request.content_type = "application/octet-stream";
  request.body = load.operations[i];
  return request;
}

int bench_ledger(const Arguments& arguments) {
  constexpr std::size_t kRateGuess = 9'000;
  const auto phases = static_cast<double>(arguments.clients.size() + 1);
  Load load = prepare(arguments, static_cast<std::size_t>(phases * arguments.seconds) * kRateGuess);
  const double size = static_cast<double>(load.operations.front().size());
  print("project.op500.size", size, "bytes");
  const double one = verify_rate(load, arguments, 1);
  const double two = verify_rate(load, arguments, 2);
  print("limit.p256.verify.t1", one, "op/s");
  print("limit.p256.verify.t2", two, "op/s");
  const double limit = two / static_cast<double>(arguments.homes.size());
  print("limit.ledger", limit, "op/s");
  std::size_t next = 0;
  const auto measure = [&](std::size_t clients, double rate) {
    const bench::Plan plan{load.doors,
                           [&load](std::size_t i) { return submission(load, i); },
                           load.operations.size(),
                           clients,
                           arguments.seconds,
                           rate,
                           arguments.server_pids};
    return bench::run_load(plan, next);
  };
  double best = 0;
  for (const std::size_t clients : arguments.clients) {
    const auto measured = measure(clients, 0);
    print("project.op500.3nodes.tls.c" + std::to_string(clients), measured);
    best = std::max(best, measured.rate);
  }
  print("project.op500.3nodes.share_of_limit", best / limit * 100, "%");
  const double rate = best * arguments.open_share;
  print("project.op500.3nodes.tls.open.arrival", rate, "op/s");
  print("project.op500.3nodes.tls.open", measure(256, rate));
  return 0;
}

}  // namespace
}  // namespace sekisho

int main(int argc, char** argv) {
  sekisho::Arguments arguments;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    const std::string value = argv[i + 1];
    if (name == "--home") arguments.homes.push_back(value);
    if (name == "--passphrase-file") arguments.passphrase_file = value;
    if (name == "--pid") arguments.server_pids.push_back(std::stoi(value));
    if (name == "--seconds") arguments.seconds = std::stod(value);
  }
  if (arguments.homes.empty()) {
    std::fprintf(stderr,
                 "usage: bench_ledger --home DIR … --passphrase-file F --pid N … [--seconds S]; "
                 "see scripts/bench\n");
    return 2;
  }
  return sekisho::bench_ledger(arguments);
}
