#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""Looks in the deterministic rooms for names whose meaning differs from machine to machine.

Usage: scripts/check_determinism.py. Prints file:line and the name; exit status 1 if there is one.

A use that cannot reach a result carries `// determinism: <why>` on its line or the line before.
"""
import re

import lint_source

ROOMS = ("consensus", "converter", "node/ledger", "node/state")

BANNED = {
    r"\b(?:float|double)\b": "floating point",
    r"\bstd::(?:strto[fd]|stof|stod|stold|setlocale|locale|to_wstring)\b|\b(?:atof|strtod|setlocale)\s*\(":
        "depends on the locale or on floating point",
    r"<(?:chrono|ctime|time\.h|sys/time\.h|locale|clocale|cmath|math\.h|random)>|\bstd::chrono\b|\bSystemClock\b":
        "clock, locale, chance or floating point",
    r"(?<![\w.>:])(?:time|clock|gettimeofday|clock_gettime|localtime|gmtime|mktime|strftime)\s*\(": "wall clock",
    r"\bstd::(?:random_device|mt19937(?:_64)?)\b|\bSystemRng\b|(?<![\w.>:])s?rand(?:om)?\s*\(": "chance",
    r"\bstd::unordered_(?:multi)?(?:map|set)\b|\bstd::hash\b": "order of a hash table",
    r"<(?:thread|mutex|atomic|future|condition_variable|shared_mutex)>|\bstd::(?:thread|jthread|mutex|async|atomic)\b":
        "threads",
    r"\bgetenv\s*\(|\bstd::getenv\b": "environment",
    r"\bu?intptr_t\b|\bthread_local\b": "addresses or threads",
    r"\bstd::filesystem\b|<(?:filesystem|fstream)>": "file system",
}
EXCUSE = re.compile(r"//\s*determinism:\s*\S.{5,}")


def check(path, text):
    """Findings of one source file."""
    clean = lint_source.blank(text)
    raw_lines = text.splitlines()
    findings = []
    for pattern, reason in BANNED.items():
        for match in re.finditer(pattern, clean):
            line = lint_source.line_of(clean, match.start())
            near = raw_lines[max(0, line - 2):line]
            if not any(EXCUSE.search(one) for one in near):
                findings.append((path, line, f"{match[0].strip()} ({reason}) in a deterministic room"))
    return findings


def main():
    findings = []
    for path in lint_source.sources(*ROOMS):
        findings += check(path, lint_source.read(path))
    lint_source.report(sorted(findings))


if __name__ == "__main__":
    main()
