#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""Every error sentence that a user can meet has its Japanese in node/messages/messages.txt.

Usage: scripts/check_messages.py [--missing | --unused]. --missing prints rows ready to be filled in, --unused those that no source
says any more. Exit status 1 if something is missing.

A sentence is found where an Error is made: fail(Code::kX, …), Error{Code::kX, …}, .within(…) and the functions of REASONS. Literal
pieces stay, every other part of a concatenation becomes {}; of a conditional, both sides count.
"""
import re
import sys

import lint_source

CATALOGUE = "node/messages/messages.txt"
# Their errors end a node at its start or tell of its own damage: for its operator's log, not for users.
OPERATORS = ("node/config.cc", "node/node.cc", "node/node_keys.cc", "node/stores.cc", "node/twins.cc", "node/base/log.cc", "node/base/error.cc",
             "node/replica/", "node/sandbox/", "node/conversion/virus_scan.cc", "node/state/invariants.cc", "node/net/detail/peer_receiver.cc",
             "node/net/detail/peer_dialer.cc", "storage/")
USERS = ("node/replica/forwarder.cc", "node/replica/pool.cc", "node/replica/proposing.cc", "node/replica/serving.cc",
         "storage/blob_store.cc", "storage/detail/blob_shelf.cc", "storage/rocksdb_kv.cc")
MAKERS = re.compile(r"\bfail\(\s*(?=Code::k)|\bError \w+\{(?=[a-z])|\{\s*(?=Code::k\w+,)|\bproblem\(Code::k\w+,\s*|\.within\(")
# Functions of the sources that put a sentence around the reason they are given as their last argument.
REASONS = re.compile(r"\b(?:bad_genesis|malformed|not_a_checkpoint|not_a_receipt|bad_proof|not_a_note|not_ours|refuse|mistake|require|text)\(")
OPENERS = {"(": ")", "{": "}", "[": "]"}
LITERAL = re.compile(r'"((?:\\.|[^"\\])*)"')


def arguments_of(text, start):
    """The top-level arguments of the call whose bracket stands before `start`."""
    depth, begin, found, at = 0, start, [], start
    while at < len(text):
        c = text[at]
        if c == '"':
            at = LITERAL.match(text, at).end()
            continue
        if c == "'" and not text[at - 1].isalnum():
            at = text.index("'", at + (2 if text[at + 1] == "\\" else 1) + (1 if text[at + 1] == "\\" else 0)) + 1
            continue
        if c in OPENERS:
            depth += 1
        elif c in OPENERS.values():
            if depth == 0:
                found.append(text[begin:at])
                return found
            depth -= 1
        elif c == "," and depth == 0:
            found.append(text[begin:at])
            begin = at + 1
        at += 1
    return found


def split_top(text, mark):
    """The parts of an expression between top-level marks."""
    parts, depth, begin, at = [], 0, 0, 0
    while at < len(text):
        if text[at] == '"':
            at = LITERAL.match(text, at).end()
            continue
        if text[at] in OPENERS:
            depth += 1
        elif text[at] in OPENERS.values():
            depth -= 1
        elif depth == 0 and text.startswith(mark, at):
            parts.append(text[begin:at])
            begin = at + len(mark)
            at = begin
            continue
        at += 1
    parts.append(text[begin:])
    return parts


def unquoted(literals):
    return "".join(LITERAL.findall(literals)).replace('\\"', '"').replace("\\\\", "\\").replace("\\n", "\n")


def alternatives(expression):
    """The patterns that an expression of strings can have."""
    expression = expression.strip()
    while expression.startswith("(") and len(arguments_of(expression, 1)) == 1 and expression.endswith(")") and \
            len(arguments_of(expression, 1)[0]) == len(expression) - 2:
        expression = expression[1:-1].strip()
    condition = split_top(expression, "?")
    if len(condition) > 1:
        sides = split_top("?".join(condition[1:]).replace("::", "\0\0"), ":")
        return [one for side in sides for one in alternatives(side.replace("\0\0", "::"))]
    patterns = [""]
    for part in split_top(expression, "+"):
        part = part.strip()
        made = re.match(r"(?:std::string|Bytes)\((.*)\)$", part, re.S)
        if made and (LITERAL.match(made[1].strip()) or "?" in made[1]):
            part = made[1].strip()
        if re.fullmatch(r"(?:\s*" + LITERAL.pattern + r")+", part, re.S):
            choices = [unquoted(part)]
        elif len(split_top(part.strip("()"), "?")) > 1:
            choices = alternatives(part.strip("()"))
        else:
            choices = ["{}"]
        patterns = [pattern + choice for pattern in patterns for choice in choices]
    return patterns


def sentences(path):
    """(line, pattern) of every Error that the file makes."""
    text = lint_source.TOKEN.sub(lambda m: lint_source.spaces(m) if m[0].startswith("/") else m[0], lint_source.read(path))
    for maker in MAKERS.finditer(text):
        arguments = arguments_of(text, maker.end())
        sentence = arguments[:1] if maker[0].startswith((".within", "problem")) else arguments[1:]
        yield from patterns_of(text, maker, ",".join(sentence))
    for maker in REASONS.finditer(text):
        arguments = arguments_of(text, maker.end())
        if len(arguments) > 1 or not maker[0].startswith(("text", "require", "mistake")):
            yield from patterns_of(text, maker, arguments[-1])


def patterns_of(text, maker, expression):
    if not LITERAL.search(expression) or "Code::k" in expression:
        return
    for pattern in alternatives(expression):
        says_something = re.search(r"[^\W\d_]", pattern.replace("{}", ""))
        if says_something and not re.search("[\u3041-\u30ff]", pattern):  # what has kana is Japanese
            yield lint_source.line_of(text, maker.start()), pattern


def catalogue(text):
    """Pattern -> Japanese, and (line, complaint) of rows that are not well made."""
    rows, complaints, english = {}, [], None
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("#"):
            if english is not None:
                complaints.append((number, "the Japanese line is missing"))
            english = None
        elif english is None:
            english = re.sub(r"^\[[A-Z_]+\] ", "", line)
            if english in rows:
                complaints.append((number, "this sentence has a row already"))
        else:
            rows[english] = line
            named = {int(digit) for digit in re.findall(r"\{([1-9])\}", line)}
            if named != set(range(1, english.count("{}") + 1)):
                complaints.append((number, "the Japanese line must name each part of the English one: {1}, {2} …"))
            english = None
    return rows, complaints


def for_users(path):
    return path in USERS or not path.startswith(OPERATORS)


def check(sources, text):
    """The findings: sources is path -> [(line, pattern)]."""
    rows, complaints = catalogue(text)
    findings = [(CATALOGUE, line, complaint) for line, complaint in complaints]
    for path, found in sources.items():
        findings += [(path, line, f"no Japanese in {CATALOGUE} for: {pattern}") for line, pattern in found
                     if for_users(path) and pattern not in rows]
    return findings


def unused(sources, text):
    said = {pattern for found in sources.values() for _, pattern in found}
    system = text.partition("# -- the operating system")[2]
    return [pattern for pattern in catalogue(text)[0] if pattern not in said and pattern not in system]


def main():
    sources = {path: list(sentences(path)) for path in lint_source.sources("node", "storage", "converter", suffixes=(".cc", ".h"))}
    findings = check(sources, lint_source.read(CATALOGUE))
    if "--unused" in sys.argv:
        print("\n".join(unused(sources, lint_source.read(CATALOGUE))))
        return
    if "--missing" in sys.argv:
        prefix = f"no Japanese in {CATALOGUE} for: "
        for pattern in dict.fromkeys(message.removeprefix(prefix) for _, _, message in findings if message.startswith(prefix)):
            print(f"{pattern}\n\n")
        return
    lint_source.report(findings)


if __name__ == "__main__":
    main()
