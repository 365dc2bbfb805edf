#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""Puts every known defect back, one at a time, and demands that a search without knowledge of it finds it.

Usage: mutation_gate.py --simulation PROGRAM --exploration PROGRAM [--both]

Random schedules come first; what they do not find within their seeds goes to the exhaustive search.
--both asks both searches about every defect, for the table of docs/reliability.md. Exit status 1 if a
defect survives, or if what is harmless is called broken.
"""
import argparse
import re
import subprocess
import sys

SEEDS = 200
# Defect, and the exploration that has what it takes: an answer to "where would it show?", not to "how?".
DEFECTS = (
    ("s1-count-replicas-of-older-terms", "terms"),
    ("s2-acknowledge-last-stored-index", "terms"),
    ("s3-lead-on-after-failed-write", None),
    ("s4-follow-on-after-failed-write", None),
    ("s5-overwrite-vote-on-transfer", "transfers"),
    ("s6-configure-when-stored", None),
    ("s7-change-before-term-commit", "inheriting"),
    ("s8-configure-at-batch-start", None),
    ("s9-echo-term-in-pre-vote-refusal", None),
    ("s10-single-voter-leads-at-once", "membership"),
    ("s11-elections-ahead-of-disk", "disks"),
    ("s12-answer-the-leader-of-now", None),
    ("s12-append-without-bound", None),
    ("count-unpersisted-on-leader", "disks"),
    ("speak-before-persisting", "disks"),
    ("answer-reads-before-term-commit", "reads"),
    ("confirm-reads-without-quorum", "reads"),
    ("commit-beyond-vouched", "terms"),
    ("truncate-without-conflict", "batches"),
    ("forget-vote-within-term", "messages"),
    ("vote-for-older-logs", "terms"),
    ("incoming-half-elects", "membership --wide"),
    ("campaign-before-applying", "applying --wide"),
)


def run(command):
    """Exit status and output; a CHECK that stops the program is a finding like any other."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def verdict(status, output):
    """What killed the defect, or None."""
    if "CHECK failed" in output:
        return "stops itself: " + re.search(r"CHECK failed: (.*) at", output)[1]
    found = re.search(r"BROKEN.*\n\s+(.*)", output)
    return found[1] if status == 0 and found else None


def simulate(program, defect):
    """Kill by random schedules: (where, how) or None."""
    status, output = run([program, "--seeds", str(SEEDS), "--defect", defect])
    how = verdict(status, output)
    if how is None:
        return None
    seed = re.search(r"seed (\d+) BROKEN after (\d+)", output)
    return (f"seed {seed[1]}, event {seed[2]}" if seed else f"within {SEEDS} seeds", how)


def explore(program, defect, variant):
    """Kill by exhaustive search: (where, how) or None."""
    status, output = run([program, "--only", *variant.split(), "--defect", defect])
    how = verdict(status, output)
    if how is None:
        return None
    depth = re.search(r"BROKEN: (\d+) worlds, .* depth (\d+)", output)
    where = f"{variant}, {depth[1]} worlds, {depth[2]} steps" if depth else variant
    return (where, how)


def judge(arguments, defect, variant):
    """Kills of one defect as printable pairs."""
    kills = []
    kill = simulate(arguments.simulation, defect)
    if kill:
        kills.append(("simulation", *kill))
    if variant and (not kill or arguments.both):
        kill = explore(arguments.exploration, defect, variant)
        if kill:
            kills.append(("exploration", *kill))
    return kills


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--simulation", required=True)
    parser.add_argument("--exploration", required=True)
    parser.add_argument("--both", action="store_true")
    arguments = parser.parse_args()
    survivors = []
    for defect, variant in DEFECTS:
        kills = judge(arguments, defect, variant)
        for by, where, how in kills:
            print(f"| {defect} | {by}: {where} | {how} |", flush=True)
        if not kills:
            survivors.append(defect)
            print(f"| {defect} | SURVIVES | |", flush=True)
    status, output = run([arguments.simulation, "--seeds", str(SEEDS), "--defect", "harmless-leaders"])
    if status != 1 or "BROKEN" in output:
        survivors.append("harmless-leaders, which is called broken")
    print(f"{len(DEFECTS)} defects put back, {len(survivors)} not told from the truth", *survivors)
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
