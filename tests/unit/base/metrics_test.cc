// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/base/metrics.h"

#include <array>

#include <gtest/gtest.h>

namespace sekisho {
namespace {

TEST(MetricsTest, RendersThePrometheusTextFormat) {
  MetricsRegistry registry;
  registry.counter("b_total", "Things.", {{"peer", "2"}}).add(3);
  registry.counter("b_total", "Things.", {{"peer", "1"}}).add();
  registry.gauge("a_depth", "Depth.").set(-4);
  constexpr std::array<std::uint64_t, 2> kBounds = {10, 100};
  Histogram& histogram = registry.histogram("c_us", "Time.", kBounds, {{"op", "x\"y"}});
  for (const std::uint64_t value : {10U, 11U, 1000U}) histogram.observe(value);
  EXPECT_EQ(registry.render(),
            "# HELP a_depth Depth.\n# TYPE a_depth gauge\na_depth -4\n"
            "# HELP b_total Things.\n# TYPE b_total counter\n"
            "b_total{peer=\"1\"} 1\nb_total{peer=\"2\"} 3\n"
            "# HELP c_us Time.\n# TYPE c_us histogram\n"
            "c_us_bucket{op=\"x\\\"y\",le=\"10\"} 1\n"
            "c_us_bucket{op=\"x\\\"y\",le=\"100\"} 2\n"
            "c_us_bucket{op=\"x\\\"y\",le=\"+Inf\"} 3\n"
            "c_us_sum{op=\"x\\\"y\"} 1021\nc_us_count{op=\"x\\\"y\"} 3\n");
}

TEST(MetricsTest, TheSameNameAndLabelsAreTheSameSeries) {
  MetricsRegistry registry;
  EXPECT_EQ(&registry.counter("a", "x"), &registry.counter("a", "x"));
  EXPECT_NE(&registry.counter("a", "x"), &registry.counter("a", "x", {{"l", "1"}}));
}

TEST(MetricsDeathTest, OneNameHasOneKind) {
  MetricsRegistry registry;
  registry.counter("a", "x");
  EXPECT_DEATH(registry.gauge("a", "x"), "kind");
}

}  // namespace
}  // namespace sekisho
