// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/conversion/converter_service.h"

#include <atomic>
#include <deque>
#include <mutex>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "node/blobs/blob_server.h"
#include "node/ledger/operation.h"
#include "node/state/keys.h"
#include "node/state/queries.h"
#include "node/state/store.h"
#include "tests/support/test_blobs.h"
#include "tests/support/test_chain.h"
#include "tests/unit/conversion/sample.h"

namespace sekisho::conversion {
namespace {

using ledger::Verdict;
using state::ExchangeState;
using test::sample;
constexpr std::uint64_t kNode = 1;
constexpr int kNever = 1000;

// Fails the write that the countdown names and every one after it, as a process that died there.
class MortalKv final : public storage::Kv {
 public:
  Result<std::optional<Bytes>> get(BytesView key) const override { return kv.get(key); }
  Status scan(BytesView prefix, BytesView from, const storage::KvVisitor& visit) const override {
    return kv.scan(prefix, from, visit);
  }
  Status scan_back(BytesView prefix, BytesView from,
                   const storage::KvVisitor& visit) const override {
    return kv.scan_back(prefix, from, visit);
  }
  Status write(const storage::WriteBatch& batch, bool sync) override {
    if (writes_left <= 0) return fail(Code::kIo, "dead");
    --writes_left;
    return kv.write(batch, sync);
  }
  std::shared_ptr<const storage::KvView> snapshot() const override { return kv.snapshot(); }
  Status reclaim(BytesView prefix) override { return kv.reclaim(prefix); }

  storage::MemoryKv kv;
  int writes_left = kNever;
};

// The same for blobs that are created.
class MortalBlobs final : public storage::BlobStore {
 public:
  explicit MortalBlobs(storage::BlobStore& store) : store_(store) {}
  Result<std::unique_ptr<storage::BlobWriter>> create(const Digest& id, std::uint64_t size,
                                                      const storage::BlobOrigin& origin) override {
    if (creates_left <= 0) return fail(Code::kIo, "dead");
    --creates_left;
    return store_.create(id, size, origin);
  }
  Result<std::optional<storage::BlobInfo>> info(const Digest& id) const override {
    return store_.info(id);
  }
  Result<Bytes> read(const Digest& id, std::uint64_t offset, std::size_t length) const override {
    return store_.read(id, offset, length);
  }
  Status purge(const Digest& id) override { return store_.purge(id); }
  Result<bool> purged(const Digest& id) const override { return store_.purged(id); }
  Result<std::uint64_t> unfinished(const Digest& id, std::uint64_t size) const override {
    return store_.unfinished(id, size);
  }
  Status renew(const Digest& id, std::uint64_t since_ms) override {
    return store_.renew(id, since_ms);
  }
  Result<bool> purge_older(const Digest& id, std::uint64_t before_ms) override {
    return store_.purge_older(id, before_ms);
  }
  Result<std::size_t> drop_unfinished(std::uint64_t before_ms) override {
    return store_.drop_unfinished(before_ms);
  }
  Status list(
      const std::function<bool(const Digest&, const storage::BlobInfo&)>& visit) const override {
    return store_.list(visit);
  }
  std::uint64_t used_bytes() const override { return store_.used_bytes(); }

  int creates_left = kNever;

 private:
  storage::BlobStore& store_;
};

// kenshin-a offers a file to hoken-a; node 1 of jimukyoku converts and holds the map and the input.
class ConverterServiceTest : public ::testing::Test {
 protected:
  ConverterServiceTest() {
    chain_.pass(test::kOfferedMs - chain_.now_ms());
    register_map();
    start();
  }

