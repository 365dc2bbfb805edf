#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""Converts samples of several hundred invented persons and reads every mapped cell a second time, by a small reading of map
and catalog in another language. Where no message stands at a cell, both must give the same standard value.

    independent_reading.py --driver build/tests/golden/convert_driver [--rows 300] [--seed 20250401]
"""
import argparse
import csv
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
import unicodedata
from fractions import Fraction

import converter_expectations as golden
import expectation

HEADER_ROWS = {"single": 1, "group": 2, "code-label": 2}
BLANKS = " \t\u3000"
# Items of these types are compared elsewhere or rewritten by rules of their own (dates, names, numbers of institutions).
READ = ("number", "code", "judgement", "sex", "findings", "text")


def narrow(text):
    return unicodedata.normalize("NFKC", text.strip(BLANKS))


class Reading:
    """Map and catalog as this reader understands them."""

    def __init__(self, map_id):
        with open(os.path.join(golden.MAPS, map_id + ".toml"), "rb") as handle:
            self.map = tomllib.load(handle)
        self.items, _ = golden.catalog_items()
        self.answers = {}
        for row in golden.read_table(os.path.join(golden.CATALOG, "result_lists.csv")):
            self.answers.setdefault(row["list"], []).append(row)
        self.terms = {}
        for row in golden.read_table(os.path.join(golden.CATALOG, "findings.csv")):
            for word in [row["term"], *filter(None, row["synonyms"].split("|"))]:
                self.terms.setdefault(row["list"], {})[narrow(word)] = row["term"]
        self.tables = {table["name"]: {entry[0]: entry[1] for entry in table["entries"]}
                       for table in self.map.get("value_table", [])}
        self.no_finding = set(self.map.get("special_words", {}).get("no_finding", []))
        self.columns = {}
        for column in self.map["column"]:
            if "item" in column and column.get("role", "VALUE") in ("VALUE", "JUDGEMENT"):
                self.columns.setdefault(column["item"], []).append(column)

    def records(self, path):
        encoding = "cp932" if self.map["input"]["encoding"] == "CP932" else "utf-8-sig"
        with open(path, encoding=encoding, newline="") as handle:
            return list(csv.reader(io.StringIO(handle.read())))[HEADER_ROWS[self.map["input"]["header_mode"]]:]

    def answer(self, item, column, raw, exam):
        if "table" in column:
            return self.tables[column["table"]].get(raw)
        if not column.get("codes"):
            return raw
        day = f"{exam[:4]}-{exam[4:6]}-{exam[6:]}"
        for row in self.answers[item["result_list"]]:
            if row["code"] == narrow(raw) and row["valid_from"] <= day <= (row["valid_to"] or "9999"):
                return row["term"]
        return None

    def findings(self, item, columns, raws):
        parts = []
        for column, raw in zip(columns, raws):
            marks = "|".join(re.escape(mark) for mark in column.get("separators", ["、"]))
            parts += [part.strip(BLANKS) for part in re.split(marks, raw) if part.strip(BLANKS)]
        terms = self.terms[item["result_list"]]
        return "、".join(terms.get(narrow(part), "?" + part) for part in parts if part not in self.no_finding)

    def value(self, name, raws, exam):
        """The standard value of one item of one record; numbers as fractions."""
        item, columns = self.items[name], self.columns[name]
        raw = raws[0].strip(BLANKS)
        if item["type"] == "findings":
            return self.findings(item, columns, raws)
        if not raw or item["type"] == "text":
            return raw
        if item["type"] == "number":
            digits = re.match(r"\+?(-?\d*\.?\d+)", narrow(raw).replace(",", ""))
            if digits is None:
                return raw
            return Fraction(digits.group(1)) * Fraction(columns[0].get("factor", "1"))
        return self.answer(item, columns[0], raw, exam)


def disagreements(reading, path, result):
    """(cells compared, texts about the cells where both readings differ)."""
    _, output, report = result
    messages = json.loads(report)["messages"]
    rows = reading.records(path)
    records = expectation.records_by_row(expectation.read_output(output), messages, len(rows))
    flagged = {(message["row"], message["item"]) for message in messages}
    compared, texts = 0, []
    for number, record in records.items():
        for name, columns in reading.columns.items():
            raws = [rows[number - 1][column["number"] - 1] for column in columns]
            blank = not any(raw.strip(BLANKS) for raw in raws)
            completed = blank and reading.items[name]["type"] == "code"
            if (number, name) in flagged or reading.items[name]["type"] not in READ or completed:
                continue
            want = reading.value(name, raws, record["健診実施年月日"])
            got = Fraction(record[name]) if isinstance(want, Fraction) else record[name]
            compared += 1
            if got != want:
                texts.append(f"row {number} {name}: {raws!r} gave {record[name]!r}, read here as {want!r}")
    return compared, texts


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--driver", required=True)
    parser.add_argument("--rows", default="300")
    parser.add_argument("--seed", default="20250401")
    arguments = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-B", os.path.join(golden.SAMPLES, "generate.py"), "--out", folder, "--rows",
                        arguments.rows, "--seed", arguments.seed], check=True, stdout=subprocess.DEVNULL)
        for row in golden.read_table(golden.GOLDEN):
            path = os.path.join(folder, row["sample"] + ".csv")
            result = golden.convert_repeatedly([arguments.driver], path, row["map"])
            met, total, errors = golden.examine(path, row["map"], result)
            compared, texts = 0, []
            if result[0] == 0 and row["map"] != "jma-kensadata":
                compared, texts = disagreements(Reading(row["map"]), path, result)
            print(f"{row['sample']:32} {met} of {total} lines met, {compared} cells read again, {len(texts)} differ")
            for text in (errors + texts)[:10]:
                print("    " + text)
            failed = failed or bool(errors or texts)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
