// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/base/metrics.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <mutex>
#include <variant>

#include "node/base/check.h"

namespace sekisho {
namespace {

constexpr std::array<std::uint64_t, 17> kLatencyBoundsUs = {
    100,     250,     500,     1'000,     2'500,     5'000,     10'000,     25'000,    50'000,
    100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000, 30'000'000};

// Exposition format 0.0.4: backslash, quote and line feed are escaped in label values.
std::string escape_label(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (c == '\\' || c == '"') out.push_back('\\');
    if (c == '\n') {
      out += "\\n";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

std::string render_labels(std::initializer_list<MetricLabel> labels) {
  std::string out;
  for (const auto& [name, value] : labels) {
    if (!out.empty()) out.push_back(',');
    out += std::string(name) + "=\"" + escape_label(value) + "\"";
  }
  return out;
}

std::string braced(const std::string& labels) { return labels.empty() ? "" : "{" + labels + "}"; }

bool is_metric_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
         std::all_of(name.begin(), name.end(), allowed);
}

using Series =
    std::variant<std::unique_ptr<Counter>, std::unique_ptr<Gauge>, std::unique_ptr<Histogram>>;

constexpr std::array<std::string_view, 3> kKindNames = {"counter", "gauge", "histogram"};

void render_histogram(std::string& out, const std::string& name, const std::string& labels,
                      const Histogram& histogram) {
  const std::string prefix = labels.empty() ? "" : labels + ",";
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < histogram.bounds().size(); ++i) {
    cumulative += histogram.bucket(i);
    out += name + "_bucket{" + prefix + "le=\"" + std::to_string(histogram.bounds()[i]) + "\"} " +
           std::to_string(cumulative) + "\n";
  }
  cumulative += histogram.bucket(histogram.bounds().size());
  out += name + "_bucket{" + prefix + "le=\"+Inf\"} " + std::to_string(cumulative) + "\n";
  out += name + "_sum" + braced(labels) + " " + std::to_string(histogram.sum()) + "\n";
  out += name + "_count" + braced(labels) + " " + std::to_string(cumulative) + "\n";
}

void render_series(std::string& out, const std::string& name, const std::string& labels,
                   const Series& series) {
  if (const auto* counter = std::get_if<std::unique_ptr<Counter>>(&series)) {
    out += name + braced(labels) + " " + std::to_string((*counter)->value()) + "\n";
  } else if (const auto* gauge = std::get_if<std::unique_ptr<Gauge>>(&series)) {
    out += name + braced(labels) + " " + std::to_string((*gauge)->value()) + "\n";
  } else {
    render_histogram(out, name, labels, *std::get<std::unique_ptr<Histogram>>(series));
  }
}

}  // namespace

std::span<const std::uint64_t> latency_bounds_us() { return kLatencyBoundsUs; }

Histogram::Histogram(std::span<const std::uint64_t> bounds)
    : bounds_(bounds.begin(), bounds.end()), counts_(bounds.size() + 1) {
  CHECK(!bounds_.empty());
  CHECK(bounds_.size() <= kBoundsMax);
  CHECK(std::adjacent_find(bounds_.begin(), bounds_.end(), std::greater_equal<>()) ==
        bounds_.end());
}

void Histogram::observe(std::uint64_t value) {
  const auto place = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
  counts_[static_cast<std::size_t>(place)].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

std::uint64_t Histogram::bucket(std::size_t i) const {
  CHECK(i < counts_.size());
  return counts_[i].load(std::memory_order_relaxed);
}

struct MetricsRegistry::Family {
  std::string help;
  std::size_t kind = 0;  // index into Series and kKindNames
  std::map<std::string, Series> series;
};

struct MetricsRegistry::Impl {
  mutable std::mutex mutex;
  std::map<std::string, Family, std::less<>> families;

  template <typename T, typename... Args>
  T& get(std::string_view name, std::string_view help, std::initializer_list<MetricLabel> labels,
         Args... args) {
    CHECK(is_metric_name(name));
    CHECK(help.find('\n') == std::string_view::npos);
    const std::size_t kind = Series(std::unique_ptr<T>()).index();
    const std::lock_guard lock(mutex);
    auto& family = families.try_emplace(std::string(name)).first->second;
    if (family.series.empty()) {
      family.help = help;
      family.kind = kind;
    }
    CHECK(family.kind == kind);
    auto& series = family.series[render_labels(labels)];
    if (series.index() != kind || !std::get<std::unique_ptr<T>>(series)) {
      series = std::make_unique<T>(args...);
    }
    return *std::get<std::unique_ptr<T>>(series);
  }
};

MetricsRegistry::MetricsRegistry() : impl_(std::make_unique<Impl>()) {}
MetricsRegistry::~MetricsRegistry() = default;

Counter& MetricsRegistry::counter(std::string_view name, std::string_view help,
                                  std::initializer_list<MetricLabel> labels) {
  return impl_->get<Counter>(name, help, labels);
}

Gauge& MetricsRegistry::gauge(std::string_view name, std::string_view help,
                              std::initializer_list<MetricLabel> labels) {
  return impl_->get<Gauge>(name, help, labels);
}

Histogram& MetricsRegistry::histogram(std::string_view name, std::string_view help,
                                      std::span<const std::uint64_t> bounds,
                                      std::initializer_list<MetricLabel> labels) {
  return impl_->get<Histogram>(name, help, labels, bounds);
}

std::string MetricsRegistry::render() const {
  const std::lock_guard lock(impl_->mutex);
  std::string out;
  for (const auto& [name, family] : impl_->families) {
    out += "# HELP " + name + " " + family.help + "\n";
    out += "# TYPE " + name + " " + std::string(kKindNames[family.kind]) + "\n";
    for (const auto& [labels, series] : family.series) render_series(out, name, labels, series);
  }
  return out;
}

}  // namespace sekisho
