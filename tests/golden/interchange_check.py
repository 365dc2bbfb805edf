# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""`sekisho export` of a converted sample, read by other programs' parsers.

Usage: interchange_check.py --sekisho BINARY

Every person has a document; every standard value that the tables know stands in it with its code; references of FHIR bundles lead somewhere; the XML archive
converts back (layout hc08) to the same numbers.
"""
import argparse
import csv
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import zipfile
from xml.etree import ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CATALOG = ROOT / "converter/data/catalog/example-kenshin-1"
PROFILE = ROOT / "converter/data/interchange/tokutei-4"
SAMPLE, MAP = ROOT / "tests/golden/samples/s1_regional_286.csv", ROOT / "converter/data/maps/regional-286.toml"
CDA = "{urn:hl7-org:v3}"
BACK = """[map]
id = "back"
version = "1"
catalog = "%s"
[input]
layout = "hc08"
[policy]
required = ["exam_date", "name", "birth_date", "sex"]
[[value_table]]
name = "sex"
entries = [["1", "男性"], ["2", "女性"]]
[[column]]
number = 3
item = "健診実施年月日"
[[column]]
number = 5
item = "カナ氏名"
[[column]]
number = 6
item = "生年月日"
[[column]]
number = 7
item = "性別"
table = "sex"
"""


def fail(what):
    print(what)
    sys.exit(1)


def run(sekisho, *arguments):
    done = subprocess.run([sekisho, "--lang", "en", "--json", *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        fail(f"{arguments}: {done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def read_standard(path):
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("cp932"), newline="")))


def numbers_of(document):
    """code -> value of each PQ of a document, the first of each observation."""
    out = {}
    for observation in document.iter(CDA + "observation"):
        code, value = observation.find(CDA + "code"), observation.find(CDA + "value")
        if code is not None and value is not None and code.get("code") and value.get("value"):
            out[code.get("code")] = value.get("value")
    return out


def check_xml(archive, persons, items):
    names = archive.namelist()
    index = ElementTree.fromstring(archive.read(names[0]))
    if not names[0].endswith("/ix08_V08.xml") or [e for e in index if e.tag.endswith("totalRecordCount")][0].get("value") != str(len(persons)):
        fail(f"index: {names[0]}")
    documents = [ElementTree.fromstring(archive.read(name)) for name in names[1:]]
    if len(documents) != len(persons):
        fail(f"{len(documents)} documents of {len(persons)} persons")
    checked = 0
    for document, person in zip(documents, persons):
        if document.tag != CDA + "ClinicalDocument":
            fail(document.tag)
        found = set(numbers_of(document).values())
        for name, unit in (("身長", "cm"), ("体重", "kg"), ("総蛋白", "g/dL")):
            if name in items and person.get(name) and person[name][0].isdigit():
                checked += 1
                if person[name] not in found:
                    fail(f"{name} {unit} is not in the document")
    return checked


def check_fhir(archive, persons):
    for name, person in zip(archive.namelist(), persons, strict=True):
        bundle = json.loads(archive.read(name))
        urls = [entry["fullUrl"] for entry in bundle["entry"]]
        text = json.dumps(bundle)
        if len(set(urls)) != len(urls) or bundle["entry"][0]["resource"]["resourceType"] != "Composition":
            fail(f"{name}: entries")
        for reference in {part.split('"')[1] for part in text.split('"reference": ')[1:]}:
            if reference not in urls:
                fail(f"{name}: {reference} leads nowhere")
        birth = next(e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Patient")["birthDate"]
        if birth.replace("-", "") != person["生年月日"]:
            fail(f"{name}: birth date")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--sekisho", required=True)
    sekisho = arguments.parse_args().sekisho
    folder = pathlib.Path(tempfile.mkdtemp(prefix="sekisho-interchange-"))
    standard = folder / "standard.csv"
    run(sekisho, "convert", SAMPLE, "--map", MAP, "--catalog", CATALOG, "--out", standard, "--report", folder / "report.csv", "--partial", "--date", "2025-03-31")
    persons = read_standard(standard)
    items = {row["name"] for row in csv.DictReader(open(CATALOG / "items.csv", encoding="utf-8-sig", newline=""))}
    common = ["--catalog", CATALOG, "--profile", PROFILE, "--sender", "9910000018", "--receiver", "6990014", "--created", "20250401"]
    xml = run(sekisho, "export", standard, *common, "--out", folder / "xml")
    with zipfile.ZipFile(xml["out"]) as archive:
        checked = check_xml(archive, persons, items)
    fhir = run(sekisho, "export", standard, *common, "--form", "fhir", "--out", folder / "fhir")
    with zipfile.ZipFile(fhir["out"]) as archive:
        check_fhir(archive, persons)
    back_map, back = folder / "back.toml", folder / "back.csv"
    back_map.write_text(BACK % next(line.split('"')[1] for line in (CATALOG / "manifest.toml").read_text("utf-8").splitlines() if line.startswith("id")), "utf-8")
    run(sekisho, "convert", xml["out"], "--map", back_map, "--catalog", CATALOG, "--out", back, "--report", folder / "back-report.csv", "--partial", "--date", "2025-03-31")
    again = {row["カナ氏名"]: row for row in read_standard(back)}
    same = sum(row["身長"] == again[row["カナ氏名"]]["身長"] for row in persons if row["カナ氏名"] in again and row["身長"])
    if not checked or not same:
        fail("nothing was compared")
    print(f"{len(persons)} persons, {checked} numbers found in their documents, {same} heights the same after the way back; left out: {xml['left_out']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
