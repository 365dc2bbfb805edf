# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""What the README tells a newcomer to type is typed here, on the tree that is built already; what it names exists."""
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("SEKISHO_BUILD") or ROOT / "build/release").resolve()
README = (ROOT / "README.md").read_text()
PAGES = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
# How each command of the README is run here: what is added so that it ends soon and leaves nothing behind.
RUNS = {"scripts/demo": None, "scripts/test": ["-N"]}


def typed_commands(text):
    """The commands of the indented and fenced blocks, and of `scripts/…` in the sentences."""
    commands = re.findall(r"^    ((?:scripts|sekisho)\S*.*?)(?:\s+#.*)?$", text, re.M)
    return commands + re.findall(r"`(scripts/[^`]+)`", text)


def run(command, **more):
    environment = {**os.environ, "SEKISHO_BUILD": str(BUILD), "LANG": "en_US.UTF-8"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=150, **more)


class Readme(unittest.TestCase):
    def test_names_the_commands_that_are_run_here(self):
        commands = {shlex.split(command)[0] for command in typed_commands(README)}
        self.assertEqual(commands, set(RUNS))

    def test_the_test_command_finds_the_tests(self):
        done = run(["scripts/test", *RUNS["scripts/test"]])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertGreater(int(re.search(r"Total Tests: (\d+)", done.stdout)[1]), 50)

    def test_the_demo_delivers_and_keeps_running(self):
        """`scripts/demo --keep` in English: what it says at its end can be typed, too."""
        self.assertIn("`scripts/demo --keep`", README)
        folder = pathlib.Path(tempfile.mkdtemp(prefix="sekisho-readme-")) / "demo"
        done = run(["scripts/demo", "--keep", "--lang", "en", "--folder", str(folder)])
        self.addCleanup(shutil.rmtree, folder.parent, ignore_errors=True)
        pids = re.search(r"To stop them: kill ([\d ]+)", done.stdout)
        self.assertEqual(done.returncode, 0, done.stdout[-3000:] + done.stderr)
        self.assertTrue(pids, done.stdout[-2000:])
        try:
            self.assertGreaterEqual(len(list((folder / "received").rglob("*_標準.csv"))), 4)
            self.assertIn("belong to other insurers", done.stdout)
            shown = re.findall(rf"^\s*({re.escape(str(BUILD))}/bin/sekisho .+)$", done.stdout, re.M)
            self.assertGreaterEqual(len(shown), 3)
            for command in shown:
                answer = run(shlex.split(command))
                self.assertEqual(answer.returncode, 0, command + answer.stderr)
                self.assertTrue(answer.stdout, command)
        finally:
            subprocess.run(["kill", *pids[1].split()], check=True)

    def test_every_link_leads_somewhere(self):
        for page in PAGES:
            for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
                if "://" not in target:
                    self.assertTrue((page.parent / target).exists(), f"{page.relative_to(ROOT)}: {target}")

    def test_every_verb_that_pages_name_exists(self):
        verbs = set()
        for page in PAGES:
            verbs |= {tuple(words.split()) for words in re.findall(r"`sekisho ((?:[a-z]+ ?){1,2})", page.read_text())}
        verbs -= {("node", "join")}  # named as missing
        self.assertGreater(len(verbs), 3)
        for words in sorted(verbs):
            self.assertIn(words[0], self.subcommands(), f"sekisho {' '.join(words)}")
            below = self.subcommands(words[0])
            if below and len(words) > 1:
                self.assertIn(words[1], below, f"sekisho {' '.join(words)}")

    @staticmethod
    def subcommands(*words):
        """The names under `Subcommands:` of the help, none when there are none."""
        listed = run([str(BUILD / "bin/sekisho"), *words, "--help"]).stdout.partition("Subcommands:")[2]
        return set(re.findall(r"^  ([a-z]+) ", listed, re.M))


if __name__ == "__main__":
    unittest.main(verbosity=2)
