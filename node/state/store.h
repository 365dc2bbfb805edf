// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

#include "node/base/bytes.h"
#include "node/ledger/block.h"
#include "node/state/reader.h"

namespace sekisho::state {

// A Reader that rules may write to.
class Writer : public Reader {
 public:
  virtual void put(Bytes key, Bytes value) = 0;
  virtual void erase(BytesView key) = 0;
};

// The state in memory, with an undo journal: a rejected operation is rolled back to its mark, and
// the block's net changes come out at its end. Core thread only.
class Store final : public Writer {
 public:
  using Mark = std::size_t;

  [[nodiscard]] std::optional<Bytes> get(BytesView key) const override;
  void scan(BytesView prefix, BytesView from,
            const std::function<bool(BytesView key, BytesView value)>& visit) const override;
  [[nodiscard]] std::uint64_t height() const override { return height_; }
  void put(Bytes key, Bytes value) override;
  void erase(BytesView key) override;

  // Puts a stored value back at start; not a change. Cheapest in ascending order.
  void load(Bytes key, Bytes value);
  void set_height(std::uint64_t height) { height_ = height; }
  [[nodiscard]] std::size_t size() const { return values_.size(); }
  [[nodiscard]] Mark mark() const { return journal_.size(); }
  void rollback(Mark mark);
  // What changed since the last call, ascending by key, without keys that are as they were.
  [[nodiscard]] std::vector<ledger::StateChange> take_changes();

 private:
  struct Undo {
    Bytes key;
    std::optional<Bytes> before;
  };
  std::map<Bytes, Bytes, std::less<>> values_;
  std::vector<Undo> journal_;
  std::uint64_t height_ = 0;
};

// Changes on top of another Reader that go nowhere: dry runs. One thread; the base outlives it.
class Scratch final : public Writer {
 public:
  explicit Scratch(const Reader& base) : base_(base) {}
  [[nodiscard]] std::optional<Bytes> get(BytesView key) const override;
  void scan(BytesView prefix, BytesView from,
            const std::function<bool(BytesView key, BytesView value)>& visit) const override;
  [[nodiscard]] std::uint64_t height() const override { return base_.height(); }
  void put(Bytes key, Bytes value) override;
  void erase(BytesView key) override;

 private:
  const Reader& base_;
  std::map<Bytes, std::optional<Bytes>, std::less<>> changes_;
};

}  // namespace sekisho::state
