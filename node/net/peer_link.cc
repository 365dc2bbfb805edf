// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/peer_link.h"

#include <functional>
#include <map>
#include <mutex>
#include <utility>

#include "node/base/check.h"
#include "node/net/detail/connection_set.h"
#include "node/net/detail/listener.h"
#include "node/net/detail/peer_dialer.h"
#include "node/net/detail/peer_receiver.h"
#include "node/net/detail/runtime_access.h"
#include "node/net/task.h"

namespace sekisho::net {
namespace {

constexpr std::uint64_t kCutAgainMs = 200;
constexpr std::uint64_t kCutMs = 60'000;  // longer than any callback may take

struct Contexts {
  detail::TlsContext server;
  detail::TlsContext client;
};

Result<Contexts> make_contexts(const TlsIdentity& identity) {
  Contexts out;
  TRY(out.server, detail::make_server_context(identity));
  TRY(out.client, detail::make_client_context(&identity, {}));
  return out;
}

}  // namespace

struct PeerNetwork::Impl : std::enable_shared_from_this<Impl> {
  Impl(Runtime& net_runtime, std::shared_ptr<detail::PeerService> shared,
       std::unique_ptr<detail::Listener> open_listener)
      : runtime(net_runtime), service(std::move(shared)), listener(std::move(open_listener)) {}

  // First io thread.
  void take(detail::Tcp::socket socket) {
    if (receivers.size() >= service->options.accepted_max) return;  // closes it
    const auto executor = socket.get_executor();
    auto receiver = std::make_shared<detail::PeerReceiver>(service, std::move(socket),
                                                           service->server_tls.get());
    receivers.add(receiver);
    group.spawn(executor, serve(shared_from_this(), std::move(receiver)));
  }

  static Task<void> serve(std::shared_ptr<Impl> self,
                          std::shared_ptr<detail::PeerReceiver> receiver) {
    const detail::PeerReceiver::Admitted admitted =
        std::bind_front(&Impl::replace_older, self.get());
    co_await receiver->run(admitted);
    self->receivers.remove(receiver);
  }

  // A peer that dials anew has lost its old connection, even if we have not noticed.
  void replace_older(const std::shared_ptr<detail::PeerReceiver>& newcomer) {
    receivers.for_each([newcomer](detail::PeerReceiver& other) {
      if (&other != newcomer.get() && other.number() == newcomer->number()) other.cut();
    });
  }

  void set_directory(std::vector<PeerInfo> directory) {
    service->set_directory(directory);
    std::map<std::uint64_t, PeerInfo> wanted;
    for (PeerInfo& peer : directory) {
      if (peer.number != service->options.own_number) wanted[peer.number] = std::move(peer);
    }
    const std::lock_guard lock(mutex);
    if (stopped) return;
    for (auto it = links.begin(); it != links.end();) {
      const bool stays = wanted.contains(it->first);
      if (!stays) it->second.dialer->stop();
      it = stays ? std::next(it) : links.erase(it);
    }
    for (auto& [number, peer] : wanted) link(number, std::move(peer));
    cut_strangers();
  }

  // Under the mutex.
  void link(std::uint64_t number, PeerInfo peer) {
    const auto found = links.find(number);
    if (found == links.end()) {
      const auto executor = RuntimeAccess::next(runtime).get_executor();
      auto dialer = std::make_shared<detail::PeerDialer>(service, peer, executor, &group);
      group.spawn(executor, keep_dialing(dialer));
      links.emplace(number, Link{std::move(peer), std::move(dialer)});
    } else if (found->second.peer != peer) {
      found->second.peer = peer;
      found->second.dialer->redirect(std::move(peer));
    }
  }

  static Task<void> keep_dialing(std::shared_ptr<detail::PeerDialer> dialer) {
    co_await dialer->run();
  }

