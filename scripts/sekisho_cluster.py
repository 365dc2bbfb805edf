# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""A consortium of real processes on loopback, for the demo and the end-to-end tests. Standard library only."""
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
CATALOGS = ROOT / "converter/data/catalog"
CATALOG = CATALOGS / "example-kenshin-1"
MAPS = ROOT / "converter/data/maps"
SAMPLES = ROOT / "tests/golden/samples"


DAY_MS = 24 * 3600 * 1000
POLICY = {"clock_skew_max_ms": 30_000, "proposal_lifetime_ms": 30 * DAY_MS, "receipts_required": 1,
          "thresholds": {"routine": "secretariat", "sensitive": "1/2", "constitutional": "2/3"},
          "dwell_ms": {"offered": DAY_MS, "converted": 14 * DAY_MS, "fetched": 7 * DAY_MS}}


class CommandFailed(Exception):
    def __init__(self, arguments, status, out, err):
        super().__init__(f"{' '.join(map(str, arguments))}: exit {status}\n{out}{err}")
        self.status, self.out, self.err = status, out, err


_taken = set()


def free_ports(count):
    """Ports that nobody listens on now, below the range that outgoing connections take theirs from (ip_local_port_range):
    a port of that range may be gone again before the node has it."""
    ports = []
    while len(ports) < count:
        port = random.randrange(12000, 32000)
        if port in _taken:
            continue
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        _taken.add(port)
        ports.append(port)
    return ports


class Organisation:
    """One organisation's folder and, if it has one, its node process."""

    def __init__(self, cluster, member_id, kind, number, name, node_number=0, converter=False, use_node=None, parent=""):
        self.cluster, self.member_id, self.name = cluster, member_id, name
        self.home = cluster.folder / member_id
        self.node_number = node_number
        self.process = None
        arguments = ["org", "init", "--id", member_id, "--kind", kind, "--number", number, "--name", name]
        if parent:
            arguments += ["--parent", parent]
        if node_number:
            peer, api = free_ports(2)
            self.api = f"127.0.0.1:{api}"
            arguments += ["--node-number", str(node_number), "--peer", f"127.0.0.1:{peer}", "--api", self.api]
            if converter:
                arguments += ["--converter", "--catalogs", str(CATALOGS)]
        else:
            self.api = use_node.api
            arguments += ["--use-node", self.api]
        self.run(*arguments)

    def run(self, *arguments, json_output=False, check=True, lang=None, env=None):
        """Runs `sekisho` as a person of this organisation; the JSON it prints, or its text."""
        command = [str(self.cluster.sekisho), "--home", str(self.home), "--passphrase-file", str(self.cluster.passphrase)]
        command += ["--lang", lang or self.cluster.lang]
        if json_output:
            command.append("--json")
        command += [str(argument) for argument in arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=300)
        if check and done.returncode != 0:
            raise CommandFailed(arguments, done.returncode, done.stdout, done.stderr)
        if not check:
            return done
        return json.loads(done.stdout) if json_output else done.stdout

    def start_node(self):
        assert self.process is None
        with open(self.home / "node/stderr.log", "ab") as err:
            self.process = subprocess.Popen([str(self.cluster.node_binary), str(self.home / "node/node.toml")],
                                            stdin=subprocess.DEVNULL, stdout=err, stderr=err)

    def kill_node(self, how=signal.SIGKILL):
        self.process.send_signal(how)
        status = self.process.wait(timeout=60)
        self.process = None
        return status

    def status(self):
        """The node's own status, or None while it does not answer."""
        done = self.run("node", "status", json_output=True, check=False)
        return json.loads(done.stdout) if done.returncode == 0 else None


class Cluster:
    def __init__(self, folder, build=None, lang="ja"):
        build = pathlib.Path(build or ROOT / "build/release")
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.sekisho = build / "bin/sekisho"
        self.node_binary = build / "bin/sekisho-node"
        self.lang = lang
        self.passphrase = self.folder / "passphrase.txt"
        self.passphrase.touch(mode=0o600)
        self.passphrase.write_text("correct horse battery staple\n")
        self.organisations = {}

    def add(self, member_id, kind, number, name, **more):
        organisation = Organisation(self, member_id, kind, number, name, **more)
        self.organisations[member_id] = organisation
        return organisation

    def form(self, name, policy=None):
        """Makes the genesis document of everybody so far and hands it out; `policy`: what differs from the usual one."""
        first = next(iter(self.organisations.values()))
        genesis = self.folder / "genesis.json"
        arguments = ["consortium", "init", "--name", name, "--out", genesis]
        for organisation in self.organisations.values():
            arguments += ["--member", organisation.home / "member.json"]
        if policy:
            values = self.folder / "policy.json"
            values.write_text(json.dumps({**POLICY, **policy}))
            arguments += ["--policy", values]
        first.run(*arguments)
        for organisation in self.organisations.values():
            self.hand_out_genesis(organisation)

    def hand_out_genesis(self, organisation):
        (organisation.home / "genesis.json").write_bytes((self.folder / "genesis.json").read_bytes())

    def nodes(self):
        return [one for one in self.organisations.values() if one.node_number]

    def start(self):
        for organisation in self.nodes():
            organisation.start_node()
        return self.wait_for_leader()

    def wait_for_leader(self, seconds=60, among=None):
        """Waits until a running node leads; that organisation."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for organisation in among or self.nodes():
                if organisation.process is None:
                    continue
                if organisation.process.poll() is not None:
                    raise RuntimeError(f"the node of {organisation.member_id} ended: {self.last_words(organisation)}")
                status = organisation.status()
                if status and status["role"] == "LEADER":
                    return organisation
            time.sleep(0.2)
        raise TimeoutError("no node leads")

    def last_words(self, organisation):
        path = organisation.home / "node/stderr.log"
        return path.read_text(errors="replace")[-2000:] if path.exists() else ""

    def stop(self):
        for organisation in self.nodes():
            if organisation.process is not None:
                organisation.process.send_signal(signal.SIGTERM)
        for organisation in self.nodes():
            if organisation.process is not None:
                try:
                    organisation.process.wait(timeout=30)
                except subprocess.TimeoutExpired:
                    organisation.process.kill()
                    organisation.process.wait()
                organisation.process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def wait_until(condition, seconds=60, what="condition"):
    """Polls until condition() is true; its value."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come true in {seconds} s")
        time.sleep(0.2)


def default_build():
    return os.environ.get("SEKISHO_BUILD") or str(ROOT / "build/release")
