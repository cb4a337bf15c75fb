# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that are ended by force and gone on with, and tests from another record's training."""

import os
import random
import resource
import shutil
import signal
import subprocess
import time
import unittest

import h5py
import numpy

from program import (PROGRAM, TWO_DIGITS, FolderTest, arrays, run, sets, tripartite,
                     wait_until_it_has_worked)

OFTEN = ("--commit-every", "0")
QUICK = {"pause": "300 ms", "training.samples": 2, "record.neurons": "[]"}
CELL = "experiments/cell/izhikevich-step.yaml"


class ResumeTest(FolderTest):
    def setUp(self):
        self.record = self.folder / f"{self.id().rsplit('.', 1)[1]}.h5"
        self.parts = self.folder / f"{self.record.name}.parts"

    def command(self, *options, values=None, scenario=TWO_DIGITS):
        return [PROGRAM, "run", str(scenario), "-q", "-o", str(self.record), *map(str, options),
                *sets(values or {})]

    def run_here(self, *options, **more):
        return subprocess.run(self.command(*options, **more), capture_output=True, text=True,
                              timeout=120)

    def kill_with_parts(self, count, *options, values=None):
        """A run that is killed as soon as it has committed so many parts."""
        for _ in range(10):  # on a busy machine it can be over before it is looked at
            process = subprocess.Popen(self.command(*OFTEN, *options, values=values))
            while process.poll() is None:
                if len(list(self.parts.glob("part-*.h5"))) >= count:
                    process.kill()
                    break
            if process.wait() == -signal.SIGKILL and self.parts.is_dir():
                self.record.unlink(missing_ok=True)
                return
        self.fail("it was too quick to be killed")

    def assertGone(self):
        """Neither parts nor an unfinished record."""
        self.assertFalse(self.parts.exists())
        self.assertEqual(list(self.folder.glob(f".{self.record.name}.*")), [])


