# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""Reads the committed source tables (converter/data/sources) that the example catalog is built from."""
import csv
import os

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
SOURCES = os.path.join(ROOT, "converter", "data", "sources")


def read_table(path):
    """The rows of one CSV file as dictionaries, in file order."""
    with open(path, encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def source(name):
    return read_table(os.path.join(SOURCES, name))


def lists_by_oid():
    """Answer lists of the term in force: OID -> [(code, term)] in the order of the table."""
    lists = {}
    for row in source("tokutei_result_codes.csv"):
        lists.setdefault(row["oid"], []).append((row["code"], row["display"]))
    return lists


def older_lists_by_item():
    """Answer lists of terms 1 to 3: 17-digit code -> [(code, term)]."""
    lists = {}
    for row in source("orca_result_choices.csv"):
        lists.setdefault(row["item_code_17"], []).append((row["code"], row["display"]))
    return lists
