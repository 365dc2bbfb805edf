#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""Checks a receipt against the genesis document and nothing else.

    verify_receipt.py GENESIS.json RECEIPT.tlog-proof [--json]

An independent reading of docs/formats/ledger.md: Python's standard library and the `openssl` command
for the signatures. Exit status 0: the receipt proves what is printed; 1: it proves nothing; 2: usage.
"""

import base64
import binascii
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ED25519_PREFIX = bytes.fromhex("302a300506032b6570032100")
P256_PREFIX = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")
RECEIPT_LABEL = b"sekisho/receipt/v1\0"
OPERATION_LABEL = b"sekisho/operation/v1\0"
VERDICTS_WITHOUT_RECEIPT = {100, 101, 102, 103, 200, 201, 202, 203}


class Refused(Exception):
    """The receipt does not prove what it says."""


def require(holds, why):
    if not holds:
        raise Refused(why)


def decode_base64(text):
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused(f"not base64: {error}") from error
    require(base64.b64encode(data).decode() == text, "base64 in another spelling")
    return data


def decimal(text):
    require(text.isascii() and text.isdigit() and (text == "0" or text[0] != "0"),
            f"not a decimal number: {text[:30]!r}")
    return int(text)


def sha256(*parts):
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.digest()


class Reader:
    """Big-endian fields, as in the C++ ByteReader."""

    def __init__(self, data):
        self.data = data

    def take(self, size):
        require(len(self.data) >= size, "a record ends too early")
        taken, self.data = self.data[:size], self.data[size:]
        return taken

    def number(self, size):
        return int.from_bytes(self.take(size), "big")

    def sized(self):
        return self.take(self.number(4))


def varint(data, at):
    value = shift = 0
    while True:
        require(at < len(data) and shift < 64, "a protobuf number ends too early")
        value |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 0x80:
            return value, at


def protobuf_fields(data):
    """{field number: last value} of the wire types that operations use."""
    fields, at = {}, 0
    while at < len(data):
        tag, at = varint(data, at)
        number, kind = tag >> 3, tag & 7
        require(kind in (0, 2), "a protobuf field of another kind")
        if kind == 0:
            fields[number], at = varint(data, at)
        else:
            size, at = varint(data, at)
            require(at + size <= len(data), "a protobuf field ends too early")
            fields[number], at = data[at:at + size], at + size
    return fields


def openssl_accepts(spki, message, signature):
    """Ed25519 or ECDSA P-256 with SHA-256, by what kind of key it is."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, name) for name in ("key.der", "message", "signature")]
        for path, content in zip(paths, (spki, message, signature)):
            path.write_bytes(content)
        key, text, mark = (str(path) for path in paths)
        if spki.startswith(ED25519_PREFIX) and len(spki) == 44:
            command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", key,
                       "-rawin", "-in", text, "-sigfile", mark]
        elif spki.startswith(P256_PREFIX) and len(spki) == 91:
            command = ["openssl", "dgst", "-sha256", "-verify", key, "-keyform", "DER",
                       "-signature", mark, text]
        else:
            raise Refused("a key is neither Ed25519 nor P-256")
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


def parse_receipt(text):
    lines = text.split("\n")
    require(lines[0] == "c2sp.org/tlog-proof@v1", "the first line is another format's")
    require(len(lines) > 3 and lines[1].startswith("extra "), "no extra line")
    require(lines[2].startswith("index "), "no index line")
    end = lines.index("", 3) if "" in lines[3:] else len(lines)
    path = [decode_base64(line) for line in lines[3:end]]
    require(all(len(digest) == 32 for digest in path) and len(path) <= 64, "bad inclusion path")
    extra = Reader(decode_base64(lines[1][len("extra "):]))
    require(extra.take(len(RECEIPT_LABEL)) == RECEIPT_LABEL, "the extra line has another content")
    receipt = {"height": extra.number(8), "block_time_ms": extra.number(8),
               "verdict": extra.number(2), "operation": extra.sized(), "spki": extra.sized(),
               "index": decimal(lines[2][len("index "):]), "path": path,
               "note": "\n".join(lines[end + 1:])}
    require(not extra.data, "bytes left over in the extra line")
    return receipt


def parse_checkpoint(text):
    lines = text.split("\n")
    require(len(lines) == 8 and lines[7] == "", "not a checkpoint of this kind")
    for line, label in zip(lines[3:7], ("height ", "block ", "state ", "epoch ")):
        require(line.startswith(label), f"no line {label!r}")
    checkpoint = {"origin": lines[0], "size": decimal(lines[1]), "root": decode_base64(lines[2]),
                  "height": decimal(lines[3][7:]), "block": decode_base64(lines[4][6:]),
                  "state": decode_base64(lines[5][6:]), "epoch": decimal(lines[6][6:])}
    require(all(len(checkpoint[name]) == 32 for name in ("root", "block", "state")),
            "a digest of the checkpoint has another size")
    return checkpoint


