#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""Reads vectors.txt as docs/formats/ledger.md and docs/formats/state.md say, and computes it anew.

    independent_ledger.py FOLDER LEDGER_GOLDEN_PROGRAM
"""

import hashlib
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(REPOSITORY / "scripts" / "verify"))
import verify_receipt  # noqa: E402

FOLDER = Path(sys.argv[1])
PROGRAM = sys.argv[2]


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def read_vectors():
    lines = (FOLDER / "vectors.txt").read_text().splitlines()
    pairs = [line.split(" ") for line in lines]
    return [(name, bytes.fromhex(value)) for name, value in pairs]


VECTORS = read_vectors()


def all_of(name):
    return [value for key, value in VECTORS if key == name]


def log_root(leaves):
    """RFC 6962, 2.1, as it is defined."""
    if not leaves:
        return sha256()
    if len(leaves) == 1:
        return sha256(b"\x00", leaves[0])
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01", log_root(leaves[:split]), log_root(leaves[split:]))


def bit(path, depth):
    return path[depth // 8] >> (7 - depth % 8) & 1


def state_root(entries, depth=0):
    """entries: [(key hash, value hash)]."""
    if not entries:
        return bytes(32)
    if len(entries) == 1:
        return sha256(b"\x02", *entries[0])
    left = [entry for entry in entries if not bit(entry[0], depth)]
    right = [entry for entry in entries if bit(entry[0], depth)]
    return sha256(b"\x03", state_root(left, depth + 1), state_root(right, depth + 1))


class Blocks(unittest.TestCase):
    def test_headers_chain_and_commit_to_the_leaves(self):
        chain_id = all_of("chain_id")[0]
        self.assertEqual(chain_id, sha256((FOLDER / "genesis.json").read_bytes()))
        previous, leaves, height, last_time = chain_id, [], 0, 0
        block_leaves = []
        header = None
        for name, value in VECTORS + [("header", None)]:
            if name == "leaf":
                block_leaves.append(value)
            if name == "header":
                if header is not None:
                    reader = verify_receipt.Reader(header)
                    self.assertEqual(reader.take(17), b"sekisho/block/v1\0")
                    self.assertEqual(reader.take(32), chain_id)
                    height += 1
                    self.assertEqual(reader.number(8), height)
                    self.assertEqual(reader.take(32), previous)
                    reader.number(8)  # term
                    time = reader.number(8)
                    self.assertGreater(time, last_time)
                    last_time = time
                    self.assertEqual(reader.number(8), len(leaves))
                    self.assertEqual(reader.number(4), len(block_leaves))
                    leaves += block_leaves
                    self.assertEqual(reader.take(32), log_root(leaves))
                    reader.take(32)  # state root
                    self.assertEqual(reader.data, b"")
                    previous = sha256(header)
                header, block_leaves = value, []
        self.assertEqual(previous, all_of("block_hash")[-1])

    def test_leaves_are_about_their_operations(self):
        for index, (leaf, operation) in enumerate(zip(all_of("leaf"), all_of("signed_operation"))):
            self.assertEqual(len(leaf), 106)
            wrapped = verify_receipt.protobuf_fields(operation)
            self.assertEqual(leaf[:8], index.to_bytes(8, "big"))
            self.assertEqual(leaf[26:58], sha256(operation))
            self.assertEqual(leaf[58:90], wrapped[2])
            self.assertEqual(leaf[90:], verify_receipt.protobuf_fields(wrapped[1])[1])

    def test_signature_inputs(self):
        chain_id = all_of("chain_id")[0]
        self.assertEqual(all_of("storage_receipt_input")[0],
                         b"sekisho/storage-receipt/v2\0" + chain_id + b"\xb1" * 32 +
                         (4096).to_bytes(8, "big") + (2).to_bytes(8, "big") +
                         (1_700_000_000_000).to_bytes(8, "big") + b"hoken-a")
        self.assertEqual(all_of("possession_input")[0], b"sekisho/possession/v1\0hoken-a\0spki")


class State(unittest.TestCase):
    def test_the_root_follows_from_keys_and_values(self):
        entries = [(sha256(key), sha256(value))
                   for key, value in zip(all_of("state_key"), all_of("state_value"))]
        self.assertEqual(state_root(entries), all_of("state_root")[0])

    def test_proofs_fold_to_the_root(self):
        values = dict(zip(all_of("state_key"), all_of("state_value")))
        for key, proof in zip(all_of("proof_key"), all_of("proof")):
            reader = verify_receipt.Reader(proof)
            node, path = bytes(32), sha256(key)
            if reader.number(1):
                leaf_key, leaf_value = reader.take(32), reader.take(32)
                node = sha256(b"\x02", leaf_key, leaf_value)
                self.assertEqual(leaf_key == path, key in values)
                if key in values:
                    self.assertEqual(leaf_value, sha256(values[key]))
            siblings = [reader.take(32) for _ in range(reader.number(2))]
            for depth in reversed(range(len(siblings))):
                pair = (siblings[depth], node) if bit(path, depth) else (node, siblings[depth])
                node = sha256(b"\x03", *pair)
            self.assertEqual(node, all_of("state_root")[0])

    def test_a_custody_record_reads_as_documented(self):
        for key, value in zip(all_of("state_key"), all_of("state_value")):
            if key[0] != 0x20:
                continue
            reader = verify_receipt.Reader(value)
            self.assertEqual(key[1:33], reader.take(32))        # blob_id
            self.assertEqual(key[33:], reader.take(8))          # node_number
            reader.take(16)                                     # exchange_id
            self.assertIn(reader.number(1), (1, 2, 3, 4))       # role
            status = reader.number(1)
            reader.number(8)                                    # size_bytes
            self.assertGreater(reader.number(8), 0)             # held_ms
            self.assertEqual(reader.number(8) != 0, status > 1)   # purge_ms
            self.assertEqual(reader.number(8) != 0, status == 3)  # deleted_ms
            self.assertEqual(reader.sized(), b"key-destroyed" if status == 3 else b"")
            self.assertEqual(reader.data, b"")


class Receipts(unittest.TestCase):
    def setUp(self):
        self.genesis = (FOLDER / "genesis.json").read_bytes()
        self.accepted = (FOLDER / "accepted.tlog-proof").read_text()

    def test_golden_receipts_verify(self):
        proved = verify_receipt.verify(self.genesis, self.accepted)
        self.assertTrue(proved["accepted"])
        self.assertEqual(proved["signers"], [1, 3])
        rejected = verify_receipt.verify(self.genesis,
                                         (FOLDER / "rejected.tlog-proof").read_text())
        self.assertEqual(rejected["verdict"], 303)
        self.assertEqual(rejected["author_member"], "hoken-b")

    def test_a_fresh_p256_receipt_verifies(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([PROGRAM, folder, "--fresh"], check=True)
            proved = verify_receipt.verify(Path(folder, "genesis.json").read_bytes(),
                                           Path(folder, "p256.tlog-proof").read_text())
            self.assertTrue(proved["accepted"])

    def test_every_changed_line_is_refused(self):
        lines = self.accepted.split("\n")
        for number, line in enumerate(lines):
            if not line or line.startswith("— "):
                continue
            middle = len(line) // 2
            other = "A" if line[middle] != "A" else "B"
            changed = lines[:]
            changed[number] = line[:middle] + other + line[middle + 1:]
            with self.subTest(line=number), self.assertRaises(
                    (verify_receipt.Refused, KeyError, ValueError, AttributeError)):
                verify_receipt.verify(self.genesis, "\n".join(changed))

    def test_a_majority_of_signatures_is_needed(self):
        head, _, signatures = self.accepted.rpartition("\n\n")
        one = signatures.split("\n")[0]
        for kept in (one, one + "\n" + one):
            with self.assertRaises(verify_receipt.Refused):
                verify_receipt.verify(self.genesis, head + "\n\n" + kept + "\n")

    def test_another_genesis_is_refused(self):
        other = self.genesis.replace(b'"receipts_required": 1', b'"receipts_required": 2')
        with self.assertRaises(verify_receipt.Refused):
            verify_receipt.verify(other, self.accepted)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
