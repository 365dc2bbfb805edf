#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""The main job from beginning to end, for real: see README.md. Run through scripts/demo."""
import argparse
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

from sekisho_cluster import CATALOG, MAPS, ROOT, SAMPLES, Cluster, default_build, wait_until

# Sample file, map file, receiver. Every file holds persons of several insurers; those of others than the receiver are held back.
DELIVERIES = [
    ("s1_regional_286.csv", "regional-286", "hokensha-a"),
    ("s2_hospital_1075.csv", "hospital-1075", "hokensha-a"),
    ("s3_clinic_era_utf8.csv", "clinic-100", "hokensha-a"),
    ("KENSADATA_2024101509.csv", "jma-kensadata", "hokensha-a"),
    ("s4_city_abc.csv", "city-abc-95", "shi-a"),
]
FAULTY = ("s7_regional_286_defects.csv", "regional-286", "hokensha-a")


class Demo:
    def __init__(self, folder, lang):
        self.lang = lang
        self.step_number = 0
        self.cluster = Cluster(folder, default_build(), lang)
        self.sent = {}

    def tell(self, ja, en):
        print("   " + (ja if self.lang == "ja" else en), flush=True)

    def step(self, ja, en):
        self.step_number += 1
        print(f"\n■ {self.step_number}. " + (ja if self.lang == "ja" else en), flush=True)

    def show(self, text):
        for line in text.rstrip("\n").split("\n"):
            print("     " + line, flush=True)

    def run_as(self, organisation, *arguments, **more):
        """As a person of the organisation; through a neighbour's node while the own one is down."""
        node = self.working_node(organisation)
        return organisation.run(*(["--node", node] if node else []), *arguments, **more)

    def working_node(self, organisation):
        own = [one for one in self.cluster.nodes() if one.api == organisation.api]
        if own and own[0].process is not None:
            return None
        return next(one.api for one in self.cluster.nodes() if one.process is not None)

    # The steps.

    def form(self):
        self.step("三つの組織がそれぞれの鍵と認証局を作り、コンソーシアムを結成します", "Three organisations make their own keys and CAs and form a consortium")
        add = self.cluster.add
        self.hub = add("jimukyoku", "secretariat", "", "健診標準フォーマット事務局", node_number=1, converter=True)
        self.institution = add("kenshin-a", "institution", "9910000059", "架空健診センター", node_number=2)
        self.insurer = add("hokensha-a", "insurer", "01990019", "架空健康保険組合", node_number=3)
        self.cluster.form("架空県健診コンソーシアム")
        self.tell("鍵は各組織のフォルダから出ません。交換したのは公開情報 (member.json) だけです。", "No key leaves its organisation's folder; only public descriptions (member.json) were exchanged.")

    def start(self):
        self.step("三つのノードを起動します（相互 TLS 1.3）", "Three nodes start, joined by mutual TLS 1.3")
        leader = self.cluster.start()
        self.tell(f"ノード {leader.node_number}（{leader.name}）がリーダーに選ばれました。", f"Node {leader.node_number} ({leader.member_id}) was elected leader.")

    def approve_maps(self):
        self.step("健診機関が変換テーブルを登録し、事務局が投票で承認します", "The institution registers its maps; the secretariat approves them by vote")
        for map_id in dict.fromkeys(map_id for _, map_id, *_ in DELIVERIES):
            registered = self.institution.run("map", "register", MAPS / f"{map_id}.toml", "--catalog", CATALOG, json_output=True)
            proposal = self.institution.run("gov", "propose", "--title", f"変換テーブル {map_id} の承認", "--approve-map", registered["map_digest"], json_output=True)
            decided = self.hub.run("gov", "vote", proposal["proposal_id"], json_output=True)
            self.tell(f"{map_id}: 登録 → 提案 → 事務局の賛成 → {decided['status']}", f"{map_id}: registered, proposed, approved by the secretariat: {decided['status']}")

    def admit(self):
        self.step("自分のノードを持たない市町村の加入を、提案と投票で決めます", "A municipality without a node of its own is admitted by proposal and votes")
        self.city = self.cluster.add("shi-a", "municipality", "990010", "架空市", use_node=self.insurer)
        self.cluster.hand_out_genesis(self.city)
        proposal = self.hub.run("gov", "propose", "--title", "架空市の加入", "--add-member", self.city.home / "member.json", json_output=True)
        self.show(self.insurer.run("gov", "show", proposal["proposal_id"]))
        self.show(self.insurer.run("gov", "vote", proposal["proposal_id"]))

    def send(self, file_name, map_id, receiver, partial=True):
        arguments = ["send", SAMPLES / file_name, "--to", receiver, "--map", map_id] + (["--partial"] if partial else [])
        answer = self.run_as(self.institution, *arguments, json_output=True)
        self.sent[file_name] = answer["exchange_id"]
        self.tell(f"{file_name} を送信（送信番号 {answer['exchange_id'][:8]}、台帳 {answer['index']} 番）", f"sent {file_name} (exchange {answer['exchange_id'][:8]}, ledger index {answer['index']})")

    def deliver(self):
        self.step("健診機関が、自分の健診システムのままのファイルを暗号化して送ります", "The institution sends files just as its checkup systems export them, sealed")
        for delivery in DELIVERIES[:2]:
            self.send(*delivery)
        self.kill_leader()
        for delivery in DELIVERIES[2:]:
            self.send(*delivery)
        self.send(*FAULTY, partial=False)
        self.killed.start_node()
        leader = self.cluster.wait_for_leader()
        wait_until(lambda: self.killed.status()["operations"] >= leader.status()["operations"], 60, f"node {self.killed.node_number} to catch up")
        self.tell(f"ノード {self.killed.node_number} を再起動しました。遅れを取り戻します。", f"Node {self.killed.node_number} is started again and catches up.")

    def kill_leader(self):
        self.killed = self.cluster.wait_for_leader()
        self.killed.kill_node(signal.SIGKILL)
        started = time.monotonic()
        leader = self.cluster.wait_for_leader()
        self.tell(f"★ 途中でリーダー（ノード {self.killed.node_number}）を SIGKILL で止めました → {time.monotonic() - started:.1f} 秒でノード {leader.node_number} が引き継ぎ、送信は続きます。",
                  f"★ The leader (node {self.killed.node_number}) was stopped by SIGKILL; after {time.monotonic() - started:.1f} s node {leader.node_number} took over and sending goes on.")

    def state_of(self, file_name):
        return self.run_as(self.institution, "status", self.sent[file_name], json_output=True)

    def convert(self):
        self.step("変換ノードが、復号したメモリの中だけで標準 CSV に変換します", "The converter node converts to the standard CSV, in locked memory only")
        for file_name in self.sent:
            exchange = wait_until(lambda: (lambda e: e if e["state"] != "OFFERED" else None)(self.state_of(file_name)), 120, f"conversion of {file_name}")
            evidence = exchange["evidence"]
            word = {"CONVERTED": ("変換完了", "converted"), "FAILED": ("変換できず（確認リストを返送）", "not converted (error list goes back)")}[exchange["state"]]
            self.tell(f"{file_name}: {word[0]}、{evidence['persons_out']} 人、保留 {evidence['persons_held']} 人", f"{file_name}: {word[1]}, {evidence['persons_out']} persons, {evidence['persons_held']} held back")
            foreign = evidence["counts"].get("E-RECEIVER-MISMATCH", 0)
            if foreign:
                self.tell(f"  └ うち {foreign} 人は他の保険者の人です。宛先には渡さず、確認リストで送信元に知らせます。",
                          f"  └ {foreign} of them belong to other insurers: nothing of theirs goes to the receiver, the sender's list names them.")

    def receive_as(self, organisation, exchange_id):
        received = self.run_as(organisation, "receive", exchange_id, "--out", self.cluster.folder / "received" / organisation.member_id, json_output=True)
        self.run_as(organisation, "confirm", exchange_id, json_output=True)
        return received["file"]

    def receive(self):
        self.step("保険者と市が受信し、開封・照合して受信完了にします", "The insurer and the city fetch, open, check and confirm receipt (受信完了)")
        self.show(self.run_as(self.insurer, "inbox"))
        self.standard_files = {}
        for file_name, _, receiver in DELIVERIES:
            organisation = self.cluster.organisations[receiver]
            self.standard_files[file_name] = self.receive_as(organisation, self.sent[file_name])
            self.tell(f"{organisation.name}: {file_name} → 受信完了", f"{organisation.member_id}: {file_name} received and confirmed")

    def return_reports(self):
        self.step("健診機関が、変換できなかったファイルなどの確認リストを受け取ります", "The institution receives the error lists")
        for file_name, exchange_id in self.sent.items():
            exchange = self.state_of(file_name)
            if not exchange["report"]:
                continue
            path = self.receive_as(self.institution, exchange_id)
            if file_name == FAULTY[0]:
                self.tell(f"{file_name} の確認リスト（{path}）の初めの行:", f"first lines of the error list of {file_name} ({path}):")
                text = pathlib.Path(path).read_bytes().decode("cp932", errors="replace")
                self.show("\n".join(text.split("\r\n")[:6]))

    def deletions(self):
        self.step("すべての写しが削除され、削除が台帳に記録されたことを確かめます", "Every copy is deleted and every deletion is on the ledger")
        for file_name in self.sent:
            exchange = wait_until(lambda: (lambda e: e if e["state"] == "CLOSED" else None)(self.state_of(file_name)), 60, f"deletion of {file_name}")
            rows = ["{} ノード{}".format({"INPUT": "原本", "OUTPUT": "標準CSV", "REPORT": "確認リスト"}[row["role"]], row["node_number"]) if self.lang == "ja"
                    else "{} at node {}".format(row["role"], row["node_number"]) for row in exchange["custody"] if row["status"] == "DELETED"]
            assert len(rows) == len(exchange["custody"])
            self.tell(f"{file_name}: 削除済 " + "、".join(rows), f"{file_name}: deleted " + ", ".join(rows))

    def audit(self):
        self.step("双方が監査の時系列を見ます：健診機関", "Both sides read the audit timeline: the institution")
        self.show(self.run_as(self.institution, "audit", "--member", "kenshin-a"))
        self.step("双方が監査の時系列を見ます：保険者", "Both sides read the audit timeline: the insurer")
        self.show(self.run_as(self.insurer, "audit", "--member", "hokensha-a"))

    def verify(self):
        self.step("受領証明をオフラインで検証し、チェーン全体を再実行して検証します", "Receipts are checked offline, and the whole chain is run again")
        receipts = self.cluster.folder / "receipts"
        self.run_as(self.insurer, "audit", "--exchange", self.sent[DELIVERIES[0][0]], "--verify", "--receipts", receipts)
        first = sorted(receipts.iterdir())[0]
        self.show(self.insurer.run("verify", first, "--genesis", self.cluster.folder / "genesis.json"))
        reader = ROOT / "scripts/verify/verify_receipt.py"
        independent = subprocess.run([sys.executable, str(reader), str(self.cluster.folder / "genesis.json"), str(first)], capture_output=True, text=True)
        if independent.returncode != 0:
            raise RuntimeError(independent.stdout + independent.stderr)
        self.tell("独立した検証プログラム（Python）の答え:", "the independent verifier (Python) says:")
        self.show(independent.stdout)
        for organisation in self.cluster.nodes():
            self.show(organisation.run("audit", "--verify"))

    def finish(self, keep):
        self.step("できあがった標準 CSV", "The standard CSV files")
        for file_name, path in self.standard_files.items():
            self.tell(f"{file_name} → {path}", f"{file_name} → {path}")
        if not keep:
            self.cluster.stop()
            self.tell("ノードを停止しました。`scripts/demo --keep` なら動かしたままにします。", "The nodes are stopped; `scripts/demo --keep` leaves them running.")
            return
        self.tell("ノードは動いたままです。例:", "The nodes keep running. For example:")
        for arguments in ("inbox --all", "audit", "node status"):
            self.show(f"{self.cluster.sekisho} --home {self.insurer.home} --passphrase-file {self.cluster.passphrase} {arguments}")
        pids = " ".join(str(one.process.pid) for one in self.cluster.nodes())
        self.tell(f"停止するには: kill {pids}", f"To stop them: kill {pids}")

    def play(self, keep):
        try:
            for one in (self.form, self.start, self.approve_maps, self.admit, self.deliver, self.convert, self.receive, self.return_reports, self.deletions,
                        self.audit, self.verify):
                one()
            self.finish(keep)
        except BaseException:
            self.cluster.stop()
            raise


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave the consortium running")
    parser.add_argument("--lang", choices=["ja", "en"], default="en" if os.environ.get("LANG", "ja").startswith("en") else "ja")
    parser.add_argument("--folder", default=str(ROOT / "demo"), help="where everything is kept (emptied first)")
    arguments = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8")
    folder = pathlib.Path(arguments.folder)
    if folder.exists() and any(folder.iterdir()) and not (folder / "passphrase.txt").exists():
        parser.error(f"{folder} holds something else than an earlier demo; name another folder")
    shutil.rmtree(folder, ignore_errors=True)
    started = time.monotonic()
    demo = Demo(folder, arguments.lang)
    demo.play(arguments.keep)
    print(f"\n✓ {time.monotonic() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