def signers_of(note, voters):
    """The node numbers whose line on the note is truly theirs."""
    text, separator, lines = note.rpartition("\n\n")
    require(separator and lines.endswith("\n"), "not a signed note")
    text += "\n"
    signers = set()
    for line in lines[:-1].split("\n"):
        require(line.startswith("— ") and line.count(" ") == 2, "a signature line has another form")
        name, blob = line[2:].split(" ")
        blob = decode_base64(blob)
        for voter in voters:
            public = decode_base64(voter["attestation_key"])
            key_hash = sha256(voter["name"].encode(), b"\n\x01", public)[:4]
            if name == voter["name"] and blob[:4] == key_hash and openssl_accepts(
                    ED25519_PREFIX + public, text.encode(), blob[4:]):
                signers.add(voter["node_number"])
    return text, sorted(signers)


def check_inclusion(leaf, index, size, path, root):
    """RFC 9162, 2.1.3.2."""
    require(index < size, "the index is outside the tree")
    first, last, node = index, size - 1, leaf
    for sibling in path:
        require(last != 0, "the inclusion path is too long")
        if first & 1 or first == last:
            node = sha256(b"\x01", sibling, node)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            node = sha256(b"\x01", node, sibling)
        first, last = first >> 1, last >> 1
    require(last == 0 and node == root, "the inclusion path does not lead to the root")


def verify(genesis_bytes, receipt_text):
    """What the receipt proves, or Refused."""
    chain_id = sha256(genesis_bytes)
    genesis = json.loads(genesis_bytes)
    require(genesis.get("format") == "sekisho/genesis/v1", "not a genesis document")
    voters = [node for node in genesis["nodes"] if node["voter"]]
    receipt = parse_receipt(receipt_text)

    text, signers = signers_of(receipt["note"], voters)
    require(2 * len(signers) > len(voters), f"{len(signers)} of {len(voters)} voters signed")
    checkpoint = parse_checkpoint(text)
    require(checkpoint["origin"] == genesis["consortium"], "the checkpoint is of another consortium")
    require(checkpoint["epoch"] == 1, "the voters have changed since the genesis document")
    require(0 < receipt["height"] <= checkpoint["height"], "the block is later than the checkpoint")
    require(receipt["verdict"] not in VERDICTS_WITHOUT_RECEIPT, "a verdict that has no receipt")

    wrapped = protobuf_fields(receipt["operation"])
    operation = protobuf_fields(wrapped[1])
    key_id, operation_id = wrapped[2], operation[1]
    require(len(key_id) == 32 and len(operation_id) == 16, "the operation has another form")
    leaf = (receipt["index"].to_bytes(8, "big") + receipt["height"].to_bytes(8, "big") +
            receipt["block_time_ms"].to_bytes(8, "big") + receipt["verdict"].to_bytes(2, "big") +
            sha256(receipt["operation"]) + key_id + operation_id)
    check_inclusion(sha256(b"\x00", leaf), receipt["index"], checkpoint["size"], receipt["path"],
                    checkpoint["root"])

    require(sha256(receipt["spki"]) == key_id, "the key is not the one the operation names")
    require(openssl_accepts(receipt["spki"], OPERATION_LABEL + chain_id + wrapped[1], wrapped[3]),
            "the operation's signature does not verify")
    return {"chain_id": chain_id.hex(), "consortium": checkpoint["origin"],
            "index": receipt["index"], "height": receipt["height"],
            "block_time_ms": receipt["block_time_ms"], "verdict": receipt["verdict"],
            "accepted": receipt["verdict"] == 0, "operation_id": operation_id.hex(),
            "author_member": operation[3].decode(), "author_key_id": key_id.hex(),
            "checkpoint_height": checkpoint["height"], "signers": signers,
            "voters": len(voters)}


def main(arguments):
    as_json = "--json" in arguments
    paths = [argument for argument in arguments if argument != "--json"]
    if len(paths) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        proved = verify(Path(paths[0]).read_bytes(), Path(paths[1]).read_bytes().decode())
    except (Refused, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"REFUSED: {error}", file=sys.stderr)
        return 1
    if as_json:
        print(json.dumps(proved, ensure_ascii=False, indent=2))
    else:
        for name, value in proved.items():
            print(f"{name}: {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
