#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""Writes eucjp_table.cc: the three-byte codes (8F xx xx) of EUC-JP as glibc's EUC-JP-MS maps them.

    python3 converter/text/make_eucjp_table.py > converter/text/eucjp_table.cc

Checks on the way that the two-byte codes of rows 1-84 are those of CP932, which decode.cc relies on.
"""
import subprocess
import sys


def iconv(charset, raw):
    done = subprocess.run(["iconv", "-f", charset, "-t", "UTF-16LE"], input=raw, capture_output=True, check=False)
    return int.from_bytes(done.stdout, "little") if done.returncode == 0 and len(done.stdout) == 2 else 0


def sjis(row, cell):
    lead = (row - 1) // 2 + (0x81 if row < 63 else 0xC1)
    trail = cell + 0x3F + (cell > 63) if row % 2 else cell + 0x9E
    return bytes([lead, trail])


def main():
    for row in range(1, 85):
        for cell in range(1, 95):
            euc = iconv("EUC-JP-MS", bytes([row + 0xA0, cell + 0xA0]))
            try:
                ours = sjis(row, cell).decode("cp932")
            except UnicodeDecodeError:
                ours = "\0"
            assert euc == ord(ours), (row, cell, hex(euc), ours)
    out = sys.stdout
    out.write("// SPDX-FileCopyrightText: The Sekisho authors\n// SPDX-License-Identifier: Apache-2.0\n")
    out.write("// Written by make_eucjp_table.py; do not edit.\n")
    out.write('#include "converter/text/eucjp_table.h"\n\nnamespace sekisho::converter {\n\n')
    out.write("// clang-format off\nconst std::array<char16_t, kEucjpTableSize> kEucjpTable = {\n")
    codes = [iconv("EUC-JP-MS", bytes([0x8F, row, cell])) for row in range(0xA1, 0xF5) for cell in range(0xA1, 0xFF)]
    for i in range(0, len(codes), 16):
        out.write(",".join("0" if c == 0 else f"0x{c:X}" for c in codes[i:i + 16]) + ",\n")
    out.write("};\n// clang-format on\n\n}  // namespace sekisho::converter\n")


main()
