// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/peer_link.h"

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "node/net/detail/peer_outbox.h"
#include "node/net/frame.h"
#include "tests/unit/net/raw_client.h"
#include "tests/unit/net/test_identities.h"

namespace sekisho::net {
namespace {

constexpr auto kPatience = std::chrono::seconds(30);

// A node of the test: its link endpoint and what it has seen. Any thread.
class TestNode {
 public:
  TestNode(std::uint64_t number, TlsIdentity identity, Authorizer authorize)
      : number_(number), identity_(std::move(identity)), authorize_(std::move(authorize)) {}
  ~TestNode() { stop(); }

  void start(std::uint16_t port, std::vector<PeerInfo> directory) {
    runtime_ = std::make_unique<Runtime>(RuntimeOptions{1, 1, 16, false});
    PeerOptions options;
    options.own_number = number_;
    options.port = port;
    options.backoff_min_ms = 5;
    options.backoff_max_ms = 50;
    auto started = PeerNetwork::start(*runtime_, identity_, options, std::move(directory),
                                      authorize_, callbacks(), metrics_);
    ASSERT_TRUE(started) << started.error().to_string();
    network_ = *std::move(started);
  }

  void stop() {
    network_.reset();
    runtime_.reset();
  }

  PeerNetwork& network() { return *network_; }
  MetricsRegistry& metrics() { return metrics_; }

  void wait_connected(std::uint64_t peer, int times = 1) {
    wait([&] { return connects_[peer] >= times; });
  }
  void wait_disconnected(std::uint64_t peer, int times = 1) {
    wait([&] { return disconnects_[peer] >= times; });
  }
  std::vector<Bytes> wait_frames(std::uint64_t peer, std::size_t count) {
    wait([&] { return frames_[peer].size() >= count; });
    const std::lock_guard lock(mutex_);
    return frames_[peer];
  }
  void wait_refused() {
    wait([&] { return metrics_.counter("peer_refused_total", "").value() > 0; });
  }

  std::string hello = "hello";
  std::string refused_hello;

 private:
  template <typename Condition>
  void wait(Condition condition) {
    std::unique_lock lock(mutex_);
    while (!condition()) {
      changed_.wait_for(lock, std::chrono::milliseconds(5));
      ASSERT_LT(std::chrono::steady_clock::now(), deadline_) << "waited too long";
    }
  }

  PeerCallbacks callbacks() {
    PeerCallbacks out;
    out.make_hello = [this](std::uint64_t) { return hello; };
    out.check_hello = [this](std::uint64_t, BytesView theirs) -> Status {
      if (theirs == refused_hello) return fail(Code::kFailedPrecondition, "another chain");
      return {};
    };
    out.on_frame = [this](std::uint64_t peer, Bytes frame) {
      note([&] { frames_[peer].push_back(std::move(frame)); });
    };
    out.on_connected = [this](std::uint64_t peer) { note([&] { ++connects_[peer]; }); };
    out.on_disconnected = [this](std::uint64_t peer) { note([&] { ++disconnects_[peer]; }); };
    return out;
  }

  template <typename Change>
  void note(Change change) {
    const std::lock_guard lock(mutex_);
    change();
    changed_.notify_all();
  }

  const std::uint64_t number_;
  const TlsIdentity identity_;
  const Authorizer authorize_;
  const std::chrono::steady_clock::time_point deadline_ =
      std::chrono::steady_clock::now() + kPatience;
  MetricsRegistry metrics_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, std::vector<Bytes>> frames_;
  std::map<std::uint64_t, int> connects_;
  std::map<std::uint64_t, int> disconnects_;
  std::unique_ptr<Runtime> runtime_;
  std::unique_ptr<PeerNetwork> network_;
};

class PeerLinkTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<TestNode> node(std::uint64_t number, const TlsIdentity& identity) {
    return std::make_unique<TestNode>(number, copy_of(identity), authority_.authorizer());
  }

  // Starts both and introduces them to each other.
  void start_pair() {
    a_ = node(1, leaf_a_.identity);
    b_ = node(2, leaf_b_.identity);
    a_->start(0, {});
    b_->start(0, {});
    introduce();
  }

  void introduce() {
    directory_ = {{1, "127.0.0.1", a_->network().port(), leaf_a_.key_id},
                  {2, "127.0.0.1", b_->network().port(), leaf_b_.key_id}};
    a_->network().set_directory(directory_);
    b_->network().set_directory(directory_);
  }

