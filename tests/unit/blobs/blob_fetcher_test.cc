// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/blobs/blob_fetcher.h"

#include <optional>

#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/crypto/hash.h"

namespace sekisho::blobs {
namespace {

constexpr std::size_t kPiece = limits::kBlobChunkSize;

// Two pieces and a bit.
Bytes content() {
  Bytes bytes(2 * kPiece + 5, 'a');
  for (std::size_t i = 0; i < bytes.size(); i += 1000) bytes[i] = static_cast<char>('a' + i % 23);
  return bytes;
}

class BlobFetcherTest : public ::testing::Test {
 protected:
  struct Sent {
    std::uint64_t to_node;
    v1::BlobRequest request;
  };

  FetchPlan plan(std::vector<std::uint64_t> holders) const {
    FetchPlan plan;
    plan.blob_id = crypto::sha256(content_);
    plan.size_bytes = content_.size();
    plan.holders = std::move(holders);
    return plan;
  }
  void start(std::vector<std::uint64_t> holders) {
    fetcher_.fetch(plan(std::move(holders)), [this](Result<BlobFetcher::Fetched> result) {
      ++answers_;
      result_ = std::move(result);
    });
  }
  // The true answer to a request.
  v1::BlobChunk piece(const v1::BlobRequest& request) const {
    v1::BlobChunk chunk;
    chunk.set_request(request.request());
    chunk.set_total_size(content_.size());
    chunk.set_data(content_.substr(request.offset(), request.length()));
    return chunk;
  }
  void answer_truly() { fetcher_.on_chunk(sent_.back().to_node, piece(sent_.back().request)); }
  void answer_falsely() {
    auto chunk = piece(sent_.back().request);
    (*chunk.mutable_data())[0] ^= 1;
    fetcher_.on_chunk(sent_.back().to_node, chunk);
  }
  void refuse(Code code) {
    v1::BlobChunk chunk;
    chunk.set_request(sent_.back().request.request());
    chunk.set_code(static_cast<std::uint32_t>(code) + 1);
    chunk.set_context("not from me");
    fetcher_.on_chunk(sent_.back().to_node, chunk);
  }
  void time_out() {
    clock_.advance(BlobFetcher::kPieceTimeoutMs);
    fetcher_.tick();
  }

