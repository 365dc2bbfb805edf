#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""Holds coroutines to what g++ 12 compiles correctly and to the rules of the house.

Usage: scripts/check_coroutines.py. Prints file:line and the broken rule; exit status 1 if there is one.

g++ 12 destroys some temporaries of an expression that contains co_await twice: braced aggregates and
capturing closures. So such an expression builds neither; they get a name on a line of their own.
"""
import re

import lint_source

RIM = ("node/net/", "node/api/", "node/main.cc", "node/node.cc", "tests/")
SPAWNERS = ("node/net/task.cc", "node/main.cc")
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)
LOCKS = re.compile(r"\b(?:lock_guard|unique_lock|scoped_lock|shared_lock)\b")
CLOSERS = {")": "(", "}": "{", "]": "["}
BLOCK_WORDS = re.compile(r"(?:[)\]]|\belse|\bdo|\btry|\bconst|\bmutable|\bnoexcept|\boverride|\bfinal|[;{}:])\s*$")


def is_block(text, brace):
    """True when the brace opens a block, not a value."""
    before = text[:brace].rstrip()
    if not before or BLOCK_WORDS.search(before):
        return True
    # A trailing return type: `) -> Task<void> {`.
    return re.search(r"\)\s*(?:const|mutable|noexcept|\s)*->\s*[\w:<>,\s*&]+$", before) is not None


def opening(text, close):
    """The bracket that `text[close]` closes, or -1."""
    depth = 0
    for at in range(close, -1, -1):
        if text[at] in CLOSERS:
            depth += 1
        elif text[at] in CLOSERS.values():
            depth -= 1
            if depth == 0:
                return at
    return -1


def closing(text, open_):
    """The bracket that closes `text[open_]`, or the end."""
    depth = 0
    for at in range(open_, len(text)):
        if text[at] in CLOSERS.values():
            depth += 1
        elif text[at] in CLOSERS:
            depth -= 1
            if depth == 0:
                return at
    return len(text) - 1


def expression_of(text, at):
    """The bounds of the full expression around `at`."""
    begin = at
    while begin > 0:
        c = text[begin - 1]
        if c == ";" or c == "{":
            if c == "{" and not is_block(text, begin - 1):
                begin -= 1
                continue
            break
        if c == "}":
            open_ = opening(text, begin - 1)
            if open_ < 0 or is_block(text, open_):
                break
            begin = open_
            continue
        begin -= 1
    end = at
    depth = 0
    while end < len(text):
        c = text[end]
        if c == ";" and depth <= 0:
            break
        if c == "{" and is_block(text, end) and depth <= 0:
            break
        if c == "{" and is_block(text, end):
            end = closing(text, end)
        elif c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
        end += 1
    return begin, end


def captures(text, at):
    """The capture list of a closure that begins at `text[at] == '['`, or None for a subscript."""
    before = text[:at].rstrip()
    if before and (before[-1].isalnum() or before[-1] in "_)]>\""):
        word = re.search(r"\w+$", before)
        if not word or word[0] not in ("return", "co_return", "co_await", "co_yield"):
            return None
    if text.startswith("[[", at) or text[at - 1:at] == "[":
        return None
    if re.search(r"\b(?:auto|auto&|auto&&)\s*(?:const)?\s*&{0,2}$", before):
        return None  # a structured binding
    return text[at + 1:closing(text, at)].strip()


def check_expression(text, begin, end):
    """What an awaiting expression must not build: yields offset and message."""
    at = begin
    while at < end:
        c = text[at]
        if c == "[":
            capture = captures(text, at)
            if capture is not None and capture not in ("", "&"):
                yield at, "an expression with co_await builds a capturing closure; name it first"
        elif c == "{":
            if is_block(text, at):
                at = closing(text, at)
            else:
                yield at, "an expression with co_await builds a braced aggregate; name it first"
        at += 1


def check_awaits(text):
    for match in re.finditer(r"\bco_(?:await|yield)\b", text):
        begin, end = expression_of(text, match.start())
        yield from check_expression(text, begin, end)


def split_parameters(text):
    depth = 0
    start = 0
    for at, c in enumerate(text):
        if c in "(<[{":
            depth += 1
        elif c in ")>]}":
            depth -= 1
        elif c == "," and depth == 0:
            yield text[start:at]
            start = at + 1
    yield text[start:]


def check_parameters(text):
    """Task<…> name(parameters): by value. A pointer says that its target outlives the call."""
    for match in re.finditer(r"\bTask<[^;(){}]*>\s+(?:\w+::)*(\w+)\s*\(", text):
        close = closing(text, match.end() - 1)
        for parameter in split_parameters(text[match.end():close]):
            if re.search(r"&", re.sub(r"<.*>", "", parameter, flags=re.DOTALL)):
                yield match.start(1), f"the coroutine {match[1]} takes a reference; take a value"
    for match in re.finditer(r"\]\s*\([^()]*\)\s*(?:mutable\s*)?->\s*(?:\w+::)*Task<", text):
        open_ = opening(text, match.start())
        if text[open_ + 1:match.start()].strip():
            yield open_, "a coroutine closure captures; its captures die with the closure"


def check_locks(text):
    scopes = [False]
    for match in re.finditer(r"[{}]|\bco_await\b|" + LOCKS.pattern, text):
        token = match[0]
        if token == "{":
            scopes.append(scopes[-1] if not starts_function(text, match.start()) else False)
        elif token == "}":
            if len(scopes) > 1:
                scopes.pop()
        elif token == "co_await":
            if scopes[-1]:
                yield match.start(), "a lock is held across co_await"
        else:
            scopes[-1] = True


def starts_function(text, brace):
    """A closure's or function's body begins with fresh locks."""
    return re.search(r"\]\s*(?:\([^()]*\))?\s*(?:mutable)?\s*$", text[:brace]) is not None


def check_places(path, text):
    if not path.startswith(RIM):
        for match in re.finditer(r"\bco_(?:await|return|yield)\b", text):
            yield match.start(), "coroutines live in node/net, node/api and main only"
    if path not in SPAWNERS:
        for match in re.finditer(r"\bco_spawn\s*\(|\basio::detached\b", text):
            yield match.start(), "only TaskGroup and main set a coroutine free"
    if path != "node/net/task.h":
        for match in re.finditer(r"\buse_awaitable\b", text):
            yield match.start(), "await with kTuple of node/net/task.h, so that no error is thrown"


def check(path, text):
    """Findings of one source file."""
    clean = DIRECTIVE.sub(lint_source.spaces, lint_source.blank(text))
    found = list(check_awaits(clean)) + list(check_parameters(clean))
    found += list(check_locks(clean)) + list(check_places(path, clean))
    lines = sorted({(lint_source.line_of(clean, at), message) for at, message in found})
    return [(path, line, message) for line, message in lines]


def main():
    findings = []
    for path in lint_source.sources():
        findings += check(path, lint_source.read(path))
    lint_source.report(findings)


if __name__ == "__main__":
    main()
