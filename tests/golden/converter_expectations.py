#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""Converts every sample with its map and compares cell by cell with the expectation files, and byte by byte with the
digests in converter_golden.csv.

    converter_expectations.py --driver build/tests/golden/convert_driver [--driver other] [--only s3] [--verbose] [--update]

Each driver converts each sample twice; all outputs must be the same bytes. --update writes the digests and scores that were
reached: review the difference, it is what receivers will get.

Other persons than the committed ones: let samples/generate.py write another seed or more rows, then name its folder with
--samples. Every line must be met there; digests are not compared.
"""
import argparse
import csv
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import tomllib

import expectation

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "..", ".."))
SAMPLES = os.path.join(HERE, "samples")
CATALOG = os.path.join(ROOT, "converter", "data", "catalog", "example-kenshin-1")
MAPS = os.path.join(ROOT, "converter", "data", "maps")
GOLDEN = os.path.join(HERE, "converter_golden.csv")
CONVERSION_DATE = "2025-03-31"
CLEAN = {"s1_regional_286", "s4_city_abc", "s6_paper_jlac_utf8"}


def read_table(path):
    with open(path, encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def convert(driver, sample_path, map_id, folder):
    """(exit code, output bytes, report bytes, what the driver complained about)."""
    output, report = os.path.join(folder, "output.csv"), os.path.join(folder, "report.json")
    done = subprocess.run([driver, CATALOG, os.path.join(MAPS, map_id + ".toml"), sample_path,
                           output, report, CONVERSION_DATE], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr.strip() or f"the driver ended with {done.returncode}")
    with open(output, "rb") as first, open(report, "rb") as second:
        return done.returncode, first.read(), second.read()


def convert_repeatedly(drivers, sample_path, map_id):
    """One result, after all drivers gave the same bytes twice."""
    results = []
    for driver in drivers * 2:
        with tempfile.TemporaryDirectory() as folder:
            results.append(convert(driver, sample_path, map_id, folder))
    if any(result != results[0] for result in results):
        raise RuntimeError("two runs gave different bytes")
    return results[0]


def catalog_items():
    items, by_code = {}, {}
    for row in read_table(os.path.join(CATALOG, "items.csv")):
        row["codes"] = [code for code in [row["code17"], *row["more_codes"].split("|")] if code]
        items[row["name"]] = row
        by_code.update({code: row for code in row["codes"]})
    return items, by_code


def map_columns(map_id):
    with open(os.path.join(MAPS, map_id + ".toml"), "rb") as handle:
        columns = tomllib.load(handle)["column"]
    return {f"{c['header']}#{c.get('occurrence', 1)}": c["item"] for c in columns
            if "header" in c and "item" in c and c.get("role", "VALUE") in ("VALUE", "JUDGEMENT")}


def rows_in(sample_path):
    """Records of a sample, read by Python's own CSV reader."""
    layout = next(row for row in read_table(os.path.join(SAMPLES, "columns", "layouts.csv"))
                  if row["file"] == os.path.basename(sample_path))
    encoding = "cp932" if layout["encoding"] == "CP932" else "utf-8-sig"
    with open(sample_path, encoding=encoding, newline="") as handle:
        return sum(1 for _ in csv.reader(handle)) - int(layout["header_rows"])


def examine(sample_path, map_id, result):
    """(lines met, lines, error texts) of one sample."""
    code, output, report = result
    messages = json.loads(report)["messages"]
    items, by_code = catalog_items()
    conversion = expectation.Conversion(code == 0, {}, messages, items, by_code, map_columns(map_id))
    if code == 0:
        conversion.records = expectation.records_by_row(expectation.read_output(output), messages, rows_in(sample_path))
    lines = read_table(sample_path.removesuffix(".csv") + ".expected.csv")
    errors = []
    for line in lines:
        error = expectation.check_line(conversion, line)
        if error:
            errors.append(f"row {line['row']} {line['source_column']} -> {line['item']}: {error}")
    met = len(lines) - len(errors)
    for row in expectation.held_without_reason(conversion, lines):
        codes = sorted({(m["code"], m["column"], m["raw_value"]) for m in messages if m["row"] == row and m["code"][0] == "E"})
        errors.append(f"row {row}: held back without a reason {codes}")
    if os.path.basename(sample_path).removesuffix(".csv") in CLEAN and any(m["code"][0] in "FE" for m in messages):
        errors.append("a clean file drew F or E messages")
    return met, len(lines), errors


def compare_golden(golden, sample, met, complaints, result, broken):
    """Adds what is worse or other than the committed values to `broken`; complaints beyond unmet lines are always one."""
    digests = [hashlib.sha256(data).hexdigest() for data in result[1:]]
    row = golden[sample]
    if met < int(row["lines_met"]):
        broken.append(f"{sample}: {met} lines met, at least {row['lines_met']} were reached before")
    if complaints:
        broken.append(f"{sample}: {complaints} complaints beside the lines that are not met")
    if digests != [row["output_sha256"], row["report_sha256"]]:
        broken.append(f"{sample}: output or report are not the committed bytes. If that is meant: raise kConverterVersion, "
                      "review the difference, run this program with --update")
    return digests


def write_golden(rows):
    with open(GOLDEN, "w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, ["sample", "map", "lines_met", "output_sha256", "report_sha256"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--driver", action="append", required=True)
    parser.add_argument("--samples", default=SAMPLES, help="folder that samples/generate.py wrote")
    parser.add_argument("--only", default="")
    parser.add_argument("--verbose", action="store_true", help="print every line that is not met")
    parser.add_argument("--update", action="store_true", help="commit what was reached as the new golden values")
    arguments = parser.parse_args()
    golden = {row["sample"]: row for row in read_table(GOLDEN)}
    broken = []
    for sample, row in golden.items():
        if not sample.startswith(arguments.only):
            continue
        path = os.path.join(arguments.samples, sample + ".csv")
        try:
            result = convert_repeatedly(arguments.driver, path, row["map"])
            met, total, errors = examine(path, row["map"], result)
        except (RuntimeError, ValueError) as error:
            broken.append(f"{sample}: {error}")
            print(f"{sample:32} {error}")
            continue
        print(f"{sample:32} {met:4} of {total:4} lines met" + (f", {len(errors)} complaints" if errors else ""))
        for error in errors if arguments.verbose else errors[:5]:
            print("    " + error)
        if arguments.samples != SAMPLES:
            broken += [f"{sample}: {len(errors)} complaints"] if errors else []
            continue
        found = [] if arguments.update else broken
        digests = compare_golden(golden, sample, met, len(errors) - (total - met), result, found)
        if arguments.update:
            row.update(lines_met=met, output_sha256=digests[0], report_sha256=digests[1])
    if arguments.update:
        write_golden(golden)
    for text in broken:
        print(text, file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
