// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0

// Load on running nodes: signed notes of about 500 bytes, answered when attested. Started by
// scripts/bench, which forms the consortium. Prints `id<TAB>value<TAB>unit` lines.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include "node/base/clock.h"
#include "node/base/rng.h"
#include "node/config.h"
#include "node/ledger/operation.h"
#include "node/net/http_client.h"
#include "node/tools/profile.h"

namespace sekisho {
namespace {

using Steady = std::chrono::steady_clock;

struct Arguments {
  std::vector<std::string> homes;
  std::string passphrase_file;
  std::vector<int> server_pids;
  std::vector<std::size_t> clients{1, 64, 512};
  double seconds = 8;
  double open_share = 0.7;
};

void print(const std::string& id, double value, const char* unit) {
  std::printf("%s\t%.3f\t%s\n", id.c_str(), value, unit);
  std::fflush(stdout);
}

// Someone's way to one node.
struct Door {
  net::HttpClientOptions options;
  std::string certificate_pem;
  Bytes key_pem;
};

struct Load {
  std::vector<Door> doors;
  std::vector<Bytes> operations;  // signed, each for any node
};

template <typename T>
T must(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "bench_ledger: %s\n", result.error().to_string().c_str());
    std::exit(1);
  }
  return std::move(*result);
}

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
  const auto start = Steady::now();
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
  return static_cast<double>(done) / std::chrono::duration<double>(Steady::now() - start).count();
}

double server_cpu_seconds(const std::vector<int>& pids) {
  double ticks = 0;
  for (const int pid : pids) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    std::istringstream fields(text.substr(text.rfind(')') + 2));
    std::string skipped;
    for (int i = 0; i < 11; ++i) fields >> skipped;
    double user = 0;
    double system = 0;
    fields >> user >> system;
    ticks += user + system;
  }
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

struct Measured {
  double rate = 0;
  double cpu_us = 0;
  std::vector<double> latencies_ms;  // ascending
  std::uint64_t errors = 0;
};

// Every client takes the next operation; with a rate it waits for that operation's time of arrival,
// and its latency counts from then, however late the client was.
Measured run(const Load& load, std::size_t& next, std::size_t clients, double seconds, double rate,
             const std::vector<int>& pids) {
  std::atomic<std::size_t> cursor{next};
  std::atomic<std::uint64_t> errors{0};
  std::atomic<std::size_t> connected{0};
  std::atomic<bool> go{false};
  Steady::time_point start;
  std::vector<std::vector<double>> latencies(clients);
  std::vector<std::thread> threads;
  const std::size_t first = next;
  for (std::size_t c = 0; c < clients; ++c) {
    threads.emplace_back([&, c] {
      const Door& door = load.doors[c % load.doors.size()];
      const net::TlsIdentity identity{door.certificate_pem, Secret(door.key_pem)};
      auto http = must(net::HttpClient::make(door.options, &identity));
      net::ClientRequest hello;
      hello.target = "/healthz";
      must(http.send(hello));
      ++connected;
      while (!go) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      const auto end = start + std::chrono::duration<double>(seconds);
      net::ClientRequest request;
      request.method = "POST";
      request.target = "/v1/operations?wait_ms=30000";
      request.content_type = "application/octet-stream";
      while (true) {
        const std::size_t i = cursor++;
        if (i >= load.operations.size()) return;
        auto due = Steady::now();
        if (rate > 0) {
          due = start + std::chrono::duration_cast<Steady::duration>(
                            std::chrono::duration<double>(static_cast<double>(i - first) / rate));
        }
        if (due >= end) return;
        std::this_thread::sleep_until(due);
        request.body = load.operations[i];
        const auto response = http.send(request);
        if (!response || response->status != 200) {
          ++errors;
          continue;
        }
        latencies[c].push_back(
            std::chrono::duration<double, std::milli>(Steady::now() - due).count());
      }
    });
  }
  while (connected < clients) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const double cpu_before = server_cpu_seconds(pids);
  start = Steady::now();
  go = true;
  for (auto& thread : threads) thread.join();
  const double elapsed = std::chrono::duration<double>(Steady::now() - start).count();
  Measured measured;
  for (auto& part : latencies)
    measured.latencies_ms.insert(measured.latencies_ms.end(), part.begin(), part.end());
  std::sort(measured.latencies_ms.begin(), measured.latencies_ms.end());
  measured.rate = static_cast<double>(measured.latencies_ms.size()) / elapsed;
  measured.cpu_us = (server_cpu_seconds(pids) - cpu_before) * 1e6 /
                    static_cast<double>(std::max<std::size_t>(1, measured.latencies_ms.size()));
  measured.errors = errors;
  next = std::min(cursor.load(), load.operations.size());
  return measured;
}

double percentile(const std::vector<double>& sorted, double share) {
  if (sorted.empty()) return 0;
  return sorted[std::min(sorted.size() - 1,
                         static_cast<std::size_t>(share * static_cast<double>(sorted.size())))];
}

void report(const std::string& id, const Measured& measured) {
  print(id + ".rate", measured.rate, "op/s");
  print(id + ".p50", percentile(measured.latencies_ms, 0.50), "ms");
  print(id + ".p99", percentile(measured.latencies_ms, 0.99), "ms");
  print(id + ".p100", measured.latencies_ms.empty() ? 0 : measured.latencies_ms.back(), "ms");
  print(id + ".server_cpu", measured.cpu_us, "us/op");
  print(id + ".errors", static_cast<double>(measured.errors), "count");
}

int bench(const Arguments& arguments) {
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
  double best = 0;
  for (const std::size_t clients : arguments.clients) {
    const auto measured = run(load, next, clients, arguments.seconds, 0, arguments.server_pids);
    report("project.op500.3nodes.tls.c" + std::to_string(clients), measured);
    best = std::max(best, measured.rate);
  }
  print("project.op500.3nodes.share_of_limit", best / limit * 100, "%");
  const double rate = best * arguments.open_share;
  print("project.op500.3nodes.tls.open.arrival", rate, "op/s");
  report("project.op500.3nodes.tls.open",
         run(load, next, 256, arguments.seconds, rate, arguments.server_pids));
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
  return sekisho::bench(arguments);
}
