// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
// core_simulation [--seed N] [--seeds COUNT] [--trace] [--probes] [--defect NAME]
// Two minutes of virtual time a seed; exits 1 at the first violation, with the command that replays
// it. With --defect a violation must be found, and exits 1 when none is. Defects of the core exist
// in core_simulation_with_defects only.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "node/base/probe.h"
#include "tests/simulation/core/run.h"
#include "tests/support/consensus_defects.h"

namespace {

using namespace sekisho;  // NOLINT: a main file

struct Arguments {
  core_simulation::Settings settings;
  std::uint64_t seeds = 1;
  bool probes = false;
  std::string defect;
};

bool put_back(const std::string& name, core_simulation::DriverDefects& driver) {
  if (name == "s6-configure-when-stored") return driver.configure_when_stored = true;
  if (name == "s8-configure-at-batch-start") return driver.configure_at_batch_start = true;
  return test::switch_on_defect(name);
}

bool parse(int argc, char** argv, Arguments& out) {
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--trace") {
      out.settings.trace = true;
    } else if (name == "--probes") {
      out.probes = true;
    } else if (i + 1 == argc) {
      return false;
    } else if (name == "--seed") {
      out.settings.seed = std::strtoull(argv[++i], nullptr, 10);
    } else if (name == "--seeds") {
      out.seeds = std::strtoull(argv[++i], nullptr, 10);
    } else if (name == "--defect") {
      out.defect = argv[++i];
      if (!put_back(out.defect, out.settings.defects)) return false;
    } else {
      return false;
    }
  }
  return true;
}

using Number = unsigned long long;

void report_broken(const Arguments& arguments, std::uint64_t seed,
                   const core_simulation::Outcome& outcome) {
  std::printf("seed %llu BROKEN after %llu events, %s\n", Number{seed}, Number{outcome.events},
              outcome.profile.c_str());
  for (const std::string& what : outcome.broken) std::printf("  %s\n", what.c_str());
  std::printf("  replay: core_simulation --seed %llu --trace%s%s\n", Number{seed},
              arguments.defect.empty() ? "" : " --defect ", arguments.defect.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  if (!parse(argc, argv, arguments)) {
    std::fputs("core_simulation [--seed N] [--seeds COUNT] [--trace] [--probes] [--defect NAME]\n",
               stderr);
    return 2;
  }
  core_simulation::Outcome sum;
  bool found = false;
  std::uint64_t done = 0;
  for (; done < arguments.seeds && !found; ++done) {
    core_simulation::Settings settings = arguments.settings;
    settings.seed += done;
    const core_simulation::Outcome outcome = core_simulation::Run(settings).run();
    found = !outcome.broken.empty();
    if (found) report_broken(arguments, settings.seed, outcome);
    sum.hash = sum.hash * 31 + outcome.hash;
    sum.events += outcome.events;
    sum.committed += outcome.committed;
    sum.answered += outcome.answered;
    sum.gave_up += outcome.gave_up;
  }
  std::printf(
      "%llu seeds, %llu events, %llu entries committed, %llu clients answered, "
      "%llu histories too wide, hash %016llx\n",
      Number{done}, Number{sum.events}, Number{sum.committed}, Number{sum.answered},
      Number{sum.gave_up}, Number{sum.hash});
  if (arguments.probes) {
    for (const auto& [name, count] : Probe::counts()) {
      std::printf("probe %s %llu\n", name.c_str(), Number{count});
    }
  }
  return found == arguments.defect.empty() ? 1 : 0;
}
