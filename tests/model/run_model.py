#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""Exhausts the model of tests/model with Spin and prints what it took.

Usage: run_model.py FOLDER [--finds] [NAME[=VALUE] ...]

FOLDER is for what Spin writes. Names are bounds (TERMS, ENTRIES, CRASHES) and defects of membership.pml.
Exit status 1 if a promise is broken or the search was cut short; with --finds, if none is broken.
"""
import pathlib
import re
import shutil
import subprocess
import sys

MODEL = pathlib.Path(__file__).with_name("membership.pml")


def run(command, folder):
    """Output of a program that must succeed."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def search(folder, names):
    """What pan says about the model with these names defined."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    run(["spin", "-a", *(f"-D{name}" for name in names), MODEL], folder)
    run(["gcc", "-O2", "-w", "-DSAFETY", "-DCOLLAPSE", "-DMEMLIM=8000", "-o", "pan", "pan.c"], folder)
    return run(["./pan", "-E", "-m1000000", "-w25"], folder)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    finds = "--finds" in sys.argv
    names = [name for name in sys.argv[2:] if name != "--finds"]
    output = search(pathlib.Path(sys.argv[1]), names)
    broken = re.search(r"assertion violated (.*) \(at depth (\d+)\)", output)
    states = re.search(r"(\d+) states, stored", output)
    depth = re.search(r"depth reached (\d+)", output)
    whole = "max search depth too small" not in output and "Search not completed" not in output
    print(f"{' '.join(names) or 'as it is'}: {states[1]} states, depth {depth[1]},",
          f"broken: {broken[1]}" if broken else "exhausted" if whole else "NOT exhausted")
    good = bool(broken) if finds else not broken and whole and "errors: 0" in output
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
