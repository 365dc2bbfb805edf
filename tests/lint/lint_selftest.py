# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""The lints find what they are for, and let pass what is fine. Run by CTest as lint_selftest."""
import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import check_coroutines  # noqa: E402
import check_determinism  # noqa: E402
import check_files  # noqa: E402
import check_levels  # noqa: E402
import check_messages  # noqa: E402

TABLE = check_levels.Table("""
0 node/base   -
1 consensus   node/base
4 node/net    node/base
8 node        *
9 tests       *
file node/tiny.cc  node/base
library rocksdb/ storage
""")


def messages(findings):
    return [message for _, _, message in findings]


class LevelsTest(unittest.TestCase):
    def includes(self, path, text):
        return messages(check_levels.check_includes(TABLE, path, text))

    def test_lets_pass_what_the_table_allows(self):
        text = '#include "consensus/core.h"\n#include "node/base/bytes.h"\n#include <vector>\n'
        self.assertEqual(self.includes("consensus/a.cc", text), [])
        self.assertEqual(self.includes("node/main.cc", '#include "node/net/tls.h"\n'), [])

    def test_finds_an_upward_include(self):
        self.assertIn("may not use node/net", self.includes("consensus/a.cc", '#include "node/net/tls.h"')[0])

    def test_finds_a_foreign_detail(self):
        found = self.includes("node/main.cc", '#include "node/net/detail/x.h"')
        self.assertIn("is a detail of node/net", found[0])
        self.assertEqual(self.includes("node/net/a.cc", '#include "node/net/detail/x.h"'), [])
        self.assertEqual(self.includes("tests/unit/a.cc", '#include "node/net/detail/x.h"'), [])

    def test_finds_a_relative_include(self):
        self.assertIn("include root", self.includes("consensus/a.cc", '#include "core.h"')[0])

    def test_finds_a_library_away_from_home(self):
        self.assertIn("stays in storage", self.includes("consensus/a.cc", "#include <rocksdb/db.h>")[0])

    def test_holds_small_files_to_their_row(self):
        self.assertEqual(self.includes("node/tiny.cc", '#include "node/base/bytes.h"'), [])
        self.assertEqual(len(self.includes("node/tiny.cc", '#include "consensus/core.h"')), 1)

    def test_ignores_comments(self):
        self.assertEqual(self.includes("consensus/a.cc", '// #include "node/net/tls.h"\n'), [])

    def test_finds_an_upward_link(self):
        good = "add_module(NAME consensus SOURCES a.cc PUBLIC node_base)"
        bad = "add_module(NAME consensus SOURCES a.cc\n  PUBLIC node_base PRIVATE node_net)"
        self.assertEqual(check_levels.check_links(TABLE, "consensus/CMakeLists.txt", good), [])
        found = check_levels.check_links(TABLE, "consensus/CMakeLists.txt", bad)
        self.assertEqual(found, [("consensus/CMakeLists.txt", 2, "consensus may not link node/net")])

    def test_finds_a_table_that_points_up(self):
        table = check_levels.Table("0 node/base consensus\n1 consensus node/base\n")
        self.assertEqual(len(table.findings), 1)


class CoroutinesTest(unittest.TestCase):
    def check(self, text, path="node/net/a.cc"):
        return messages(check_coroutines.check(path, text))

    def body(self, statement):
        return self.check("Task<void> f(int x) {\n  " + statement + "\n}\n")

    def test_finds_a_braced_aggregate(self):
        for statement in ("co_await send(Options{.name = name});", "co_await store({first, second});",
                          "auto r = combine(Pair{1, 2}, co_await g());",
                          "CO_TRY(auto r, co_await send(Options{1}));", "co_await write(c, {}, 1);"):
            self.assertEqual(len(self.body(statement)), 1, statement)

    def test_finds_a_capturing_closure(self):
        for statement in ("co_await on(pool, [body] { return f(body); });",
                          "co_await on(pool, [this]() { return f(); });",
                          "auto r = co_await on([x = std::move(x)](int i) { return i; });"):
            self.assertEqual(len(self.body(statement)), 1, statement)

    def test_lets_pass_what_was_fine_in_trials(self):
        for statement in ("co_await send(std::move(options));", "co_await on([&] { return f(); });",
                          "const auto [a, b] = co_await g(kTuple);", "auto r = rows[i].f(co_await g());",
                          "if (co_await g()) {\n    h(Options{1});\n  }", "Options o{1};\n  co_await g(o);",
                          "for (;;) {\n    co_await g();\n  }\n  auto f = [o] { return 1; };",
                          "while (x) { co_await g(); }", "co_return co_await g();",
                          'co_await send("{" + text);'):
            self.assertEqual(self.body(statement), [], statement)

    def test_finds_a_reference_parameter(self):
        self.assertEqual(len(self.check("Task<Result<int>> f(const std::string& name);")), 1)
        self.assertEqual(len(self.check("Task<void> C::f(int a,\n  Options&& b) {}")), 1)
        self.assertEqual(self.check("Task<void> f(std::function<void(const X&)> g, X* x);"), [])
        self.assertEqual(len(self.check("auto f = [x](int) -> Task<void> { co_return; };")), 1)

    def test_finds_a_lock_across_an_await(self):
        self.assertEqual(len(self.body("const std::lock_guard lock(m);\n  co_await g();")), 1)
        self.assertEqual(self.body("{ const std::lock_guard lock(m); }\n  co_await g();"), [])

    def test_finds_coroutines_and_spawns_out_of_place(self):
        self.assertEqual(len(self.check("void f() { co_return; }", "storage/a.cc")), 1)
        self.assertEqual(len(self.check("asio::co_spawn(e, t, h);", "node/api/a.cc")), 1)
        self.assertEqual(len(self.check("x(asio::detached);", "node/api/a.cc")), 1)
        self.assertEqual(self.check("asio::co_spawn(e, t, h);", "node/net/task.cc"), [])
        self.assertEqual(len(self.check("co_await t(asio::use_awaitable);")), 1)


