// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "node/net/http_client.h"

// Load over HTTPS and what became of it, for the benchmark programs.
namespace sekisho::bench {

// One way to a node, used by every n-th client.
struct Door {
  net::HttpClientOptions options;
  std::string certificate_pem;
  Bytes key_pem;
};

struct Plan {
  const std::vector<Door>& doors;
  // The i-th request, the same for every call with `i`. Called on client threads.
  std::function<net::ClientRequest(std::size_t i)> request;
  std::size_t requests_max = 0;  // there are no more
  std::size_t clients = 1;       // each a thread with one kept-alive connection
  double seconds = 8;
  double rate = 0;               // arrivals a second over all clients; 0: closed loop
  std::vector<int> server_pids;  // whose processor time is counted
};

struct Measured {
  double rate = 0;                   // answers with status 200 a second
  double cpu_us = 0;                 // processor time of the servers for each of them
  std::vector<double> latencies_ms;  // ascending
  std::uint64_t errors = 0;
};

// Every client takes the next request; with a rate it waits for that request's time of arrival, and
// its latency counts from then, however late the client was. Starts at request `next` and moves it.
// Ends the process with a sentence when a client cannot connect.
[[nodiscard]] Measured run_load(const Plan& plan, std::size_t& next);

// `id<TAB>value<TAB>unit`.
void print(const std::string& id, double value, const char* unit);
// Rate, p50, p99, p100, processor time and errors under `id`.
void print(const std::string& id, const Measured& measured);

// The value, or the end of the process with the error's sentence.
template <typename T>
T must(Result<T> result);
[[noreturn]] void give_up(const Error& error);

template <typename T>
T must(Result<T> result) {
  if (!result) give_up(result.error());
  return std::move(*result);
}

}  // namespace sekisho::bench