  // A process with nothing but what is on disk.
  void start() {
    service_.reset();
    journal_.emplace(journal_kv_);
    service_.emplace(parts(fetcher_));
  }
  ConverterService::Parts parts(blobs::BlobFetcher& fetcher) {
    return {custodian_,
            fetcher,
            *journal_,
            test::catalogs(),
            files_,
            no_scanner_,
            blobs::NodeSigner{chain_.consortium.chain_id(), kNode, "jimukyoku",
                              chain_.consortium.operation_key(kNode)},
            [this](const Bytes& bytes) { return submit(bytes); },
            sample().converter.key,
            sample().converter.certificate,
            clock_,
            rng_};
  }
  void restart() {
    journal_kv_.writes_left = kNever;
    blobs_.creates_left = kNever;
    on_submit_ = {};
    start();
    const state::Scratch reader = ledger();
    EXPECT_TRUE(service_->sweep(reader));
  }
  std::size_t run() {
    // Longer after the last time than any pause.
    monotonic_ms_ += 2 * Patience<Id16>::kLongestMs;
    clock_ = ManualClock(chain_.now_ms() - monotonic_ms_);
    clock_.advance(monotonic_ms_);
    return service_->run_once(view());
  }
  // Every look at the ledger is a fresh one.
  ConverterService::View view() {
    return [this] {
      ++views_;
      if (on_view_) on_view_();
      return std::make_unique<state::Scratch>(ledger());
    };
  }
  // The chain's state, with encryption certificates whose keys the test has.
  state::Scratch ledger() const {
    state::Scratch reader(chain_.machine);
    for (const auto& [id, party] :
         {std::pair{"kenshin-a", &sample().sender}, std::pair{"hoken-a", &sample().receiver}}) {
      auto member = *state::member(chain_.machine, id);
      member.encryption_certificate_der = party->certificate.der();
      if (member.kind == v1::INSURER) member.number = test::kInsurerNumber;
      reader.put(state::member_key(id), state::encode(member));
    }
    return reader;
  }

  Result<Verdict> submit(const Bytes& bytes) {
    submitted_.push_back(bytes);
    if (on_submit_) return on_submit_(bytes);
    return chain_.submit(bytes);
  }
  void set_blob(v1::BlobRef& blob, BytesView bytes,
                google::protobuf::RepeatedPtrField<v1::StorageReceipt>& receipts) {
    blob.set_blob_id(Bytes(store_.put(bytes).view()));
    blob.set_size_bytes(bytes.size());
    receipts.Clear();
    chain_.add_receipts(blob, receipts);
  }
  void register_map() {
    auto operation = chain_.operation("kenshin-a");
    auto& map = *operation.mutable_register_map();
    map.set_map_id("clinic-100");
    map.set_version(1);
    map.set_catalog_id("example-kenshin-1");
    map.set_title("診療所");
    set_blob(*map.mutable_map(), sample().map, *map.mutable_receipts());
    ASSERT_EQ(chain_.submit(operation, v1::OPERATOR), Verdict::kAccepted);
    v1::Action approve;
    approve.mutable_approve_map()->set_map_digest(map.map().blob_id());
    ASSERT_EQ(chain_.submit(chain_.propose_operation("jimukyoku", {approve}), v1::ADMIN),
              Verdict::kAccepted);
  }
  Id16 offer(const crypto::test::Party& recipient = sample().converter) {
    const crypto::Salt salt = crypto::make_salt(rng_);
    const Digest map_digest = crypto::sha256(sample().map);
    const Id16 id = crypto::exchange_id(
        salt, {chain_.consortium.chain_id(), map_digest, "kenshin-a", "hoken-a"});
    auto operation = chain_.offer_operation(id);
    auto& offer = *operation.mutable_offer();
    offer.set_map_digest(Bytes(map_digest.view()));
    offer.set_allow_partial(true);
    offer.mutable_input()->set_commitment(Bytes(crypto::commitment(salt, sample().file).view()));
    set_blob(*offer.mutable_input(), sample().seal(sample().file, recipient, "結果.csv", salt),
             *offer.mutable_receipts());
    EXPECT_EQ(chain_.submit(operation, v1::OPERATOR), Verdict::kAccepted);
    return id;
  }
  // An offer whose input only node 2 vouched for, and nobody has.
  void offer_lost() {
    auto operation = chain_.offer_operation(chain_.fresh_id());
    auto& offer = *operation.mutable_offer();
    offer.set_map_digest(Bytes(crypto::sha256(sample().map).view()));
    offer.clear_receipts();
    *offer.add_receipts() =
        chain_.consortium.storage_receipt(offer.input(), 2, "kenshin-a", chain_.now_ms());
    EXPECT_EQ(chain_.submit(operation, v1::OPERATOR), Verdict::kAccepted);
  }
  void withdraw(const Id16& id) {
    auto operation = chain_.operation("kenshin-a");
    operation.mutable_withdraw()->set_exchange_id(Bytes(id.view()));
    operation.mutable_withdraw()->set_reason("誤送信");
    EXPECT_EQ(chain_.submit(operation, v1::OPERATOR), Verdict::kAccepted);
  }
  // Every blob here is in custody of this node, and everything in its custody is here.
  void expect_store_is_ledger() {
    std::set<Digest> here;
    EXPECT_TRUE(store_->list([&](const Digest& id, const storage::BlobInfo&) {
      here.insert(id);
      EXPECT_TRUE(state::custody(chain_.machine, id, kNode)) << "an orphan " << id.hex();
      return true;
    }));
    for (const Digest& id : custody_) EXPECT_TRUE(here.contains(id)) << "lost " << id.hex();
  }
  void expect_converted(const Id16& id) {
    const auto exchange = chain_.exchange(id);
    ASSERT_EQ(exchange.state, ExchangeState::kConverted);
    custody_ = {exchange.input.blob_id, exchange.map_digest, exchange.output->blob_id};
    if (exchange.report) custody_.insert(exchange.report->blob_id);
    expect_store_is_ledger();
    EXPECT_TRUE(journal_->all()->empty());
  }

