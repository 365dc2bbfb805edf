# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""The converter as a process of its own: what it may not do, what happens when it dies, what a hostile file or a virus comes to."""
import os
import pathlib
import signal
import socket
import struct
import threading
import time
import unittest

from consortium import CLINIC_FILE, ClusterTest

VIRUS = b"SEKISHO-TEST-VIRUS"

RECEIVER_NUMBER = "06990014"  # of hokensha-a in consortium.py

class FakeClamd:
    """Speaks clamd's INSTREAM on a unix socket; whatever holds VIRUS is found."""

    def __init__(self, path):
        self.path, self.streams = path, 0
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen(4)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            peer, _ = self.listener.accept()
            with peer, peer.makefile("rb") as stream:
                if stream.read(10) != b"zINSTREAM\0":
                    continue
                body = b""
                while size := struct.unpack(">I", stream.read(4))[0]:
                    body += stream.read(size)
                self.streams += 1
                peer.sendall(b"stream: Test.Virus FOUND\0" if VIRUS in body else b"stream: OK\0")


class Watcher(threading.Thread):
    """Looks for conversion processes of one node every millisecond and does something to each, once."""

    def __init__(self, node_pid, action):
        super().__init__(daemon=True)
        self.node_pid, self.action, self.seen, self.stopped = node_pid, action, [], False

    def run(self):
        children = pathlib.Path(f"/proc/{self.node_pid}/task")
        while not self.stopped:
            for task in children.iterdir():
                try:
                    pids = (task / "children").read_text().split()
                except OSError:
                    continue
                for pid in pids:
                    if pid not in self.seen and self.is_converter(pid):
                        self.seen.append(pid)
                        self.action(int(pid))
            time.sleep(0.001)

    @staticmethod
    def is_converter(pid):
        try:
            return pathlib.Path(f"/proc/{pid}/comm").read_text().startswith("sekisho-convert")
        except OSError:
            return False

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stopped = True
        self.join()


class ConversionProcess(ClusterTest):
    @classmethod
    def add_more(cls):
        cls.clamd = FakeClamd(cls.folder / "clamd.ctl")
        config = cls.hub.home / "node/node.toml"
        text = config.read_text()
        assert "[converter]\n" in text
        config.write_text(text.replace("[converter]\n", f'[converter]\nclamd_socket = "{cls.clamd.path}"\n'))

    def large_file(self, name, copies):
        """One person of the receiver many times over, each time of another name, so that no row repeats another."""
        lines = CLINIC_FILE.read_bytes().decode("utf-8-sig").split("\r\n")
        person = next(line for line in lines[1:] if f",{RECEIVER_NUMBER}," in line and line.count("見本") > 0)
        file = self.folder / name
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            out.write(lines[0] + "\r\n")
            for i in range(copies):
                out.write(person.replace("見本", f"見本{i}") + "\r\n")
        return file

    def hub_process(self):
        return self.hub.process.pid

    def assert_node_unharmed(self):
        self.assertIsNone(self.hub.process.poll())
        self.assertEqual(self.exchange(self.send()["exchange_id"])["state"], "CONVERTED")

    def assert_failed(self, sent, code):
        found = self.exchange(sent["exchange_id"])
        self.assertEqual((found["state"], found["failure_code"]), ("FAILED", code), found)
        self.assertIsNotNone(found["report"])

    def test_it_is_confined(self):
        facts = []

        def look(pid):
            for _ in range(200):
                try:
                    text = pathlib.Path(f"/proc/{pid}/status").read_text()
                except OSError:
                    return
                status = dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)
                if status["Seccomp"].strip() == "2":
                    facts.append((status["NoNewPrivs"].strip(), sorted(os.listdir(f"/proc/{pid}/fd")) if os.geteuid() == 0 else None,
                                  os.stat(f"/proc/{pid}/status").st_uid))
                    return
                time.sleep(0.001)
        with Watcher(self.hub_process(), look):
            self.send(self.large_file("confined.csv", 20000))
        self.assertTrue(facts, "a confined conversion process was seen")
        no_new_privileges, files, owner = facts[0]
        self.assertEqual(no_new_privileges, "1")
        self.assertEqual(owner, 0, "not dumpable: its entries in /proc belong to root")
        if files is not None:
            self.assertLessEqual(set(files), {"0", "1", "2"})

    def test_killed_once_it_is_tried_again(self):
        def kill_first(pid):
            if len(watcher.seen) == 1:
                os.kill(pid, signal.SIGKILL)
        with Watcher(self.hub_process(), kill_first) as watcher:
            sent = self.send(self.large_file("once.csv", 20000))
        self.assertGreaterEqual(len(watcher.seen), 2)
        exchange = self.exchange(sent["exchange_id"])
        self.assertEqual(exchange["state"], "CONVERTED", exchange)

    def test_killed_every_time_it_is_a_clear_failure(self):
        with Watcher(self.hub_process(), lambda pid: os.kill(pid, signal.SIGKILL)) as watcher:
            sent = self.send(self.large_file("always.csv", 20000))
        self.assertEqual(len(watcher.seen), 2)
        self.assert_failed(sent, "F-CONVERTER")
        self.assert_node_unharmed()

    def test_hostile_files_fail_and_harm_nobody(self):
        head = CLINIC_FILE.read_bytes().split(b"\r\n")[0] + b"\r\n"
        hostile = {
            "lines.csv": (head + b"\n" * 20_000_000 + b"x\n" * 2_000_000, "F-COLCOUNT"),
            "quote.csv": (head + b'"' + b"a" * 30_000_000, "F-SIZE"),
            "wide.csv": (head + b"," * 30_000_000, "F-SIZE"),
            "random.csv": (os.urandom(3_000_000), "F-DECODE"),
        }
        for name, (content, code) in hostile.items():
            with self.subTest(name):
                file = self.folder / name
                file.write_bytes(content)
                self.assert_failed(self.send(file), code)
        self.assert_node_unharmed()

    def test_a_virus_is_refused_before_it_is_converted(self):
        before = self.clamd.streams
        file = self.folder / "virus.csv"
        file.write_bytes(CLINIC_FILE.read_bytes() + VIRUS)
        with Watcher(self.hub_process(), lambda pid: None) as watcher:
            sent = self.send(file)
        self.assertEqual(watcher.seen, [], "no conversion was started")
        self.assertEqual(self.clamd.streams, before + 1)
        self.assert_failed(sent, "F-VIRUS")
        self.assert_node_unharmed()


if __name__ == "__main__":
    unittest.main(verbosity=2)
