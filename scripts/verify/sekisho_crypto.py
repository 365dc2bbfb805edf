# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""Reads and checks the cryptographic formats of docs/formats/crypto.md with no code of the product.

Needs Python 3.9 and the `openssl` command (3.0), nothing else. For auditors, and for our own golden tests.
"""
import base64
import binascii
import hashlib
import hmac
import os
import re
import subprocess
import tempfile
import urllib.parse

EM_DASH = "\u2014"
ED25519_SPKI_PREFIX = bytes.fromhex("302a300506032b6570032100")


class Refused(Exception):
    """The bytes are not what they claim to be; the text says why."""


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def domain_separated(label, *parts):
    return label.encode("ascii") + b"\0" + b"".join(parts)


def operation_signature_input(chain_id, operation):
    return domain_separated("sekisho/operation/v1", chain_id, operation)


def possession_signature_input(member_id, spki_der):
    return domain_separated("sekisho/possession/v1", member_id, b"\0", spki_der)


def key_id(spki_der):
    return sha256(spki_der)


def commitment(salt, file_bytes):
    return sha256(domain_separated("sekisho/commitment/v1", salt, file_bytes))


def exchange_id(salt, chain_id, map_digest, sender, receiver):
    message = domain_separated("sekisho/exchange/v1", chain_id, map_digest, sender, b"\0", receiver)
    return hmac.new(salt, message, hashlib.sha256).digest()[:16]


def output_salt(input_salt, exchange_id):
    message = domain_separated("sekisho/output/v1", exchange_id)
    return hmac.new(input_salt, message, hashlib.sha256).digest()


def run_openssl(arguments, files):
    """Runs openssl in a folder of its own that holds `files`; returns (succeeded, bytes of file "out")."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            descriptor = os.open(os.path.join(folder, name), os.O_WRONLY | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
        done = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, check=False)
        out = os.path.join(folder, "out")
        if not os.path.exists(out):
            return done.returncode == 0, b""
        with open(out, "rb") as file:
            return done.returncode == 0, file.read()


def verify_signature(spki_der, message, signature):
    """True when the signature (ECDSA P-256 with SHA-256 in DER, or Ed25519) is the key's."""
    digest = [] if spki_der.startswith(ED25519_SPKI_PREFIX) else ["-digest", "sha256"]
    succeeded, _ = run_openssl(
        ["pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key", "-rawin", *digest,
         "-in", "message", "-sigfile", "signature"],
        {"key": spki_der, "message": message, "signature": signature})
    return succeeded


def open_envelope(envelope, key_pem, certificate_pem):
    """The content of a sealed file, by `openssl cms`."""
    succeeded, content = run_openssl(
        ["cms", "-decrypt", "-binary", "-inform", "DER", "-in", "sealed", "-inkey", "key",
         "-recip", "certificate", "-out", "out"],
        {"sealed": envelope, "key": key_pem, "certificate": certificate_pem})
    if not succeeded:
        raise Refused("openssl cannot open the envelope")
    return content


def parse_mime_entity(entity):
    """(content type, file name, salt, file bytes) of an opened envelope."""
    head, blank, body = entity.partition(b"\r\n\r\n")
    lines = head.decode("ascii").split("\r\n")
    if not blank or len(lines) != 3:
        raise Refused("there are not exactly three headers")
    patterns = (r"Content-Type: ([!-~]+/[ -~]+)",
                r"Content-Disposition: attachment; filename=\"[^\"]*\"; filename\*=UTF-8''([!-~]+)",
                r"X-Sekisho-Salt: ([0-9a-f]{64})")
    found = [re.fullmatch(pattern, line) for pattern, line in zip(patterns, lines)]
    if None in found:
        raise Refused("a header is not in the exact form")
    content_type, name, salt = (match.group(1) for match in found)
    return content_type, urllib.parse.unquote(name, errors="strict"), bytes.fromhex(salt), body


def note_key_hash(name, public_key):
    return sha256(name.encode(), b"\n\x01", public_key)[:4]


def parse_note(text):
    """(signed text, [(name, key hash, signature)]) of a C2SP signed note."""
    at = text.rfind("\n\n")
    if at < 0 or not text.endswith("\n"):
        raise Refused("no empty line before the signatures, or no newline at the end")
    lines = []
    for line in text[at + 2:-1].split("\n"):
        words = line.split(" ")
        if len(words) != 3 or words[0] != EM_DASH:
            raise Refused("a signature line is not three words after a dash")
        try:
            decoded = base64.b64decode(words[2], validate=True)
        except binascii.Error as error:
            raise Refused("a signature is not base64") from error
        lines.append((words[1], decoded[:4], decoded[4:]))
    return text[:at + 1], lines


def parse_verifier(text):
    """(name, public key) of a "name+hash+key" string."""
    name, key_hash, encoded = text.split("+", 2)
    key = base64.b64decode(encoded, validate=True)
    if len(key) != 33 or key[0] != 1 or note_key_hash(name, key[1:]).hex() != key_hash:
        raise Refused("not an Ed25519 verifier key")
    return name, key[1:]


def verify_note(text, verifier):
    """True when a line of the note is the verifier's and its signature holds."""
    name, public_key = parse_verifier(verifier)
    signed, lines = parse_note(text)
    for line_name, key_hash, signature in lines:
        if line_name == name and key_hash == note_key_hash(name, public_key):
            return verify_signature(ED25519_SPKI_PREFIX + public_key, signed.encode(), signature)
    return False


def split_der(der):
    """[(tag, content)] of the elements that stand side by side in `der`; definite lengths only."""
    elements = []
    while der:
        if len(der) < 2:
            raise Refused("an element is cut off")
        tag, size, start = der[0], der[1], 2
        if size >= 0x80:
            start += size & 0x7F
            size = int.from_bytes(der[2:start], "big")
        if len(der) < start + size:
            raise Refused("an element is cut off")
        elements.append((tag, der[start:start + size]))
        der = der[start + size:]
    return elements


def describe_envelope(envelope):
    """What can be seen without a key: object identifiers in order, key identifiers, sizes."""
    ((_, info),) = split_der(envelope)
    (_, content_type), (_, wrapper) = split_der(info)
    ((_, enveloped),) = split_der(wrapper)
    (_, version), (_, recipients), (_, content_info), (_, tag) = split_der(enveloped)
    (_, data_type), (_, algorithm), (content_tag, content) = split_der(content_info)
    (_, cipher), (_, parameters) = split_der(algorithm)
    (_, nonce), (_, tag_size) = split_der(parameters)
    return {
        "content_type": content_type, "version": version, "data_type": data_type, "cipher": cipher,
        "nonce": nonce, "tag_size": tag_size, "content_tag": content_tag, "content": content, "tag": tag,
        "recipients": [describe_recipient(recipient) for _, recipient in split_der(recipients)],
    }


def describe_recipient(recipient):
    (_, version), (_, originator), (_, algorithm), (_, keys) = split_der(recipient)
    ((_, originator_key),) = split_der(originator)
    (_, key_algorithm), (_, point) = split_der(originator_key)
    (_, agreement), (_, wrap) = split_der(algorithm)
    ((_, encrypted_key),) = split_der(keys)
    (identifier_tag, identifier), (_, wrapped) = split_der(encrypted_key)
    return {"version": version, "key_algorithm": key_algorithm, "point": point, "agreement": agreement,
            "wrap": wrap, "identifier_tag": identifier_tag, "identifier": identifier, "wrapped": wrapped}
