# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""Compares one conversion with an expectation file, by the reading rules of samples/README.md."""
import csv
import io
import re
import unicodedata
from dataclasses import dataclass, field

CODE = re.compile(r"[0-9A-Z]{17}")
# Units of equal meaning are brought to one spelling before they are compared.
SAME_UNITS = {"mmHg": "mm[Hg]", "万/μL": "10*4/mm3", "10*4/uL": "10*4/mm3", "10*4/μL": "10*4/mm3", "/μL": "/mm3",
              "/uL": "/mm3", "mmol/L": "mEq/L"}
# Where the expectation's own remark names another outcome that will do: words of the remark -> accepted codes.
ALTERNATIVES = [("another E code is acceptable", "E-"), ("W also acceptable", "W-CORRELATION#14"),
                ("E also acceptable", "E-CORRELATION#4"), ("W-NOTDONE-WORD with no value is acceptable", "W-NOTDONE-WORD"),
                ("19890108 with a warning is acceptable", "W-")]
# Messages that may stand at a cell with a blank class: they speak of the record, not of this cell's spelling.
FREE = ("W-REQUIRED-ABSENT", "W-CORRELATION#")
COMPARATOR = re.compile(r"(-?[0-9.]+)(未満|以下|以上|超)")


@dataclass
class Conversion:
    """What came out: the records by input row, the messages, the catalog and the map's columns."""
    delivered: bool
    records: dict            # input row from 1 -> {output column: value}
    messages: list           # of dictionaries as in the JSON report
    items: dict              # standard name -> row of items.csv
    item_by_code: dict
    item_by_column: dict     # "header#occurrence" -> standard name
    suffix: str = "_原本"
    problems: list = field(default_factory=list)

    def item(self, text):
        """The catalog's item for "name code17" of an expectation."""
        name, _, code = text.rpartition(" ")
        if not CODE.fullmatch(code):
            name, code = text, ""
        row = self.items.get(name)
        if row is not None and (not code or not row["codes"] or code in row["codes"]):
            return row
        return self.item_by_code.get(code)

    def held(self, row):
        return any(m["row"] == row and m["code"].startswith("E-") for m in self.messages)


def read_output(data):
    """The standard file as a list of dictionaries."""
    return list(csv.DictReader(io.StringIO(data.decode("cp932"), newline=""))) if data else []


def records_by_row(output, messages, rows_in):
    """Assigns the delivered records to input rows: rows with an E message or W-DUP-ROW are missing, the order is kept."""
    absent = {m["row"] for m in messages if m["code"].startswith("E-") or m["code"] == "W-DUP-ROW"}
    rows = [row for row in range(1, rows_in + 1) if row not in absent]
    if output and len(rows) != len(output):
        raise ValueError(f"{len(output)} records came out, {len(rows)} are neither held back nor repeated")
    return dict(zip(rows, output))


def form(name, value):
    """A value in the form in which spellings that may differ are equal."""
    value = unicodedata.normalize("NFC", value.strip(" \t\u3000"))
    match = COMPARATOR.fullmatch(value)
    if match:
        return (match.group(2), match.group(1))
    if name in ("氏名", "カナ氏名"):
        return value.replace("\u3000", " ")
    if name == "保険者番号" and re.fullmatch(r"[0-9]{6}", value):
        return "00" + value
    return value


def unit_form(unit):
    return SAME_UNITS.get(unit, unit)


def accepted_codes(line):
    codes = [line["expected_message_class"]]
    return codes + [code for words, code in ALTERNATIVES if words in line["why"]]


def block(column):
    """The eight-column item of the JMA layout that a column belongs to, or the column itself."""
    match = re.fullmatch(r"column (\d+)", column)
    if not match or int(match.group(1)) <= 13:
        return column
    return f"item {(int(match.group(1)) - 14) // 8}"


def concerns(message, line, item):
    """Whether a message speaks of the expectation's cell."""
    if "CORRELATION" in message["code"] or not line["source_column"]:
        return True
    columns = {block(column) for column in line["source_column"].split(";")}
    same_item = item is not None and message["item"] == item["name"]
    return same_item or bool(columns & {block(column) for column in message["column"].split(";")})


def check_message(conversion, line, item):
    """An error text, or None: is there a message of an accepted code at this cell?"""
    row = int(line["row"])
    accepted = accepted_codes(line)
    found = [m for m in conversion.messages if m["row"] == row and concerns(m, line, item)]
    for code in accepted:
        if any(m["code"] == code or (code.endswith("-") and m["code"].startswith(code)) or
               (code == "P" and m["code"].startswith("P")) for m in found):
            return None
    return f"expected {accepted[0]}, found {sorted({m['code'] for m in found}) or 'no message'}"


def check_silence(conversion, line, item):
    """An error text, or None: a cell with a blank class draws no F, E, W or P message."""
    row = int(line["row"])
    for message in conversion.messages:
        if message["row"] != row or item is None or message["item"] != item["name"]:
            continue
        if message["code"][0] in "FEWP" and not message["code"].startswith(FREE):
            return f"unexpected {message['code']}"
    return None


def check_value(conversion, line, item):
    record = conversion.records.get(int(line["row"]))
    if record is None:
        return "the record did not come out"
    name = item["name"]
    got, want = record[name], line["expected_standard_value"]
    if form(name, got) != form(name, want):
        return f"expected {want!r}, got {got!r}"
    if line["expected_unit"] and unit_form(line["expected_unit"]) != unit_form(item["unit"]):
        return f"expected the unit {line['expected_unit']!r}, the item has {item['unit']!r}"
    return check_original(conversion, line, item, record)


def check_original(conversion, line, item, record):
    """The sender's own text stands beside the standard value, as it was."""
    if conversion.item_by_column.get(line["source_column"]) != item["name"]:
        return None
    try:
        line["raw_value"].encode("cp932")
    except UnicodeEncodeError:
        return None
    got = record[item["name"] + conversion.suffix]
    return None if got == line["raw_value"] else f"original {line['raw_value']!r} became {got!r}"


def check_line(conversion, line):
    """An error text, or None when the line of the expectation file is met."""
    code = line["expected_message_class"]
    item = conversion.item(line["item"]) if line["item"] else None
    if code.startswith("F-"):
        if conversion.delivered:
            return "the file was delivered"
        return check_message(conversion, line, item)
    if line["item"] and item is None:
        return f"the catalog has no item {line['item']}"
    if code.startswith("E-"):
        return check_held(conversion, line, item)
    if code:
        error = check_message(conversion, line, item)
        if error and not (conversion.held(int(line["row"])) and "E also acceptable" in line["why"]):
            return error
    else:
        error = check_silence(conversion, line, item)
        if error:
            return error
    if item is None or conversion.held(int(line["row"])) and "E also acceptable" in line["why"]:
        return None
    return check_value(conversion, line, item)


def check_held(conversion, line, item):
    error = check_message(conversion, line, item)
    if error:
        return error
    if not conversion.held(int(line["row"])):
        return None if len(accepted_codes(line)) > 1 else "the person was not held back"
    return "the person came out all the same" if int(line["row"]) in conversion.records else None


def held_without_reason(conversion, lines):
    """Rows that are held back although no expectation says so."""
    expected = {int(line["row"]) for line in lines
                if line["expected_message_class"].startswith("E-") or "E also acceptable" in line["why"]}
    held = {m["row"] for m in conversion.messages if m["code"].startswith("E-")}
    return sorted(held - expected)