  // Connections of nodes that are no longer who they were.
  void cut_strangers() {
    receivers.for_each([shared = service](detail::PeerReceiver& receiver) {
      const std::uint64_t number = receiver.number();
      if (number != 0 && shared->find(receiver.key_id()) != number) receiver.cut();
    });
  }

  [[nodiscard]] std::shared_ptr<detail::PeerDialer> find(std::uint64_t number) const {
    const std::lock_guard lock(mutex);
    const auto found = links.find(number);
    return found == links.end() ? nullptr : found->second.dialer;
  }

  struct Link {
    PeerInfo peer;
    std::shared_ptr<detail::PeerDialer> dialer;
  };

  Runtime& runtime;
  const std::shared_ptr<detail::PeerService> service;
  const std::unique_ptr<detail::Listener> listener;
  detail::ConnectionSet<detail::PeerReceiver> receivers;
  mutable std::mutex mutex;
  std::map<std::uint64_t, Link> links;
  bool stopped = false;
  TaskGroup group;
};

PeerNetwork::PeerNetwork(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

PeerNetwork::~PeerNetwork() { stop(); }

Result<std::unique_ptr<PeerNetwork>> PeerNetwork::start(
    Runtime& runtime, const TlsIdentity& identity, PeerOptions options,
    std::vector<PeerInfo> directory, Authorizer authorize, PeerCallbacks callbacks,
    MetricsRegistry& metrics) {
  CHECK(callbacks.make_hello != nullptr);
  CHECK(callbacks.check_hello != nullptr);
  CHECK(callbacks.on_frame != nullptr);
  TRY(Contexts contexts, make_contexts(identity));
  TRY(auto listener, detail::Listener::open(runtime, options.host, options.port));
  auto service = std::make_shared<detail::PeerService>(
      std::move(options), std::move(callbacks), std::move(authorize), std::move(contexts.server),
      std::move(contexts.client), metrics);
  auto impl = std::make_shared<Impl>(runtime, std::move(service), std::move(listener));
  impl->set_directory(std::move(directory));
  auto& acceptor = *impl->listener;
  impl->group.spawn(acceptor.executor(),
                    acceptor.run([raw = impl.get()](detail::Tcp::socket socket) {
                      raw->take(std::move(socket));
                    }));
  return std::unique_ptr<PeerNetwork>(new PeerNetwork(std::move(impl)));
}

std::uint16_t PeerNetwork::port() const { return impl_->listener->port(); }

bool PeerNetwork::send(std::uint64_t peer, Bytes frame, Lane lane) {
  CHECK(!frame.empty());
  CHECK(frame.size() <= limits::kPeerFrameMax);
  const auto dialer = impl_->find(peer);
  return dialer != nullptr && dialer->send(std::move(frame), lane);
}

bool PeerNetwork::connected(std::uint64_t peer) const {
  const auto dialer = impl_->find(peer);
  return dialer != nullptr && dialer->connected();
}

void PeerNetwork::set_directory(std::vector<PeerInfo> directory) {
  impl_->set_directory(std::move(directory));
}

Status PeerNetwork::replace_identity(const TlsIdentity& identity) {
  TRY(Contexts contexts, make_contexts(identity));
  impl_->service->server_tls.set(std::move(contexts.server));
  impl_->service->client_tls.set(std::move(contexts.client));
  return {};
}

void PeerNetwork::stop() {
  {
    const std::lock_guard lock(impl_->mutex);
    if (std::exchange(impl_->stopped, true)) return;
    for (auto& [number, link] : impl_->links) link.dialer->stop();
    impl_->links.clear();
  }
  impl_->listener->close();
  // Again and again, for connections that were being accepted meanwhile.
  std::uint64_t waited_ms = 0;
  do {
    impl_->receivers.for_each([](detail::PeerReceiver& receiver) { receiver.cut(); });
    CHECK(waited_ms < kCutMs);
    waited_ms += kCutAgainMs;
  } while (!impl_->group.join(kCutAgainMs));
}

}  // namespace sekisho::net
