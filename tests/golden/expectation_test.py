#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""The checker itself must notice what is wrong: each test hands it one conversion that is right and one that is not."""
import unittest

import expectation


def conversion(value="57", original=" 57", messages=(), delivered=True, records=None):
    items = {"心拍数": {"name": "心拍数", "unit": "/min", "codes": ["9N121000000000001"]},
             "氏名": {"name": "氏名", "unit": "", "codes": []},
             "保険者番号": {"name": "保険者番号", "unit": "", "codes": []}}
    record = {"心拍数": value, "心拍数_原本": original, "氏名": value, "氏名_原本": original, "保険者番号": value}
    by_code = {"9N121000000000001": items["心拍数"]}
    return expectation.Conversion(delivered, {1: record} if records is None else records, list(messages), items, by_code,
                                  {"脈拍#1": "心拍数"})


def message(code, row=1, item="心拍数", column="脈拍#1"):
    return {"code": code, "row": row, "item": item, "column": column, "raw_value": ""}


def line(value="57", code="", item="心拍数 9N121000000000001", unit="", raw=" 57", why=""):
    return {"row": "1", "source_column": "脈拍#1", "raw_value": raw, "item": item, "expected_standard_value": value,
            "expected_unit": unit, "expected_message_class": code, "why": why}


class ExpectationTest(unittest.TestCase):
    def met(self, result, expected):
        self.assertIsNone(expectation.check_line(result, expected))

    def missed(self, result, expected):
        self.assertIsNotNone(expectation.check_line(result, expected))

    def test_value_must_be_the_same_text(self):
        self.met(conversion(), line())
        self.missed(conversion(value="57.0"), line())

    def test_original_must_stand_beside_it_unchanged(self):
        self.missed(conversion(original="57"), line())

    def test_unit_is_compared_by_meaning(self):
        self.met(conversion(), line(unit="/min"))
        self.missed(conversion(), line(unit="mmHg"))
        self.assertEqual(expectation.unit_form("万/μL"), expectation.unit_form("10*4/mm3"))

    def test_comparator_is_number_and_form(self):
        self.met(conversion(value="0.1未満", original="<0.1", messages=[message("W-COMPARATOR")]),
                 line("0.1未満", "W-COMPARATOR", raw="<0.1"))
        self.missed(conversion(value="0.1以下", original="<0.1", messages=[message("W-COMPARATOR")]),
                    line("0.1未満", "W-COMPARATOR", raw="<0.1"))

    def test_silence_is_required_of_a_blank_class(self):
        self.missed(conversion(messages=[message("W-RANGE-LOW")]), line())
        self.met(conversion(messages=[message("W-RANGE-LOW", item="氏名", column="氏名#1")]), line())
        self.met(conversion(messages=[message("W-REQUIRED-ABSENT")]), line())

    def test_message_must_have_the_code_and_the_place(self):
        self.met(conversion(messages=[message("P")]), line(code="P"))
        self.missed(conversion(), line(code="P"))
        self.missed(conversion(messages=[message("P", item="氏名", column="氏名#1")]), line(code="P"))
        self.missed(conversion(messages=[message("P", row=2)]), line(code="P"))

    def test_error_holds_the_person_back(self):
        self.met(conversion(messages=[message("E-DATE")], records={}), line("", "E-DATE"))
        self.missed(conversion(messages=[message("E-DATE")]), line("", "E-DATE"))
        self.missed(conversion(messages=[message("E-SEX")], records={}), line("", "E-DATE"))

    def test_other_outcome_of_the_remark_is_accepted(self):
        why = "both held, not ours to choose (another E code is acceptable)"
        self.met(conversion(messages=[message("E-OTHER")], records={}), line("", "E-AMBIGUOUS", why=why))

    def test_file_error_delivers_nothing(self):
        expected = dict(line("", "F-HEADER-HASH", item=""), row="0", source_column="")
        self.met(conversion(delivered=False, records={}, messages=[message("F-HEADER-HASH", row=0)]), expected)
        self.missed(conversion(messages=[message("F-HEADER-HASH", row=0)]), expected)

    def test_blank_in_a_name_has_no_width(self):
        self.met(conversion(value="見本 太郎", original="見本 太郎"), line("見本　太郎", item="氏名", raw="見本 太郎"))
        self.missed(conversion(value="見本太郎", original="見本 太郎"), line("見本　太郎", item="氏名", raw="見本 太郎"))

    def test_rows_are_counted_without_the_held_and_the_repeated(self):
        rows = expectation.records_by_row(["a", "c"], [message("E-DATE", row=2), message("W-DUP-ROW", row=4)], 4)
        self.assertEqual(rows, {1: "a", 3: "c"})
        with self.assertRaises(ValueError):
            expectation.records_by_row(["a"], [], 2)

    def test_person_held_back_without_an_expectation_is_reported(self):
        self.assertEqual(expectation.held_without_reason(conversion(messages=[message("E-DATE")]), [line()]), [1])


if __name__ == "__main__":
    unittest.main()
