#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""Converts each layout of tests/golden/layouts with its map and compares with what was read off by hand.

    layouts.py --driver build/tests/golden/convert_driver
"""
import argparse
import csv
import io
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
LAYOUTS = os.path.join(HERE, "layouts")
CATALOG = os.path.join(HERE, "..", "..", "converter", "data", "catalog", "example-kenshin-1")


def convert(driver, name, folder):
    """(output bytes, messages)"""
    output, report = os.path.join(folder, "output.csv"), os.path.join(folder, "report.json")
    done = subprocess.run([driver, CATALOG, os.path.join(LAYOUTS, name + ".toml"), os.path.join(LAYOUTS, name + ".csv"),
                           output, report, "2025-03-31"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{name}: not delivered: {done.stderr.strip()}")
    with open(output, "rb") as first, open(report, encoding="utf-8") as second:
        return first.read(), json.load(second)["messages"]


def records_by_row(output, messages, rows):
    """Standard values of each data row that was delivered."""
    records = list(csv.DictReader(io.StringIO(output.decode("cp932"), newline="")))
    missing = {message["row"] for message in messages if message["code"][0] == "E" or message["code"] == "W-DUP-ROW"}
    delivered = [row for row in range(1, rows + 1) if row not in missing]
    if len(delivered) != len(records):
        raise RuntimeError(f"{len(records)} records for the rows {delivered}")
    return dict(zip(delivered, records))


def check(name, output, messages):
    """Complaints about one layout, and how many lines were looked at."""
    with open(os.path.join(LAYOUTS, name + ".expected.csv"), encoding="utf-8", newline="") as handle:
        lines = list(csv.DictReader(handle))
    rows = max(int(line["row"]) for line in lines)
    records = records_by_row(output, messages, rows)
    complaints = []
    for line in lines:
        row, item = int(line["row"]), line["item"]
        found = {m["code"] for m in messages if m["row"] == row and m["item"].split("(職場")[0] == item}
        value = records[row][item] if row in records else ""
        if row > 0 and value != line["standard"]:
            complaints.append(f"row {row} {item}: {value!r} instead of {line['standard']!r}")
        if line["codes"] and not found & set(line["codes"].split("|")):
            complaints.append(f"row {row} {item}: {line['codes']} is missing, there is {sorted(found)}")
    expected = {(line["row"], line["item"]) for line in lines if line["codes"][:1] in ("E",)}
    for message in messages:
        if message["code"][0] in "EF" and (str(message["row"]), message["item"]) not in expected:
            complaints.append(f"row {message['row']} {message['item']}: {message['code']} was not expected")
    return complaints, len(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--driver", required=True)
    arguments = parser.parse_args()
    failed = 0
    for name in sorted(entry[:-5] for entry in os.listdir(LAYOUTS) if entry.endswith(".toml")):
        with tempfile.TemporaryDirectory() as folder:
            try:
                output, messages = convert(arguments.driver, name, folder)
                again, _ = convert(arguments.driver, name, folder)
                complaints, lines = check(name, output, messages)
            except (RuntimeError, KeyError) as error:
                output, again, complaints, lines = b"", b"", [str(error)], 0
        complaints += ["two runs gave different bytes"] if output != again else []
        failed += bool(complaints)
        print(f"{name:24} {lines - len(complaints):3} of {lines:3} lines met" if lines else f"{name:24} failed")
        for complaint in complaints:
            print("    " + complaint)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
