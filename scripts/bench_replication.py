#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""Replication alone, beside etcd and NATS JetStream. Run through scripts/bench replication."""
import contextlib
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request

from sekisho_cluster import ROOT, default_build, free_ports

SECONDS = os.environ.get("SECONDS_EACH", "8")


def openssl(*arguments, folder):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def make_certificates(folder):
    """One authority; nodes 1 to 3 and a client, all for 127.0.0.1."""
    folder.mkdir(parents=True)
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *new_key, "-keyout", "ca.key.pem", "-out", "ca.cert.pem", "-days", "2", "-subj", "/CN=bench-ca", folder=folder)
    (folder / "leaf.cnf").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth,clientAuth\n")
    for name in ("1", "2", "3", "client"):
        openssl("req", *new_key, "-keyout", f"{name}.key.pem", "-out", f"{name}.csr", "-subj", f"/CN=bench-{name}", folder=folder)
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.cert.pem", "-CAkey", "ca.key.pem", "-CAcreateserial", "-days", "2",
                "-extfile", "leaf.cnf", "-out", f"{name}.cert.pem", folder=folder)
        os.chmod(folder / f"{name}.key.pem", 0o600)


@contextlib.contextmanager
def processes(commands, log_folder):
    started = []
    try:
        for number, command in enumerate(commands, 1):
            with open(log_folder / f"{pathlib.Path(command[0]).name}{number}.log", "wb") as log:
                started.append(subprocess.Popen(command, stdout=log, stderr=log))
        yield [process.pid for process in started]
    finally:
        for process in started:
            process.terminate()
        for process in started:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def cpu_seconds(pids):
    ticks = 0
    for pid in pids:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def wait_port(port, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    sys.exit(f"nothing listens on port {port}")


def free_block(count):
    """The first of `count` neighbouring free ports."""
    while True:
        first = free_ports(1)[0]
        try:
            with contextlib.ExitStack() as held:
                for port in range(first, first + count):
                    held.enter_context(socket.socket()).bind(("127.0.0.1", port))
            return first
        except OSError:
            continue


def bench_sekisho(folder):
    program = str(pathlib.Path(default_build()) / "bin/bench_replication")
    first = free_block(8)
    for number in (1, 2, 3):
        (folder / f"node{number}").mkdir()
    commands = [[program, "node", str(folder), str(first), str(number)] for number in (1, 2, 3)]
    with processes(commands, folder) as pids:
        leader = wait_leader(folder, first)
        subprocess.run([program, "load", str(folder), str(first), str(leader), SECONDS, *map(str, pids)], check=True)


def wait_leader(folder, first):
    context = ssl.create_default_context(cafile=folder / "certs/ca.cert.pem")
    context.load_cert_chain(folder / "certs/client.cert.pem", folder / "certs/client.key.pem")
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            with urllib.request.urlopen(f"https://127.0.0.1:{first + 3}/leader", context=context, timeout=2) as answer:
                leader = int(answer.read())
                if leader:
                    return leader
        time.sleep(0.2)
    sys.exit("no leader within 30 s; see the logs in " + str(folder))


def bench_etcd(folder, load):
    ports = free_ports(6)
    certs = folder / "certs"
    cluster = ",".join(f"n{n}=https://127.0.0.1:{ports[n + 2]}" for n in (1, 2, 3))
    commands = []
    for n in (1, 2, 3):
        client, peer = f"https://127.0.0.1:{ports[n - 1]}", f"https://127.0.0.1:{ports[n + 2]}"
        commands.append([
            "etcd", "--name", f"n{n}", "--data-dir", str(folder / f"etcd{n}"), "--initial-cluster", cluster, "--initial-cluster-state", "new",
            "--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
            "--client-cert-auth", "--trusted-ca-file", str(certs / "ca.cert.pem"), "--cert-file", str(certs / f"{n}.cert.pem"), "--key-file", str(certs / f"{n}.key.pem"),
            "--peer-client-cert-auth", "--peer-trusted-ca-file", str(certs / "ca.cert.pem"), "--peer-cert-file", str(certs / f"{n}.cert.pem"),
            "--peer-key-file", str(certs / f"{n}.key.pem"), "--quota-backend-bytes", "8589934592", "--logger", "zap"])
    with processes(commands, folder):
        for port in ports[:3]:
            wait_port(port)
        leader = etcd_leader(certs, ports[:3])
        subprocess.run([load, "etcd", f"https://127.0.0.1:{leader}", str(certs), SECONDS], check=True)


def etcd_leader(certs, ports):
    """The client port of the leader: writes that need no forwarding are etcd's best case."""
    for _ in range(50):
        for port in ports:
            answer = subprocess.run(
                ["etcdctl", "--endpoints", f"https://127.0.0.1:{port}", "--cacert", str(certs / "ca.cert.pem"), "--cert", str(certs / "client.cert.pem"),
                 "--key", str(certs / "client.key.pem"), "endpoint", "status", "-w", "fields"],
                capture_output=True, text=True, env=dict(os.environ, ETCDCTL_API="3"))
            fields = dict(line.split(" : ", 1) for line in answer.stdout.splitlines() if " : " in line)
            if fields.get('"Leader"', "0") != "0" and fields.get('"Leader"') == fields.get('"MemberID"'):
                return port
        time.sleep(0.3)
    sys.exit("etcd elected no leader")


def bench_nats(folder, load):
    ports = free_ports(6)
    certs = folder / "certs"
    commands = []
    for n in (1, 2, 3):
        routes = ", ".join(f"nats-route://127.0.0.1:{ports[m + 2]}" for m in (1, 2, 3))
        tls = (f'tls {{ cert_file: "{certs}/{n}.cert.pem", key_file: "{certs}/{n}.key.pem", ca_file: "{certs}/ca.cert.pem", verify: true }}')
        (folder / f"nats{n}.conf").write_text(
            f'server_name: n{n}\nlisten: "127.0.0.1:{ports[n - 1]}"\n{tls}\n'
            f'jetstream {{ store_dir: "{folder}/nats{n}", max_file_store: 20GB{NATS_SYNC} }}\n'
            f'cluster {{ name: bench, listen: "127.0.0.1:{ports[n + 2]}", routes: [{routes}], {tls} }}\n')
        commands.append(["nats-server", "-c", str(folder / f"nats{n}.conf")])
    with processes(commands, folder):
        for port in ports[:3]:
            wait_port(port)
        time.sleep(5)  # its own election
        subprocess.run([load, "nats", f"tls://127.0.0.1:{ports[0]}", str(certs), SECONDS], check=True)


# Debian's 2.9 has no such setting: it syncs every two minutes, so its figures flatter it.
NATS_SYNC = ""


def build_load(folder):
    source = ROOT / "tests/bench/peers/load.go"
    program = folder / "load"
    subprocess.run(["go", "build", "-o", str(program), str(source)], check=True,
                   env=dict(os.environ, GO111MODULE="off", GOPATH="/usr/share/gocode", GOFLAGS="-buildvcs=false"))
    return str(program)


def main():
    print("# three nodes as processes on this machine, mutual TLS 1.3, entries of 500 opaque bytes, no signatures, closed loop")
    print("# against the leader, answered when a majority has it; load on the same cores. fsync before every answer: sekisho, etcd")
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as temporary:
        folder = pathlib.Path(temporary)
        make_certificates(folder / "certs")
        bench_sekisho(folder)
        if not all(map(shutil.which, ("go", "etcd", "etcdctl", "nats-server"))):
            print("# etcd and NATS left out: install the packages of scripts/packages-peers.txt")
            return
        load = build_load(folder)
        bench_etcd(folder, load)
        bench_nats(folder, load)


if __name__ == "__main__":
    main()