  TestAuthority authority_{"Peers"};
  TestAuthority::Leaf leaf_a_ = authority_.issue("node1");
  TestAuthority::Leaf leaf_b_ = authority_.issue("node2");
  std::vector<PeerInfo> directory_;
  std::unique_ptr<TestNode> a_;
  std::unique_ptr<TestNode> b_;
};

TEST_F(PeerLinkTest, CarriesFramesBothWaysInOrder) {
  start_pair();
  a_->wait_connected(2);
  b_->wait_connected(1);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(a_->network().send(2, "a" + std::to_string(i)));
    ASSERT_TRUE(b_->network().send(1, "b" + std::to_string(i)));
  }
  const auto at_b = b_->wait_frames(1, 1000);
  const auto at_a = a_->wait_frames(2, 1000);
  ASSERT_EQ(at_b.size(), 1000U);
  for (std::size_t i = 0; i < 1000; ++i) {
    EXPECT_EQ(at_b[i], "a" + std::to_string(i));
    EXPECT_EQ(at_a[i], "b" + std::to_string(i));
  }
}

TEST_F(PeerLinkTest, CarriesTheLargestFrame) {
  start_pair();
  a_->wait_connected(2);
  const Bytes large(limits::kPeerFrameMax, 'L');
  ASSERT_TRUE(a_->network().send(2, large));
  EXPECT_EQ(b_->wait_frames(1, 1)[0], large);
}

TEST_F(PeerLinkTest, ConnectsAgainAfterThePeerRestarts) {
  start_pair();
  a_->wait_connected(2);
  b_->wait_connected(1);
  const std::uint16_t port = b_->network().port();
  const auto before = std::chrono::steady_clock::now();
  b_->stop();
  a_->wait_disconnected(2);
  EXPECT_LT(std::chrono::steady_clock::now() - before,
            std::chrono::seconds(4));  // less than a ping
  EXPECT_FALSE(a_->network().connected(2));
  EXPECT_FALSE(a_->network().send(2, "lost"));
  EXPECT_GE(a_->metrics().counter("peer_frames_dropped_total", "", {{"peer", "2"}}).value(), 1U);
  b_->start(port, directory_);
  a_->wait_connected(2, 2);
  b_->wait_connected(1, 2);
  ASSERT_TRUE(a_->network().send(2, "again"));
  EXPECT_EQ(b_->wait_frames(1, 1)[0], "again");
  ASSERT_TRUE(b_->network().send(1, "back"));
  EXPECT_EQ(a_->wait_frames(2, 1)[0], "back");
}

TEST_F(PeerLinkTest, RefusesAPeerWithAnotherKey) {
  const auto impostor = authority_.issue("node2");
  a_ = node(1, leaf_a_.identity);
  b_ = node(2, impostor.identity);
  a_->start(0, {});
  b_->start(0, {});
  introduce();
  a_->wait_refused();                        // as acceptor: the key belongs to nobody
  EXPECT_FALSE(a_->network().connected(2));  // as dialer
  EXPECT_FALSE(b_->network().connected(1));
}

TEST_F(PeerLinkTest, RefusesAnExpiredCertificate) {
  leaf_b_ = authority_.issue("node2", -1);
  start_pair();
  a_->wait_refused();
  EXPECT_FALSE(a_->network().connected(2));
}

TEST_F(PeerLinkTest, RefusesAHelloItsOwnerRefuses) {
  a_ = node(1, leaf_a_.identity);
  b_ = node(2, leaf_b_.identity);
  b_->hello = "other chain";
  a_->refused_hello = "other chain";
  a_->start(0, {});
  b_->start(0, {});
  introduce();
  a_->wait_refused();
  EXPECT_FALSE(a_->network().connected(2));
}

TEST_F(PeerLinkTest, RefusesAFrameAboveTheBound) {
  a_ = node(1, leaf_a_.identity);
  a_->start(0, {{2, "127.0.0.1", 1, leaf_b_.key_id}});
  RawClient client(a_->network().port(), &leaf_b_.identity);
  Bytes wire;
  put_frame(wire, "hello");
  put_u32(wire, static_cast<std::uint32_t>(limits::kPeerFrameMax + 1));
  ASSERT_TRUE(client.write(wire));
  (void)client.read_to_end();  // ends because the node closes
  EXPECT_EQ(a_->metrics().counter("peer_frames_received_total", "", {{"peer", "2"}}).value(), 0U);
}

TEST_F(PeerLinkTest, RefusesAFirstFrameAboveTheBound) {
  a_ = node(1, leaf_a_.identity);
  a_->start(0, {{2, "127.0.0.1", 1, leaf_b_.key_id}});
  RawClient client(a_->network().port(), &leaf_b_.identity);
  client.write("\xFF\xFF\xFF\xFF");
  (void)client.read_to_end();
  a_->wait_refused();
}

