#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""Writes converter/data/interchange/tokutei-4: how the 特定健診 forms write each item (docs/interchange.md).

    python3 scripts/catalog/build_interchange.py [--check]
"""
import argparse
import csv
import io
import os
import sys

from sources import ROOT, source

OUT = os.path.join(ROOT, "converter", "data", "interchange", "tokutei-4")
ITEMS = ["code", "name", "kind", "format", "unit", "method", "method_name", "answers", "series", "relation", "section", "input_min", "input_max"]
COLUMNS = ["item_code_17", "item_name", "xml_data_type", "format_or_max_bytes", "unit", "xml_method_code", "method_name", "result_code_oid",
           "series_group_code", "series_relation", "cda_section", "input_min", "input_max"]


def table(head, rows):
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue().encode()


def files():
    items = [[row[column] for column in COLUMNS] for row in source("tokutei_items_term4_merged.csv") if row["xml_data_type"]]
    answers = [[row["oid"], row["code"], row["display"]] for row in source("tokutei_result_codes.csv")]
    return {"items.csv": table(ITEMS, items), "answers.csv": table(["oid", "code", "term"], answers)}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--check", action="store_true")
    check = arguments.parse_args().check
    wrong = []
    for name, content in files().items():
        path = os.path.join(OUT, name)
        if check:
            with open(path, "rb") as file:
                if file.read() != content:
                    wrong.append(name)
        else:
            with open(path, "wb") as file:
                file.write(content)
    print("differs: " + ", ".join(wrong) if wrong else "ok")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
