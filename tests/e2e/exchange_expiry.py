# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""What nobody fetches, confirms or converts does not lie in custody for ever: after the policy's time it expires by an operation
on the ledger, every copy is deleted, and both sides see it."""
import unittest

from api_client import Api
from consortium import ClusterTest, wait_until


class ExchangeExpiry(ClusterTest):
    POLICY = {"dwell_ms": {"offered": 4000, "converted": 4000, "fetched": 4000}, "expire_overdue_ms": 6000}

    def payloads(self, exchange_id):
        rows = self.insurer.run("audit", "--exchange", exchange_id, json_output=True)["operations"]
        return [(row["payload"], row["author_member"], row["verdict_name"]) for row in rows]

    def overdue(self, exchange_id):
        """The exchange among the overdue, if it is. Ledger time moves with operations: a query is one."""
        self.hub.run("audit", "--exchange", exchange_id)
        return [row for row in Api(self.hub).get("/v1/overdue").json["overdue"] if row["exchange_id"] == exchange_id]

    def wait_until_closed(self, exchange_id):
        closed = self.wait_for_state(exchange_id, "CLOSED", seconds=60)
        self.assertTrue(all(row["status"] == "DELETED" for row in closed["custody"]), closed["custody"])
        return closed

    def test_a_file_that_nobody_fetches_expires(self):
        exchange_id = self.send()["exchange_id"]
        overdue = wait_until(lambda: self.overdue(exchange_id), 30, "overdue")
        self.assertEqual(overdue[0]["late_member"], "hokensha-a")
        self.assertIn("hokensha-a の番（期限を過ぎています）", self.institution.run("status", exchange_id, lang="ja"))
        closed = self.wait_until_closed(exchange_id)
        self.assertEqual(closed["outcome"], "EXPIRED")
        self.assertGreater(closed["report_expired_ms"], 0)
        rows = self.payloads(exchange_id)
        # The output by the time of its receiver, later the report by the time of its sender; the hub holds both.
        self.assertEqual(rows.count(("expire_exchange", "jimukyoku", "ACCEPTED")), 2, rows)
        self.assertEqual([row[0] for row in rows].count("record_deletion"), 3)
        timeline = self.insurer.run("audit", "--exchange", exchange_id, lang="ja")
        self.assertIn("期限切れ " + exchange_id[:8], timeline)
        shown = self.institution.run("status", exchange_id, lang="ja")
        self.assertIn("完了（期限切れ・全て削除済）", shown)
        self.refused(self.insurer, "receive", exchange_id, "--out", self.folder / "out", says="nothing of this exchange waits for you")

    def test_fetched_but_never_confirmed_expires(self):
        exchange_id = self.send()["exchange_id"]
        self.insurer.run("receive", exchange_id, "--out", self.folder / "out")
        self.assertEqual(self.wait_until_closed(exchange_id)["outcome"], "EXPIRED")

    def test_confirmed_in_time_stays_received(self):
        """Only the sender's error list expires; that the receiver has confirmed is not undone by it."""
        exchange_id = self.send()["exchange_id"]
        self.insurer.run("receive", exchange_id, "--out", self.folder / "out")
        self.insurer.run("confirm", exchange_id)
        closed = self.wait_until_closed(exchange_id)
        self.assertEqual(closed["outcome"], "RECEIVED")
        self.assertGreater(closed["report_expired_ms"], 0)

    def test_an_offer_that_nobody_converts_expires(self):
        self.hub.kill_node()
        try:
            self.cluster.wait_for_leader()
            exchange_id = self.send(wait=False)["exchange_id"]
            closed = self.wait_until_closed(exchange_id)
        finally:
            self.hub.start_node()
        self.assertEqual(closed["outcome"], "EXPIRED")
        self.assertIn(("expire_exchange", "kenshin-a", "ACCEPTED"), self.payloads(exchange_id))
        wait_until(self.hub.status, 60, "the hub answers again")

    def test_zz_whole_chain_verifies_on_every_node(self):
        self.verify_everywhere()


if __name__ == "__main__":
    unittest.main(verbosity=2)
