#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""Holds every source file to the outer form: licence head, #pragma once, no tabs, no trailing blanks,
one line feed at the end, no TODO without an issue number, and at most 800 lines of C++. The width of
lines is clang-format's matter (scripts/format.sh).

Usage: scripts/check_files.py. Prints file:line and the broken rule; exit status 1 if there is one.
"""
import re

import lint_source

HEAD = re.compile(r"(?:#!.*\n)?(?://|#) SPDX-FileCopyrightText: .+\n(?://|#) SPDX-License-Identifier: \S+\n")
LINES_MAX = 800
SUFFIXES = (".h", ".cc", ".py", ".proto")


def check(path, text):
    """Findings of one file."""
    findings = []
    if not HEAD.match(text):
        findings.append((path, 1, "does not begin with the two SPDX lines"))
    if path.endswith(".h") and not re.search(r"^#pragma once$", text, re.MULTILINE):
        findings.append((path, 1, "has no #pragma once"))
    if not text.endswith("\n") or text.endswith("\n\n"):
        findings.append((path, text.count("\n"), "does not end with one line feed"))
    lines = text.splitlines()
    if len(lines) > LINES_MAX and not path.endswith(".py"):
        findings.append((path, LINES_MAX, f"has more than {LINES_MAX} lines; split it"))
    for number, line in enumerate(lines, 1):
        if "\t" in line or "\r" in line or line != line.rstrip():
            findings.append((path, number, "has a tab, a carriage return or a trailing blank"))
        if re.search(r"\b(?:TODO|FIXME|XXX)\b(?!\(#\d+\))", line) and not path.endswith("check_files.py"):
            findings.append((path, number, "a TODO needs an issue number: TODO(#12)"))
    return findings


def main():
    findings = []
    for path in lint_source.sources(*lint_source.TOP_FOLDERS, "scripts", suffixes=SUFFIXES):
        findings += check(path, lint_source.read(path))
    lint_source.report(findings)


if __name__ == "__main__":
    main()
