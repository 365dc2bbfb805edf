# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""`sekisho map draft`, `map test`, `map diff` on the shipped samples.

Usage: map_verbs.py --sekisho BINARY

A draft proposes only what the institution itself declares (tests/golden/samples/columns), holds no value of a person, and can be tried at once.
"""
import argparse
import csv
import json
import pathlib
import subprocess
import sys
import tempfile
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SAMPLES = ROOT / "tests/golden/samples"
CATALOG = ROOT / "converter/data/catalog/example-kenshin-1"
MAPS = ROOT / "converter/data/maps"
SYNONYMS = ROOT / "converter/data/synonyms.csv"
LAYOUTS = {"s1_regional_286.csv": "regional-286.toml", "s2_hospital_1075.csv": "hospital-1075.toml", "s3_clinic_era_utf8.csv": "clinic-100.toml",
           "s4_city_abc.csv": "city-abc-95.toml", "s6_paper_jlac_utf8.csv": "paper-jlac-75.toml", "KENSADATA_2024101509.csv": "jma-kensadata.toml"}
PERSON_WORDS = ["見本", "ﾐﾎﾝ", "ミホン", "架空県"]


class Checker:
    def __init__(self, sekisho):
        self.sekisho, self.folder, self.problems = sekisho, pathlib.Path(tempfile.mkdtemp(prefix="sekisho-maps-")), []

    def run(self, *arguments, lang="en"):
        return subprocess.run([self.sekisho, "--lang", lang, *map(str, arguments)], capture_output=True, text=True, check=False)

    def expect(self, condition, what):
        if not condition:
            self.problems.append(what)

    def draft(self, sample):
        out = self.folder / (sample + ".toml")
        done = self.run("map", "draft", SAMPLES / sample, "--catalog", CATALOG, "--synonyms", SYNONYMS, "--id", "draft", "--out", out, "--json")
        self.expect(done.returncode == 0, f"{sample}: draft failed: {done.stderr}")
        return out, json.loads(done.stdout or "{}")

    def check_draft(self, sample, shipped):
        out, said = self.draft(sample)
        text = out.read_text("utf-8")
        draft, real = tomllib.loads(text), tomllib.loads((MAPS / shipped).read_text("utf-8"))
        for key in ("encoding", "header_mode", "layout", "columns"):
            ours, theirs = draft["input"].get(key), real["input"].get(key)
            # A header that ends in a delimiter has one title less than its row has fields.
            same = ours == theirs or (key == "columns" and ours + 1 == theirs) or {ours, theirs} == {"UTF-8", "UTF-8-BOM"} or (key == "layout" and not ours and theirs == "columns")
            self.expect(same, f"{sample}: {key} is {ours}, declared {theirs}")
        declared = {column["number"]: column.get("item") for column in real["column"] if column.get("role", "VALUE") in ("VALUE", "JUDGEMENT")}
        titles = {column["number"]: column.get("header") for column in draft["column"]}
        proposed = {column["number"]: column["item"] for column in draft["column"] if "item" in column}
        for number, item in proposed.items():
            # The shipped maps are older than some items: a title that is an item's own name may be proposed where they leave it out.
            own_name = titles.get(number) == item
            self.expect(own_name or declared.get(number) == item, f"{sample}: column {number} proposed as {item}, declared {declared.get(number)}")
        for word in PERSON_WORDS:
            self.expect(word not in text, f"{sample}: the draft holds {word}")
        tried = self.run("map", "test", out, "--catalog", CATALOG, "--file", SAMPLES / sample, "--json")
        self.expect(tried.returncode == 0, f"{sample}: the draft cannot be tried: {tried.stderr}")
        return said.get("proposed", 0)

    def check_test(self, sample, shipped):
        done = self.run("map", "test", MAPS / shipped, "--catalog", CATALOG, "--file", SAMPLES / sample, lang="ja")
        self.expect(done.returncode == 0 and "変換する" in done.stdout, f"{sample}: map test: {done.stderr}")
        for word in PERSON_WORDS:
            self.expect(word not in done.stdout, f"{sample}: map test shows {word}")

    def check_changed_layout(self):
        done = self.run("map", "test", MAPS / "clinic-100.toml", "--catalog", CATALOG, "--file", SAMPLES / "s8_clinic_header_changed_utf8.csv")
        self.expect(done.returncode == 1 and "AST(GOT)" in done.stderr and "F-HEADER-HASH" in done.stderr, f"changed layout: {done.stderr}")

    def check_diff(self):
        same = self.run("map", "diff", MAPS / "clinic-100.toml", MAPS / "clinic-100.toml", "--json")
        self.expect(json.loads(same.stdout) == {"differences": []}, f"a map differs from itself: {same.stdout}")
        changed = self.folder / "changed.toml"
        changed.write_text((MAPS / "clinic-100.toml").read_text("utf-8").replace('header = "GOT"', 'header = "AST(GOT)"'), "utf-8")
        done = self.run("map", "diff", MAPS / "clinic-100.toml", changed, "--json")
        places = {one["place"] for one in json.loads(done.stdout)["differences"]}
        self.expect(any("GOT#1" in place for place in places) and all("GOT" in place for place in places), f"diff: {places}")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--sekisho", required=True)
    checker = Checker(arguments.parse_args().sekisho)
    for sample, shipped in LAYOUTS.items():
        count = checker.check_draft(sample, shipped)
        checker.check_test(sample, shipped)
        print(f"{sample}: {count} columns proposed")
    checker.check_changed_layout()
    checker.check_diff()
    print("\n".join(checker.problems) or "drafts, trials and differences are as they should be")
    return 1 if checker.problems else 0


if __name__ == "__main__":
    sys.exit(main())
