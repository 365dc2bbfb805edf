# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""What the end-to-end tests share: a consortium of three real nodes for each test file. Standard library only."""
import os
import pathlib
import shutil
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from sekisho_cluster import CATALOG, MAPS, SAMPLES, Cluster, default_build, wait_until  # noqa: E402

CLINIC_MAP = MAPS / "clinic-100.toml"
CLINIC_FILE = SAMPLES / "s3_clinic_era_utf8.csv"
CLINIC_FILE_CHANGED = SAMPLES / "s8_clinic_header_changed_utf8.csv"
CLEAN_MAP = MAPS / "city-abc-95.toml"
CLEAN_FILE = SAMPLES / "s4_city_abc.csv"


class ClusterTest(unittest.TestCase):
    """hub (secretariat, node 1, converter), institution (node 2), insurer (node 3), with the clinic's map approved.
    SEKISHO_KEEP=1 leaves the folder for a look."""

    POLICY = None

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="sekisho-e2e-"))
        cls.cluster = Cluster(cls.folder / "consortium", build=default_build())
        try:
            cls.hub = cls.cluster.add("jimukyoku", "secretariat", "", "健診標準フォーマット管理事務局", node_number=1, converter=True)
            cls.institution = cls.cluster.add("kenshin-a", "institution", "9910000059", "架空健診センター", node_number=2)
            cls.insurer = cls.cluster.add("hokensha-a", "insurer", "06990014", "架空健康保険組合", node_number=3)
            cls.add_more()
            cls.cluster.form("試験", cls.POLICY)
            cls.cluster.start()
            cls.map_digest = cls.register_and_approve(cls.institution, CLINIC_MAP)
            cls.when_formed()
        except BaseException:
            cls.tearDownClass()
            raise

    @classmethod
    def add_more(cls):
        """Further founders, and what must be set before the nodes start."""

    @classmethod
    def when_formed(cls):
        """What else the file's cases share."""

    @classmethod
    def tearDownClass(cls):
        cls.cluster.stop()
        if not os.environ.get("SEKISHO_KEEP"):
            shutil.rmtree(cls.folder, ignore_errors=True)

    @classmethod
    def register(cls, owner, map_file):
        return owner.run("map", "register", map_file, "--catalog", CATALOG, json_output=True)["map_digest"]

    @classmethod
    def decide(cls, *action):
        """Proposes in the institution's name and lets the others approve until it is executed."""
        proposal = cls.institution.run("gov", "propose", "--title", "試験の提案", *action, json_output=True)
        for voter in (cls.hub, cls.insurer):
            proposal = voter.run("gov", "vote", proposal["proposal_id"], json_output=True)
            if proposal["status"] != "OPEN":
                break
        assert proposal["status"] == "EXECUTED", proposal

    @classmethod
    def register_and_approve(cls, owner, map_file):
        digest = cls.register(owner, map_file)
        cls.decide("--approve-map", digest)
        return digest

    def send(self, file=CLINIC_FILE, to="hokensha-a", sender=None, wait=True, **more):
        """Sends by the clinic's map, persons with errors left out; what `send` answered."""
        arguments = ["send", file, "--to", to, "--map", "clinic-100", "--partial"] + (["--wait"] if wait else [])
        return (sender or self.institution).run(*arguments, json_output=True, **more)

    def exchange(self, exchange_id, reader=None):
        return (reader or self.institution).run("status", exchange_id, json_output=True)

    def wait_for_state(self, exchange_id, state, reader=None, seconds=30):
        def reached():
            found = self.exchange(exchange_id, reader)
            return found if found["state"] == state else None
        return wait_until(reached, seconds, f"state {state} of {exchange_id}")

    def refused(self, organisation, *arguments, says, lang="en", **more):
        """The command fails with status 1 and every one of `says` in what it prints; that text."""
        done = organisation.run(*arguments, check=False, lang=lang, **more)
        self.assertEqual(done.returncode, 1, f"{arguments}: {done.stdout}{done.stderr}")
        for words in [says] if isinstance(says, str) else says:
            self.assertIn(words, done.stderr)
        return done.stderr

    def verify_everywhere(self, nodes=None):
        """Re-executes every node's chain from the genesis document; all must come to the same certified state, which they do once
        nothing is under way any more. What `audit --verify` found."""
        nodes = nodes or self.cluster.nodes()
        results = []

        def same():
            results[:] = [one.run("audit", "--verify", json_output=True) for one in nodes]
            return all(result == results[0] and result["certified_height"] == result["blocks"] for result in results)
        wait_until(same, 30, f"one certified state on all nodes: {results}")
        return results[0]
