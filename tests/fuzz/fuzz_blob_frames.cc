// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
// Pieces of blobs, both ways: a peer's request against a store, and a peer's answers to a fetch.
// The input is a row of (length, message) pairs; each is read as a BlobRequest and as a BlobChunk.
#include <cstddef>
#include <cstdint>
#include <optional>

#include "node/base/check.h"
#include "node/blobs/blob_fetcher.h"
#include "node/blobs/blob_server.h"
#include "tests/support/test_blobs.h"

namespace {

using namespace sekisho;

constexpr std::uint64_t kHolder = 4;

void serve(const storage::BlobStore& store, BytesView bytes) {
  v1::BlobRequest request;
  if (!request.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return;
  const auto anybody = [](std::uint64_t, const Digest&) { return Status(); };
  const auto chunk = blobs::answer_blob_request(store, anybody, kHolder, request);
  CHECK(chunk.request() == request.request());
  CHECK(chunk.data().size() <= request.length());
  CHECK((chunk.code() == 0) == !chunk.data().empty());
}

// Numbers of the fetcher's questions start low, so that the input can answer them.
class Fetch {
 public:
  explicit Fetch(const Digest& id, std::uint64_t size_bytes) {
    blobs::FetchPlan plan;
    plan.blob_id = id;
    plan.size_bytes = size_bytes;
    plan.holders = {kHolder, kHolder + 1};
    fetcher_.fetch(std::move(plan), [this](Result<blobs::BlobFetcher::Fetched> result) {
      CHECK(!result_.has_value());
      result_ = std::move(result);
    });
  }
  ~Fetch() {
    fetcher_.stop();
    CHECK(result_.has_value());
  }
  Fetch(const Fetch&) = delete;
  Fetch& operator=(const Fetch&) = delete;
  void answer(BytesView bytes) {
    v1::BlobChunk chunk;
    if (!chunk.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return;
    fetcher_.on_chunk(kHolder, chunk);
    fetcher_.on_chunk(kHolder + 1, chunk);
  }
  [[nodiscard]] const std::optional<Result<blobs::BlobFetcher::Fetched>>& result() const {
    return result_;
  }

 private:
  ManualClock clock_;
  blobs::BlobFetcher fetcher_{[](std::uint64_t, const Bytes&) {}, clock_};
  std::optional<Result<blobs::BlobFetcher::Fetched>> result_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static sekisho::test::TestBlobs blobs;
  static const Bytes content = "sealed";
  static const Digest id = blobs.put(content);
  Fetch fetch(id, content.size());
  BytesView rest(reinterpret_cast<const char*>(data), size);
  while (!rest.empty()) {
    const auto length = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    const BytesView message = rest.substr(0, length);
    rest.remove_prefix(message.size());
    serve(*blobs, message);
    fetch.answer(message);
  }
  if (fetch.result() && *fetch.result()) CHECK(*fetch.result()->value() == content);
  return 0;
}