class Resume(ResumeTest):
    def test_a_killed_run_becomes_the_same_record(self):
        whole = self.folder / "whole.h5"
        run(TWO_DIGITS, whole).close()
        chance = random.Random(7)
        for _ in range(6):
            process = subprocess.Popen(self.command(*OFTEN), stderr=subprocess.PIPE)
            kills = 0
            time.sleep(chance.uniform(0.05, 0.3))
            while process.poll() is None:
                process.kill()
                process.communicate()
                kills += 1
                process = subprocess.Popen(self.command(*OFTEN, "--resume"),
                                           stderr=subprocess.PIPE)
                # Longer each time, so that it comes to an end on a slow machine too.
                time.sleep(chance.uniform(0.05, 0.3) * kills)
            self.assertEqual(process.returncode, 0, process.communicate()[1])
            self.assertEqual(self.record.read_bytes(), whole.read_bytes())
            self.assertFalse(self.parts.exists())
            self.record.unlink()

    def test_an_interrupted_run_says_how_to_go_on(self):
        values = {"pause": "3000 s", "record.neurons": "[]", "record.every": "100 ms"}
        process = subprocess.Popen(self.command(values=values), stderr=subprocess.PIPE, text=True)
        wait_until_it_has_worked(process, 0.5)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, errors)
        self.assertIn("--resume goes on with it", errors)
        self.assertIn(f"the record until then is {self.record}", errors)
        self.assertEqual(len(list(self.parts.iterdir())), 1)
        with h5py.File(self.record, "r") as record:
            self.assertEqual(record.attrs["status"], "partial")

    def test_nothing_to_resume_begins_anew_and_says_so(self):
        done = self.run_here("--resume", values=QUICK)
        self.assertSays(done, 0, "nothing to resume")
        self.assertGone()
        done = self.run_here("--resume", scenario=CELL)
        self.assertSays(done, 0, "nothing to resume")

    def test_parts_are_not_lost_by_mistake(self):
        self.kill_with_parts(2)
        before = {path.name: path.read_bytes() for path in self.parts.glob("part-*.h5")}
        done = self.run_here()
        self.assertSays(done, 2, "has not been finished", "--resume", "--fresh")
        for values, says in (({"recall.noise": 0.3}, "recall.noise: 0.3, was 0.4"),
                             ({"seed": 5, "record.every": "2 ms"},
                              "seed: 5, was 1; record.every: 2 ms, was 1 ms")):
            self.assertSays(self.run_here("--resume", values=values), 2, says)
        self.assertSays(self.run_here("--fresh", values={"pause": "x"}), 2, "pause")
        self.assertEqual({path.name: path.read_bytes() for path in self.parts.glob("part-*.h5")},
                         before)
        self.assertFalse(self.record.exists())
        self.assertSays(self.run_here("--fresh", values=QUICK), 0)
        self.assertFalse(self.parts.exists())

    def test_a_run_that_is_killed_while_its_parts_go_can_be_gone_on_with(self):
        """Its record is whole by then, and the first of its parts are the last to go."""
        self.kill_with_parts(6)
        first = sorted(self.parts.glob("part-*.h5"))[:3]
        kept = [(path, path.read_bytes()) for path in first]
        self.assertSays(self.run_here("--resume"), 0)
        whole = self.record.read_bytes()
        self.parts.mkdir()
        for path, content in kept:
            path.write_bytes(content)
        self.assertSays(self.run_here(), 2, "--resume")
        self.assertSays(self.run_here("--resume"), 0)
        self.assertEqual(self.record.read_bytes(), whole)
        self.assertGone()

    def test_another_program_does_not_go_on(self):
        self.kill_with_parts(1)
        with h5py.File(self.parts / "part-000000000000.h5", "r+") as part:
            part.attrs["source"] = "tripartite 0.0.1"
        done = self.run_here("--resume")
        self.assertSays(done, 2, "part-000000000000.h5", "tripartite 0.0.1", "--fresh")

    def test_parts_that_are_damaged_or_missing_are_told(self):
        self.kill_with_parts(3)
        second = self.parts / "part-000000000001.h5"
        content = second.read_bytes()
        middle = len(content) // 2
        with h5py.File(second) as part:
            chunk = part["state"].id.get_chunk_info(0)
        hole = chunk.byte_offset + 1000  # its end is empty
        for wrong in (content[:middle], b"", b"x" * 1000,
                      content[:hole] + bytes(200) + content[hole + 200:]):
            second.write_bytes(wrong)
            done = self.run_here("--resume")
            self.assertSays(done, 2, "part-000000000001.h5", "--fresh")
            self.assertFalse(self.record.exists())
        second.unlink()
        self.assertSays(self.run_here("--resume"), 2, "part-000000000001.h5", "missing")
        second.write_bytes(content)
        self.assertSays(self.run_here("--resume"), 0)

    def test_images_that_have_changed_are_told(self):
        image = self.folder / "mine.pbm"
        image.write_text("P1\n2 2\n1 0 0 0\n")
        values = {"patterns": f"[{{image: {image}, rescale: nearest}}]", "recall.samples": 5}
        self.kill_with_parts(1, values=values)
        image.write_text("P1\n2 2\n0 0 0 1\n")
        self.assertSays(self.run_here("--resume", values=values), 2, "images", "--fresh")

    def test_a_full_disk_leaves_the_parts_before(self):
        whole = self.folder / "whole.h5"
        run(TWO_DIGITS, whole).close()
        size = whole.stat().st_size - 20000

        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        done = subprocess.run(self.command(*OFTEN), preexec_fn=limit, capture_output=True,
                              text=True)
        self.assertSays(done, 1, "File too large")
        self.assertGreater(len(list(self.parts.glob("part-*.h5"))), 3)
        self.assertSays(self.run_here("--resume"), 0)
        self.assertEqual(self.record.read_bytes(), whole.read_bytes())
        self.assertGone()

    def test_two_runs_do_not_share_parts(self):
        values = {"pause": "3000 s", "record.neurons": "[]", "record.every": "100 ms"}
        first = subprocess.Popen(self.command(*OFTEN, values=values), stderr=subprocess.PIPE)
        self.addCleanup(first.communicate)
        self.addCleanup(first.kill)
        while first.poll() is None and not list(self.parts.glob("part-*.h5")):
            time.sleep(0.01)
        for option in ("--resume", "--fresh"):
            self.assertSays(self.run_here(option, values=values), 2, "another run", "under way")
        self.assertIsNone(first.poll())
        self.assertTrue(list(self.parts.glob("part-*.h5")))

    def test_commits_are_seconds_apart(self):
        for wrong in ("-1", "x", "", "nan", "1s"):
            self.assertSays(self.run_here("--commit-every", wrong), 2, "--commit-every", "seconds")
        self.assertSays(tripartite("verify", TWO_DIGITS, "--resume"), 2, "--resume")

    def test_a_closed_folder_is_no_trap(self):
        if os.geteuid() == 0:
            self.skipTest("root may write anywhere")
        inside = self.folder / "closed"
        inside.mkdir(mode=0o500)
        self.record = inside / "r.h5"
        self.assertSays(self.run_here(), 1, "r.h5")


