#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""Writes converter/data/catalog/example-kenshin-1 from the tables in converter/data/sources. Same tables, same bytes.

    python3 scripts/catalog/build_catalog.py [--check]

With --check nothing is written; the exit code tells whether the committed package is what the tables give.
"""
import argparse
import os
import sys

import items as item_builder
import more_items
import package
from sources import ROOT

TARGET = os.path.join(ROOT, "converter", "data", "catalog", "example-kenshin-1")
ORIGINS = os.path.join(ROOT, "converter", "data", "catalog", "example-kenshin-1.origins.csv")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the committed files instead of writing")
    arguments = parser.parse_args()
    items = item_builder.build()
    items += more_items.build(items)
    files = {os.path.join(TARGET, name): text for name, text in package.render(items, more_items.lists()).items()}
    files[ORIGINS] = package.render_origins(items)
    return package.check(files) if arguments.check else package.write(files)


if __name__ == "__main__":
    sys.exit(main())