  const Bytes content_ = content();
  ManualClock clock_;
  std::vector<Sent> sent_;
  BlobFetcher fetcher_{[this](std::uint64_t to_node, const Bytes& bytes) {
                         v1::PeerFrame frame;
                         ASSERT_TRUE(frame.ParseFromString(bytes));
                         sent_.push_back({to_node, frame.blob_request()});
                       },
                       clock_};
  std::optional<Result<BlobFetcher::Fetched>> result_;
  int answers_ = 0;
};

TEST_F(BlobFetcherTest, FetchesPieceByPieceAndChecksTheWhole) {
  start({4});
  for (int i = 0; i < 3; ++i) answer_truly();
  ASSERT_EQ(answers_, 1);
  EXPECT_EQ(*result_->value(), content_);
  ASSERT_EQ(sent_.size(), 3u);
  EXPECT_EQ(sent_[1].request.offset(), kPiece);
  EXPECT_EQ(sent_[2].request.length(), 5u);
  EXPECT_EQ(sent_[0].request.blob_id(), crypto::sha256(content_).view());
}

TEST_F(BlobFetcherTest, SilenceLeadsToTheNextHolderAndKeepsWhatArrived) {
  start({4, 5});
  answer_truly();
  clock_.advance(BlobFetcher::kPieceTimeoutMs - 1);
  fetcher_.tick();
  EXPECT_EQ(sent_.size(), 2u);
  clock_.advance(1);
  fetcher_.tick();
  ASSERT_EQ(sent_.size(), 3u);
  EXPECT_EQ(sent_[2].to_node, 5u);
  EXPECT_EQ(sent_[2].request.offset(), kPiece);
  answer_truly();
  answer_truly();
  EXPECT_EQ(*result_->value(), content_);
}

TEST_F(BlobFetcherTest, ALateAnswerIsNoAnswerToTheNextQuestion) {
  start({4});
  const auto first = sent_[0];
  time_out();
  fetcher_.on_chunk(4, piece(first.request));
  EXPECT_EQ(sent_.size(), 2u);
  answer_truly();
  ASSERT_EQ(sent_.size(), 3u);
  EXPECT_EQ(sent_[2].request.offset(), kPiece);
}

TEST_F(BlobFetcherTest, OnlyTheHolderThatWasAskedMayAnswer) {
  start({4, 5});
  fetcher_.on_chunk(5, piece(sent_[0].request));
  EXPECT_EQ(sent_.size(), 1u);
}

TEST_F(BlobFetcherTest, GivesUpAfterTooManySilences) {
  start({4});
  const unsigned tries = plan({}).tries_max;
  for (unsigned i = 0; i <= tries; ++i) time_out();
  ASSERT_EQ(answers_, 1);
  EXPECT_EQ(result_->error().code, Code::kUnavailable);
  EXPECT_EQ(sent_.size(), tries + 1u);
}

TEST_F(BlobFetcherTest, ARefusalIsPassedOnWhenNobodyElseHasIt) {
  start({4, 5});
  refuse(Code::kPermissionDenied);
  EXPECT_EQ(sent_.back().to_node, 5u);
  refuse(Code::kNotFound);
  ASSERT_EQ(answers_, 1);
  EXPECT_EQ(result_->error().code, Code::kNotFound);
  EXPECT_EQ(result_->error().context, "not from me");
}

TEST_F(BlobFetcherTest, AnUnknownCodeIsInternalAndAContextIsCut) {
  start({4});
  v1::BlobChunk chunk;
  chunk.set_request(sent_.back().request.request());
  chunk.set_code(4711);
  chunk.set_context(std::string(limits::kTextMax + 1, 'x'));
  fetcher_.on_chunk(4, chunk);
  EXPECT_EQ(result_->error().code, Code::kInternal);
  EXPECT_EQ(result_->error().context.size(), limits::kTextMax);
}

TEST_F(BlobFetcherTest, PiecesOfTheWrongSizeDropTheHolder) {
  const auto with = [this](auto change) {
    start({4});
    auto chunk = piece(sent_.back().request);
    change(chunk);
    fetcher_.on_chunk(4, chunk);
    ASSERT_TRUE(result_.has_value());
    EXPECT_EQ(result_->error().code, Code::kCorrupt);
    result_.reset();
  };
  with([](v1::BlobChunk& chunk) { chunk.set_total_size(7); });
  with([](v1::BlobChunk& chunk) { chunk.clear_data(); });
  with([](v1::BlobChunk& chunk) { chunk.mutable_data()->push_back('x'); });
}

TEST_F(BlobFetcherTest, NeverTakesMoreThanTheLedgerSays) {
  start({4});
  answer_truly();
  answer_truly();
  auto chunk = piece(sent_.back().request);
  chunk.mutable_data()->append("more");
  fetcher_.on_chunk(4, chunk);
  ASSERT_TRUE(result_.has_value());
  EXPECT_EQ(result_->error().code, Code::kCorrupt);
}

TEST_F(BlobFetcherTest, AHolderOfOtherBytesIsNotAskedAgain) {
  start({4, 5});
  answer_falsely();
  answer_truly();
  answer_truly();
  EXPECT_EQ(sent_.back().to_node, 5u);
  EXPECT_EQ(sent_.back().request.offset(), 0u);
  for (int i = 0; i < 3; ++i) answer_truly();
  EXPECT_EQ(*result_->value(), content_);
}

TEST_F(BlobFetcherTest, NobodyHasTheRightBytes) {
  start({4});
  answer_falsely();
  answer_truly();
  answer_truly();
  EXPECT_EQ(result_->error().code, Code::kCorrupt);
}

// A holder that sends one false piece and falls silent must not bring the honest one into
// disrepute.
TEST_F(BlobFetcherTest, AFalsePieceOfAnotherHolderIsNotBlamedOnTheLast) {
  start({4, 5});
  answer_falsely();
  time_out();
  ASSERT_EQ(sent_.back().to_node, 5u);
  answer_truly();
  answer_truly();
  EXPECT_EQ(sent_.back().to_node, 5u);
  EXPECT_EQ(sent_.back().request.offset(), 0u);
  for (int i = 0; i < 3; ++i) answer_truly();
  ASSERT_TRUE(result_.has_value());
  EXPECT_EQ(*result_->value(), content_);
}

TEST_F(BlobFetcherTest, RefusesPlansThatCannotWork) {
  start({});
  EXPECT_EQ(result_->error().code, Code::kNotFound);
  for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{limits::kBlobSizeMax} + 1}) {
    auto wrong = plan({4});
    wrong.size_bytes = size;
    std::optional<Result<BlobFetcher::Fetched>> result;
    fetcher_.fetch(std::move(wrong),
                   [&](Result<BlobFetcher::Fetched> answer) { result = std::move(answer); });
    EXPECT_EQ(result->error().code, Code::kInvalidArgument);
  }
  EXPECT_TRUE(sent_.empty());
}

