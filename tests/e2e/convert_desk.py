#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""`sekisho convert` on a desk: records that are run again, several workers, receivers, histories.

    SEKISHO_BUILD=build tests/e2e/convert_desk.py
"""
import csv
import json
import os
import shutil
import subprocess
import tempfile
import unittest

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
CATALOG = os.path.join(ROOT, "converter", "data", "catalog", "example-kenshin-1")
MAP = os.path.join(ROOT, "converter", "data", "maps", "regional-286.toml")
SAMPLE = os.path.join(ROOT, "tests", "golden", "samples", "s1_regional_286.csv")
SEKISHO = os.path.join(os.environ.get("SEKISHO_BUILD", os.path.join(ROOT, "build")), "bin", "sekisho")


class ConvertDesk(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def convert(self, *options, sample=SAMPLE):
        """(exit status, JSON on standard output, standard error)"""
        done = subprocess.run([SEKISHO, "--json", "convert", sample, "--map", MAP, "--catalog", CATALOG, "--date", "2025-03-31",
                               "--partial", "--report", self.path("list.csv"), *options], capture_output=True, text=True, check=False)
        return done.returncode, json.loads(done.stdout) if done.stdout.strip() else {}, done.stderr

    def read(self, name):
        with open(self.path(name), "rb") as handle:
            return handle.read()

    def test_a_record_matches_the_same_file_and_no_other(self):
        code, result, error = self.convert("--out", self.path("out.csv"), "--record", self.path("record.json"))
        self.assertEqual(code, 0, error)
        self.assertTrue(result["delivered"])
        code, result, error = self.convert("--check", self.path("record.json"), "--threads", "2")
        self.assertEqual((code, result["matches"]), (0, True), error)
        with open(SAMPLE, "rb") as handle:
            changed = handle.read().replace(b"2024", b"2023", 1)
        with open(self.path("changed.csv"), "wb") as handle:
            handle.write(changed)
        code, result, _ = self.convert("--check", self.path("record.json"), sample=self.path("changed.csv"))
        self.assertEqual((code, result["matches"]), (1, False))
        self.assertIn("input_sha256", [line["name"] for line in result["differences"]])

    def test_workers_do_not_show_in_the_bytes(self):
        for threads in ("1", "2", "4"):
            code, _, error = self.convert("--out", self.path(threads), "--report-json", self.path(threads + ".json"), "--threads", threads)
            self.assertEqual(code, 0, error)
        self.assertEqual(self.read("1"), self.read("2"))
        self.assertEqual(self.read("1"), self.read("4"))
        self.assertEqual(self.read("1.json"), self.read("4.json"))

    def test_one_export_goes_to_its_insurers(self):
        self.convert("--out", self.path("whole.csv"))
        rows = list(csv.DictReader(self.read("whole.csv").decode("cp932").splitlines()))
        numbers = sorted({row["保険者番号"] for row in rows})
        self.assertGreater(len(numbers), 1)
        with open(self.path("receivers.csv"), "w", encoding="utf-8") as handle:
            handle.write("".join(f"{number},保険者\n" for number in numbers[1:]))
        code, result, error = self.convert("--split", self.path("receivers.csv"), "--out", self.path("parts"),
                                           "--record", self.path("record.json"))
        self.assertEqual(code, 0, error)
        left_out = sum(row["保険者番号"] == numbers[0] for row in rows)
        self.assertEqual(result["persons_out"], len(rows) - left_out)
        for number in numbers[1:]:
            part = self.read(os.path.join("parts", f"s1_regional_286_{number}_標準.csv")).decode("cp932").splitlines()
            self.assertEqual({row["保険者番号"] for row in csv.DictReader(part)}, {number})
        self.assertFalse(any(numbers[0] in name for name in os.listdir(self.path("parts"))))
        meter = list(csv.DictReader(self.read(os.path.join("parts", "件数.csv")).decode("cp932").splitlines()))
        self.assertEqual(sum(int(line["人数"]) for line in meter), result["persons_out"])
        code, result, error = self.convert("--check", self.path("record.json"))
        self.assertEqual((code, result["matches"]), (0, True), error)

    def test_the_same_file_is_not_delivered_twice(self):
        options = ("--out", self.path("out.csv"), "--history", self.path("history"))
        self.assertEqual(self.convert(*options)[0], 0)
        code, result, _ = self.convert(*options, "--report-json", self.path("second.json"))
        self.assertEqual((code, result["delivered"]), (1, False))
        self.assertIn("F-DUPLICATE-FILE", self.read("second.json").decode())

    def test_the_page_and_the_dictionary_list_are_written(self):
        self.convert("--out", self.path("out.csv"), "--report-html", self.path("page.html"), "--unmapped", self.path("terms.csv"),
                     "--require", "tokutei", "--require", "rule44", "--output-encoding", "UTF-8-BOM")
        self.assertIn("変換結果の確認", self.read("page.html").decode())
        self.assertTrue(self.read("terms.csv").decode("cp932").startswith('"項目"'))
        self.assertTrue(self.read("out.csv").startswith(b"\xef\xbb\xbf"))

    def sekisho(self, *words):
        done = subprocess.run([SEKISHO, "--lang", "en", "--home", self.path("home"), "--passphrase-file", self.path("pass"), *words],
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stderr

    def test_a_signed_package_is_told_from_another(self):
        with open(self.path("pass"), "w", encoding="utf-8") as handle:
            handle.write("passphrase of a test\n")
        self.assertEqual(self.sekisho("org", "init", "--id", "jimukyoku", "--kind", "secretariat", "--name", "T", "--node-number", "1",
                                      "--node-name", "n1", "--peer", "127.0.0.1:7001", "--api", "127.0.0.1:7002"), (0, ""))
        self.assertEqual(self.sekisho("consortium", "init", "--name", "T", "--out", self.path("home/genesis.json"),
                                      "--member", self.path("home/member.json")), (0, ""))
        self.assertEqual(self.sekisho("catalog", "sign", CATALOG, "--out", self.path("signature")), (0, ""))
        signature = ("--signature", self.path("signature"), "--signer", self.path("signature.pem"))
        self.assertEqual(self.sekisho("catalog", "verify", CATALOG, *signature), (0, ""))
        shutil.copytree(CATALOG, self.path("other"), copy_function=shutil.copyfile)
        with open(self.path("other/findings.csv"), "a", encoding="utf-8") as handle:
            handle.write("ecg,another term,\n")
        code, error = self.sekisho("catalog", "verify", self.path("other"), *signature)
        self.assertEqual(code, 1)
        self.assertIn("not the one that was signed", error)
        code, _, _ = self.convert("--out", self.path("out.csv"), "--catalog-signature", self.path("signature"),
                                  "--catalog-signer", self.path("signature.pem"))
        self.assertEqual(code, 0)

    def test_a_newer_dictionary_makes_a_new_record(self):
        with open(os.path.join(CATALOG, "findings.csv"), encoding="utf-8") as handle:
            newer = handle.read() + "ecg,another term,\n"
        with open(self.path("findings.csv"), "w", encoding="utf-8", newline="") as handle:
            handle.write(newer)
        self.convert("--out", self.path("out.csv"), "--record", self.path("record.json"))
        code, result, _ = self.convert("--check", self.path("record.json"), "--findings", self.path("findings.csv"))
        self.assertEqual(code, 1)
        self.assertEqual({line["name"] for line in result["differences"]}, {"catalog_digest", "part.findings.csv"})


if __name__ == "__main__":
    unittest.main()
