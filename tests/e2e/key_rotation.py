# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""Keys and certificates change hands without a vote: a new key works, the revoked one is refused with a sentence."""
import signal
import unittest

from api_client import Api, Signer, note
from consortium import ClusterTest, wait_until


class KeyRotation(ClusterTest):
    def keys(self, organisation):
        return {key["label"]: key for key in organisation.run("key", "list", json_output=True)["keys"]}

    def test_a_persons_key(self):
        old_signer, old_connection = Signer(self.institution), Api(self.institution)
        waiting = old_signer.sign(note("signed by the old key"))
        self.assertEqual(old_connection.get("/v1/whoami").status, 200)
        added = self.institution.run("key", "add", "operator-2", "--role", "operator", "--use", json_output=True)
        self.assertEqual(self.keys(self.institution)["operator-2"]["key_id"], added["key_id"])
        # Both work until the old one is revoked.
        self.assertEqual(self.institution.run("--key", "operator", "node", "status", json_output=True)["stopped"], False)
        self.assertEqual(self.send()["state"], "CONVERTED")
        self.institution.run("key", "revoke", "operator-1", "--reason", "担当者の交代")
        self.assertGreater(self.keys(self.institution)["operator-1"]["revoked_ms"], 0)
        self.refused(self.institution, "--key", "operator", "inbox", says=["UNAUTHENTICATED", "has been revoked [KEY_REVOKED]"])
        self.refused(self.institution, "--key", "operator", "inbox", says="鍵は失効しています", lang="ja")
        for connection in (old_connection, Api(self.institution)):
            answer = connection.get("/v1/whoami")
            self.assertEqual((answer.status, answer.json["rule"]), (401, "KEY_REVOKED"), answer)
        answer = Api(self.insurer).post_operation(waiting)
        self.assertEqual((answer.status, answer.json["rule"]), (401, "KEY_REVOKED"), answer)
        self.assertEqual(self.send()["state"], "CONVERTED")
        shown = self.institution.run("key", "list", lang="ja")
        self.assertRegex(shown, "operator-1 .*担当者.*失効")
        self.refused(self.institution, "key", "revoke", "operator-1", "--reason", "二度目", says="no key \"operator-1\" in use")

    def test_one_member_is_shown_with_its_keys_and_dates(self):
        shown = self.insurer.run("member", "show", "kenshin-a", lang="ja")
        for words in ("架空健診センター", "健診機関", "9910000059", "有効期限", "admin-1", "管理者"):
            self.assertIn(words, shown)
        self.assertIn("hokensha-a", self.insurer.run("member", "show", json_output=True)["member_id"])
        self.refused(self.insurer, "member", "show", "dare-mo", says="no such member")
        self.assertIn("保険者", self.insurer.run("member", "list", lang="ja"))

    def test_the_same_key_is_not_added_twice_and_the_last_admin_stays(self):
        self.insurer.run("key", "add", "operator-3", "--role", "operator")
        self.refused(self.insurer, "key", "add", "operator-3", "--role", "operator", says="REJECTED_KEY_EXISTS")
        self.refused(self.insurer, "key", "revoke", "admin-1", "--reason", "試験", says="REJECTED_LAST_ADMIN_KEY")
        self.refused(self.insurer, "--key", "operator", "key", "add", "x", "--role", "operator", says="REJECTED_ROLE_NOT_ENTITLED")
        self.refused(self.insurer, "key", "add", "node-9", "--role", "node", "--node-number", "2", says="REJECTED_NODE_NOT_OWN")

    def test_a_nodes_operation_key(self):
        """The hub: it vouches, converts and deletes with this key."""
        before = self.send()["exchange_id"]
        self.hub.run("key", "add", "node-1b", "--role", "node", "--node-number", "1", "--use")
        self.hub.kill_node(signal.SIGTERM)
        self.hub.start_node()
        self.cluster.wait_for_leader()
        wait_until(self.hub.status, 60, "the hub answers with its new key")
        self.hub.run("key", "revoke", "node-1", "--reason", "定期交換")
        after = self.send()["exchange_id"]
        for exchange_id in (before, after):
            self.insurer.run("receive", exchange_id, "--out", self.folder / "out")
            self.insurer.run("confirm", exchange_id)
            self.institution.run("receive", exchange_id, "--out", self.folder / "out")
            self.institution.run("confirm", exchange_id)
            self.wait_for_state(exchange_id, "CLOSED")
        # A node that comes back with the old key says so and does not start.
        settings = self.hub.home / "node/node.toml"
        text = settings.read_text()
        self.assertIn("node-1b.key.pem", text)
        self.hub.kill_node(signal.SIGTERM)
        settings.write_text(text.replace("node-1b.key.pem", "operation.key.pem"))
        self.hub.start_node()
        self.assertNotEqual(self.hub.process.wait(timeout=60), 0)
        self.hub.process = None
        self.assertIn("the operation key is not the one that the ledger names", self.cluster.last_words(self.hub))
        settings.write_text(text)
        self.hub.start_node()
        wait_until(self.hub.status, 60, "the hub answers again")

    def test_certificates_are_renewed_with_the_same_key(self):
        before = self.keys(self.insurer)
        for name in ("operator", "encryption"):
            certificate = self.insurer.home / f"{name}.cert.pem"
            old = certificate.read_text()
            self.insurer.run("key", "renew", name)
            self.assertNotEqual(certificate.read_text(), old)
        self.assertEqual(self.keys(self.insurer), before)
        exchange_id = self.send()["exchange_id"]
        self.insurer.run("receive", exchange_id, "--out", self.folder / "out")
        self.insurer.run("confirm", exchange_id)

    def test_zz_whole_chain_verifies_on_every_node(self):
        self.verify_everywhere()


if __name__ == "__main__":
    unittest.main(verbosity=2)
