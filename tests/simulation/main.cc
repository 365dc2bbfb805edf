// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
// simulation --seed N [--seeds COUNT] [--trace] [--defect NAME]
// Runs clusters, one a seed, and prints one line each; exits 1 at the first violation, with the
// command that replays it. With --defect it must find one, and exits 1 when it does not.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "node/base/log.h"
#include "node/base/probe.h"
#include "tests/simulation/cluster.h"
#include "tests/support/consensus_defects.h"

namespace {

using namespace sekisho;  // NOLINT: a main file
using namespace sekisho::simulation;

struct Arguments {
  RunOptions run;
  std::uint64_t seeds = 1;
  std::string defect;
  bool probes = false;
};

bool set_defect(const std::string& name, replica::DefectsForTests& defects) {
  if (test::switch_on_defect(name)) return true;
  if (name == "attest-before-storing")
    defects.attest_before_storing = true;
  else if (name == "certify-with-one-line")
    defects.certify_with_one_line = true;
  else
    return false;
  return true;
}

bool parse(int argc, char** argv, Arguments& out) {
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--trace") {
      out.run.trace = true;
    } else if (name == "--probes") {
      out.probes = true;
    } else if (i + 1 == argc) {
      return false;
    } else if (name == "--seed") {
      out.run.seed = std::strtoull(argv[++i], nullptr, 10);
    } else if (name == "--seeds") {
      out.seeds = std::strtoull(argv[++i], nullptr, 10);
    } else if (name == "--defect") {
      out.defect = argv[++i];
      if (!set_defect(out.defect, out.run.defects)) return false;
    } else {
      return false;
    }
  }
  return true;
}

void report(const Arguments& arguments, const RunOptions& run, const RunResult& result) {
  std::printf("seed %llu %s hash=%016llx %s\n", static_cast<unsigned long long>(run.seed),
              result.broken.empty() ? "ok" : "BROKEN", static_cast<unsigned long long>(result.hash),
              result.summary.c_str());
  if (result.broken.empty()) return;
  for (const std::string& what : result.broken) std::printf("  %s\n", what.c_str());
  std::printf("  replay: simulation --seed %llu --trace%s%s\n",
              static_cast<unsigned long long>(run.seed),
              arguments.defect.empty() ? "" : " --defect ", arguments.defect.c_str());
}

// Branches that were reached in this process, and how often; what never was does not show.
void print_probes() {
  for (const auto& [name, count] : Probe::counts())
    std::printf("probe %s %llu\n", name.c_str(), static_cast<unsigned long long>(count));
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  if (!parse(argc, argv, arguments)) {
    std::fputs("simulation --seed N [--seeds COUNT] [--trace] [--probes] [--defect NAME]\n",
               stderr);
    return 2;
  }
  log::open("/dev/null", log::Level::kError);
  bool found = false;
  for (std::uint64_t i = 0; i < arguments.seeds && !found; ++i) {
    RunOptions run = arguments.run;
    run.seed += i;
    const RunResult result = Cluster(run).run();
    report(arguments, run, result);
    std::fflush(stdout);
    found = !result.broken.empty();
  }
  if (arguments.probes) print_probes();
  return found == arguments.defect.empty() ? 1 : 0;
}
