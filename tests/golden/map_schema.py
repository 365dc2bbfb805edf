# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""docs/map-schema.json and the loader speak of the same map files.

Usage: map_schema.py --sekisho BINARY

Every shipped map fits the schema; what breaks the schema is refused by `sekisho map check`; every key of the schema is one that the loader knows.
"""
import argparse
import copy
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CATALOG = ROOT / "converter/data/catalog/example-kenshin-1"
MAPS = sorted((ROOT / "converter/data/maps").glob("*.toml"))
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}


def faults(schema, value, place="map file"):
    """The part of JSON Schema that map-schema.json uses; an unknown keyword is an error of this script."""
    known = {"type", "enum", "properties", "additionalProperties", "required", "items", "minItems", "maxItems", "minimum", "maximum", "minLength",
             "pattern", "description", "title", "$schema", "$id"}
    assert set(schema) <= known, set(schema) - known
    if "enum" in schema and value not in schema["enum"]:
        return [f"{place}: {value!r} is none of {schema['enum']}"]
    kind = schema.get("type")
    if kind and (not isinstance(value, TYPES[kind]) or (kind == "integer" and isinstance(value, bool))):
        return [f"{place}: not of type {kind}"]
    found = []
    if kind == "object":
        found += [f"{place}: {key} is missing" for key in schema.get("required", []) if key not in value]
        for key, part in value.items():
            if key not in schema["properties"]:
                found.append(f"{place}: {key} is unknown")
            else:
                found += faults(schema["properties"][key], part, f"{place}.{key}")
    elif kind == "array":
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", 1 << 30):
            found.append(f"{place}: {len(value)} parts")
        for i, part in enumerate(value):
            found += faults(schema.get("items", {}), part, f"{place}[{i}]")
    elif kind == "integer" and not schema["minimum"] <= value <= schema["maximum"]:
        found.append(f"{place}: {value} is out of bounds")
    elif kind == "string":
        if len(value) < schema.get("minLength", 0) or ("pattern" in schema and not re.search(schema["pattern"], value)):
            found.append(f"{place}: {value!r} has another form")
    return found


def toml_value(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "[" + ", ".join(toml_value(part) for part in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml_value(part)}" for key, part in value.items()) + "}"
    return str(value)


def to_toml(document):
    return "\n".join(f"{key} = {toml_value(value)}" for key, value in document.items()) + "\n"


class Loader:
    def __init__(self, binary):
        self.binary, self.folder = binary, pathlib.Path(tempfile.mkdtemp(prefix="sekisho-schema-"))

    def complaint(self, document):
        path = self.folder / "map.toml"
        path.write_text(to_toml(document), "utf-8")
        done = subprocess.run([self.binary, "map", "check", path, "--catalog", CATALOG, "--lang", "en"], capture_output=True, text=True, check=False)
        return None if done.returncode == 0 else done.stderr


def broken_maps(good):
    """Maps that break the schema, each in one way."""
    def changed(change):
        document = copy.deepcopy(good)
        change(document)
        return document
    yield changed(lambda d: d.pop("map"))
    yield changed(lambda d: d["map"].pop("id"))
    yield changed(lambda d: d["map"].update(author="x"))
    yield changed(lambda d: d["map"].update(valid_from="2024/04/01"))
    yield changed(lambda d: d["input"].update(encoding="Shift_JIS"))
    yield changed(lambda d: d["input"].update(delimiter="::"))
    yield changed(lambda d: d["input"].update(header_row=0))
    yield changed(lambda d: d["input"].update(columns="100"))
    yield changed(lambda d: d["input"].update(header_sha256="abc"))
    yield changed(lambda d: d["column"][0].pop("number"))
    yield changed(lambda d: d["column"][0].update(role="MAYBE"))
    yield changed(lambda d: d["column"][0].update(factor="ten"))
    yield changed(lambda d: d["column"][0].update(date_forms=["YY"]))
    yield changed(lambda d: d["column"][0].update(when=[[{"is": "filled"}]]))
    yield changed(lambda d: d["value_table"][0].pop("entries"))
    yield changed(lambda d: d["value_table"][0].update(entries=[["only"]]))
    yield changed(lambda d: d["value_table"][0].update(entries=[[1, 2]]))
    yield changed(lambda d: d.update(policy={"duplicate_row": "perhaps"}))
    yield changed(lambda d: d.update(colum=[]))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--sekisho", required=True)
    loader = Loader(arguments.parse_args().sekisho)
    schema = json.loads((ROOT / "docs/map-schema.json").read_text("utf-8"))
    problems = []
    documents = {path.name: tomllib.loads(path.read_text("utf-8")) for path in MAPS}
    for name, document in documents.items():
        problems += [f"{name}: {fault}" for fault in faults(schema, document)]
    good = documents["clinic-100.toml"]
    if complaint := loader.complaint(good):
        problems.append(f"the written map is refused: {complaint}")
    for document in broken_maps(good):
        if not (said := faults(schema, document)):
            problems.append(f"the schema lets pass what it should not: {to_toml(document)[:80]}")
        elif loader.complaint(document) is None:
            problems.append(f"the loader accepts what the schema refuses: {said}")
    for section, part in schema["properties"].items():
        problems += unknown_keys(loader, good, section, part)
    print("\n".join(problems) or f"{len(documents)} maps, schema and loader agree")
    return 1 if problems else 0


SOUND = {"column": lambda d: next(c for c in d["column"] if c.get("item") and "role" not in c and "table" not in c),
         "value_table": lambda d: d["value_table"][0], "reserve": lambda _: {"item": "予備001", "label": "所属"}, "fixed": lambda _: {"item": "健診機関番号", "value": "9910000018"}}


def unknown_keys(loader, good, section, part):
    """Keys of the schema that the loader calls unknown: each is given a value of the wrong type in a place that is sound otherwise, about which the
    loader must complain as such. The jma tables are read for layout jma only."""
    if section.startswith("jma_"):
        return
    for key in (part["items"] if part["type"] == "array" else part)["properties"]:
        document = copy.deepcopy(good)
        if part["type"] == "array":
            document.setdefault(section, [])
            entry = SOUND[section](document)
            if entry not in document[section]:
                document[section].append(entry)
            entry[key] = 1.5
        else:
            document.setdefault(section, {})[key] = 1.5
        said = loader.complaint(document) or "accepted"
        if "unknown key" in said or said == "accepted":
            yield f"{section}.{key}: {said}"


if __name__ == "__main__":
    sys.exit(main())
