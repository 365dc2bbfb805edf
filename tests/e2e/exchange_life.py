# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""One file's way through three real nodes: sent, converted, received, confirmed, deleted, proved; and the side ways."""
import csv
import io
import json
import pathlib
import subprocess
import sys
import unittest

from consortium import CLINIC_FILE, ROOT, ClusterTest, wait_until

VERIFY_SCRIPT = ROOT / "scripts/verify/verify_receipt.py"


def read(path):
    return pathlib.Path(path).read_bytes()


class ExchangeLife(ClusterTest):
    @classmethod
    def when_formed(cls):
        """A municipality without a node, admitted by vote, works through the insurer's node."""
        cls.city = cls.cluster.add("shi-a", "municipality", "990010", "架空市", use_node=cls.insurer)
        cls.cluster.hand_out_genesis(cls.city)
        cls.decide("--add-member", cls.city.home / "member.json")

    def audit(self, reader, *filters):
        return reader.run("audit", *filters, json_output=True)["operations"]

    def payloads(self, exchange_id, reader=None):
        rows = self.audit(reader or self.insurer, "--exchange", exchange_id)
        self.assertTrue(all(row["verdict_name"] == "ACCEPTED" for row in rows), rows)
        return [(row["payload"], row["author_member"]) for row in rows]

    def custody(self, exchange_id, reader=None):
        rows = self.exchange(exchange_id, reader)["custody"]
        return {(row["role"], row["node_number"]): row["status"] for row in rows}

    def wait_until_deleted(self, exchange_id, state, reader=None):
        found = self.wait_for_state(exchange_id, state, reader)
        wait_until(lambda: set(self.custody(exchange_id, reader).values()) == {"DELETED"}, 30, "deletion of every copy")
        return found

    def receive_and_confirm(self, organisation, exchange_id, out="out"):
        received = organisation.run("receive", exchange_id, "--out", self.folder / out, json_output=True)
        organisation.run("confirm", exchange_id)
        return received

    @staticmethod
    def second_opinion(receipt, genesis):
        return subprocess.run([sys.executable, VERIFY_SCRIPT, genesis, receipt], capture_output=True, text=True)

    def assert_receipts_verify(self, folder, genesis):
        receipts = sorted(folder.glob("*.receipt"))
        self.assertTrue(receipts)
        for receipt in receipts:
            self.insurer.run("verify", receipt, "--genesis", genesis)
            done = self.second_opinion(receipt, genesis)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return receipts

    def test_whole_life_with_report(self):
        sent = self.send()
        exchange_id = sent["exchange_id"]
        self.assertEqual(sent["state"], "CONVERTED")
        waiting = self.insurer.run("inbox", json_output=True)["received"]
        self.assertIn(exchange_id, [row["exchange_id"] for row in waiting])
        evidence = self.exchange(exchange_id)["evidence"]
        self.assertEqual(evidence["persons_in"], evidence["persons_out"] + evidence["persons_held"])
        self.assertGreater(evidence["persons_out"], 0)
        self.assertGreater(evidence["persons_held"], 0)
        wait_until(lambda: self.custody(exchange_id)[("INPUT", 2)] == "DELETED", 30, "deletion of the input")
        self.assertEqual(self.custody(exchange_id), {("INPUT", 2): "DELETED", ("OUTPUT", 1): "HELD", ("REPORT", 1): "HELD"})

        received = self.receive_and_confirm(self.insurer, exchange_id)
        standard = list(csv.reader(io.StringIO(read(received["file"]).decode("cp932"))))
        self.assertGreaterEqual(len(standard), evidence["persons_out"])
        report = self.receive_and_confirm(self.institution, exchange_id)
        self.assertTrue(report["report"])
        text = read(report["file"]).decode("cp932")
        self.assertIn("区分", text)
        self.wait_until_deleted(exchange_id, "CLOSED")

        rows = self.payloads(exchange_id)
        self.assertEqual(rows[:2], [("offer", "kenshin-a"), ("conversion_result", "jimukyoku")])
        for expected in [("record_fetch", "hokensha-a"), ("confirm_receipt", "hokensha-a"), ("record_fetch", "kenshin-a"),
                         ("confirm_receipt", "kenshin-a"), ("record_deletion", "kenshin-a"), ("record_deletion", "jimukyoku")]:
            self.assertIn(expected, rows)
        self.assertEqual([row[0] for row in rows].count("record_deletion"), 3)
        timeline = self.insurer.run("audit", "--exchange", exchange_id, "--verify", "--receipts", self.folder / "receipts", lang="ja")
        for words in ("送信", "変換完了", "受信完了", "削除", "検証しました"):
            self.assertIn(words, timeline)
        receipts = self.assert_receipts_verify(self.folder / "receipts", self.cluster.folder / "genesis.json")
        self.assertEqual(len(receipts), len(rows))

    def test_persons_of_other_insurers_stay_away(self):
        """The clinic's file names seven insurers; the addressed one gets its own persons, the sender is told about the others."""
        sent = self.send()
        others = {"01990019", "06990022", "31990013", "990010", "990028", "39991013"}
        self.assertTrue(all(number in CLINIC_FILE.read_text("utf-8-sig") for number in others))
        evidence = self.exchange(sent["exchange_id"])["evidence"]
        self.assertGreaterEqual(evidence["persons_held"], evidence["counts"]["E-RECEIVER-MISMATCH"])
        self.assertGreater(evidence["counts"]["E-RECEIVER-MISMATCH"], 10)
        standard = list(csv.reader(io.StringIO(read(self.receive_and_confirm(self.insurer, sent["exchange_id"])["file"]).decode("cp932"))))
        numbers = {cell for row in standard for cell in row}
        self.assertIn("06990014", numbers)
        self.assertFalse(others & numbers)
        report = read(self.receive_and_confirm(self.institution, sent["exchange_id"])["file"]).decode("cp932")
        self.assertTrue(all(number in report for number in others))
        self.assertIn("この人の保険者を宛先にして送ってください", report)

    def test_altered_receipt_is_refused(self):
        made = self.send()
        folder = self.folder / "altered"
        self.insurer.run("audit", "--exchange", made["exchange_id"], "--verify", "--receipts", folder)
        receipt = sorted(folder.glob("*.receipt"))[0]
        lines = receipt.read_text().splitlines(keepends=True)
        longest = max(range(len(lines)), key=lambda at: len(lines[at]))
        middle = len(lines[longest]) // 2
        other = "A" if lines[longest][middle] != "A" else "B"
        lines[longest] = lines[longest][:middle] + other + lines[longest][middle + 1:]
        receipt.write_text("".join(lines))
        genesis = self.cluster.folder / "genesis.json"
        self.refused(self.insurer, "verify", receipt, "--genesis", genesis, says="error:")
        self.assertEqual(self.second_opinion(receipt, genesis).returncode, 1)

    def test_withdraw_before_fetch_only(self):
        first = self.send()["exchange_id"]
        self.institution.run("withdraw", first, "--reason", "送信先の誤り")
        found = self.wait_until_deleted(first, "CLOSED")
        self.assertEqual((found["outcome"], found["reason"]), ("WITHDRAWN", "送信先の誤り"))
        self.refused(self.insurer, "receive", first, "--out", self.folder / "out", says="nothing of this exchange waits for you")

        second = self.send()["exchange_id"]
        self.insurer.run("receive", second, "--out", self.folder / "out")
        self.refused(self.institution, "withdraw", second, "--reason", "遅い", says="REJECTED_WRONG_EXCHANGE_STATE")
        self.assertEqual(self.exchange(second)["state"], "FETCHED")
        self.insurer.run("confirm", second)
        self.receive_and_confirm(self.institution, second)
        self.wait_until_deleted(second, "CLOSED")

    def test_reject_sends_back(self):
        exchange_id = self.send()["exchange_id"]
        self.insurer.run("receive", exchange_id, "--out", self.folder / "out")
        self.insurer.run("reject", exchange_id, "--reason", "対象者の相違")
        self.receive_and_confirm(self.institution, exchange_id)
        found = self.wait_until_deleted(exchange_id, "CLOSED")
        self.assertEqual((found["outcome"], found["reason"]), ("REJECTED", "対象者の相違"))
        self.assertIn(("reject_delivery", "hokensha-a"), self.payloads(exchange_id))
        self.refused(self.insurer, "confirm", exchange_id, says="nothing of this exchange waits for you")

    def test_self_service(self):
        exchange_id = self.send(to="kenshin-a")["exchange_id"]
        output = self.receive_and_confirm(self.institution, exchange_id)
        self.assertFalse(output["report"])
        report = self.receive_and_confirm(self.institution, exchange_id)
        self.assertTrue(report["report"])
        self.wait_until_deleted(exchange_id, "CLOSED")
        self.refused(self.insurer, "status", exchange_id, says="no exchange with this id that concerns you")

    def test_member_without_node(self):
        exchange_id = self.send(to="shi-a")["exchange_id"]
        self.refused(self.insurer, "receive", exchange_id, "--out", self.folder / "out", says="no exchange with this id")
        received = self.receive_and_confirm(self.city, exchange_id)
        self.assertIn("標準", received["file"])
        self.receive_and_confirm(self.institution, exchange_id)
        self.wait_until_deleted(exchange_id, "CLOSED")
        self.assertIn(("confirm_receipt", "shi-a"), self.payloads(exchange_id, self.city))
        clear = read(received["file"])
        for store in (self.insurer.home / "node").rglob("*"):
            if store.is_file():
                self.assertNotIn(clear[:200], store.read_bytes(), f"the receiver's file in the clear in {store}")

    def test_reading_the_chain_is_on_the_chain(self):
        self.audit(self.insurer, "--member", "kenshin-a")
        queries = [row for row in self.audit(self.hub, "--member", "hokensha-a") if row["payload"] == "record_audit_query"]
        self.assertTrue(queries)

    def test_no_personal_data_on_ledger_or_log(self):
        self.assertIn("見本", CLINIC_FILE.read_text("utf-8-sig"))
        self.send()
        chain = json.dumps(self.audit(self.hub, "--member", "kenshin-a"), ensure_ascii=False)
        for organisation in self.cluster.nodes():
            chain += (organisation.home / "node/node.log").read_text(errors="replace")
        self.assertNotIn("見本", chain)
        self.assertNotIn(CLINIC_FILE.name, chain)

    def test_zz_whole_chain_verifies_on_every_node(self):
        self.verify_everywhere()


if __name__ == "__main__":
    unittest.main(verbosity=2)
