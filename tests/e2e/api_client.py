# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""A second client of a node's API and a second writer of operations, so that the tests can say what the product's own client
never would: half a body, altered bytes, a foreign certificate. Standard library and the openssl command."""
import hashlib
import http.client
import json
import secrets
import socket
import ssl
import subprocess
import time

NOTE = 60  # field number of Operation.note (proto/v1/operation.proto)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"HTTP {self.status} {self.body[:600]!r}"


class Api:
    """Requests over TLS 1.3 in the name of a person of `organisation`, to that organisation's node or to `node`'s."""

    def __init__(self, organisation, person="operator", certificate=None, key=None, anonymous=False, node=None):
        cluster = organisation.cluster
        authorities = "".join((one.home / "ca.cert.pem").read_text() for one in cluster.organisations.values())
        self.context = ssl.create_default_context(cadata=authorities)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_3
        if not anonymous:
            self.context.load_cert_chain(certificate or organisation.home / f"{person}.cert.pem",
                                         key or organisation.home / f"{person}.key.pem",
                                         password=cluster.passphrase.read_text().strip())
        self.host, port = (node or organisation).api.rsplit(":", 1)
        self.port = int(port)

    def request(self, method, target, body=None, headers=None):
        connection = http.client.HTTPSConnection(self.host, self.port, context=self.context, timeout=60)
        try:
            connection.request(method, target, body=body, headers=headers or {})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def get(self, target):
        return self.request("GET", target)

    def post_operation(self, signed, wait_ms=20000):
        return self.request("POST", f"/v1/operations?wait_ms={wait_ms}", signed, {"Content-Type": "application/octet-stream"})

    def raw(self, sent):
        """Sends bytes as they are and reads until the node closes; what it said."""
        with socket.create_connection((self.host, self.port), timeout=30) as plain:
            with self.context.wrap_socket(plain, server_hostname=self.host) as connection:
                connection.sendall(sent)
                received = b""
                while piece := connection.recv(65536):
                    received += piece
                return received

    def break_off(self, head, part):
        """Sends a request's head and a part of its body, then cuts the connection."""
        with socket.create_connection((self.host, self.port), timeout=30) as plain:
            connection = self.context.wrap_socket(plain, server_hostname=self.host)
            connection.sendall(head + part)
            time.sleep(0.3)
            connection.close()


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def number_field(number, value):
    return varint(number << 3) + varint(value)


def bytes_field(number, value):
    return varint(number << 3 | 2) + varint(len(value)) + value


def note(text):
    """Payload of a Note."""
    return bytes_field(1, text.encode())


class Signer:
    """Builds and signs operations of a person, from the written formats alone."""

    def __init__(self, organisation, person="operator"):
        self.organisation = organisation
        self.key = organisation.home / f"{person}.key.pem"
        self.passphrase = f"file:{organisation.cluster.passphrase}"
        spki = self._openssl("pkey", "-in", str(self.key), "-passin", self.passphrase, "-pubout", "-outform", "DER")
        self.key_id = hashlib.sha256(spki).digest()
        self.chain_id = hashlib.sha256((organisation.home / "genesis.json").read_bytes()).digest()

    @staticmethod
    def _openssl(*arguments, data=None):
        return subprocess.run(["openssl", *arguments], input=data, capture_output=True, check=True).stdout

    def sign(self, payload, payload_number=NOTE, operation_id=None, author=None, valid_ms=600_000):
        """A SignedOperation; its id is `operation_id` or fresh."""
        operation_id = operation_id or secrets.token_bytes(16)
        operation = bytes_field(1, operation_id) + number_field(2, int(time.time() * 1000) + valid_ms)
        operation += bytes_field(3, (author or self.organisation.member_id).encode()) + bytes_field(payload_number, payload)
        signed = b"sekisho/operation/v1\0" + self.chain_id + operation
        signature = self._openssl("dgst", "-sha256", "-sign", str(self.key), "-passin", self.passphrase, data=signed)
        return bytes_field(1, operation) + bytes_field(2, self.key_id) + bytes_field(3, signature)


def issue_certificate(organisation, folder, start, end, authority=None, person="operator"):
    """A new certificate for the person's own key, valid from `start` to `end` (YYYYMMDDHHMMSSZ), by the organisation's CA or
    another's; its path."""
    authority = authority or organisation
    passphrase = f"file:{organisation.cluster.passphrase}"
    folder.mkdir(parents=True)
    (folder / "index.txt").touch()
    (folder / "serial").write_text(secrets.token_hex(8).lstrip("0") .rjust(16, "1") + "\n")
    (folder / "ca.cnf").write_text(f"""[ca]
default_ca = own
[own]
database = {folder}/index.txt
serial = {folder}/serial
new_certs_dir = {folder}
default_md = sha256
policy = any
x509_extensions = leaf
[any]
organizationName = optional
commonName = supplied
[leaf]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth,serverAuth
""")
    run = lambda *arguments: subprocess.run(["openssl", *arguments], capture_output=True, check=True)  # noqa: E731
    run("req", "-new", "-key", str(organisation.home / f"{person}.key.pem"), "-passin", passphrase,
        "-subj", f"/CN={organisation.member_id} {person}", "-out", str(folder / "request.pem"))
    run("ca", "-batch", "-notext", "-config", str(folder / "ca.cnf"), "-in", str(folder / "request.pem"),
        "-cert", str(authority.home / "ca.cert.pem"), "-keyfile", str(authority.home / "ca.key.pem"), "-passin", passphrase,
        "-startdate", start, "-enddate", end, "-out", str(folder / "certificate.pem"))
    return folder / "certificate.pem"
