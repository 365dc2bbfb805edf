// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sekisho {

// A number that only grows. Any thread; relaxed.
class Counter {
 public:
  void add(std::uint64_t amount = 1) { value_.fetch_add(amount, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// A number that moves both ways: queue lengths, heights, seconds left. Any thread; relaxed.
class Gauge {
 public:
  void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
  void add(std::int64_t amount) { value_.fetch_add(amount, std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

// Counts of whole-number observations (microseconds, bytes, entries) under fixed upper bounds.
// Any thread; relaxed, so that a scrape may see a sum one observation older than the counts.
class Histogram {
 public:
  // Bounds are inclusive, rise strictly and are at most kBoundsMax.
  explicit Histogram(std::span<const std::uint64_t> bounds);
  static constexpr std::size_t kBoundsMax = 32;

  void observe(std::uint64_t value);
  [[nodiscard]] const std::vector<std::uint64_t>& bounds() const { return bounds_; }
  // Observations in bucket `i` alone; i == bounds().size() is the bucket above all bounds.
  [[nodiscard]] std::uint64_t bucket(std::size_t i) const;
  [[nodiscard]] std::uint64_t sum() const { return sum_.load(std::memory_order_relaxed); }

 private:
  const std::vector<std::uint64_t> bounds_;
  std::vector<std::atomic<std::uint64_t>> counts_;
  std::atomic<std::uint64_t> sum_{0};
};

// 100 us to 30 s: what a request or a sync may take.
[[nodiscard]] std::span<const std::uint64_t> latency_bounds_us();

// One label of a series. Values never carry personal data or anything a stranger chooses.
using MetricLabel = std::pair<std::string_view, std::string_view>;

// Owns every series of a process and renders them in the Prometheus text format 0.0.4. Series are
// made once, at construction of their users, and live as long as the registry; asking again for the
// same name and labels gives the same series. One name has one kind: anything else is our mistake
// and CHECKs. Any thread; making and rendering lock, counting does not.
class MetricsRegistry {
 public:
  MetricsRegistry();
  ~MetricsRegistry();
  MetricsRegistry(const MetricsRegistry&) = delete;
  MetricsRegistry& operator=(const MetricsRegistry&) = delete;

  // `name` matches [a-z_][a-z0-9_]*; `help` is one line.
  Counter& counter(std::string_view name, std::string_view help,
                   std::initializer_list<MetricLabel> labels = {});
  Gauge& gauge(std::string_view name, std::string_view help,
               std::initializer_list<MetricLabel> labels = {});
  Histogram& histogram(std::string_view name, std::string_view help,
                       std::span<const std::uint64_t> bounds,
                       std::initializer_list<MetricLabel> labels = {});

  // Families sorted by name, series by labels.
  [[nodiscard]] std::string render() const;

 private:
  struct Family;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sekisho
