# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""Items beyond 特定健診 and its usual additions: municipal cancer screening, and the wide field of 人間ドック, 特殊健診, school and
mother-and-child checkups that own_expansions.csv spells out in families."""
from items import Item
from sources import source

WIDTH = str.maketrans("ＢＯＰＤ０１２３４５６７８９", "BOPD0123456789")


def municipal_list(oid):
    return "municipal_" + oid.rsplit(".", 1)[1]


def municipal_sex(section):
    return "F" if section.startswith(("乳がん", "子宮頸がん")) else ""


def from_municipal(row, known):
    """One item of the municipal guide; its code only where no other item has it."""
    name = row["item_name"].translate(WIDTH).replace("（", "(").replace("）", ")").replace("：", ":")
    item = Item(name, "text", "municipal", sex=municipal_sex(row["section"]), origin="eMunicipalCheckup guide")
    if row["item_code_17"] not in known:
        item.code17 = row["item_code_17"]
    if row["data_type"] == "コード":
        item.type, item.result_list = "code", municipal_list(row["result_code_oid"])
    elif row["data_type"] == "日付":
        item.type = "date"
    elif row["data_type"] == "数値":
        item.type = "number"
    return item


def municipal(known):
    """Without the rows whose name stands in the guide for an item that is there already."""
    names, result = set(), []
    for row in source("municipal_checkup_items.csv"):
        item = from_municipal(row, known)
        if item.name not in names and (item.code17 or row["data_type"] != "数値"):
            names.add(item.name)
            known.add(item.code17)
            result.append(item)
    return result


def parts(text):
    return text.split("|") if text else [""]


def expansions():
    """Every combination of a family's parts, in the order of the table."""
    result = []
    for row in source("own_expansions.csv"):
        for second in parts(row["b"]):
            for first in parts(row["a"]):
                name = row["name"].replace("{a}", first).replace("{b}", second)
                result.append(Item(name, row["type"], row["group"], format=row["format"], unit=row["unit"],
                                   result_list=row["result_list"], sex=row["sex"], origin="own family"))
    return result


def build(items):
    """Items to stand behind `items`; a name that is taken is left to its holder."""
    taken = {item.name for item in items}
    known = {code for item in items for code in [item.code17, *item.more_codes, getattr(item, "shared_code", "")] if code}
    result = []
    for item in municipal(known) + expansions():
        if item.name not in taken:
            taken.add(item.name)
            result.append(item)
    return result


def lists():
    """Answer lists that only these items use: [list, code, term, from, to]."""
    rows = [[municipal_list(row["oid"]), row["code"], row["display"], "", ""] for row in source("municipal_result_codes.csv")]
    return rows + [[row["list"], row["code"], row["term"], "", ""] for row in source("own_lists.csv")]