class DeterminismTest(unittest.TestCase):
    def check(self, text):
        return messages(check_determinism.check("consensus/a.cc", text))

    def test_finds_banned_names(self):
        for text in ("double x;", "std::unordered_map<int, int> m;", "auto t = time(nullptr);",
                     "#include <chrono>", "std::random_device d;", "std::mutex m;", "getenv(name);",
                     "thread_local int x;", "std::stod(s);", "SystemClock c;"):
            self.assertEqual(len(self.check(text)), 1, text)

    def test_lets_pass_comments_strings_members_and_excuses(self):
        for text in ("// a double vote", 'fail("double vote");', "block.time();", "std::map<int, int> m;",
                     "// determinism: looked up only, never iterated\nstd::unordered_map<int, int> m;"):
            self.assertEqual(self.check(text), [], text)


class FilesTest(unittest.TestCase):
    HEAD = "// SPDX-FileCopyrightText: The Sekisho authors\n// SPDX-License-Identifier: Apache-2.0\n"

    def check(self, text, path="node/a.h"):
        return messages(check_files.check(path, text))

    def test_lets_pass_a_clean_header(self):
        self.assertEqual(self.check(self.HEAD + "#pragma once\n"), [])

    def test_finds_each_fault(self):
        for text in ("#pragma once\n", self.HEAD, self.HEAD + "#pragma once", self.HEAD + "#pragma once\n\n",
                     self.HEAD + "#pragma once\nint a; \n", self.HEAD + "#pragma once\n\tint a;\n",
                     self.HEAD + "#pragma once\n" + "int a;\n" * 800,
                     self.HEAD + "#pragma once\n// " + "TO" + "DO later\n"):
            self.assertEqual(len(self.check(text)), 1, text)


class MessagesTest(unittest.TestCase):
    def patterns(self, expression):
        return check_messages.alternatives(expression)

    def test_reads_a_sentence_with_its_facts(self):
        self.assertEqual(self.patterns('"blob " + id.hex() + " is not " "here"'), ["blob {} is not here"])
        self.assertEqual(self.patterns('std::string("a+b: ") + reason'), ["a+b: {}"])

    def test_reads_both_sides_of_a_choice(self):
        self.assertEqual(self.patterns('wanted == 0 ? "no node" : "not " + std::to_string(wanted)'), ["no node", "not {}"])

    def test_demands_a_row_with_every_fact(self):
        sources = {"node/api/a.cc": [(3, "no {} at {}")], "storage/recovery.cc": [(1, "for the operator")]}
        self.assertEqual(check_messages.check(sources, "no {} at {}\n{2} に {1} はありません。\n"), [])
        self.assertIn("must name each part", messages(check_messages.check(sources, "no {} at {}\n{1} はありません。\n"))[0])
        self.assertIn("no Japanese", messages(check_messages.check(sources, ""))[0])
        self.assertIn("Japanese line is missing", messages(check_messages.check({}, "no {}\n\n"))[0])

    def test_lists_rows_that_nobody_says(self):
        self.assertEqual(check_messages.unused({"a.cc": [(1, "said")]}, "said\n言う\n\nunsaid\n言わない\n"), ["unsaid"])


if __name__ == "__main__":
    unittest.main()