  sekisho::test::TestChain chain_;
  sekisho::test::TestBlobs store_;
  MortalBlobs blobs_{*store_};
  MortalKv journal_kv_;
  ManualClock clock_;
  SeededRng rng_{17};
  blobs::Custodian custodian_{blobs_, chain_.consortium.operation_key(kNode),
                              chain_.consortium.chain_id(), kNode, clock_};
  blobs::BlobFetcher fetcher_{[](std::uint64_t, const Bytes&) {}, clock_};
  sandbox::LocalConverter files_;
  const std::string no_scanner_;
  std::optional<Journal> journal_;
  std::optional<ConverterService> service_;
  std::function<Result<Verdict>(const Bytes&)> on_submit_;
  std::function<void()> on_view_;
  int views_ = 0;
  std::uint64_t monotonic_ms_ = 0;
  std::vector<Bytes> submitted_;
  std::set<Digest> custody_;
};

TEST_F(ConverterServiceTest, ConvertsWhatIsOffered) {
  const Id16 id = offer();
  EXPECT_EQ(run(), 1u);
  expect_converted(id);
  EXPECT_EQ(run(), 0u);
  EXPECT_EQ(submitted_.size(), 1u);
}

TEST_F(ConverterServiceTest, WhatCannotBeOpenedIsAFailureWithAReport) {
  const Id16 id = offer(sample().receiver);
  EXPECT_EQ(run(), 1u);
  const auto exchange = chain_.exchange(id);
  EXPECT_EQ(exchange.state, ExchangeState::kFailed);
  EXPECT_EQ(exchange.failure_code, "F-ENVELOPE");
  EXPECT_TRUE(store_.holds(exchange.report->blob_id));
}

TEST_F(ConverterServiceTest, OneThatCannotBeDoneNowDoesNotHoldUpTheOthers) {
  const Id16 lost = offer();
  const Id16 good = offer(sample().receiver);
  ASSERT_TRUE(store_->purge(chain_.exchange(lost).input.blob_id));
  fetcher_.stop();  // nobody else answers either
  EXPECT_EQ(run(), 1u);
  EXPECT_EQ(chain_.exchange(lost).state, ExchangeState::kOffered);
  EXPECT_EQ(chain_.exchange(good).state, ExchangeState::kFailed);
}

// The list was read from its old end only, and what could never be done filled it.
TEST_F(ConverterServiceTest, OldUnfinishableExchangesDoNotStarveTheOthers) {
  fetcher_.stop();
  for (int i = 0; i < 260; ++i) offer_lost();
  const Id16 good = offer();
  EXPECT_EQ(run(), 1u);
  expect_converted(good);
}

TEST_F(ConverterServiceTest, WhatFailedIsTriedAgainAfterLongerAndLongerPauses) {
  const Id16 lost = offer();
  ASSERT_TRUE(store_->purge(chain_.exchange(lost).input.blob_id));
  fetcher_.stop();
  EXPECT_EQ(run(), 0u);
  const auto tried = [this](std::uint64_t after_ms) {
    clock_.advance(after_ms);
    const int before = views_;
    service_->run_once(view());
    return views_ - before == 2;  // one for the list, one for the attempt
  };
  EXPECT_FALSE(tried(1999));
  EXPECT_TRUE(tried(1));
  EXPECT_FALSE(tried(3999));
  EXPECT_TRUE(tried(1));
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(tried(Patience<Id16>::kLongestMs));
}

TEST_F(ConverterServiceTest, AnOfferWithdrawnWhileOthersWereConvertedIsLeftAlone) {
  const Id16 id = offer();
  on_view_ = [&] {
    if (views_ == 2) withdraw(id);  // after the list was read
  };
  EXPECT_EQ(run(), 0u);
  EXPECT_EQ(views_, 2);
  EXPECT_TRUE(submitted_.empty());
  EXPECT_TRUE(journal_->all()->empty());
}

// Time flies for whoever looks at it.
class HurriedClock final : public Clock {
 public:
  std::uint64_t monotonic_ms() const override { return now_ms_ += 1000; }
  std::uint64_t unix_ms() const override { return now_ms_; }

