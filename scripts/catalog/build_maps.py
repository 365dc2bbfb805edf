#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""Writes converter/data/maps/*.toml from what the sample institutions declare (tests/golden/samples/columns).

    python3 scripts/catalog/build_maps.py [--check]

The catalog must have been built before. With --check nothing is written; the exit code tells whether the committed
maps are what the declarations give.
"""
import argparse
import csv
import io
import os
import re
import sys

import map_writer
import package
from sources import ROOT, read_table, source

SAMPLES = os.path.join(ROOT, "tests", "golden", "samples")
CATALOG = os.path.join(ROOT, "converter", "data", "catalog", "example-kenshin-1")
MAPS = os.path.join(ROOT, "converter", "data", "maps")
FACTORS = {("10*3/uL", "/mm3"): "1000", ("10*6/uL", "10*4/mm3"): "100", ("10*3/uL", "10*4/mm3"): "1/10"}
HEADER_MODES = {"s1_regional_286.csv": "group", "s6_paper_jlac_utf8.csv": "code-label"}
WORDS = {"NOT_DONE": "not_done", "UNMEASURABLE": "unmeasurable", "NO_FINDING": "no_finding"}


class Catalog:
    """What a map needs to know of the catalog: items by name and by code, answers by list."""

    def __init__(self):
        rows = read_table(os.path.join(CATALOG, "items.csv"))
        self.by_name = {row["name"]: row for row in rows}
        self.by_code = {code: row for row in rows for code in self.codes(row)}
        self.answers = {}
        for row in read_table(os.path.join(CATALOG, "result_lists.csv")):
            self.answers.setdefault(row["list"], set()).add((row["code"], row["term"]))

    @staticmethod
    def codes(row):
        return [code for code in [row["code17"], *row["more_codes"].split("|")] if code]

    def find(self, name, code):
        """The item of a declared column: by name where that agrees with the code, otherwise by code."""
        item = self.by_name.get(name)
        if item is not None and (not code or not self.codes(item) or code in self.codes(item)):
            return item
        if code in self.by_code:
            return self.by_code[code]
        raise ValueError(f"no item for {name} {code}")


def tables_of(sample):
    """The value tables of one sample: name -> [(raw, term, valid_from, valid_to)], and its special words."""
    tables, words = {}, {}
    for row in read_table(os.path.join(SAMPLES, "columns", "value_tables.csv")):
        if row["file"] != sample:
            continue
        if row["value_table"] == "special_words":
            words.setdefault(WORDS[row["standard"]], []).append(row["raw"])
        else:
            tables.setdefault(row["value_table"], []).append(dated(row["raw"]) + (row["standard"],))
    return {name: [(raw, term, first, last) for raw, first, last, term in rows] for name, rows in tables.items()}, words


def dated(raw):
    match = re.fullmatch(r"(.*) \(from (\d{4}-\d\d-\d\d)\)", raw)
    if match:
        return match.group(1), match.group(2), ""
    match = re.fullmatch(r"(.*) \(before\)", raw)
    return (match.group(1), "", "2024-03-31") if match else (raw, "", "")


def header_rows(sample, layout):
    with open(os.path.join(SAMPLES, sample), encoding="cp932" if layout["encoding"] == "CP932" else "utf-8-sig",
              newline="") as handle:
        rows = list(csv.reader(io.StringIO(handle.read())))
    return rows[:int(layout["header_rows"])]


def date_forms(note):
    """The spelling of docs/map-format.md for the declared date forms."""
    forms = []
    for form in note.removeprefix("date forms: ").split(", "):
        form = {"YYYY/MM/DD": "YYYY/M/D", "YYYY-MM-DD": "YYYY-M-D"}.get(form, form)
        form = "元号Y年M月D日" if form.startswith("元号") else form
        if form not in forms:
            forms.append(form)
    return forms


def value_keys(row, item, tables, catalog, used):
    """How the cells of a column are read: answer codes, a value table, or nothing (terms as they are)."""
    name = row["value_table"]
    if not name or (item["type"] == "findings" and name.startswith("terms:")):
        return {}
    pairs = {(raw, term) for raw, term, _, _ in tables[name]}
    if item["type"] == "code" and pairs <= catalog.answers[item["result_list"]]:
        return {"codes": True}
    used.add(name)
    return {"table": name.replace(":", "-")}


def column(row, mode, tables, catalog, settings, used):
    """One [[column]] of the map."""
    keys = {"number": int(row["column"])}
    if mode == "group":
        keys["upper"] = row["upper_header"]
    keys["header"] = row["header"]
    if row["occurrence"] != "1":
        keys["occurrence"] = int(row["occurrence"])
    if row["role"] != "VALUE":
        keys["role"] = row["role"]
    if row["role"] == "IGNORE":
        return keys
    item = catalog.find(row["item"], row["jlac10"])
    keys["item"] = item["name"]
    if row["jlac10"] in catalog.codes(item):
        keys["code"] = row["jlac10"]
    if row["role"] in ("LOWER", "UPPER"):
        return keys
    if row["source_unit"]:
        keys["unit"] = row["source_unit"]
        factor = FACTORS.get((row["source_unit"], item["unit"]))
        if factor:
            keys["factor"] = factor
    keys.update(value_keys(row, item, tables, catalog, used))
    if item["type"] == "date":
        keys["date_forms"] = date_forms(row["note"])
    if item["type"] == "findings" and settings.get("separators"):
        keys["separators"] = settings["separators"]
    return keys


def columns_map(settings, catalog):
    """A map for one sample with a header."""
    sample = settings["sample"]
    layout = next(row for row in read_table(os.path.join(SAMPLES, "columns", "layouts.csv")) if row["file"] == sample)
    tables, words = tables_of(sample)
    mode = HEADER_MODES.get(sample, "single")
    rows = header_rows(sample, layout)
    used = set()
    columns = [column(row, mode, tables, catalog, settings, used)
               for row in read_table(os.path.join(SAMPLES, "columns", sample.replace(".csv", ".columns.csv")))]
    if mode == "code-label":
        for entry, label in zip(columns, rows[1]):
            entry["label"] = label.strip(" \t\u3000")
    encoding = "UTF-8-BOM" if layout["byte_order_mark"] == "yes" else layout["encoding"]
    head = {"encoding": encoding, "layout": "columns", "header_mode": mode, "columns": int(layout["columns"]),
            "header_sha256": map_writer.header_sha256(mode, rows)}
    chosen = {name.replace(":", "-"): tables[name] for name in tables if name in used}
    return map_writer.render(settings, head, words, chosen, columns)


def jma_map(settings):
    """The map of the JMA layout: thirteen leading fields, items by code."""
    leading = read_table(os.path.join(ROOT, "converter", "data", "sources", "own_jma_fields.csv"))
    columns = []
    for row in leading:
        keys = {"number": int(row["column"])}
        if not row["item"]:
            keys["role"] = "IGNORE"
        else:
            keys["item"] = row["item"]
        if row["table"]:
            keys["table"] = row["table"]
        if row["date_forms"]:
            keys["date_forms"] = row["date_forms"].split("|")
        columns.append(keys)
    tables = {"sex-12": [("1", "男性", "", ""), ("2", "女性", "", "")]}
    head = {"encoding": "CP932", "layout": "jma", "header_mode": "none"}
    return map_writer.render(settings, head, {}, tables, columns)


def settings_table():
    result = []
    for row in source("own_maps.csv"):
        entry = dict(row)
        entry["separators"] = row["separators"].split(" ") if row["separators"] else []
        entry["voucher_replaces"] = row["voucher_replaces"].split(" ") if row["voucher_replaces"] else []
        entry["fixed"] = [pair.split("=", 1) for pair in row["fixed"].split("|")] if row["fixed"] else []
        result.append(entry)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the committed files instead of writing")
    arguments = parser.parse_args()
    catalog = Catalog()
    files = {}
    for settings in settings_table():
        text = columns_map(settings, catalog) if settings["sample"] else jma_map(settings)
        files[os.path.join(MAPS, settings["id"] + ".toml")] = text
    return package.check(files) if arguments.check else package.write(files)


if __name__ == "__main__":
    sys.exit(main())
