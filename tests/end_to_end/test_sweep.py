# SPDX-License-Identifier: GPL-3.0-or-later
"""Sweeps as their users run them: the same bytes however the work is split or interrupted, numbers
that an independent reader computes again, and mistakes that cost nothing."""

import os
import pathlib
import pty
import random
import re
import resource
import shutil
import signal
import subprocess
import time
import unittest

import h5py
import numpy

from program import PROGRAM, ROOT, TWO_DIGITS, FolderTest, run, sets, tripartite

NOISE = ROOT / "experiments" / "memory" / "noise-robustness.yaml"
QUICK = {"network.neurons.rows": 22, "network.neurons.columns": 22, "pause": "600 ms"}
LEVELS = ("--over", "recall.noise=[0, 0.3, 0.9]", "--trials", "12")
LONGER = (*LEVELS, "--trials", "120")


def sweep(record, *arguments, scenario=NOISE, values=QUICK, levels=LEVELS, **options):
    return tripartite("sweep", scenario, "-q", "-o", record, *sets(values), *levels, *arguments,
                      **options)


def parts(record):
    return sorted(pathlib.Path(f"{record}.parts").glob("part-*.h5"))


class SameBytes(FolderTest):
    """Long enough to be interrupted."""

    @staticmethod
    def sweep(record, *arguments, **options):
        return sweep(record, *arguments, levels=LONGER, **options)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reference = cls.folder / "reference.h5"
        done = cls.sweep(cls.reference, "--jobs", "1")
        assert done.returncode == 0, done.stderr
        cls.bytes = cls.reference.read_bytes()

    def assertSame(self, done, record):
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(record.read_bytes() == self.bytes, f"{record.name} differs")
        self.assertFalse(pathlib.Path(f"{record}.parts").exists())

    def test_threads(self):
        for jobs in (2, 5):
            record = self.folder / f"jobs-{jobs}.h5"
            self.assertSame(self.sweep(record, "--jobs", jobs), record)

    def test_ranks(self):
        mpirun = shutil.which("mpirun")
        if not mpirun or "libmpi" not in subprocess.run(
                ["ldd", PROGRAM], capture_output=True, text=True, check=True).stdout:
            self.skipTest("no mpirun here, or the program was built without MPI")
        for ranks in (1, 2, 4):
            record = self.folder / f"ranks-{ranks}.h5"
            command = [mpirun, "--oversubscribe", "-n", str(ranks), PROGRAM, "sweep", NOISE, "-q",
                       "-o", record, *sets(QUICK), *LONGER]
            allowed = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
                       "LSAN_OPTIONS": "detect_leaks=0"}  # MPI itself leaks
            done = subprocess.run(command, capture_output=True, text=True, timeout=120,
                                  env={**os.environ, **allowed})
            self.assertSame(done, record)

    def test_shards(self):
        for count in (1, 7):
            shards = [self.folder / f"shard-{k}-of-{count}.h5" for k in range(1, count + 1)]
            for k, shard in enumerate(shards, 1):
                self.assertEqual(self.sweep(shard, "--shard", f"{k}/{count}").returncode, 0)
            merged = self.folder / f"merged-{count}.h5"
            if count == 1:
                merged = shards[0]
                done = tripartite("info", merged)
            else:
                with h5py.File(shards[2]) as shard:
                    self.assertEqual(shard.attrs["status"], "partial")
                    self.assertGreater(len(shard["trials/accuracy"]), 0)
                done = tripartite("merge", *reversed(shards), "-o", merged)
            self.assertSame(done, merged)

    def test_kill_9_and_resume(self):
        record, moments, kept = self.folder / "killed.h5", random.Random(4), 0
        longest = 0.6
        for attempt in range(10):
            command = [PROGRAM, "sweep", NOISE, "-q", "-o", record, *sets(QUICK), *LONGER,
                       "--jobs", "1", *(("--resume",) if attempt else ())]
            child = subprocess.Popen(command, stderr=subprocess.PIPE)
            time.sleep(moments.uniform(0.02, longest))
            child.kill()
            child.communicate()
            kept = max(kept, len(parts(record)))
            if not kept:  # a slow machine, or a sanitizer
                longest *= 1.5
            for part in parts(record):
                h5py.File(part).close()
        self.assertGreater(kept, 0, "no part was ever kept: this tests nothing")
        parts_folder = pathlib.Path(f"{record}.parts")
        parts_folder.mkdir(exist_ok=True)
        (parts_folder / ".part-000000000007.h5.99.tmp").write_bytes(b"cut off")
        self.assertSame(self.sweep(record, "--resume"), record)

    def test_ctrl_c_and_resume(self):
        record, said = self.folder / "stopped.h5", None
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number=number):
                shutil.rmtree(f"{record}.parts", ignore_errors=True)
                child = subprocess.Popen(
                    [PROGRAM, "sweep", NOISE, "-o", record, *sets(QUICK), *LONGER],
                    stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
                while not parts(record):
                    self.assertIsNone(child.poll())
                    time.sleep(0.01)
                child.send_signal(number)
                _, told = child.communicate(timeout=120)
                self.assertEqual(child.returncode, 130, told)
                self.assertRegex(told, r"interrupted with \d+ of 720 trials done")
                self.assertIn("--resume", told)
                self.assertFalse(record.exists())
                said = int(re.search(r"with (\d+) of", told)[1])
        with self.subTest("what there is can be looked at"):
            so_far = self.folder / "so-far.h5"
            done = tripartite("merge", *parts(record), "-o", so_far)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("PARTIAL", done.stdout)
            with h5py.File(so_far) as finished:
                there = len(finished["trials/accuracy"])
            self.assertGreater(there, 0)
            self.assertEqual(there, said)
        with self.subTest("without --resume nothing is lost"):
            before = {part: part.read_bytes() for part in parts(record)}
            self.assertSays(self.sweep(record), 2, "unfinished sweep", "--resume", "--fresh")
            self.assertEqual(before, {part: part.read_bytes() for part in parts(record)})
        with self.subTest("a changed scenario says what has changed"):
            done = self.sweep(record, "--resume", "--set", "network.feedback.current=20")
            self.assertSays(done, 2, "network.feedback.current: 20, was 30")
            self.assertEqual(before, {part: part.read_bytes() for part in parts(record)})
        with self.subTest("only what is missing is done"):
            done = tripartite("sweep", NOISE, "-o", record, *sets(QUICK), *LONGER, "--resume",
                              "--jobs", "3")
            self.assertSame(done, record)
            self.assertRegex(done.stdout, rf"(?m)^{720 - there} trials run, .*; {there} were there$")

    def test_one_sweep_at_a_time(self):
        record = self.folder / "twice.h5"
        first = subprocess.Popen([PROGRAM, "sweep", NOISE, "-q", "-o", record, *sets(QUICK),
                                  *LONGER, "--jobs", "1"])
        while not parts(record):
            self.assertIsNone(first.poll())
            time.sleep(0.01)
        for more in ((), ("--resume",), ("--fresh",)):
            self.assertSays(self.sweep(record, *more), 2, "is under way", f"process {first.pid} on",
                            f"{self.folder}/.twice.h5.lock")
        self.assertEqual(first.wait(), 0)
        self.assertEqual(record.read_bytes(), self.bytes)

    def test_parts_that_stay_are_not_begun_anew_over(self):
        record = self.folder / "stays.h5"
        stays = self.folder / "stays.h5.parts" / "part-000000000000.h5"
        stays.mkdir(parents=True)
        done = self.sweep(record, "--fresh")
        self.assertSays(done, 1, f"{stays}: the parts cannot be removed: ", "remove the folder")
        self.assertNotIn("--resume", done.stderr)
        self.assertFalse(record.exists())

    def test_a_full_disk_keeps_what_was_kept(self):
        record = self.folder / "full.h5"

        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (60000, 60000))

        done = self.sweep(record, preexec_fn=limit)
        self.assertSays(done, 1, "full.h5", "--resume goes on")
        self.assertGreater(len(parts(record)), 0)
        self.assertFalse(record.exists())
        self.assertSame(self.sweep(record, "--resume"), record)


