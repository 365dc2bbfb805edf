// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <utility>
#include <vector>

#include "converter/pipeline/chunks.h"

namespace sekisho::converter {

// Works through a file in waves: while the chunks of one wave are worked on, one more piece of work
// takes in what the wave before came to, in order, and reads the wave behind. So reading and
// writing cost no time of their own when there are two workers, and never meet themselves. With
// one worker a wave is one chunk. What comes out is the same for any number of workers.
template <typename Result>
class Waves {
 public:
  Waves(ChunkReader& chunks, const Options& options)
      : chunks_(chunks), options_(options), size_(wave_size(options.workers)) {}

  // work(chunk, worker, result&) for every chunk, then take(chunk, result&) in order, until
  // stopped() holds after a take, or `chunks_max` chunks are through.
  template <typename Work, typename Take, typename Stopped>
  Status run(const Work& work, const Take& take, const Stopped& stopped,
             std::size_t chunks_max = std::numeric_limits<std::size_t>::max()) {
    chunks_left_ = chunks_max;
    Wave done, now, next;
    TRY_STATUS(fill(now));
    while (now.count > 0 || done.count > 0) {
      if (options_.cancelled && options_.cancelled()) {
        return fail(Code::kCancelled, "the conversion was stopped");
      }
      Status status;
      each(now.count + 1, [&](std::size_t piece, std::size_t worker) {
        if (piece > 0) return work(now.chunks[piece - 1], worker, now.results[piece - 1]);
        status = take_all(done, take, stopped);
        if (status && !stopped()) status = fill(next);
      });
      TRY_STATUS(status);
      if (stopped()) return {};
      done.count = 0;
      std::swap(done, now);
      std::swap(now, next);
      next.count = 0;
    }
    return {};
  }

 private:
  struct Wave {
    std::vector<Chunk> chunks;
    std::vector<Result> results;
    std::size_t count = 0;
  };

  static std::size_t wave_size(const Workers* workers) {
    constexpr std::size_t kChunksPerWorker = 4;
    return workers == nullptr || workers->count() == 1 ? 1 : workers->count() * kChunksPerWorker;
  }

  Status fill(Wave& wave) {
    wave.chunks.resize(size_);
    wave.results.resize(size_);
    wave.count = 0;
    while (wave.count < size_ && chunks_left_ > 0) {
      TRY(const bool more, chunks_.next(wave.chunks[wave.count]));
      if (!more) break;
      ++wave.count;
      --chunks_left_;
    }
    return {};
  }

  template <typename Take, typename Stopped>
  Status take_all(Wave& wave, const Take& take, const Stopped& stopped) {
    for (std::size_t i = 0; i < wave.count && !stopped(); ++i) {
      TRY_STATUS(take(wave.chunks[i], wave.results[i]));
    }
    return {};
  }

  template <typename Piece>
  void each(std::size_t pieces, const Piece& piece) {
    if (options_.workers != nullptr) return options_.workers->run(pieces, piece);
    for (std::size_t i = 0; i < pieces; ++i) piece(i, 0);
  }

  ChunkReader& chunks_;
  const Options& options_;
  std::size_t size_;
  std::size_t chunks_left_ = 0;
};

}  // namespace sekisho::converter