TEST_F(BlobFetcherTest, BoundsTheFetchesAtOnce) {
  const auto start_another = [this](std::size_t number) {
    auto other = plan({4});
    other.blob_id = crypto::sha256(std::to_string(number));
    fetcher_.fetch(std::move(other), [this](Result<BlobFetcher::Fetched> result) {
      ++answers_;
      result_ = std::move(result);
    });
  };
  for (std::size_t i = 0; i < BlobFetcher::kFetchesMax; ++i) start_another(i);
  EXPECT_EQ(answers_, 0);
  start_another(BlobFetcher::kFetchesMax);
  EXPECT_EQ(result_->error().code, Code::kResourceExhausted);
}

// The same file asked for often was fetched, and kept in memory, as often.
TEST_F(BlobFetcherTest, OneTransferServesAllWhoWaitForABlob) {
  for (int i = 0; i < 100; ++i) start({4});
  EXPECT_EQ(sent_.size(), 1u);
  for (int i = 0; i < 3; ++i) answer_truly();
  EXPECT_EQ(answers_, 100);
  EXPECT_EQ(sent_.size(), 3u);
  EXPECT_EQ(*result_->value(), content_);
}

TEST_F(BlobFetcherTest, BoundsTheWaiters) {
  for (std::size_t i = 0; i < BlobFetcher::kWaitersMax; ++i) start({4});
  EXPECT_EQ(answers_, 0);
  start({4});
  EXPECT_EQ(answers_, 1);
  EXPECT_EQ(result_->error().code, Code::kResourceExhausted);
}

// A receiver who reads slowly keeps whole files in memory; it must not be all of the memory.
TEST_F(BlobFetcherTest, MemoryIsBoundedUntilTheLastReaderLetsGo) {
  start({4});
  EXPECT_EQ(fetcher_.bytes_in_use(), content_.size());
  for (int i = 0; i < 3; ++i) answer_truly();
  BlobFetcher::Fetched held = result_->value();
  result_.reset();
  EXPECT_EQ(fetcher_.bytes_in_use(), content_.size()) << "delivered, and still held";
  const auto refusal = [this](const char* name, bool own_work) {
    auto large = plan({4});
    large.blob_id = crypto::sha256(name);
    large.size_bytes = limits::kBlobSizeMax;
    large.own_work = own_work;
    std::optional<Code> code;
    fetcher_.fetch(std::move(large), [&code](const Result<BlobFetcher::Fetched>& result) {
      if (!result) code = result.error().code;
    });
    return code;
  };
  EXPECT_FALSE(refusal("one", false));
  EXPECT_EQ(refusal("two", false), Code::kResourceExhausted);
  EXPECT_FALSE(refusal("own", true)) << "clients leave room for the node's own work";
  held.reset();
  EXPECT_EQ(fetcher_.bytes_in_use(), 2 * limits::kBlobSizeMax);
  fetcher_.stop();
  EXPECT_EQ(fetcher_.bytes_in_use(), 0u);
}

TEST_F(BlobFetcherTest, StopAnswersEverybodyAndLaterOnesToo) {
  start({4});
  start({5});
  fetcher_.stop();
  EXPECT_EQ(answers_, 2);
  EXPECT_EQ(result_->error().code, Code::kCancelled);
  answer_truly();
  EXPECT_EQ(answers_, 2);
  start({4});
  EXPECT_EQ(answers_, 3);
  EXPECT_EQ(result_->error().code, Code::kCancelled);
}

TEST_F(BlobFetcherTest, TheAnswerMayStartTheNextFetch) {
  int finished = 0;
  fetcher_.fetch(plan({4}), [&](const Result<BlobFetcher::Fetched>&) {
    fetcher_.fetch(plan({5}), [&](const Result<BlobFetcher::Fetched>&) { ++finished; });
  });
  for (int i = 0; i < 6; ++i) answer_truly();
  EXPECT_EQ(finished, 1);
}

}  // namespace
}  // namespace sekisho::blobs
