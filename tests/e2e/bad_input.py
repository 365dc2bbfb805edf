# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""Everything that arrives wrong is refused with a sentence that says what to do, and nothing is lost by it."""
import copy
import csv
import hashlib
import io
import pathlib
import secrets
import shutil
import time
import unittest

from api_client import Api, Signer, issue_certificate, note
from consortium import CATALOG, CLEAN_FILE, CLEAN_MAP, CLINIC_FILE, CLINIC_FILE_CHANGED, MAPS, ClusterTest, wait_until

FILE_SIZE_MAX = 256 << 20
BLOB_SIZE_MAX = 260 << 20


class BadInput(ClusterTest):
    @classmethod
    def add_more(cls):
        cls.other = cls.cluster.add("iryo-a", "medical", "9910000067", "架空診療所", use_node=cls.institution)

    @classmethod
    def when_formed(cls):
        cls.api = Api(cls.institution)

    def operations(self):
        return self.api.get("/v1/ledger").json["head"]

    def ordered(self):
        head = self.operations()
        return head["first_index"] + head["operation_count"]

    def assert_problem(self, answer, status, code, says):
        self.assertEqual(answer.status, status, answer)
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        self.assertEqual(answer.json["code"], code)
        self.assertIn(says, answer.json["detail"])
        for name in ("title", "title_ja", "detail_ja"):
            self.assertTrue(answer.json[name], name)
        # The English sentence used to stand in both places.
        self.assertNotEqual(answer.json["detail_ja"], answer.json["detail"])
        self.assertNotIn("英語", answer.json["detail_ja"])
        self.assertTrue(any("\u3040" <= c <= "\u9fff" for c in answer.json["detail_ja"]), answer.json["detail_ja"])

    def unchanged(self, action):
        """Runs the action and asserts that no operation was ordered by it."""
        before = self.ordered()
        result = action()
        self.assertEqual(self.ordered(), before)
        return result

    def refused_send(self, file, *more, says, to="hokensha-a", sender=None, **options):
        arguments = ["send", file, "--to", to, *(more or ("--map", "clinic-100"))]
        return self.unchanged(lambda: self.refused(sender or self.institution, *arguments, says=says, **options))

    def twin(self, name, certificate=None, passphrase=None):
        """The institution's operator at another computer: with that certificate or that passphrase."""
        twin = copy.copy(self.institution)
        twin.home = self.folder / name
        shutil.copytree(self.institution.home, twin.home, ignore=shutil.ignore_patterns("node"))
        if certificate:
            shutil.copy(certificate, twin.home / "operator.cert.pem")
        if passphrase:
            twin.cluster = copy.copy(self.cluster)
            twin.cluster.passphrase = twin.home / "passphrase.txt"
            twin.cluster.passphrase.write_text(passphrase + "\n")
        return twin

    # Persons and certificates.

    def test_wrong_passphrase(self):
        twin = self.twin("forgetful", passphrase="not what it was")
        self.refused_send(CLINIC_FILE, says=["UNAUTHENTICATED", "passphrase"], sender=twin)
        japanese = self.refused(twin, "inbox", lang="ja", says="認証できません")
        self.assertNotIn("not what it was", japanese)

    def test_expired_certificate(self):
        expired = issue_certificate(self.institution, self.folder / "expired", "20200101000000Z", "20210101000000Z")
        answer = Api(self.institution, certificate=expired).get("/v1/whoami")
        self.assert_problem(answer, 401, "UNAUTHENTICATED", "expired")
        twin = self.twin("expired-home", certificate=expired)
        self.refused_send(CLINIC_FILE, says=["UNAUTHENTICATED", "expired"], sender=twin)
        shutil.copy(issue_certificate(self.institution, self.folder / "renewed", "20260101000000Z", "20300101000000Z"), twin.home / "operator.cert.pem")
        self.assertEqual(self.send(sender=twin)["state"], "CONVERTED")

    def test_certificate_not_valid_yet(self):
        early = issue_certificate(self.institution, self.folder / "early", "20900101000000Z", "20910101000000Z")
        self.assert_problem(Api(self.institution, certificate=early).get("/v1/whoami"), 401, "UNAUTHENTICATED", "not valid yet")

    def test_certificate_of_foreign_authority(self):
        foreign = issue_certificate(self.institution, self.folder / "foreign", "20260101000000Z", "20300101000000Z", authority=self.other)
        answer = Api(self.institution, certificate=foreign).get("/v1/whoami")
        self.assert_problem(answer, 401, "UNAUTHENTICATED", "none of the accepted authorities")
        twin = self.twin("foreign-home", certificate=foreign)
        self.refused_send(CLINIC_FILE, says=["UNAUTHENTICATED", "none of the accepted authorities"], sender=twin)

    def test_stranger_and_nobody(self):
        stranger = self.cluster.add("yoso", "insurer", "99000020", "よその健保", use_node=self.institution)
        self.cluster.hand_out_genesis(stranger)
        self.refused(stranger, "inbox", says=["UNAUTHENTICATED", "has the member been admitted?"])
        self.assert_problem(Api(self.institution, anonymous=True).get("/v1/whoami"), 401, "UNAUTHENTICATED", "client certificate")
        self.assertEqual(Api(self.institution, anonymous=True).get("/healthz").status, 200)

    def test_suspended_member(self):
        signer, api = Signer(self.other), Api(self.other)
        self.assertEqual(api.post_operation(signer.sign(note("before"))).json["status"], "ATTESTED")
        waiting = signer.sign(note("signed before, sent after"))
        self.decide("--suspend", "iryo-a", "--reason", "試験")
        before = self.ordered()
        # On the connection from before, on a new one, through another member's connection: the same answer.
        for connection in (api, Api(self.other), self.api):
            answer = connection.post_operation(waiting)
            self.assert_problem(answer, 403, "PERMISSION_DENIED", "suspended; ask the secretariat")
            self.assertEqual(answer.json["rule"], "MEMBER_SUSPENDED")
        self.refused(self.other, "inbox", says=["PERMISSION_DENIED", "suspended; ask the secretariat [MEMBER_SUSPENDED]"])
        self.refused(self.other, "inbox", says=["権限がありません", "会員は停止されています。事務局に問い合わせてください。"], lang="ja")
        self.assertEqual(self.ordered(), before)
        self.decide("--reinstate", "iryo-a")
        self.assertEqual(api.post_operation(waiting).json["verdict"], 0)

    # Files and maps.

    def test_unknown_receiver(self):
        self.refused_send(CLINIC_FILE, says=["NOT_FOUND", "receiver dare-mo"], to="dare-mo")

    def test_secretariat_receives_nothing(self):
        self.refused(self.institution, "send", CLINIC_FILE, "--to", "jimukyoku", "--map", "clinic-100", says="REJECTED_RECEIVER_NOT_READY")

    def test_map_unregistered_unapproved_retired(self):
        self.refused_send(CLEAN_FILE, "--map", "nai", says=["NOT_FOUND", "no approved map", "see `sekisho map list`"])
        digest = self.register(self.institution, CLEAN_MAP)
        self.refused_send(CLEAN_FILE, "--map", "city-abc-95", says=["waiting for approval"])
        self.decide("--approve-map", digest)
        self.assertEqual(self.institution.run("send", CLEAN_FILE, "--to", "hokensha-a", "--map", "city-abc-95", "--partial", "--wait", json_output=True)["state"], "CONVERTED")
        self.decide("--retire-map", digest, "--reason", "試験")
        self.refused_send(CLEAN_FILE, "--map", "city-abc-95", says=["retired"])

    def test_broken_map_is_refused_before_it_is_sent(self):
        broken = self.folder / "broken.toml"
        broken.write_text((MAPS / "clinic-100.toml").read_text().replace("[", "[[[", 1))
        self.unchanged(lambda: self.refused(self.institution, "map", "register", broken, "--catalog", CATALOG, says=["INVALID_ARGUMENT", "broken.toml"]))

    def error_list(self, exchange_id):
        """The sender's error list as it opens in a spreadsheet: rows of cells."""
        self.assertIsNotNone(self.exchange(exchange_id)["report"])
        received = self.institution.run("receive", exchange_id, "--out", self.folder / "reports", json_output=True)
        self.assertTrue(received["report"])
        rows = list(csv.reader(io.StringIO(pathlib.Path(received["file"]).read_bytes().decode("cp932"))))
        self.institution.run("confirm", exchange_id)
        self.assertEqual(rows[0][:4], ["区分", "コード", "行", "列"])
        return rows

    def assert_failed(self, file, code, words):
        sent = self.send(file)
        self.assertEqual(sent["state"], "FAILED")
        found = self.exchange(sent["exchange_id"])
        self.assertEqual((found["failure_code"], found["output"]), (code, None))
        self.refused(self.insurer, "receive", sent["exchange_id"], "--out", self.folder / "out", says="nothing of this exchange waits for you")
        rows = self.error_list(sent["exchange_id"])
        first = next(row for row in rows if row[1] == code)
        self.assertIn(words, "".join(first))
        self.assertTrue(first[7], "what to do")
        self.wait_for_state(sent["exchange_id"], "CLOSED")
        return rows

    def test_changed_layout(self):
        rows = self.assert_failed(CLINIC_FILE_CHANGED, "F-HEADER-HASH", "AST(GOT)")
        self.assertFalse([row for row in rows if row[0].startswith("E")])

    def test_broken_encoding(self):
        text = CLINIC_FILE.read_bytes()
        at = text.index("見本".encode())
        file = self.folder / "broken.csv"
        file.write_bytes(text[:at] + b"\x83\xff\xfe" + text[at + 3:])
        self.assert_failed(file, "F-DECODE", "")

    def test_other_encoding_than_declared(self):
        file = self.folder / "cp932.csv"
        file.write_bytes(CLINIC_FILE.read_text("utf-8-sig").encode("cp932", errors="replace"))
        self.assert_failed(file, "F-DECODE", "")

    def test_empty_and_missing_file(self):
        empty = self.folder / "empty.csv"
        empty.touch()
        self.refused_send(empty, says=["INVALID_ARGUMENT", "is empty"])
        self.refused_send(self.folder / "none.csv", says="NOT_FOUND")
        self.refused_send(self.folder, says="not a regular file")

    def test_oversize(self):
        large = self.folder / "large.csv"
        with large.open("wb") as file:
            file.truncate(FILE_SIZE_MAX + 1)
        self.refused_send(large, says=["INVALID_ARGUMENT", str(FILE_SIZE_MAX), "Split the file"])
        blob = secrets.token_hex(32)
        self.assert_problem(self.api.request("PUT", f"/v1/blobs/{blob}?size={BLOB_SIZE_MAX + 1}", b"x"), 400, "INVALID_ARGUMENT", "size must be")
        head = f"PUT /v1/blobs/{blob}?size=1 HTTP/1.1\r\nHost: node\r\nContent-Length: {BLOB_SIZE_MAX + 1}\r\n\r\n"
        said = self.api.raw(head.encode())
        self.assertIn(b"413", said.split(b"\r\n")[0])
        self.assertIn(b"BODY_TOO_LARGE", said)

    # Uploads.

    def put(self, blob_id, size, body, offset=0):
        return self.api.request("PUT", f"/v1/blobs/{blob_id}?size={size}&offset={offset}", body)

    def test_truncated_upload_continues(self):
        body = secrets.token_bytes(3 << 20)
        blob_id = hashlib.sha256(body).hexdigest()
        head = f"PUT /v1/blobs/{blob_id}?size={len(body)}&offset=0 HTTP/1.1\r\nHost: node\r\nContent-Length: {len(body)}\r\n\r\n"
        self.api.break_off(head.encode(), body[:2500000])

        def resumed():
            info = self.api.get(f"/v1/blobs/{blob_id}?size={len(body)}")
            return info.json if info.status == 200 and info.json["offset"] > 0 else None
        info = wait_until(resumed, 20, "the received part")
        self.assertFalse(info["held"])
        self.assertEqual(info["offset"], 2 << 20)
        self.assertIn("continues at offset", self.put(blob_id, len(body), body).json["detail"])
        done = self.put(blob_id, len(body), body[info["offset"]:], info["offset"])
        self.assertEqual(done.status, 201, done)
        self.assertTrue(self.api.get(f"/v1/blobs/{blob_id}").json["held"])
        self.assertEqual(self.put(blob_id, len(body), body).status, 200)

    def test_blob_with_other_bytes(self):
        body = secrets.token_bytes(70000)
        blob_id = hashlib.sha256(body).hexdigest()
        altered = body[:-1] + bytes([body[-1] ^ 1])
        self.assert_problem(self.put(blob_id, len(body), altered), 400, "INVALID_ARGUMENT", "")
        self.assert_problem(self.api.get(f"/v1/blobs/{blob_id}"), 404, "NOT_FOUND", "does not hold")
        self.assertEqual(self.put(blob_id, len(body), body).status, 201)

    def test_upload_of_other_length_than_said(self):
        body = secrets.token_bytes(5000)
        blob_id = hashlib.sha256(body).hexdigest()
        self.assert_problem(self.put(blob_id, len(body) - 1, body), 400, "INVALID_ARGUMENT", "")
        self.assert_problem(self.put(blob_id, len(body) + 1, body), 400, "INVALID_ARGUMENT", "")
        self.assertEqual(self.put(blob_id, len(body), body).status, 201)

    def test_blob_nobody_may_have(self):
        body = secrets.token_bytes(5000)
        blob_id = hashlib.sha256(body).hexdigest()
        self.assertEqual(self.put(blob_id, len(body), body).status, 201)
        self.assert_problem(self.api.get(f"/v1/blobs/{blob_id}/content"), 404, "NOT_FOUND", "the ledger does not know this blob")
        sent = self.send()
        output = self.exchange(sent["exchange_id"])["output"]["blob_id"]
        self.assert_problem(Api(self.insurer).get(f"/v1/blobs/{output}/content"), 403, "PERMISSION_DENIED", "record your fetch on the ledger first")
        self.assert_problem(self.api.get(f"/v1/blobs/{output}/content"), 403, "PERMISSION_DENIED", "")

    # Operations.

    def test_replayed_operation(self):
        signed = Signer(self.institution).sign(note("once"))
        first = self.api.post_operation(signed)
        self.assertEqual((first.status, first.json["verdict"]), (200, 0), first)
        before = self.ordered()
        for node in (self.institution, self.insurer, self.hub):
            again = Api(self.institution, node=node).post_operation(signed)
            self.assertEqual((again.status, again.json["index"]), (200, first.json["index"]), again)
        self.assertEqual(self.ordered(), before)

    def test_operation_id_used_twice(self):
        signer, operation_id = Signer(self.institution), secrets.token_bytes(16)
        self.api.post_operation(signer.sign(note("first"), operation_id=operation_id))
        answer = self.unchanged(lambda: self.api.post_operation(signer.sign(note("second"), operation_id=operation_id)))
        self.assert_problem(answer, 409, "ALREADY_EXISTS", "build a new one")

    def test_altered_operation(self):
        signed = Signer(self.institution).sign(note("abcdefgh"))
        at = signed.index(b"abcdefgh")
        altered = signed[:at] + b"abcdefgX" + signed[at + 8:]
        answer = self.unchanged(lambda: self.api.post_operation(altered))
        self.assert_problem(answer, 401, "UNAUTHENTICATED", "the signature does not fit the operation")
        for position in range(0, len(signed), 7):
            flipped = signed[:position] + bytes([signed[position] ^ 0x40]) + signed[position + 1:]
            answer = self.api.post_operation(flipped)
            self.assertIn(answer.status, (400, 401, 403, 412), f"byte {position}: {answer}")
        self.assertEqual(self.unchanged(lambda: self.api.post_operation(altered)).status, 401)

    def test_operation_in_anothers_name(self):
        signed = Signer(self.institution).sign(note("not me"), author="hokensha-a")
        self.assert_problem(self.unchanged(lambda: self.api.post_operation(signed)), 403, "PERMISSION_DENIED", "belongs to another member")

    def test_operation_out_of_its_time(self):
        signer = Signer(self.institution)
        late, far = signer.sign(note("late"), valid_ms=-1000), signer.sign(note("far"), valid_ms=25 * 3600 * 1000)
        self.api.post_operation(signer.sign(note("now")))  # ledger time is that of the newest block
        self.assert_problem(self.unchanged(lambda: self.api.post_operation(late)), 412, "FAILED_PRECONDITION", "sign a new one")
        self.assert_problem(self.unchanged(lambda: self.api.post_operation(far)), 412, "FAILED_PRECONDITION", "clock right?")

    def test_expired_operation_on_an_idle_ledger(self):
        """It used to wait for the whole wait_ms: only ledger time decides, and that stood still."""
        time.sleep(3)
        asked = time.monotonic()
        answer = self.api.post_operation(Signer(self.institution).sign(note("late"), valid_ms=-1000))
        self.assertEqual((answer.status, answer.json["status"], answer.json["final"]), (200, "EXPIRED", True), answer)
        self.assertLess(time.monotonic() - asked, 10)

    # Requests.

    def test_garbage_and_wrong_requests(self):
        self.assert_problem(self.api.post_operation(b"\xff" * 200), 400, "INVALID_ARGUMENT", "")
        self.assert_problem(self.api.post_operation(b""), 400, "INVALID_ARGUMENT", "")
        self.assert_problem(self.api.post_operation(b"x" * (65 << 10)), 413, "BODY_TOO_LARGE", "")
        self.assert_problem(self.api.request("DELETE", "/v1/operations"), 405, "METHOD_NOT_ALLOWED", "openapi.json")
        self.assert_problem(self.api.get("/v1/nothing"), 404, "NOT_FOUND", "openapi.json")
        self.assert_problem(self.api.get("/v1/exchanges/xyz"), 400, "INVALID_ARGUMENT", "32 hex digits")
        self.assert_problem(self.api.get("/v1/audit?limit=lots"), 400, "INVALID_ARGUMENT", "limit must be")
        self.assert_problem(self.api.get("/v1/exchanges?side=both"), 400, "INVALID_ARGUMENT", "side must be")
        self.assertIn(b" 400 ", self.api.raw(b"\x00\x01garbage\r\n\r\n").split(b"\r\n")[0])
        self.assertIn(b" 431 ", self.api.raw(b"GET / HTTP/1.1\r\nX: " + b"y" * 20000 + b"\r\n\r\n").split(b"\r\n")[0])
        self.assertEqual(self.api.get("/v1/whoami").status, 200)

    def test_zz_nothing_was_lost(self):
        self.verify_everywhere()
        for organisation in self.cluster.nodes():
            self.assertIsNone(organisation.process.poll())


if __name__ == "__main__":
    unittest.main(verbosity=2)