TEST_F(PeerLinkTest, AnswersAnEmptyFrame) {
  a_ = node(1, leaf_a_.identity);
  a_->start(0, {{2, "127.0.0.1", 1, leaf_b_.key_id}});
  RawClient client(a_->network().port(), &leaf_b_.identity);
  Bytes wire;
  put_frame(wire, "hello");
  put_frame(wire, "");
  put_frame(wire, "frame");
  ASSERT_TRUE(client.write(wire));
  EXPECT_EQ(a_->wait_frames(2, 1)[0], "frame");
  const Bytes pong(4, '\0');
  EXPECT_NE(client.read_until(std::string("hello") + pong).find("hello" + pong), std::string::npos);
}

TEST_F(PeerLinkTest, CutsAPeerThatLeavesTheDirectory) {
  start_pair();
  a_->wait_connected(2);
  b_->wait_connected(1);
  a_->network().set_directory({directory_[0]});
  a_->wait_disconnected(2);  // the connection a dialled
  b_->wait_disconnected(1);  // the one b dialled: a refuses it now
  EXPECT_FALSE(a_->network().send(2, "gone"));
  a_->network().set_directory(directory_);
  a_->wait_connected(2, 2);
  b_->wait_connected(1, 2);
}

TEST_F(PeerLinkTest, FollowsAPeerToAnotherAddress) {
  start_pair();
  a_->wait_connected(2);
  b_->stop();
  b_ = node(2, leaf_b_.identity);
  b_->start(0, directory_);
  introduce();
  a_->wait_connected(2, 2);
  ASSERT_TRUE(a_->network().send(2, "moved"));
  EXPECT_EQ(b_->wait_frames(1, 1)[0], "moved");
}

TEST_F(PeerLinkTest, StopIsPromptWhileAPeerIsAway) {
  a_ = node(1, leaf_a_.identity);
  a_->start(0, {{2, "127.0.0.1", 1, leaf_b_.key_id}});
  const auto before = std::chrono::steady_clock::now();
  a_->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(5));
}

TEST(PeerOutboxTest, BoundsFramesAndBytes) {
  detail::PeerOutbox outbox(2, 100);
  EXPECT_EQ(outbox.push("closed"), detail::PeerOutbox::Push::kDropped);
  outbox.open();
  EXPECT_EQ(outbox.push("1"), detail::PeerOutbox::Push::kQueued);
  EXPECT_EQ(outbox.push(Bytes(100, 'x')), detail::PeerOutbox::Push::kDropped);
  EXPECT_EQ(outbox.push("2"), detail::PeerOutbox::Push::kQueued);
  EXPECT_EQ(outbox.push("3"), detail::PeerOutbox::Push::kDropped);
  Bytes out;
  EXPECT_EQ(outbox.take(out, 1000), 2U);
  Bytes expected;
  put_frame(expected, "1");
  put_frame(expected, "2");
  EXPECT_EQ(out, expected);
}

TEST(PeerOutboxTest, UrgentFramesOvertakeThePiecesOfAFile) {
  detail::PeerOutbox outbox(2, 100);
  outbox.open();
  ASSERT_EQ(outbox.push("piece 1", Lane::kBulk), detail::PeerOutbox::Push::kQueued);
  ASSERT_EQ(outbox.push("piece 2", Lane::kBulk), detail::PeerOutbox::Push::kQueued);
  EXPECT_EQ(outbox.push("piece 3", Lane::kBulk), detail::PeerOutbox::Push::kDropped);
  EXPECT_EQ(outbox.push("heartbeat"), detail::PeerOutbox::Push::kQueued);
  Bytes out;
  EXPECT_EQ(outbox.take(out, 1), 1U);
  Bytes expected;
  put_frame(expected, "heartbeat");
  EXPECT_EQ(out, expected);
  EXPECT_EQ(outbox.close(), 2U);
}

TEST(PeerOutboxTest, WakesASleepingWriterOnce) {
  detail::PeerOutbox outbox(10, 100);
  outbox.open();
  Bytes out;
  EXPECT_EQ(outbox.take(out, 1000), 0U);
  EXPECT_EQ(outbox.push("1"), detail::PeerOutbox::Push::kQueuedWake);
  EXPECT_EQ(outbox.push("2"), detail::PeerOutbox::Push::kQueued);
  EXPECT_EQ(outbox.take(out, 1), 1U);
  EXPECT_EQ(outbox.close(), 1U);
  EXPECT_FALSE(outbox.is_open());
}

}  // namespace
}  // namespace sekisho::net
