# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: verbs, options, exit statuses, and what is left on the disk by mistakes."""

import os
import re
import unittest

import h5py

from program import TWO_DIGITS, FolderTest, run, sets, tripartite

VERBS = ("check", "export", "info", "merge", "models", "plot", "run", "sweep", "verify")
QUICK = {"pause": "0 ms", "record.neurons": "[]"}


class Verbs(FolderTest):
    def test_help_has_an_example(self):
        for verb in VERBS:
            for ask in ("--help", "-h"):
                done = tripartite(verb, ask)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertTrue(done.stdout.startswith(f"Usage: tripartite {verb}"))
                self.assertRegex(done.stdout, rf"Example:\n  tripartite {verb} ")

    def test_overview_names_every_verb(self):
        for ask in ("--help", "-h", "help"):
            done = tripartite(ask)
            self.assertEqual(done.returncode, 0)
            for verb in VERBS:
                self.assertRegex(done.stdout, rf"(?m)^  {verb} +\w")
        self.assertRegex(tripartite("--version").stdout, r"^tripartite \d+\.\d+\.\d+\n$")

    def test_figures_are_listed_with_what_they_show(self):
        listed = tripartite("plot", "--list")
        self.assertEqual((listed.returncode, listed.stderr), (0, ""))
        names = re.findall(r"(?m)^  ([\w-]+) +\w.*$", listed.stdout)
        self.assertEqual(len(names), len(listed.stdout.splitlines()))
        self.assertGreater(len(names), 15)
        columns = {re.match(r"  \S+ +", line).end() for line in listed.stdout.splitlines()}
        self.assertEqual(len(columns), 1, listed.stdout)
        # Each is a figure: what is missing is the record.
        done = tripartite("plot", self.folder / "none.h5", "none", "-o", self.folder / "x.png")
        self.assertSays(done, 2, "there is no figure 'none'", *names)
        for name in names:
            page = self.folder / ("x.gif" if name == "movie" else "x.png")
            done = tripartite("plot", self.folder / "none.h5", name, "-o", page)
            self.assertSays(done, 2, "none.h5", "cannot be opened")

    def test_what_is_not_understood_exits_2(self):
        for arguments, part in {
            (): "Usage: tripartite VERB",
            ("train",): "there is no verb 'train'",
            ("--nonsense",): "'--nonsense'",
            ("run",): "expected one scenario file, found 0",
            ("run", TWO_DIGITS, TWO_DIGITS): "found 2",
            ("run", TWO_DIGITS, "--outputs", "x.h5"): "'--outputs'",
            ("run", TWO_DIGITS, "-o"): "'-o'",
            ("run", TWO_DIGITS, "--set"): "'--set'",
            ("run", "-x", TWO_DIGITS): "'-x'",
            ("check",): "expected one scenario file",
            ("check", "--keys"): "'--keys'",
            ("check", "--keys", "memry"): "expected one of: anan, cell, classification, forecast, "
                                          "memory",
            ("check", "--resolved", TWO_DIGITS): "'--resolved'",
            ("info",): "expected one record",
            ("info", "a.h5", "b.h5"): "found 2",
            ("models", "li_rinsel"): "no model 'li_rinsel'",
            ("plot",): "expected a record and the name of a figure",
            ("plot", "a.h5", "b", "c", "-o", "x.png"): "expected a record and the name of a figure",
            ("plot", "a.h5", "raster"): "expected -o FILE.png",
            ("plot", "--lits"): "'--lits'",
        }.items():
            with self.subTest(arguments=arguments):
                done = tripartite(*arguments, cwd=self.folder)
                self.assertSays(done, 2, part)
                self.assertEqual(done.stdout, "")
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_the_option_that_is_none_is_named_among_letters(self):
        """-xq is -x and -q: the message is about x, not about what stands before."""
        done = tripartite("run", "-xq", TWO_DIGITS, cwd=self.folder)
        self.assertSays(done, 2, "x")
        self.assertNotIn("'run'", done.stderr)

    def test_models_are_listed_and_described(self):
        done = tripartite("models")
        for name in ("izhikevich", "li_rinzel", "euler", "rk4"):
            self.assertRegex(done.stdout, rf"(?m)^{name} +\w")
        described = tripartite("models", "li_rinzel").stdout
        for part in ("tau_r", "7.143", "as_printed", "Gordleeva", "ip3_rate"):
            self.assertIn(part, described)
        reference = tripartite("models", "--markdown").stdout
        self.assertIn("## izhikevich", reference)
        self.assertIn("| `a2` | uM-1 s-1 | 0.14 |", reference)


