# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""A node that must not start says why and what to do, and harms nothing by having been tried."""
import re
import shutil
import subprocess
import unittest

from consortium import ClusterTest, wait_until

class NodeStart(ClusterTest):
    def try_to_start(self, organisation, *, says, config=None, change=None):
        """Runs the node until it gives up, with its configuration or a changed copy; what it said."""
        path = organisation.home / "node/node.toml"
        if change or config:
            text = config or change(path.read_text())
            path = organisation.home / "node/tried.toml"
            path.write_text(text)
        done = subprocess.run([str(self.cluster.node_binary), str(path)], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 1, done.stderr)
        last = done.stderr.strip().splitlines()[-1]
        for words in [says] if isinstance(says, str) else says:
            self.assertIn(words, last)
        return last

    def stopped(self, organisation):
        if organisation.process is not None:
            organisation.kill_node(15)
        return organisation

    def started(self, organisation):
        organisation.start_node()
        wait_until(organisation.status, 30, "the node's answer")

    def free_ports_text(self, text):
        return re.sub(r'(_listen = "127\.0\.0\.1:)\d+', r"\g<1>0", text)

    def test_second_node_on_one_data_directory(self):
        height = self.institution.status()["applied_height"]
        self.try_to_start(self.institution, change=self.free_ports_text, says=["another running node uses this data directory", "stop it first"])
        self.assertIsNone(self.institution.process.poll())
        self.assertGreaterEqual(self.institution.status()["applied_height"], height)
        self.send()

    def test_configuration(self):
        node = self.stopped(self.insurer)
        cases = [
            (lambda text: text.replace("blob_key =", "blob_kee ="), ["keys.blob_key", "is missing"]),
            (lambda text: text + '\n[storage]\nblob_quota_byte = 5\n', ["storage.blob_quota_byte", "not a known key"]),
            (lambda text: text + "\n[storrage]\n", ["[storrage]", "not a known section"]),
            (lambda text: text.replace("number = 3", 'number = "three"'), ["node.number", "whole number"]),
            (lambda text: text.replace("number = 3", "number = 9"), ["belongs to node 3, not to node 9"]),
            (lambda text: text.replace("number = 3", "number = 9").replace('"data"', '"data9"'), ["knows no node 9"]),
            (lambda text: text.replace("number = 3", "number = 2").replace('"data"', '"data2"'), ["is node.number right?"]),
            (lambda text: text.replace("[node]", "[node", 1), ["configuration, line 2"]),
            (lambda text: re.sub(r'api_listen = "[^"]*"', 'api_listen = "nowhere"', text), ["node.api_listen", "host:port"]),
            (lambda text: text.replace("tls.key.pem", "none.pem"), ["none.pem"]),
            (lambda text: text.replace("operation.key.pem", "attestation.key.pem"), ["operation key is not the one that the ledger names"]),
            (lambda text: text.replace("../genesis.json", "none.json"), ["none.json", "genesis document"]),
        ]
        for change, says in cases:
            with self.subTest(says=says):
                text = (node.home / "node/node.toml").read_text()
                self.assertNotEqual(change(text), text)
                self.try_to_start(node, change=change, says=says)
        self.started(node)
        self.verify_everywhere()

    def test_genesis_of_another_consortium(self):
        node = self.stopped(self.insurer)
        document = (self.cluster.folder / "genesis.json").read_bytes()
        other = node.home / "other.json"
        other.write_bytes(document.replace("試験".encode(), "別物".encode(), 1))
        self.assertNotEqual(other.read_bytes(), document)
        self.try_to_start(node, change=lambda text: text.replace("../genesis.json", "../other.json"), says=["genesis", "another"])
        other.write_bytes(document[:len(document) // 2])
        self.try_to_start(node, change=lambda text: text.replace("../genesis.json", "../other.json"), says="genesis")
        self.started(node)

    def test_port_in_use(self):
        node = self.stopped(self.insurer)
        taken = self.institution.api
        self.try_to_start(node, change=lambda text: re.sub(r'api_listen = "[^"]*"', f'api_listen = "{taken}"', text), says=taken.split(":")[1])
        self.started(node)

    def test_damaged_database(self):
        node = self.stopped(self.insurer)
        data = node.home / "node/data"
        kept = self.folder / "kept"
        shutil.copytree(data, kept)
        for name in ("log", "ledger"):
            with self.subTest(store=name):
                store = data / name
                victim = max([*store.glob("*.sst"), *store.glob("*.log")], key=lambda path: path.stat().st_size)
                content = bytearray(victim.read_bytes())
                for at in range(len(content) // 3, len(content) // 3 + 64):
                    content[at] ^= 0xA5
                victim.write_bytes(content)
                self.try_to_start(node, says=[f'"{name}"', "damaged", "restore a backup"])
                shutil.rmtree(data)
                shutil.copytree(kept, data)
        (data / "ledger/CURRENT").unlink()
        self.try_to_start(node, says=['"ledger"', "damaged", "CURRENT"])
        shutil.rmtree(data)
        shutil.copytree(kept, data)
        self.started(node)
        self.verify_everywhere()

    def test_lost_log_is_noticed(self):
        node = self.stopped(self.insurer)
        data = node.home / "node/data"
        kept = self.folder / "kept-log"
        shutil.copytree(data, kept)
        shutil.rmtree(data / "log")
        self.try_to_start(node, says=["do not start it again", "sekisho node join"])
        shutil.rmtree(data)
        shutil.copytree(kept, data)
        self.started(node)
        self.verify_everywhere()

    def test_emptied_disk_fills_again_while_all_others_run(self):
        """docs/operations.md, "a damaged or lost data directory": empty it, start the node, then restart the leader."""
        before = self.verify_everywhere()
        node = self.stopped(self.insurer)
        shutil.rmtree(node.home / "node/data")
        self.started(node)
        leader = self.cluster.wait_for_leader()
        self.assertNotEqual(leader, node)
        self.stopped(leader)
        self.started(leader)
        self.cluster.wait_for_leader()
        self.send()
        self.assertGreater(self.verify_everywhere()["blocks"], before["blocks"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
