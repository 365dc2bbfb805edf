// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
// exploration [--wide] [--worlds MAX] [--only VARIANT] [--defect NAME]
// Exhausts each variant, or says how far it came; exits 1 at a violation, with the shortest way
// there, and when a variant could not be exhausted. With --defect (exploration_with_defects only) a
// violation must be found, and exits 1 when none is.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/exploration/variants.h"
#include "tests/support/consensus_defects.h"

namespace {

using namespace sekisho;  // NOLINT: a main file

struct Arguments {
  bool wide = false;
  std::uint64_t worlds = 40'000'000;
  std::string only;
  std::string defect;
};

bool parse(int argc, char** argv, Arguments& out) {
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--wide") {
      out.wide = true;
    } else if (i + 1 == argc) {
      return false;
    } else if (name == "--worlds") {
      out.worlds = std::strtoull(argv[++i], nullptr, 10);
    } else if (name == "--only") {
      out.only = argv[++i];
    } else if (name == "--defect") {
      out.defect = argv[++i];
      if (!test::switch_on_defect(out.defect)) return false;
    } else {
      return false;
    }
  }
  return true;
}

void report(const exploration::Bounds& bounds, const exploration::Found& found) {
  const char* verdict = "NOT exhausted";
  if (found.exhausted) verdict = "exhausted";
  if (!found.broken.empty()) verdict = "BROKEN";
  std::printf(
      "%-10s %s: %llu worlds, %llu steps, depth %u, %llu states of a node, %llu messages, "
      "%llu lost to a full network (%s)\n",
      bounds.name.c_str(), verdict, static_cast<unsigned long long>(found.worlds),
      static_cast<unsigned long long>(found.transitions), found.depth,
      static_cast<unsigned long long>(found.members),
      static_cast<unsigned long long>(found.messages),
      static_cast<unsigned long long>(found.overflows), bounds.about.c_str());
  for (const std::string& what : found.broken) std::printf("  %s\n", what.c_str());
  for (const std::string& step : found.path) std::printf("    %s\n", step.c_str());
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  if (!parse(argc, argv, arguments)) {
    std::fputs("exploration [--wide] [--worlds MAX] [--only VARIANT] [--defect NAME]\n", stderr);
    return 2;
  }
  bool exhausted = true;
  std::size_t runs = 0;
  for (const exploration::Bounds& bounds : exploration::variants(arguments.wide)) {
    if (!arguments.only.empty() && bounds.name != arguments.only) continue;
    const auto found = exploration::Explorer(bounds).run(arguments.worlds);
    report(bounds, found);
    ++runs;
    if (!found.broken.empty()) return arguments.defect.empty() ? 1 : 0;
    exhausted = exhausted && found.exhausted;
  }
  return arguments.defect.empty() && exhausted && runs > 0 ? 0 : 1;
}
