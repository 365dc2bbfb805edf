# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""The items of the example definition: record and person, 特定健診 term 4, 人間ドック additions, judgements."""
import re
from dataclasses import dataclass, field
from fractions import Fraction

from sources import source

UNITS = {"mg/dl": "mg/dL", "ng/ml": "ng/mL", "U/ml": "U/mL", "U/l": "U/L", "μg/dl": "μg/dL", "μIU/ml": "μIU/mL",
         "ng/dl": "ng/dL", "pg/ml": "pg/mL", "Kg": "kg", "μg/l": "μg/L", "μmol/l": "μmol/L", "個/mm3": "/mm3",
         "パーミル": "‰"}
GROUPS = {"診察": "interview", "標準的な質問票": "questions", "後期高齢者質問票": "questions_75", "身体計測": "body",
          "血圧等": "blood_pressure", "採血時間": "sampling", "脂質": "lipid", "肝機能・酵素": "liver",
          "腎機能・尿酸・蛋白": "kidney", "鉄": "iron", "血糖": "glucose", "尿": "urine", "血液一般": "blood_count",
          "心電図": "ecg", "眼底・眼圧・視力": "eye", "聴力": "hearing", "肺機能": "lung", "超音波": "ultrasound",
          "細胞診・喀痰": "cytology", "便・腫瘍": "stool_tumor", "炎症": "inflammation", "血液型・感染症": "infection",
          "情報提供・初回面接": "guidance", "メタボ判定・階層化・医師": "conclusion"}
CHOICE_LISTS = {("1:陽性", "2:陰性"): "positive_negative", ("1:所見あり", "2:所見なし"): "presence",
                ("1:所見あり", "2:所見なし", "3:要再撮影", "4:検査不適"): "image_result"}


@dataclass
class Item:
    """One row of items.csv; the field names are its column names."""
    name: str
    type: str
    group: str
    code17: str = ""
    more_codes: list = field(default_factory=list)
    format: str = ""
    unit: str = ""
    unit_aliases: str = ""
    input_min: str = ""
    input_max: str = ""
    panic_low: str = ""
    panic_high: str = ""
    result_list: str = ""
    sex: str = ""
    presence_item: str = ""
    presence_yes: str = ""
    presence_no: str = ""
    pair: str = ""
    role: str = ""
    origin: str = ""


def list_name(oid):
    names = {row["oid"]: row["list"] for row in source("own_list_names.csv")}
    return names.get(oid, "list_" + oid.rsplit(".", 1)[1]) if oid else ""


def number_format(text):
    return text if re.fullmatch(r"N+(\.N+)?", text) else ""


def from_term4(row):
    """One code of the term-4 table as an item of its own; methods of one thing are merged later."""
    group = GROUPS.get(row["group_label"], "other")
    item = Item(row["item_name"], "text", group, row["item_code_17"], origin=row["provenance"])
    unit = UNITS.get(row["unit"], row["unit"])
    if row["data_type"] == "数字":
        item.type, item.format, item.unit = "number", number_format(row["format_or_max_bytes"]), unit
        item.input_min, item.input_max = row["input_min"], row["input_max"]
    elif row["data_type"] == "コード":
        item.type, item.result_list = "code", list_name(row["result_code_oid"])
        if not item.result_list:
            item.result_list = "list_18120"
            item.origin += "; list of the electrocardiogram's 対象者 assumed"
    elif not row["data_type"]:
        complete_urine_albumin(item)
    return item


def complete_urine_albumin(item):
    """The eight urine albumin codes have no attributes in the sources; unit and digits are ours."""
    units = {"尿中アルブミン定量": "mg/L", "尿中アルブミンクレアチニン補正値／アルブミン指数": "mg/g{Cre}", "尿中アルブミン一日量": "mg/day"}
    item.type, item.format, item.unit = "number", "NNNNN.N", units[item.name]
    item.origin += "; type, digits and unit ASSUMED"


def from_additional(row):
    item = Item(row["item_name"], "text", "additional", row["item_code_17"], origin="ORCA additional items")
    choices = tuple(re.split(r"[、､]", row["note_choices"]))
    if row["data_type"] == "数字" and row["xml_data_type"] == "PQ":
        item.type, item.format = "number", number_format(row["format_or_max_bytes"])
        item.unit = UNITS.get(row["unit"], row["unit"])
    elif row["data_type"] == "コード" and choices in CHOICE_LISTS:
        item.type, item.result_list = "code", CHOICE_LISTS[choices]
    return item


def from_jds(row):
    return Item(row["name_orca"], "number", "glucose", row["item_code_17"], format=row["format_or_max_bytes"],
                unit=row["unit"], origin=row["source"])


def rename(items):
    names = {row["code17"]: row["name"] for row in source("own_code_names.csv")}
    for item in items:
        item.name = names.get(item.code17, item.name)


