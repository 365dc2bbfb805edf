// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
// bench_storage FOLDER: what the stores cost on the disk under FOLDER, one figure a line as
// id<TAB>value<TAB>unit, with the disk's own limit measured in the same run.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "node/base/check.h"
#include "node/crypto/hash.h"
#include "storage/blob_store.h"
#include "storage/ledger_store.h"
#include "storage/log_store.h"
#include "storage/rocksdb_kv.h"
#include "tests/unit/storage/ledger_fixture.h"

using namespace sekisho;
using namespace sekisho::storage;

namespace {

constexpr std::size_t kOperationSize = 500;

void figure(const char* id, double value, const char* unit) {
  std::printf("%s\t%.3f\t%s\n", id, value, unit);
}

double thread_cpu_ms() {
  timespec now{};
  CHECK(::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

// Milliseconds of each call, ascending, and of this thread's processor for one on average.
struct Times {
  std::vector<double> ms;
  double cpu_ms = 0;
};

Times measure(int rounds, const std::function<void(int)>& work) {
  Times times;
  const double cpu_begin = thread_cpu_ms();
  for (int round = 0; round < rounds; ++round) {
    const auto begin = std::chrono::steady_clock::now();
    work(round);
    const std::chrono::duration<double, std::milli> taken =
        std::chrono::steady_clock::now() - begin;
    times.ms.push_back(taken.count());
  }
  times.cpu_ms = (thread_cpu_ms() - cpu_begin) / rounds;
  std::sort(times.ms.begin(), times.ms.end());
  return times;
}

void report(const std::string& id, const Times& times) {
  figure((id + ".p50").c_str(), times.ms[times.ms.size() / 2], "ms");
  figure((id + ".p99").c_str(), times.ms[times.ms.size() * 99 / 100], "ms");
  figure((id + ".cpu").c_str(), times.cpu_ms, "ms");
}

std::unique_ptr<Kv> open_kv(const std::string& path, KvProfile profile) {
  RocksDbOptions options;
  options.name = "bench";
  options.profile = profile;
  auto kv = open_rocksdb_kv(path, options);
  CHECK(kv.has_value());
  return std::move(*kv);
}

void measure_disk(const std::string& folder) {
  const int fd = ::open((folder + "/raw").c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
  CHECK(fd >= 0);
  const Bytes block(64 * 1024, 'x');
  report("limit.append64k_fdatasync", measure(300, [&](int) {
           CHECK(::write(fd, block.data(), block.size()) == static_cast<ssize_t>(block.size()));
           CHECK(::fdatasync(fd) == 0);
         }));
  ::close(fd);
}

// Blocks as the state machine makes them: an exchange, two members, two state keys an operation.
ledger::AppliedBlock make_block(ChainBuilder& chain, SeededRng& rng, std::size_t count) {
  std::vector<ledger::AuditTerms> terms(count);
  for (auto& each : terms) {
    each.exchange_id = rng.id16();
    each.members = {"institution-" + std::to_string(rng.below(40)),
                    "insurer-" + std::to_string(rng.below(20))};
  }
  ledger::AppliedBlock block = chain.next(terms, kOperationSize);
  for (std::size_t i = 0; i < 2 * count; ++i) {
    block.state_changes.push_back(
        {"key/" + rng.id16().hex(), rng.bytes(i % 2 == 0 ? 8 : 120), false});
  }
  return block;
}

std::uintmax_t size_of(const std::string& folder) {
  std::uintmax_t size_bytes = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
    if (file.is_regular_file()) size_bytes += file.file_size();
  }
  return size_bytes;
}

void measure_ledger(const std::string& folder, std::size_t count, int rounds) {
  const std::string path = folder + "/ledger" + std::to_string(count);
  ChainBuilder chain(1);
  SeededRng rng(2);
  const auto kv = open_kv(path, KvProfile::kLedger);
  const auto store = LedgerStore::open(*kv, chain.chain_id(), 1, {});
  CHECK(store.has_value());
  std::vector<ledger::AppliedBlock> blocks;
  for (int i = 0; i < rounds; ++i) blocks.push_back(make_block(chain, rng, count));
  const std::string id = "ledger.commit_block" + std::to_string(count);
  report(id, measure(rounds, [&](int i) {
           CHECK((*store)->commit_block(blocks[static_cast<std::size_t>(i)]).has_value());
         }));
  const std::uint64_t operations = count * static_cast<std::uint64_t>(rounds);
  CHECK(kv->reclaim("").has_value());
  figure(("ledger.disk_bytes_per_op" + std::to_string(count)).c_str(),
         static_cast<double>(size_of(path)) / static_cast<double>(operations), "bytes");
  const LedgerView view = (*store)->view();
  report("ledger.read_operation" + std::to_string(count),
         measure(2000, [&](int) { CHECK(view.operation(rng.below(operations)).has_value()); }));
  report("ledger.tree_node_level3_" + std::to_string(count), measure(2000, [&](int) {
           CHECK(view.tree_node(3, rng.below(operations / 8)).has_value());
         }));
}

void measure_log(const std::string& folder) {
  const auto kv = open_kv(folder + "/log", KvProfile::kLog);
  const auto log = DurableLog::open(*kv, {});
  CHECK(log.has_value());
  SeededRng rng(3);
  const auto payload = consensus::make_payload(rng.bytes(64 * 1024));
  consensus::Index index = 0;
  report("log.persist64k", measure(500, [&](int) {
           consensus::Persist write;
           write.hard_state = consensus::HardState{1, 1, index};
           write.entries.push_back({1, ++index, consensus::EntryKind::kNormal, payload});
           CHECK((*log)->persist(write).has_value());
           if (index % 100 == 0) CHECK((*log)->truncate_prefix(index - 50).has_value());
         }));
}

void measure_blobs(const std::string& folder) {
  BlobStoreOptions options;
  options.free_reserve_bytes = 0;
  const auto store = open_blob_store(folder + "/blobs", folder + "/blob-keys",
                                     Secret(BytesView(Bytes(32, 'k'))), options);
  CHECK(store.has_value());
  SeededRng rng(4);
  const Bytes content = rng.bytes(64 * 1024 * 1024);
  const Digest id = crypto::sha256(content);
  const auto put = measure(1, [&](int) {
    const auto writer = (*store)->create(id, content.size(), {});
    CHECK(writer.has_value());
    CHECK((*writer)->append(content).has_value());
    CHECK((*writer)->commit().has_value());
  });
  const auto get =
      measure(1, [&](int) { CHECK((*store)->read(id, 0, content.size()) == content); });
  const auto purge = measure(1, [&](int) { CHECK((*store)->purge(id).has_value()); });
  figure("blob.put64m", 64'000.0 / put.ms[0], "MiB/s");
  figure("blob.read64m", 64'000.0 / get.ms[0], "MiB/s");
  figure("blob.purge64m", purge.ms[0], "ms");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: bench_storage FOLDER (emptied by nobody; name a fresh one)\n", stderr);
    return 2;
  }
  const std::string folder = argv[1];
  measure_disk(folder);
  measure_ledger(folder, 1, 2000);
  measure_ledger(folder, 500, 200);
  measure_log(folder);
  measure_blobs(folder);
  return 0;
}
