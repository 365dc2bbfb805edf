#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""Three nodes as processes on this machine under load (tests/bench/bench_ledger.cc). Run through scripts/bench."""
import os
import pathlib
import subprocess
import tempfile
import time

from sekisho_cluster import ROOT, Cluster, default_build


def syncs_per_second(folder):
    """append + fdatasync of 4 KiB, one after another."""
    path = pathlib.Path(folder) / "sync"
    block = b"\0" * 4096
    count, started = 0, time.monotonic()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    while time.monotonic() - started < 1:
        os.write(descriptor, block)
        os.fdatasync(descriptor)
        count += 1
    os.close(descriptor)
    return count / (time.monotonic() - started)


def main():
    print("# three voters on this machine, mutual TLS 1.3 for clients and between voters, fsync on, every operation")
    print("# signed by P-256 and verified by every voter, answered when a majority has synced, applied and signed;")
    print("# closed loop at 1, 64 and 512 clients, then open-loop arrival at 70 % of the best rate; load on the same cores")
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as folder, Cluster(folder, default_build()) as cluster:
        print(f"limit.fdatasync4k\t{syncs_per_second(folder):.0f}\tsync/s", flush=True)
        cluster.add("jimukyoku", "secretariat", "", "事務局", node_number=1)
        cluster.add("kenshin-a", "institution", "9910000059", "健診機関", node_number=2)
        cluster.add("hokensha-a", "insurer", "06990014", "保険者", node_number=3)
        cluster.form("bench")
        cluster.start()
        arguments = [str(pathlib.Path(default_build()) / "bin/bench_ledger"), "--passphrase-file", str(cluster.passphrase)]
        for organisation in cluster.nodes():
            arguments += ["--home", str(organisation.home), "--pid", str(organisation.process.pid)]
        subprocess.run(arguments, check=True)
        operations = next(iter(cluster.nodes())).status()["operations"]
        size = sum(path.stat().st_size for path in (cluster.nodes()[0].home / "node/data").rglob("*") if path.is_file())
        print(f"project.ledger.disk_bytes_per_op\t{size / max(1, operations):.0f}\tbytes")


if __name__ == "__main__":
    main()