class Check(FolderTest):
    def test_what_check_prints_is_a_scenario(self):
        first = tripartite("check", TWO_DIGITS, "--set", "pause=2 s", "-s", "recall.noise= 30 % ",
                           "--set=training={samples: 3, noise: 0.2}")
        self.assertEqual((first.returncode, first.stderr), (0, ""))
        for line in ("pause: 2000 ms +# --set pause=2 s", "  noise: 0.3 +# --set", "  samples: 3 "):
            self.assertRegex(first.stdout, f"(?m)^{line}")
        (self.folder / "printed.yaml").write_text(first.stdout)
        second = tripartite("check", self.folder / "printed.yaml")
        self.assertEqual(second.returncode, 0)
        values = [[line.split(" #")[0].rstrip() for line in text.splitlines()]
                  for text in (first.stdout, second.stdout)]
        self.assertEqual(*values)

    def test_keys_are_listed_with_range_and_meaning(self):
        done = tripartite("check", "--keys", "memory")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"(?m)^  overlap: any .*any \| sum \| last|    overlap: any ")
        self.assertRegex(done.stdout, r"rate: 17\.5 Hz +# .*\(>= 0\)")

    def test_a_check_writes_no_file(self):
        tripartite("check", TWO_DIGITS, cwd=self.folder)
        self.assertNotIn("output", os.listdir(self.folder))


class BadInput(FolderTest):
    def setUp(self):
        self.folder = self.__class__.folder / self.id()
        self.folder.mkdir()

    def assertNothingWritten(self, *arguments, code=2, says=""):
        for output in ((), ("-o", "r.h5")):
            done = tripartite("run", *arguments, *output, cwd=self.folder)
            self.assertSays(done, code, "tripartite: ", says)
            self.assertEqual(done.stdout, "")
            self.assertEqual([n for n in os.listdir(self.folder) if not n.endswith(".yaml")], [])

    def test_a_wrong_value_writes_nothing(self):
        for value, says in {
            "recall.noize=0.3": "did you mean 'noise'?",
            "pause=1500 Hz": "another kind",
            "pause=-1 s": "at least 0 ms",
            "recall.noise=nan": "expected a number",
            "patterns=[{image: no.png}]": "there is no file",
            "network.astrocytes.tile=5": "would fit",
            "network.astrocytes.step=0.3 ms": "does not divide",
            "record.neurons=[V]": "nothing that can be recorded",
            "seed=3abc": "whole number",
        }.items():
            with self.subTest(value=value):
                self.assertNothingWritten(TWO_DIGITS, "--set", value, says=says)

    def test_a_wrong_file_writes_nothing(self):
        wrong = self.folder / "wrong.yaml"
        wrong.write_text("seed: 1\nrecall:\n  nosie: 0.3\n")
        self.assertNothingWritten("wrong.yaml", says="wrong.yaml:3:3: unknown key 'nosie'")
        self.assertNothingWritten("missing.yaml", says="missing.yaml: ")
        self.assertNothingWritten(".", says="folder")
        self.assertNothingWritten("/dev/zero", says="/dev/zero: ")

    def test_a_record_in_the_way_stays(self):
        run(TWO_DIGITS, self.folder / "old.h5", QUICK).close()
        before = {name: (self.folder / name).read_bytes() for name in ("old.h5", "old.h5.log.json")}
        done = tripartite("run", TWO_DIGITS, "-o", "old.h5", "--set", "pause=x", cwd=self.folder)
        self.assertEqual(done.returncode, 2)
        for name, content in before.items():
            self.assertTrue((self.folder / name).read_bytes() == content, name)

    def test_a_scenario_is_not_taken_for_the_record(self):
        """One slip of the hand, and the scenario would be gone."""
        mine = self.folder / "mine.yaml"
        mine.write_text("pause: 0 ms\nrecord: {neurons: []}\n")
        text = mine.read_bytes()
        done = tripartite("run", mine, "-q", "-o", mine)
        self.assertTrue(mine.read_bytes() == text, f"overwritten, exit {done.returncode}")
        self.assertNotEqual(done.returncode, 0)

    def test_other_data_in_hdf5_is_not_taken_for_the_record(self):
        other = self.folder / "measured.h5"
        with h5py.File(other, "w") as file:
            file["measured"] = [1, 2, 3]
        before = other.read_bytes()
        done = tripartite("run", TWO_DIGITS, "-o", other)
        self.assertSays(done, 2, "measured.h5", "no record")
        self.assertEqual(other.read_bytes(), before)


