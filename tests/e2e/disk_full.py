# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""A node whose disk is full refuses new files, serves what it has, and recovers when there is room. Needs root for the mount."""
import os
import pathlib
import subprocess
import time
import unittest

from api_client import Api
from consortium import CLINIC_FILE, ClusterTest, wait_until

RESERVE_BYTES = 8 << 20


class FullDisk(ClusterTest):
    """The institution's data directory lies on a file system of 96 MiB."""

    @classmethod
    def setUpClass(cls):
        if os.geteuid() != 0:
            raise unittest.SkipTest("a small file system can only be mounted by root")
        super().setUpClass()

    @classmethod
    def add_more(cls):
        cls.data = cls.institution.home / "node/data"
        cls.data.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", str(cls.data)], capture_output=True, text=True)
        if mounted.returncode != 0:
            raise unittest.SkipTest(f"mounting a tmpfs is not allowed here: {mounted.stderr.strip()}")
        with (cls.institution.home / "node/node.toml").open("a") as config:
            config.write(f"\n[storage]\nfree_reserve_bytes = {RESERVE_BYTES}\n")

    @classmethod
    def tearDownClass(cls):
        cls.cluster.stop()
        subprocess.run(["umount", str(cls.institution.home / "node/data")], capture_output=True, check=False)
        super().tearDownClass()

    def fill(self, leave_bytes):
        free = os.statvfs(self.data)
        size = free.f_bavail * free.f_frsize - leave_bytes
        ballast = pathlib.Path(self.data / "ballast")
        with ballast.open("wb") as file:
            file.write(bytes(size))
        return ballast

    def test_full_disk_and_recovery(self):
        api = Api(self.institution)
        sent = self.send()
        ballast = self.fill(RESERVE_BYTES // 2)
        try:
            blob = "0" * 63 + "1"
            answer = api.request("PUT", f"/v1/blobs/{blob}?size=1048576", bytes(1 << 20))
            self.assertEqual((answer.status, answer.json["code"]), (507, "NO_SPACE"), answer)
            self.assertIn("free some room", answer.json["detail"])
            self.refused(self.institution, "send", "--map", "clinic-100", "--to", "hokensha-a", CLINIC_FILE, says="NO_SPACE")
            self.assertEqual(self.exchange(sent["exchange_id"])["state"], "CONVERTED")
            self.assertTrue(self.institution.run("audit", "--verify", json_output=True)["blocks"])
            self.insurer.run("receive", sent["exchange_id"], "--out", self.folder / "out")
            self.insurer.run("confirm", sent["exchange_id"])
            time.sleep(1)
            self.assertIsNone(self.institution.process.poll(), self.cluster.last_words(self.institution))
        finally:
            ballast.unlink()
        again = self.send()
        self.assertEqual(again["state"], "CONVERTED")
        self.verify_everywhere()

    def test_utterly_full_disk_stops_only_this_node(self):
        ballast = self.fill(0)
        try:
            for _ in range(5):
                self.hub.run("audit", "--member", "kenshin-a", json_output=True)
        finally:
            ballast.unlink()
        if self.institution.process.poll() is not None:
            self.assertIn("disk", self.cluster.last_words(self.institution))
            self.institution.process = None
            self.institution.start_node()
        wait_until(self.institution.status, 30, "the node's answer")
        self.assertEqual(self.send()["state"], "CONVERTED")
        self.verify_everywhere()


if __name__ == "__main__":
    unittest.main(verbosity=2)
