#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""Holds every include and every link line to the module map in scripts/levels.txt.

Usage: scripts/check_levels.py. Prints file:line and the broken rule; exit status 1 if there is one.
"""
import re

import lint_source

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
LINK_WORDS = {"PUBLIC", "PRIVATE", "INTERFACE", "LIBS", "NAME", "SOURCES"}


class Table:
    """scripts/levels.txt, read."""

    def __init__(self, text):
        self.levels = {}
        self.allowed = {}
        self.files = {}
        self.libraries = []
        self.findings = []
        for number, line in enumerate(text.splitlines(), 1):
            words = line.split("#")[0].split()
            if not words:
                continue
            if words[0] == "file":
                self.files[words[1]] = set(words[2:])
            elif words[0] == "library":
                self.libraries.append((words[1], set(words[2:])))
            else:
                level, module, *allowed = words
                self.levels[module] = int(level)
                self.allowed[module] = set() if allowed == ["-"] else set(allowed)
                self.check_row(number, module)

    def check_row(self, number, module):
        for other in self.allowed[module] - {"*"}:
            if other not in self.levels:
                self.add(number, f"{module} may include {other}, which has no row above")
            elif self.levels[other] >= self.levels[module]:
                self.add(number, f"{module} may include {other}, which is not below it")

    def add(self, number, message):
        self.findings.append(("scripts/levels.txt", number, message))

    def module_of(self, path):
        """The longest folder of the table that holds the path, or None."""
        parts = path.split("/")[:-1]
        for length in range(len(parts), 0, -1):
            folder = "/".join(parts[:length])
            if folder in self.levels:
                return folder
        return None

    def objection(self, path, target):
        """Why a file must not use a module, or None."""
        module = self.module_of(path)
        if path in self.files:
            if target not in self.files[path]:
                return f"{path} may include only {', '.join(sorted(self.files[path]))}"
            return None
        if target == module or "*" in self.allowed[module] or target in self.allowed[module]:
            return None
        names = ", ".join(sorted(self.allowed[module])) or "nothing"
        return (f"{module} (level {self.levels[module]}) may not use {target} "
                f"(level {self.levels[target]}); it may use {names}")


def check_project_include(table, path, included):
    target = table.module_of(included)
    if target is None:
        return f'"{included}" does not start at the include root with a module of levels.txt'
    module = table.module_of(path)
    if "/detail/" in included[len(target):] and target != module and module != "tests":
        return f'"{included}" is a detail of {target}; use its interface'
    return table.objection(path, target)


def check_library_include(table, path, included):
    for prefix, modules in table.libraries:
        if included.startswith(prefix):
            module = table.module_of(path)
            if module in modules or "*" in table.allowed[module]:
                return None
            return f"<{included}> stays in {', '.join(sorted(modules))}"
    return None


def check_includes(table, path, text):
    """Findings of one source file."""
    findings = []
    if table.module_of(path) is None:
        return [(path, 1, "is in no module of scripts/levels.txt")]
    clean = lint_source.blank(text, keep_strings=True)
    for match in INCLUDE.finditer(clean):
        check = check_project_include if match[1] == '"' else check_library_include
        message = check(table, path, match[2])
        if message:
            findings.append((path, lint_source.line_of(clean, match.start()), message))
    return findings


def check_links(table, path, text):
    """Findings of the add_module calls of one CMakeLists.txt: they link what they may include."""
    targets = {module.replace("/", "_"): module for module in table.levels}
    module = table.module_of(path)
    findings = []
    clean = re.sub(r"#[^\n]*", lambda match: " " * len(match[0]), text)
    for call in re.finditer(r"\badd_module\s*\(([^)]*)\)", clean):
        for word in re.finditer(r"[\w:]+", call[1]):
            target = targets.get(word[0].replace("sekisho::", "").replace("::", "_"))
            if word[0] in LINK_WORDS or target is None or target == module:
                continue
            allowed = table.allowed[module]
            if "*" not in allowed and target not in allowed:
                line = lint_source.line_of(clean, call.start(1) + word.start())
                findings.append((path, line, f"{module} may not link {target}"))
    return findings


def main():
    table = Table(lint_source.read("scripts/levels.txt"))
    findings = table.findings
    for path in lint_source.sources():
        findings += check_includes(table, path, lint_source.read(path))
    for path in lint_source.sources(suffixes=(".txt",)):
        if path.endswith("CMakeLists.txt") and table.module_of(path):
            findings += check_links(table, path, lint_source.read(path))
    lint_source.report(findings)


if __name__ == "__main__":
    main()