class Info(FolderTest):
    def test_info_tells_what_was_run(self):
        record = self.folder / "r.h5"
        run(TWO_DIGITS, record, {"seed": 9007199254740993, "record.every": "5 ms",
                                 "record.neurons": "[]"}).close()
        done = tripartite("info", record)
        self.assertEqual(done.returncode, 0)
        self.assertIn("Two digits, recalled out of noise", done.stdout)
        self.assertIn("complete", done.stdout)
        self.assertRegex(done.stdout, r"(?m)^ +0  zero +0\.40  +0\.\d{3}  +0\.\d{3}")
        with self.subTest("a seed that a double cannot hold"):
            self.assertIn("seed 9007199254740993,", done.stdout)
        with self.subTest("training (800 ms) and pause (1500 ms), not the last recorded instant"):
            self.assertIn("Training and pause: 2300 ms", done.stdout)

    def test_info_gives_the_scenarios_back(self):
        record = self.folder / "s.h5"
        run(TWO_DIGITS, record, QUICK).close()
        self.assertEqual(tripartite("info", record, "--scenario").stdout, TWO_DIGITS.read_text())
        resolved = tripartite("info", "-r", record).stdout
        checked = tripartite("check", TWO_DIGITS, *sets(QUICK)).stdout
        plain = [line.split(" #")[0].rstrip() for line in checked.splitlines()]
        self.assertEqual(resolved.splitlines(), plain)

    def test_what_is_no_record_is_refused(self):
        record = self.folder / "t.h5"
        run(TWO_DIGITS, record, QUICK).close()
        content = record.read_bytes()
        for name, wrong in (("cut.h5", content[: len(content) // 2]), ("empty.h5", b""),
                            ("head.h5", content[:600]), ("text.h5", TWO_DIGITS.read_bytes())):
            (self.folder / name).write_bytes(wrong)
        h5py.File(self.folder / "foreign.h5", "w").close()
        for name in ("cut.h5", "empty.h5", "head.h5", "text.h5", "foreign.h5", "missing.h5", "."):
            with self.subTest(name=name):
                done = tripartite("info", name, cwd=self.folder)
                self.assertSays(done, 2, f"tripartite: {name}: ")
                self.assertEqual(done.stdout, "")


class StandardOutput(FolderTest):
    def commands(self):
        record = self.folder / "r.h5"
        run(TWO_DIGITS, record, QUICK).close()
        return (("--help",), ("--version",), ("run", "--help"),
                ("models",), ("models", "izhikevich"), ("models", "--markdown"),
                ("check", TWO_DIGITS), ("check", "--keys", "memory"),
                ("info", record), ("info", record, "--resolved"),
                ("run", TWO_DIGITS, "-o", record, *sets(QUICK)))

    def test_output_that_cannot_be_written_exits_1(self):
        for command in self.commands():
            with self.subTest(command=command), open("/dev/full", "w") as full:
                done = tripartite(*command, capture_output=False, stdout=full, stderr=-1)
                self.assertSays(done, 1, "No space left")
            with self.subTest(closed=command):
                done = tripartite(*command, capture_output=False, stderr=-1,
                                  preexec_fn=lambda: os.close(1))
                self.assertSays(done, 1, "tripartite: ")

    def test_the_summary_names_the_record(self):
        record = self.folder / "named.h5"
        done = tripartite("run", TWO_DIGITS, "-o", record, *sets(QUICK))
        self.assertEqual(done.returncode, 0)
        self.assertTrue(re.search(rf"Record: {record} \(\d+\.\d s\)", done.stdout))
        quiet = tripartite("run", TWO_DIGITS, "-q", "-o", record, *sets(QUICK))
        self.assertEqual((quiet.returncode, quiet.stdout, quiet.stderr), (0, "", ""))

    def test_without_a_name_the_record_is_in_output(self):
        done = tripartite("run", TWO_DIGITS, *sets(QUICK), cwd=self.folder)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(sorted(os.listdir(self.folder / "output")),
                         ["two-digits.h5", "two-digits.h5.log.json"])


if __name__ == "__main__":
    unittest.main()
