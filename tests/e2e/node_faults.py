# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""Nodes that are killed, stopped, cut off from a majority: nothing that was acknowledged is lost, and the work goes on."""
import random
import secrets
import signal
import threading
import time
import unittest

from api_client import Api, Signer, note
from consortium import ClusterTest, wait_until


class NodeFaults(ClusterTest):
    def setUp(self):
        """Every case begins with three running nodes and a leader."""
        for organisation in self.cluster.nodes():
            if organisation.process is None:
                organisation.start_node()
        self.cluster.wait_for_leader()

    def other_than(self, *away):
        return [one for one in self.cluster.nodes() if one not in away]

    def outcome(self, api, signed, seconds=60):
        """Submits the same bytes until somebody says how it ended, as a client does whose connection broke."""
        def final():
            try:
                answer = api.post_operation(signed)
            except OSError:
                return None
            return answer.json if answer.status == 200 and answer.json["final"] else None
        return wait_until(final, seconds, "an outcome")

    def assert_on_all_nodes(self, acknowledged):
        """What was acknowledged stands at the index that was acknowledged, on every node."""
        for organisation in self.cluster.nodes():
            api = Api(organisation)
            for operation_id, index in acknowledged:
                found = wait_until(lambda: self.final_status(api, operation_id), 30, f"operation {operation_id} on {organisation.member_id}")
                self.assertEqual((found["index"], found["verdict"]), (index, 0))

    @staticmethod
    def final_status(api, operation_id):
        answer = api.get(f"/v1/operations/{operation_id}?wait_ms=2000")
        return answer.json if answer.status == 200 else None

    def test_leader_killed_in_the_middle_of_work(self):
        leader = self.cluster.wait_for_leader()
        follower = self.other_than(leader)[0]
        signer, api = Signer(follower), Api(follower)
        acknowledged, stop = [], threading.Event()

        def work():
            while not stop.is_set():
                done = self.outcome(api, signer.sign(note("work")))
                acknowledged.append((done["operation_id"], done["index"]))
        worker = threading.Thread(target=work)
        worker.start()
        try:
            wait_until(lambda: len(acknowledged) >= 10, 30, "work")
            leader.kill_node()
            before = len(acknowledged)
            successor = self.cluster.wait_for_leader(among=self.other_than(leader))
            self.assertNotEqual(successor, leader)
            wait_until(lambda: len(acknowledged) >= before + 10, 30, "work after the leader's end")
            leader.start_node()
            wait_until(lambda: leader.status(), 30, "the restarted node")
        finally:
            stop.set()
            worker.join(timeout=90)
        self.assertFalse(worker.is_alive())
        self.assertEqual(len({index for _, index in acknowledged}), len(acknowledged))
        self.assert_on_all_nodes(acknowledged)
        self.verify_everywhere()

    def test_converter_killed_at_random_moments(self):
        chance = random.Random(20261122)
        exchanges = []
        for _ in range(3):
            exchanges += [self.send(wait=False)["exchange_id"] for _ in range(2)]
            time.sleep(chance.uniform(0, 0.4))
            self.hub.kill_node()
            self.hub.start_node()
            time.sleep(chance.uniform(0, 1.0))
        api = Api(self.institution)
        for exchange_id in exchanges:
            self.wait_for_state(exchange_id, "CONVERTED", seconds=60)
            rows = api.get(f"/v1/audit?exchange={exchange_id}").json["operations"]
            results = [row for row in rows if row["payload"] in ("conversion_result", "conversion_failure") and row["verdict"] == 0]
            self.assertEqual(len(results), 1, rows)
        held = {row["blob_id"] for exchange_id in exchanges for row in self.exchange(exchange_id)["custody"] if row["status"] == "HELD" and row["node_number"] == 1}
        for blob_id in held:
            self.assertTrue(Api(self.hub).get(f"/v1/blobs/{blob_id}").json["held"])
        one = exchanges[-1]
        self.insurer.run("receive", one, "--out", self.folder / "out")
        self.insurer.run("confirm", one)

    def test_paused_follower_slows_nobody(self):
        leader = self.cluster.wait_for_leader()
        paused, other = self.other_than(leader)
        signer, api = Signer(other), Api(other)
        paused.process.send_signal(signal.SIGSTOP)
        try:
            begun = time.monotonic()
            acknowledged = []
            for _ in range(10):
                done = self.outcome(api, signer.sign(note("go on")))
                acknowledged.append((done["operation_id"], done["index"]))
            self.assertLess(time.monotonic() - begun, 20)
        finally:
            paused.process.send_signal(signal.SIGCONT)
        self.assert_on_all_nodes(acknowledged)

    def test_majority_down(self):
        leader = self.cluster.wait_for_leader()
        lonely, *away = [leader, *self.other_than(leader)]
        signer, api = Signer(lonely), Api(lonely)
        before = self.outcome(api, signer.sign(note("before")))
        for organisation in away:
            organisation.kill_node()
        signed = signer.sign(note("while alone"))
        answer = api.post_operation(signed, wait_ms=3000)
        self.assertIn(answer.status, (202, 503, 504), answer)
        if answer.status == 202:
            self.assertIn(answer.json["status"], ("NOT_SEEN", "PENDING"))
            self.assertFalse(answer.json["final"])
        wait_until(lambda: Api(lonely, anonymous=True).get("/readyz").json["quorum"] is False, 30, "readyz to say that there is no quorum")
        self.assertEqual(Api(lonely, anonymous=True).get("/healthz").status, 200)
        answer = api.get("/v1/exchanges?side=sender&consistency=linearizable")
        self.assertIn(answer.status, (503, 504), answer)
        self.assertTrue(answer.json["detail"])
        self.assertEqual(api.get(f"/v1/operations/{before['operation_id']}").json["index"], before["index"])
        for organisation in away:
            organisation.start_node()
        self.cluster.wait_for_leader()
        done = self.outcome(api, signed)
        self.assertEqual(done["verdict"], 0)
        self.assert_on_all_nodes([(before["operation_id"], before["index"]), (done["operation_id"], done["index"])])

    def test_client_finds_nobody(self):
        self.insurer.kill_node()
        begun = time.monotonic()
        self.refused(self.insurer, "inbox", says=["UNAVAILABLE", self.insurer.api])
        self.refused(self.insurer, "inbox", says="ノードに接続できない", lang="ja")
        self.assertLess(time.monotonic() - begun, 20)

    def test_stops_gracefully(self):
        for how in (signal.SIGTERM, signal.SIGINT):
            node = self.insurer
            slow = threading.Thread(target=lambda: self.outcome(Api(self.institution), Signer(self.institution).sign(note("meanwhile"))))
            slow.start()
            begun = time.monotonic()
            status = node.kill_node(how)
            self.assertLess(time.monotonic() - begun, 10)
            self.assertEqual(status, 0, self.cluster.last_words(node))
            slow.join()
            node.start_node()
            wait_until(node.status, 30, "the restarted node")

    def test_same_operation_through_every_node_at_once(self):
        signed = Signer(self.institution).sign(note(secrets.token_hex(8)))
        indexes = []
        threads = [threading.Thread(target=lambda node=node: indexes.append(self.outcome(Api(self.institution, node=node), signed)["index"]))
                   for node in self.cluster.nodes() for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual((len(indexes), len(set(indexes))), (9, 1))

    def test_zz_all_agree(self):
        self.verify_everywhere()


if __name__ == "__main__":
    unittest.main(verbosity=2)
