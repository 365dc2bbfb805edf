# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""What the lints share: the project's files, and C++ text without comments and strings."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOP_FOLDERS = ("consensus", "converter", "node", "proto", "storage", "tests")

TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'",
    re.DOTALL,
)


def sources(*folders, suffixes=(".h", ".cc")):
    """Paths relative to the root, sorted."""
    for folder in folders or TOP_FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes and path.is_file():
                yield path.relative_to(ROOT).as_posix()


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def spaces(match):
    """The match as blanks that keep its lines."""
    return re.sub(r"[^\n]", " ", match[0])


def blank(text, keep_strings=False):
    """The text with comments and string contents as spaces: same length, same lines."""

    def replace(match):
        token = match.group(0)
        if keep_strings and not token.startswith("/"):
            return token
        inner = spaces(match)
        return inner if token.startswith("/") else '"' + inner[1:-1] + '"'

    return TOKEN.sub(replace, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def report(findings):
    """Prints `file:line: message` for each and ends the program."""
    for path, line, message in findings:
        print(f"{path}:{line}: {message}")
    if findings:
        print(f"{len(findings)} finding(s)")
    sys.exit(1 if findings else 0)
