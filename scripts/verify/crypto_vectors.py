#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""Checks the golden vectors of node/crypto and the examples in docs/formats/crypto.md, independently."""
import pathlib
import sys

import sekisho_crypto as crypto

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "crypto"
PAGE = ROOT / "docs" / "formats" / "crypto.md"

OIDS = {
    "auth_enveloped_data": "2a864886f70d0109100117",
    "data": "2a864886f70d010701",
    "aes256_gcm": "60864801650304012e",
    "aes256_wrap": "60864801650304012d",
    "std_dh_sha256_kdf": "2b8104010b01",
}


def read_vectors():
    vectors = {}
    for line in (GOLDEN / "vectors.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, value = line.split(" = ")
            vectors[name] = bytes.fromhex(value)
    return vectors


def check(condition, what):
    if not condition:
        raise crypto.Refused(what)
    print("ok:", what)


def flipped(data):
    return data[:-1] + bytes([data[-1] ^ 1])


def check_signatures(vectors):
    message = crypto.operation_signature_input(vectors["operation.chain_id"], vectors["operation.operation"])
    check(message == vectors["operation.signature_input"], "operation signature input")
    for key in ("p256", "ed25519"):
        spki = vectors[key + ".spki_der"]
        signature = vectors[key + ".operation_signature"]
        check(crypto.key_id(spki) == vectors[key + ".key_id"], key + " key id")
        check(crypto.verify_signature(spki, message, signature), key + " signature of an operation")
        check(not crypto.verify_signature(spki, message, flipped(signature)), key + " refuses an altered one")
        possession = crypto.possession_signature_input(vectors["possession.member_id"], spki)
        check(crypto.verify_signature(spki, possession, vectors[key + ".possession_signature"]),
              key + " proof of possession")


def check_envelope_form(envelope):
    seen = crypto.describe_envelope(envelope)
    check(seen["content_type"].hex() == OIDS["auth_enveloped_data"], "content type is authEnvelopedData")
    check((seen["version"], seen["data_type"].hex()) == (b"\0", OIDS["data"]), "version 0 of plain data")
    check(seen["cipher"].hex() == OIDS["aes256_gcm"], "cipher is AES-256-GCM")
    check((len(seen["nonce"]), seen["tag_size"], len(seen["tag"])) == (12, b"\x10", 16), "nonce and tag sizes")
    (recipient,) = seen["recipients"]
    check(recipient["agreement"].hex() == OIDS["std_dh_sha256_kdf"], "ECDH with the SHA-256 derivation")
    check(recipient["wrap"].hex() == "0609" + OIDS["aes256_wrap"], "key wrap is AES-256")
    check((recipient["point"][:2], len(recipient["point"])) == (b"\0\x04", 66), "ephemeral key is a P-256 point")
    check((recipient["identifier_tag"], len(recipient["wrapped"])) == (0xA0, 40), "recipient by key identifier")


def check_envelope(vectors):
    envelope = (GOLDEN / "envelope.der").read_bytes()
    key = (GOLDEN / "recipient.key").read_bytes()
    certificate = (GOLDEN / "recipient.pem").read_bytes()
    check(crypto.sha256(envelope) == vectors["envelope.blob_id"], "blob id")
    check_envelope_form(envelope)
    content = crypto.open_envelope(envelope, key, certificate)
    check(content.startswith(vectors["envelope.mime_head"]), "envelope opens to its head")
    _, name, salt, body = crypto.parse_mime_entity(content)
    check(name.encode() == vectors["envelope.file_name"], "file name")
    check((salt, body) == (vectors["commitment.salt"], vectors["commitment.file"]), "salt and file")
    check(crypto.commitment(salt, body) == vectors["commitment.commitment"], "commitment")
    check(crypto.exchange_id(salt, vectors["exchange_id.chain_id"], vectors["exchange_id.map_digest"],
                             vectors["exchange_id.sender"], vectors["exchange_id.receiver"])
          == vectors["exchange_id.exchange_id"], "exchange id")
    check(crypto.output_salt(salt, vectors["output_salt.exchange_id"]) == vectors["output_salt.output_salt"],
          "output salt")
    try:
        crypto.open_envelope(flipped(envelope), key, certificate)
    except crypto.Refused:
        print("ok: an altered envelope does not open")
    else:
        raise crypto.Refused("an altered envelope opens")


def check_note(vectors):
    note = (GOLDEN / "checkpoint.note").read_text(encoding="utf-8")
    verifier = vectors["note.verifier"].decode()
    check(crypto.verify_note(note, verifier), "checkpoint note")
    check(not crypto.verify_note(note.replace("height 56", "height 57"), verifier), "an altered note is refused")


def page_blocks(kind):
    """Lines of the page's blocks that are fenced as ```kind."""
    inside = False
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            inside = line == "```" + kind
        elif inside:
            yield line


def check_page(vectors):
    """The page's examples are the vectors, the envelope and the note."""
    examples = [line.split(" = ") for line in page_blocks("vectors")]
    for name, value in examples:
        if vectors.get(name) != bytes.fromhex(value):
            raise crypto.Refused("the page's example is no vector: " + name)
    missing = {"p256.possession_signature"} ^ (set(vectors) - {name for name, _ in examples})
    check(not missing, "the page shows the vectors")
    envelope = bytes.fromhex("".join(line.split("#")[0] for line in page_blocks("envelope")))
    check(envelope == (GOLDEN / "envelope.der").read_bytes(), "the page shows the envelope")
    note = "".join(line + "\n" for line in page_blocks("text"))
    check(note == (GOLDEN / "checkpoint.note").read_text(encoding="utf-8"), "the page shows the note")


def main():
    vectors = read_vectors()
    try:
        check_signatures(vectors)
        check_envelope(vectors)
        check_note(vectors)
        check_page(vectors)
    except crypto.Refused as refusal:
        print("FAILED:", refusal)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