 private:
  mutable std::atomic<std::uint64_t> now_ms_{0};
};

TEST_F(ConverterServiceTest, ADeadHolderCostsOneWaitAndNotOneForEachOfItsFiles) {
  for (int i = 0; i < 20; ++i) offer_lost();
  const Id16 good = offer();
  std::atomic<int> asked{0};
  HurriedClock hurried;
  blobs::BlobFetcher fetcher([&](std::uint64_t, const Bytes&) { ++asked; }, hurried);
  std::atomic<bool> done{false};
  std::thread ticker([&] {
    while (!done) {
      fetcher.tick();
      std::this_thread::yield();
    }
  });
  service_.emplace(parts(fetcher));
  EXPECT_EQ(run(), 1u);
  done = true;
  ticker.join();
  EXPECT_EQ(asked, 2) << "once, and once more";
  EXPECT_EQ(chain_.exchange(good).state, ExchangeState::kConverted);
}

TEST_F(ConverterServiceTest, TheSameOperationIsSubmittedUntilItsOutcomeIsKnown) {
  const Id16 id = offer();
  on_submit_ = [](const Bytes&) { return fail(Code::kDeadline, "no answer"); };
  EXPECT_EQ(run(), 0u);
  EXPECT_EQ(run(), 0u);
  on_submit_ = {};
  EXPECT_EQ(run(), 1u);
  ASSERT_EQ(submitted_.size(), 3u);
  EXPECT_EQ(submitted_[0], submitted_[2]);
  expect_converted(id);
}

TEST_F(ConverterServiceTest, AnOperationWhoseTimeIsOverGivesWayToAFreshAttempt) {
  const Id16 id = offer();
  on_submit_ = [](const Bytes&) { return fail(Code::kFailedPrecondition, "expired"); };
  EXPECT_EQ(run(), 0u);
  on_submit_ = {};
  EXPECT_EQ(run(), 1u);
  EXPECT_NE(submitted_.front(), submitted_.back());
  expect_converted(id);
}

TEST_F(ConverterServiceTest, ARejectedResultIsPurged) {
  const Id16 id = offer();
  on_submit_ = [&](const Bytes& bytes) {
    withdraw(id);
    return chain_.submit(bytes);
  };
  EXPECT_EQ(run(), 0u);
  EXPECT_EQ(chain_.exchange(id).state, ExchangeState::kWithdrawn);
  EXPECT_TRUE(journal_->all()->empty());
  expect_store_is_ledger();
}

TEST_F(ConverterServiceTest, SweepPurgesTheOutputsOfWhatWasWithdrawnMeanwhile) {
  const Id16 id = offer();
  on_submit_ = [](const Bytes&) { return fail(Code::kCancelled, "dead"); };
  EXPECT_EQ(run(), 0u);
  withdraw(id);
  restart();
  EXPECT_TRUE(journal_->all()->empty());
  expect_store_is_ledger();
  EXPECT_EQ(run(), 0u);
}

TEST_F(ConverterServiceTest, AnInputThatIsElsewhereIsFetched) {
  const Id16 id = offer();
  const auto input = chain_.exchange(id).input;
  sekisho::test::TestBlobs elsewhere;
  elsewhere.put(store_->read(input.blob_id, 0, input.size_bytes).value());
  ASSERT_TRUE(store_->purge(input.blob_id));
  std::mutex mutex;
  std::deque<Bytes> frames;
  blobs::BlobFetcher fetcher(
      [&](std::uint64_t, Bytes frame) {
        const std::lock_guard lock(mutex);
        frames.push_back(std::move(frame));
      },
      clock_);
  std::atomic<bool> done{false};
  std::thread peer([&] {
    while (!done) {
      Bytes bytes;
      {
        const std::lock_guard lock(mutex);
        if (!frames.empty()) bytes = std::exchange(frames.front(), Bytes());
        if (!frames.empty()) frames.pop_front();
      }
      if (bytes.empty()) {
        std::this_thread::yield();
        continue;
      }
      v1::PeerFrame frame;
      EXPECT_TRUE(frame.ParseFromString(bytes));
      const auto anybody = [](std::uint64_t, const Digest&) { return Status(); };
      const auto chunk =
          blobs::answer_blob_request(*elsewhere, anybody, kNode, frame.blob_request());
      for (const std::uint64_t holder : {1u, 2u}) fetcher.on_chunk(holder, chunk);
    }
  });
  clock_ = ManualClock(chain_.now_ms());
  ConverterService service(parts(fetcher));
  EXPECT_EQ(service.run_once(view()), 1u);
  done = true;
  peer.join();
  EXPECT_EQ(chain_.exchange(id).state, ExchangeState::kConverted);
}

// Where the process dies. The sample gives an output and a report.
enum class Death {
  kBeforeTheFirstEntry,
  kBeforeTheOutput,
  kBeforeTheReport,
  kBeforeTheSignedEntry,
  kBeforeSubmitting,
  kBeforeTheAnswer,
  kBeforeForgetting,
};

class ConverterServiceCrashTest : public ConverterServiceTest,
                                  public ::testing::WithParamInterface<Death> {
 protected:
  void arm(Death death) {
    switch (death) {
      case Death::kBeforeTheFirstEntry:
        journal_kv_.writes_left = 0;
        break;
      case Death::kBeforeTheOutput:
        blobs_.creates_left = 0;
        break;
      case Death::kBeforeTheReport:
        blobs_.creates_left = 1;
        break;
      case Death::kBeforeTheSignedEntry:
        journal_kv_.writes_left = 1;
        break;
      case Death::kBeforeSubmitting:
        on_submit_ = [](const Bytes&) { return fail(Code::kCancelled, "dead"); };
        break;
      case Death::kBeforeTheAnswer:
        on_submit_ = [this](const Bytes& bytes) -> Result<Verdict> {
          EXPECT_EQ(chain_.submit(bytes), Verdict::kAccepted);
          return fail(Code::kCancelled, "dead");
        };
        break;
      case Death::kBeforeForgetting:
        journal_kv_.writes_left = 2;
        break;
    }
  }
};

TEST_P(ConverterServiceCrashTest, LeavesExactlyOneResultAndNoOrphan) {
  const Id16 id = offer();
  arm(GetParam());
  EXPECT_EQ(run(), 0u);
  const bool accepted = chain_.exchange(id).state == ExchangeState::kConverted;
  EXPECT_EQ(accepted, GetParam() >= Death::kBeforeTheAnswer);
  restart();
  EXPECT_EQ(run(), accepted ? 0u : 1u);
  expect_converted(id);
}

TEST_P(ConverterServiceCrashTest, DyingTwiceAtTheSamePointIsTheSame) {
  const Id16 id = offer();
  arm(GetParam());
  run();
  restart();
  arm(GetParam());
  run();
  restart();
  run();
  expect_converted(id);
}

INSTANTIATE_TEST_SUITE_P(EveryStep, ConverterServiceCrashTest,
                         ::testing::Values(Death::kBeforeTheFirstEntry, Death::kBeforeTheOutput,
                                           Death::kBeforeTheReport, Death::kBeforeTheSignedEntry,
                                           Death::kBeforeSubmitting, Death::kBeforeTheAnswer,
                                           Death::kBeforeForgetting));

}  // namespace
}  // namespace sekisho::conversion
