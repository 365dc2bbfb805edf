#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""Writes cp932_table.cc from Python's cp932 codec (Microsoft mapping).

    python3 converter/text/make_cp932_table.py > converter/text/cp932_table.cc

Checks on the way the order of preference that the reverse table uses for characters with several codes: "first of
81-9F/E0-EF without ED/EE, then FA-FC, then ED-EE", which is the Windows rule. The codec departs from Windows for
NEC-selected characters only (it writes EEEF for U+2170 where Windows writes FA40).
"""
import sys

LEADS = list(range(0x81, 0xA0)) + list(range(0xE0, 0xFD))
TRAILS = list(range(0x40, 0x7F)) + list(range(0x80, 0xFD))


def decode(lead, trail):
    if 0xF0 <= lead <= 0xF9:
        return 0  # user-defined area, computed
    try:
        text = bytes([lead, trail]).decode("cp932")
    except UnicodeDecodeError:
        return 0
    return ord(text) if len(text) == 1 else 0


def order(lead):
    return 2 if lead in (0xED, 0xEE) else 1 if lead >= 0xFA else 0


def main():
    table = {(a, b): decode(a, b) for a in LEADS for b in TRAILS}
    reverse = {}
    for (a, b), code in sorted(table.items(), key=lambda kv: (order(kv[0][0]), kv[0])):
        if code:
            reverse.setdefault(code, bytes([a, b]))
    for code, raw in reverse.items():
        theirs = chr(code).encode("cp932")
        assert theirs == raw or (raw[0] >= 0xFA and theirs[0] in (0xED, 0xEE)), (hex(code), raw, theirs)
    out = sys.stdout
    out.write("// SPDX-FileCopyrightText: The Sekisho authors\n// SPDX-License-Identifier: Apache-2.0\n")
    out.write("// Written by make_cp932_table.py; do not edit.\n")
    out.write('#include "converter/text/cp932_table.h"\n\nnamespace sekisho::converter {\n\n')
    out.write("// clang-format off\nconst std::array<char16_t, kCp932TableSize> kCp932Table = {\n")
    codes = [table[a, b] for a in LEADS for b in TRAILS]
    for i in range(0, len(codes), 16):
        out.write(",".join("0" if c == 0 else f"0x{c:X}" for c in codes[i:i + 16]) + ",\n")
    out.write("};\n// clang-format on\n\n}  // namespace sekisho::converter\n")


main()