class Numbers(FolderTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.path = cls.folder / "sweep.h5"
        done = sweep(cls.path, "--set", "sweep.control={network.feedback.current: 0}",
                     "--set", "recall.readout.count=2")
        assert done.returncode == 0, done.stderr
        cls.record = h5py.File(cls.path)

    def column(self, name, noise, pattern):
        trials = self.record["trials"]
        rows = (trials["recall.noise"][:] == noise) & (trials["patterns"][:] == pattern)
        return trials[name][:][rows]

    def test_a_trial_is_a_run(self):
        trials = self.record["trials"]
        for row in (3, 30, 71):
            values = {"patterns": trials["patterns"][row].decode(),
                      "recall.noise": trials["recall.noise"][row],
                      "trial": trials["trial"][row], "recall.readout.count": 2}
            for control, current in (("", 30), ("control_", 0)):
                with run(NOISE, self.folder / "run.h5",
                         {**QUICK, **values, "network.feedback.current": current}) as alone:
                    for name in ("accuracy", "input_accuracy", "hit", "pixel_accuracy"):
                        self.assertEqual(trials[control + name][row], alone[f"summary/{name}"][0])
                    self.assertEqual(trials[control + "accuracy_at_11.6_ms"][row],
                                     alone["summary/frame_accuracy"][0, 1])

    def test_means_and_students_intervals(self):
        t = 2.200985160082949  # 11 degrees of freedom, two-sided 95 %
        summary = self.record["summary"]
        for level in range(6):
            place = summary["recall.noise"][level], summary["patterns"][level]
            self.assertEqual(summary["trials"][level], 12)
            own, given, control = (self.column(name, *place) for name in
                                   ("accuracy", "input_accuracy", "control_accuracy"))
            for name, values in (("accuracy", own), ("accuracy_minus_input_accuracy", own - given),
                                 ("accuracy_minus_control", own - control)):
                error = values.std(ddof=1) / numpy.sqrt(12)
                for part, expected in (("mean", values.mean()), ("standard_error", error),
                                       ("lower", values.mean() - t * error),
                                       ("upper", values.mean() + t * error)):
                    numpy.testing.assert_allclose(summary[f"{name}_{part}"][level], expected,
                                                  rtol=1e-9, atol=1e-12)

    def test_crossings(self):
        crossings, noise = self.record["crossings"], numpy.array([0, 0.3, 0.9])
        for curve, pattern in enumerate(crossings["patterns"][:]):
            means = numpy.array([(self.column("accuracy", d, pattern)
                                  - self.column("input_accuracy", d, pattern)).mean()
                                 for d in noise])
            self.assertLess(means[0], 0)
            at = numpy.interp(0, means, noise)
            self.assertAlmostEqual(crossings["overtakes_baseline"][curve], at, places=12)
            self.assertLessEqual(crossings["overtakes_baseline_lower"][curve], at)
            self.assertGreaterEqual(crossings["overtakes_baseline_upper"][curve], at)

    def test_every_array_says_what_it_is(self):
        def look(path, item):
            if isinstance(item, h5py.Dataset):
                self.assertTrue("units" in item.attrs or item.dtype.kind == "O", path)
                self.assertTrue(item.attrs["long_name"], path)
        self.record.visititems(look)
        self.assertEqual(self.record.attrs["experiment"], "sweep")
        self.assertEqual(self.record.attrs["status"], "complete")

    def test_the_table_on_the_terminal(self):
        told = tripartite("info", self.path).stdout
        self.assertRegex(told, r"(?m)^recall.noise +patterns +trials +accuracy")
        self.assertRegex(told, r"(?m)^ +0\.3 +\[zero\] +12 +0\.\d{4} \[0\.\d{4}, 0\.\d{4}\]")
        self.assertRegex(told, r"patterns = \[one\]: accuracy rises above input_accuracy at "
                               r"recall.noise = 0\.\d+ \[0\.\d+, 0\.\d+\]")

    def test_the_order_of_trials_does_not_depend_on_their_number(self):
        """More trials go on where fewer ended."""
        path = self.folder / "fewer.h5"
        self.assertEqual(sweep(path, "--trials", "2", "--set", "recall.readout.count=2").returncode,
                         0)
        with h5py.File(path) as fewer:
            few, many = fewer["trials"], self.record["trials"]
            kept = many["trial"][:] < 2
            for name in ("level", "trial", "accuracy", "hit", "accuracy_at_4.4_ms"):
                numpy.testing.assert_array_equal(few[name][:], many[name][:][kept])


class Arithmetic(FolderTest):
    def test_plain_and_fused_have_the_same_results(self):
        """To the last digit: the shipped scenario takes fused for that."""
        results, paths = {}, {}
        for kind in ("plain", "fused"):
            values = {f"network.{cells}.arithmetic": kind for cells in ("neurons", "astrocytes")}
            paths[kind] = self.folder / f"{kind}.h5"
            done = sweep(paths[kind], values=values)
            self.assertEqual(done.returncode, 0, done.stderr)
            with h5py.File(paths[kind]) as swept:
                results[kind] = {f"{group}/{name}": (array.dtype, array[()].tobytes()
                                                     if array.dtype.kind != "O" else array[()].tolist())
                                 for group in ("summary", "trials")
                                 for name, array in swept[group].items()}
        self.assertIn("summary/accuracy_mean", results["plain"])
        self.assertIn("trials/accuracy", results["plain"])
        self.assertEqual(results["plain"], results["fused"])
        for kind, path in paths.items():  # not one of them twice
            self.assertIn(f"arithmetic: {kind}", tripartite("info", path, "--resolved").stdout)


class Cells(FolderTest):
    def test_a_level_is_a_run(self):
        scenario, path = ROOT / "experiments/cell/izhikevich-fi-sweep.yaml", self.folder / "c.h5"
        self.assertEqual(sweep(path, scenario=scenario, values={}, levels=()).returncode, 0)
        with h5py.File(path) as swept:
            trials = swept["trials"]
            self.assertEqual(trials["spike_count"][0], 0)
            self.assertTrue(numpy.isnan(trials["first_spike"][0]))
            self.assertAlmostEqual(trials["first_spike"][5], 3.75107, places=4)  # exact: spec
            self.assertNotIn("crossings/falls_below", swept)
            for current in (0, 5, 20, 40):
                values = {"inputs.current.0.value": current, "every": "0.1 ms"}
                with run(scenario, self.folder / "run.h5", values) as alone:
                    times = alone["response/spikes/cells/timestamps"][:]
                    self.assertEqual(trials["spike_count"][current], len(times))
                    self.assertEqual(trials["spike_rate"][current], len(times) / 1.0)
                    if len(times):
                        self.assertEqual(trials["first_spike"][current], times[0])
                    recovery = alone["response/cell/recovery"][:]
                    self.assertGreaterEqual(trials["recovery_maximum"][current], recovery.max())
                    self.assertLessEqual(trials["recovery_minimum"][current], recovery.min())


class BadInput(FolderTest):
    def assertCostsNothing(self, done, *says):
        self.assertSays(done, 2, "tripartite: ", *says)
        self.assertEqual(done.stdout, "")
        left = [path.name for path in self.folder.iterdir() if path.suffix != ".yaml"]
        self.assertEqual(left, [])

    def test_wrong_arguments(self):
        record = self.folder / "r.h5"
        for arguments, says in {
            ("--over", "recall.noise"): "expected PATH=LEVELS",
            ("--over", "recall.noise=0:0.6"): "--over recall.noise=0:0.6: found",
            ("--over", "recall.noise=0.6:0:0.1"): "leads away from its end",
            ("--over", "recall.noise=[]"): "no levels",
            ("--over", "recall.noize=[1]"): "did you mean 'noise'?",
            ("--over", "pause=0.2 s:8 Hz:0.1"): "one unit",
            ("--trials", "0"): "--trials 0: sweep.trials",
            ("--trials", "-3"): "--trials",
            ("--jobs", "0"): "--jobs 0",
            ("--shard", "0/4"): "K/N",
            ("--shard", "5/4"): "K/N",
            ("--shard", "5"): "K/N",
            ("--set", "sweep.over={}"): "varies nothing",
            ("--set", "sweep.confidence=1"): "0.9999",
        }.items():
            with self.subTest(arguments=arguments):
                self.assertCostsNothing(sweep(record, *arguments, levels=()), says)
        self.assertCostsNothing(sweep(record, levels=(), scenario=TWO_DIGITS), "varies nothing",
                                "--over")

    def test_wrong_records_are_not_merged(self):
        first, second, other = (self.folder / f"{n}.h5" for n in ("first", "second", "other"))
        self.assertEqual(sweep(first, "--shard", "1/2").returncode, 0)
        self.assertEqual(sweep(second, "--shard", "2/2").returncode, 0)
        changed = sweep(other, "--shard", "2/2", "--set", "training.noise=0.3")
        self.assertEqual(changed.returncode, 0)
        whole = self.folder / "whole.h5"
        self.assertEqual(tripartite("merge", first, second, "-o", whole).returncode, 0)
        before = whole.read_bytes()
        run(TWO_DIGITS, self.folder / "run.h5", QUICK).close()
        for records, says in (((first, other), "training.noise: "), ((whole,), "finished sweep"),
                              ((self.folder / "run.h5",), "no part or shard"),
                              ((NOISE,), "noise-robustness.yaml"),
                              ((first,), "complete record of this name")):
            done = tripartite("merge", *records, "-o", whole)
            self.assertSays(done, 2, "tripartite: ", says)
            self.assertTrue(whole.read_bytes() == before)
        self.assertSays(tripartite("merge", first), 2, "-o")
        self.assertSays(tripartite("merge", "-o", whole), 2, "expected the shards")
        for path in self.folder.iterdir():
            path.unlink()

    def test_a_record_in_the_way_stays(self):
        record = self.folder / "data.yaml"
        record.write_text("mine")
        self.assertSays(sweep(record), 2, "no record")
        self.assertEqual(record.read_text(), "mine")


class Progress(FolderTest):
    def test_lines_where_there_is_no_terminal(self):
        child = subprocess.Popen([PROGRAM, "sweep", NOISE, "-o", self.folder / "l.h5",
                                  *sets({**QUICK, "pause": "8 s"}), *LEVELS, "--trials", "5000"],
                                 stderr=subprocess.PIPE, text=True)
        line = child.stderr.readline()
        child.terminate()
        child.communicate()
        self.assertRegex(line, r"^sweep: \d+ of 30000 trials, [\d.]+ per s, remaining [\d:]+; "
                               r"accuracy 0\.\d{3} at recall.noise=0, patterns=\[zero\]")

    def test_a_bar_and_the_means_on_a_terminal(self):
        leader, follower = pty.openpty()
        child = subprocess.Popen([PROGRAM, "sweep", NOISE, "-o", self.folder / "t.h5",
                                  *sets(QUICK), *LONGER], stderr=follower,
                                 stdout=subprocess.DEVNULL)
        os.close(follower)
        told = b""
        while True:
            try:
                told += os.read(leader, 4096)
            except OSError:
                break
        self.assertEqual(child.wait(), 0)
        text = told.decode()
        self.assertRegex(text, r"\[#+\.*\] +\d+ %  \d+ of 720 trials, [\d.]+ per s, remaining \d")
        self.assertRegex(text, r"recall.noise=0.3, patterns=\[zero\] +\d+ trials  accuracy 0\.\d{3}")
        self.assertTrue(re.search(r"\x1b\[J$", text), "what was drawn is taken off at the end")


if __name__ == "__main__":
    unittest.main()