def merge_methods(items):
    """Codes of one name that differ by measuring method become one item; its first code is the usual method's."""
    primary = {row["code17"] for row in source("own_primary_codes.csv")}
    merged = {}
    for item in items:
        first = merged.setdefault(item.name, item)
        if first is item:
            continue
        if item.code17 in [first.code17] + first.more_codes:
            continue
        if (first.type, first.unit, first.result_list) != (item.type, item.unit, item.result_list):
            raise ValueError(f"{item.code17} {item.name}: not the same kind of thing as {first.code17}")
        first.format = widest(first.format, item.format)
        if item.code17 in primary:
            first.more_codes.append(first.code17)
            first.code17 = item.code17
        else:
            first.more_codes.append(item.code17)
    return list(merged.values())


def widest(left, right):
    """The format that holds every value of both."""
    if not left or not right:
        return left or right
    digits = [max(len(a), len(b)) for a, b in zip((left + ".").split("."), (right + ".").split("."))]
    return "N" * digits[0] + ("." + "N" * digits[1] if digits[1] else "")


def split_sides(items):
    """A code shared by sides, days or organs becomes several items; only the first keeps the code."""
    rows = {}
    for row in source("own_split_items.csv"):
        rows.setdefault(row["code17"], []).append(row)
    result = []
    for item in items:
        if item.code17 not in rows:
            result.append(item)
            continue
        for index, row in enumerate(rows[item.code17]):
            side = Item(**{**item.__dict__, "more_codes": list(item.more_codes), "name": row["name"], "pair": row["pair"]})
            side.shared_code = item.code17
            if index:
                side.code17, side.more_codes = "", []
            result.append(side)
    return result


def add_dictionaries(items):
    by_code = {item.code17: item for item in items if item.code17}
    for row in source("own_dictionaries.csv"):
        for item in items:
            if row["code17"] not in (item.code17, getattr(item, "shared_code", "")):
                continue
            item.type, item.result_list = "findings", row["dictionary"]
            whole = row["code17"] == item.code17 or "(所見)(" not in item.name
            if row["presence_code17"] and (whole or row["dictionary"] != "abdominal_ultrasound"):
                partner = by_code[row["presence_code17"]]
                item.presence_item = partner.name
                item.presence_yes, item.presence_no = {
                    "remark": ("特記すべきことあり", "特記すべきことなし"), "presence": ("所見あり", "所見なし")}[partner.result_list]


def add_attributes(items):
    by_name = {item.name: item for item in items}
    for row in source("own_pairs.csv"):
        by_name[row["name"]].pair = row["pair"]
    for row in source("own_roles.csv"):
        by_name[row["name"]].role = row["role"]
    for row in source("own_unit_aliases.csv"):
        by_name[row["name"]].unit_aliases = row["aliases"]
    for row in source("own_sexes.csv"):
        for item in items:
            if (getattr(item, "shared_code", "") or item.code17).startswith(row["code17_prefix"]):
                item.sex = row["sex"]


def add_groups(items):
    """Groups where the table has none; the first matching prefix counts."""
    prefixes = source("own_groups.csv")
    for item in items:
        if item.group == "other":
            code = getattr(item, "shared_code", "") or item.code17
            item.group = next((row["group"] for row in prefixes if code.startswith(row["code17_prefix"])), "other")


def add_panic_values(items):
    by_name = {item.name: item for item in items}
    limits = source("panic_values_example.csv")
    for row in source("own_panic_items.csv"):
        for limit in limits:
            if limit["item"] == row["table_name"]:
                value = decimal_text(Fraction(limit["value"]) * Fraction(row["factor"]))
                setattr(by_name[row["item"]], "panic_low" if limit["op"] == "<=" else "panic_high", value)


def decimal_text(value):
    if value.denominator == 1:
        return str(value.numerator)
    scaled = value * 10
    if scaled.denominator != 1:
        raise ValueError(f"{value} has more than one decimal")
    return f"{scaled.numerator // 10}.{scaled.numerator % 10}"


def insert_measured(items):
    for row in source("own_measured_items.csv"):
        place = next(i for i, item in enumerate(items) if item.name == row["after"])
        items.insert(place + 1, Item(row["name"], row["type"], row["group"], format=row["format"], unit=row["unit"],
                                     role=row["role"], sex=row["sex"], origin="own: " + row["note"]))


def build():
    """All items in output order."""
    record = [Item(row["name"], row["type"], row["group"], format=row["format"], role=row["role"], origin="own")
              for row in source("own_record_items.csv")]
    measured = [from_term4(row) for row in source("tokutei_items_term4_merged.csv")]
    measured += [from_jds(row) for row in source("tokutei_items_jds_hba1c.csv")]
    measured += [from_additional(row) for row in source("additional_items_orca.csv")]
    rename(measured)
    measured = split_sides(merge_methods(measured))
    insert_measured(measured)
    judgements = [Item(row["name"], "judgement", "judgement", result_list="judgement_names", origin="own") for row in source("own_judgement_items.csv")]
    items = record + measured + judgements
    add_dictionaries(items)
    add_attributes(items)
    add_groups(items)
    add_panic_values(items)
    return items