class From(ResumeTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.whole = cls.folder / "trained.h5"
        run(TWO_DIGITS, cls.whole).close()

    def assertSameTests(self, one, other):
        with h5py.File(one, "r") as a, h5py.File(other, "r") as b:
            compared = 0
            for path, array in arrays(a):
                if not path.startswith("training/"):
                    self.assertEqual(array.dtype, b[path].dtype)
                    numpy.testing.assert_array_equal(array[()], b[path][()])
                    compared += 1
            self.assertGreater(compared, 100)
            self.assertNotIn("training", b)

    def test_tests_are_those_of_the_whole_run(self):
        done = self.run_here("--from", self.whole)
        self.assertSays(done, 0)
        self.assertSameTests(self.whole, self.record)
        self.assertIn("2300 ms, in another record", tripartite("info", self.record).stdout)
        drawn = tripartite("plot", self.record, "training", "-o", self.folder / "t.png")
        self.assertSays(drawn, 2, "training/stimulus", "--from another record")
        self.assertGone()

    def test_what_comes_after_the_pause_may_differ(self):
        values = {"recall.noise": 0.2, "recall.samples": 2, "recall.after": "20 ms",
                  "record.neurons": "[recovery]", "title": "other", "network.feedback.current": 20,
                  "network.feedback.calcium": "0.2 uM", "network.feedback.overlap": "sum",
                  "network.feedback.more_than": 0.3}
        other = self.folder / "other.h5"
        run(TWO_DIGITS, other, values).close()
        self.assertSays(self.run_here("--from", self.whole, values=values), 0)
        self.assertSameTests(other, self.record)

    def test_a_state_that_cannot_be_is_the_records_fault(self):
        damaged = self.folder / "damaged.h5"
        for path, value in (("trained/neurons/recovery", 1e300),
                            ("trained/astrocytes/Ca", -5)):
            shutil.copy(self.whole, damaged)
            with h5py.File(damaged, "r+") as file:
                file[path][3, 4] = value
            self.assertSays(self.run_here("--from", damaged), 2, "damaged.h5: its trained state",
                            "cell", "train the network again")
            self.assertGone()

    def test_what_came_before_must_be_the_same(self):
        for values, says in (({"seed": 2}, "seed: 2, was 1"),
                             ({"trial": 3}, "trial: 3, was 0"),
                             ({"pause": "1 s"}, "pause: 1000 ms, was 1500 ms"),
                             ({"network.neurons.a": 0.03}, "network.neurons.a: 0.03"),
                             ({"network.feedback.during": "always",
                               "network.feedback.current": 20},
                              "network.feedback.current: 20, was 30"),
                             ({"patterns": "[zero]"}, "patterns.1.digit: not there")):
            with self.subTest(values=values):
                self.assertSays(self.run_here("--from", self.whole, values=values), 2,
                                "trained.h5", says)
        self.assertFalse(self.record.exists())

    def test_what_holds_no_trained_state_is_told(self):
        cell, verified = self.folder / "cell.h5", self.folder / "v.h5"
        run(CELL, cell).close()
        verify = {**QUICK, "network.neurons.rows": 10, "network.neurons.columns": 10}
        self.assertEqual(tripartite("verify", TWO_DIGITS, "-q", "-o", verified,
                                    *sets(verify)).returncode, 0)
        text, cut, old = (self.folder / name for name in ("text.h5", "cut.h5", "old.h5"))
        text.write_text("no record")
        content = self.whole.read_bytes()
        cut.write_bytes(content[: len(content) // 2])
        old.write_bytes(content)
        with h5py.File(old, "r+") as record:
            del record["trained"]
        for name, says in (("cell.h5", "expected one of memory"), ("v.h5", "verify"),
                           ("text.h5", "not an HDF5 file"), ("cut.h5", "cannot be opened"),
                           ("old.h5", "holds no trained state"), ("missing.h5", "No such file")):
            with self.subTest(name=name):
                self.assertSays(self.run_here("--from", self.folder / name), 2, name, says)
        self.assertSays(self.run_here("--from", self.whole, scenario=CELL), 2, "no training")

    def test_a_damaged_state_is_told(self):
        for path, value, says in (("neurons/recovery", float("nan"), "out of range"),
                                  ("astrocytes/feedback", 7, "out of range")):
            damaged = self.folder / "damaged.h5"
            damaged.write_bytes(self.whole.read_bytes())
            with h5py.File(damaged, "r+") as record:
                record[f"trained/{path}"][0, 0] = value
            self.assertSays(self.run_here("--from", damaged), 2, "damaged.h5", says)
        with h5py.File(damaged, "r+") as record:
            record["trained/astrocytes/feedback"][0, 0] = 0
            record["trained"].attrs["tick"] = numpy.uint64(7)
        self.assertSays(self.run_here("--from", damaged), 2, "damaged.h5", "pause's end")
        self.assertChecked(self.whole, ("trained/neurons/membrane_potential",
                                        "trained/neurons/recovery", "trained/astrocytes/h"),
                           "run", TWO_DIGITS)

    def test_it_can_be_gone_on_with(self):
        values = {"recall.samples": 30}
        whole = self.folder / "from.h5"
        self.assertEqual(tripartite("run", TWO_DIGITS, "-q", "-o", whole, "--from", self.whole,
                                    *sets(values)).returncode, 0)
        # Tests are shorter than 100 ms, so that a commit is where Ctrl-C ends the run.
        process = subprocess.Popen(self.command("--from", self.whole, values=values),
                                   stderr=subprocess.PIPE)
        wait_until_it_has_worked(process, 0.2)
        process.send_signal(signal.SIGINT)
        process.communicate()
        self.assertEqual(process.returncode, 130)
        self.assertSays(self.run_here("--resume", values=values), 2, "--from")
        done = self.run_here("--resume", "--from", self.whole, values=values)
        self.assertSays(done, 0)
        self.assertEqual(self.record.read_bytes(), whole.read_bytes())


if __name__ == "__main__":
    unittest.main()
