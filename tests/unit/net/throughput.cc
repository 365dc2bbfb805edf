// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
//
// How many small requests a second one io thread answers, and how fast peer frames travel. Prints
// figures; judges nothing. Usage: net_throughput [seconds] [clients]
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <sys/resource.h>

#include "node/net/http_client.h"
#include "node/net/http_server.h"
#include "node/net/peer_link.h"
#include "tests/unit/net/test_identities.h"

namespace sekisho::net {
namespace {

using Seconds = std::chrono::duration<double>;

// CPU seconds that the runtime's io thread has used.
double io_cpu_seconds(Runtime& runtime) {
  std::promise<double> used;
  runtime.post([&] {
    rusage usage{};
    getrusage(RUSAGE_THREAD, &usage);
    const auto seconds = [](const timeval& t) {
      return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    used.set_value(seconds(usage.ru_utime) + seconds(usage.ru_stime));
  });
  return used.get_future().get();
}

void ask_until(const std::atomic<bool>& stop, std::uint16_t port, const std::string& ca_pem,
               const TlsIdentity& identity, std::atomic<std::uint64_t>& answers) {
  HttpClientOptions options;
  options.host = "127.0.0.1";
  options.port = port;
  options.trust.ca_pem = ca_pem;
  auto client = HttpClient::make(std::move(options), &identity);
  ClientRequest request;
  request.method = "POST";
  request.target = "/v1/operations";
  request.body.assign(500, 'x');
  while (!stop) {
    if (!client->send(request)) std::abort();
    ++answers;
  }
}

void measure_requests(double seconds, int clients) {
  const TestAuthority authority("Throughput");
  const auto server_leaf = authority.issue("server");
  const auto client_leaf = authority.issue("client");
  MetricsRegistry metrics;
  Runtime runtime(RuntimeOptions{1, 1, 64, false});
  const auto plan = [](std::string_view, std::string_view) {
    return RoutePlan{4096, false, false};
  };
  const auto handle = [](Request, Responder responder) {
    Response response;
    response.body = R"({"status":"COMMITTED"})";
    responder.send(std::move(response));
  };
  auto server = HttpServer::start(runtime, server_leaf.identity, {}, plan, authority.authorizer(),
                                  handle, metrics);
  if (!server) std::abort();
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> answers{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < clients; ++i) {
    threads.emplace_back([&] {
      ask_until(stop, (*server)->port(), authority.pem(), client_leaf.identity, answers);
    });
  }
  std::this_thread::sleep_for(Seconds(0.5));
  const std::uint64_t answers_before = answers;
  const double cpu_before = io_cpu_seconds(runtime);
  std::this_thread::sleep_for(Seconds(seconds));
  const auto done = static_cast<double>(answers - answers_before);
  const double cpu = io_cpu_seconds(runtime) - cpu_before;
  stop = true;
  for (auto& thread : threads) thread.join();
  std::printf("net.http.rate\t%.0f\trequests/s\n", done / seconds);
  std::printf("net.http.server_cpu\t%.1f\tus/request\n", cpu / done * 1e6);
  std::printf("net.http.per_core\t%.0f\trequests/s/core\n", done / cpu);
}

void measure_frames(double seconds, std::size_t frame_size) {
  const TestAuthority authority("Throughput");
  const auto leaf_a = authority.issue("a");
  const auto leaf_b = authority.issue("b");
  MetricsRegistry metrics_a;
  MetricsRegistry metrics_b;
  Runtime runtime_a(RuntimeOptions{1, 1, 64, false});
  Runtime runtime_b(RuntimeOptions{1, 1, 64, false});
  std::atomic<std::uint64_t> received{0};
  std::promise<void> connected;
  PeerCallbacks callbacks;
  callbacks.make_hello = [](std::uint64_t) { return Bytes("hello"); };
  callbacks.check_hello = [](std::uint64_t, BytesView) { return Status(); };
  callbacks.on_frame = [&](std::uint64_t, Bytes) { ++received; };
  PeerOptions options;
  options.own_number = 1;
  auto b = PeerNetwork::start(runtime_b, leaf_b.identity, {}, {{1, "127.0.0.1", 1, leaf_a.key_id}},
                              {}, callbacks, metrics_b);
  callbacks.on_connected = [&](std::uint64_t) { connected.set_value(); };
  auto a =
      PeerNetwork::start(runtime_a, leaf_a.identity, options,
                         {{2, "127.0.0.1", (*b)->port(), leaf_b.key_id}}, {}, callbacks, metrics_a);
  connected.get_future().wait();
  const auto begin = std::chrono::steady_clock::now();
  const Bytes frame(frame_size, 'f');
  while (Seconds(std::chrono::steady_clock::now() - begin).count() < seconds) {
    if (!(*a)->send(2, frame)) std::this_thread::yield();
  }
  const auto count = static_cast<double>(received);
  std::printf("net.peer.%zu\t%.0f\tframes/s\t%.0f\tMB/s\n", frame_size, count / seconds,
              count * static_cast<double>(frame_size) / seconds / 1e6);
}

}  // namespace
}  // namespace sekisho::net

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 3;
  const int clients = argc > 2 ? std::atoi(argv[2]) : 8;
  sekisho::net::measure_requests(seconds, clients);
  for (const std::size_t size : {std::size_t{500}, std::size_t{64 * 1024}, std::size_t{1 << 20}}) {
    sekisho::net::measure_frames(seconds, size);
  }
}
