// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/http_load.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

#include <unistd.h>

namespace sekisho::bench {
namespace {

using Steady = std::chrono::steady_clock;

double cpu_seconds(const std::vector<int>& pids) {
  constexpr int kFieldsBeforeUserTime = 11;  // after the command's name, proc(5)
  double ticks = 0;
  for (const int pid : pids) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (text.empty()) continue;
    std::istringstream fields(text.substr(text.rfind(')') + 2));
    std::string skipped;
    for (int i = 0; i < kFieldsBeforeUserTime; ++i) fields >> skipped;
    double user = 0;
    double system = 0;
    fields >> user >> system;
    ticks += user + system;
  }
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

// What the clients of one run share.
struct Race {
  const Plan& plan;
  std::size_t first;
  std::atomic<std::size_t> cursor;
  std::atomic<std::size_t> connected{0};
  std::atomic<std::uint64_t> errors{0};
  std::atomic<bool> go{false};
  Steady::time_point start;
};

net::HttpClient connect(const Door& door) {
  const net::TlsIdentity identity{door.certificate_pem, Secret(door.key_pem)};
  auto http = must(net::HttpClient::make(door.options, &identity));
  net::ClientRequest hello;
  hello.target = "/healthz";
  must(http.send(hello));
  return http;
}

Steady::time_point arrival(const Race& race, std::size_t i) {
  if (race.plan.rate <= 0) return Steady::now();
  const double offset = static_cast<double>(i - race.first) / race.plan.rate;
  return race.start +
         std::chrono::duration_cast<Steady::duration>(std::chrono::duration<double>(offset));
}

void run_client(Race& race, std::size_t number, std::vector<double>& latencies_ms) {
  net::HttpClient http = connect(race.plan.doors[number % race.plan.doors.size()]);
  ++race.connected;
  while (!race.go) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  const auto end = race.start + std::chrono::duration<double>(race.plan.seconds);
  for (std::size_t i = race.cursor++; i < race.plan.requests_max; i = race.cursor++) {
    const auto due = arrival(race, i);
    if (due >= end) return;
    std::this_thread::sleep_until(due);
    const auto response = http.send(race.plan.request(i));
    if (response && response->status == 200) {
      latencies_ms.push_back(
          std::chrono::duration<double, std::milli>(Steady::now() - due).count());
    } else {
      ++race.errors;
    }
  }
}

double percentile(const std::vector<double>& sorted, double share) {
  if (sorted.empty()) return 0;
  const auto at = static_cast<std::size_t>(share * static_cast<double>(sorted.size()));
  return sorted[std::min(sorted.size() - 1, at)];
}

}  // namespace

Measured run_load(const Plan& plan, std::size_t& next) {
  Race race{plan, next, next, 0, 0, false, {}};
  std::vector<std::vector<double>> parts(plan.clients);
  std::vector<std::thread> threads;
  for (std::size_t c = 0; c < plan.clients; ++c)
    threads.emplace_back([&race, &parts, c] { run_client(race, c, parts[c]); });
  while (race.connected < plan.clients) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const double cpu_before = cpu_seconds(plan.server_pids);
  race.start = Steady::now();
  race.go = true;
  for (auto& thread : threads) thread.join();
  const double elapsed = std::chrono::duration<double>(Steady::now() - race.start).count();

  Measured measured;
  for (const auto& part : parts)
    measured.latencies_ms.insert(measured.latencies_ms.end(), part.begin(), part.end());
  std::sort(measured.latencies_ms.begin(), measured.latencies_ms.end());
  const auto answers = static_cast<double>(measured.latencies_ms.size());
  measured.rate = answers / elapsed;
  measured.cpu_us = (cpu_seconds(plan.server_pids) - cpu_before) * 1e6 / std::max(1.0, answers);
  measured.errors = race.errors;
  next = std::min(race.cursor.load(), plan.requests_max);
  return measured;
}

void print(const std::string& id, double value, const char* unit) {
  std::printf("%s\t%.3f\t%s\n", id.c_str(), value, unit);
  std::fflush(stdout);
}

void print(const std::string& id, const Measured& measured) {
  print(id + ".rate", measured.rate, "op/s");
  print(id + ".p50", percentile(measured.latencies_ms, 0.50), "ms");
  print(id + ".p99", percentile(measured.latencies_ms, 0.99), "ms");
  print(id + ".p100", percentile(measured.latencies_ms, 1.00), "ms");
  print(id + ".server_cpu", measured.cpu_us, "us/op");
  print(id + ".errors", static_cast<double>(measured.errors), "count");
}

void give_up(const Error& error) {
  std::fprintf(stderr, "benchmark: %s\n", error.to_string().c_str());
  std::exit(1);
}

}  // namespace sekisho::bench
