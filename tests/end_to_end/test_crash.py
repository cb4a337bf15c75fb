# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs and sweeps that are killed at random moments, and gone on with until they are done: the same
bytes as if nothing had been, and whatever has its final name can be read at every moment.

TRIPARTITE_LONG=1 kills each 200 times, else a few."""

import json
import os
import random
import signal
import subprocess
import time
import unittest

import h5py
import numpy

from program import PROGRAM, ROOT, TWO_DIGITS, FolderTest, arrays, sets
from test_anan import SCENARIO as ANAN, make_images
from test_classification import SCENARIO as CLASSIFICATION, write_data

LONG = bool(os.environ.get("TRIPARTITE_LONG"))
KILLS = 200 if LONG else 5
LORENZ = ROOT / "experiments" / "reservoir" / "lorenz.yaml"
NOISE = ROOT / "experiments" / "memory" / "noise-robustness.yaml"
SWEPT = {"pause": "200 ms", "training.samples": 2, "recall.after": "20 ms"}
RESERVOIR = {"network.neurons.count": 40, "network.astrocytes.count": 40, "samples.drop": 100,
             "samples.train": 2000, "samples.test": 200, "readout.epochs": 8}
OFTEN = ("--commit-every", "0")


class Crash(FolderTest):
    def setUp(self):
        self.inside = self.folder / self.id().rsplit(".", 1)[1]
        self.inside.mkdir()
        self.record = self.inside / "r.h5"
        self.chance = random.Random(self.id())
        self.was_read = {}  # what each file was when it was read: what is the same is still whole
        self.states = {}  # of each part, whoever wrote it

    def command(self, verb, scenario, record, *options):
        return [PROGRAM, verb, str(scenario), "-q", "-o", str(record), *map(str, options)]

    def read(self, path, same_states):
        if path.name.endswith(".json"):
            json.loads(path.read_text())
            return
        self.assertTrue(path.name.endswith(".h5"), path)
        with h5py.File(path) as file:
            for name, array in arrays(file):
                content = array[()]
                if same_states and name == "state":
                    known = self.states.setdefault(path.name, content.tobytes())
                    self.assertTrue(content.tobytes() == known, f"{path.name}: another state")

    def read_all(self, same_states):
        """Whatever has a final name is whole; returns how many parts there are."""
        parts = 0
        for path in self.inside.rglob("*"):
            if path.name.startswith(".") or path.is_dir():
                continue
            parts += path.parent != self.inside
            status = path.stat()
            is_now = status.st_ino, status.st_mtime_ns, status.st_size
            if self.was_read.get(path) != is_now:
                self.read(path, same_states)
                self.was_read[path] = is_now
        return parts

    def check(self, verb, scenario, *options, longest=None, same_states=False):
        """Kills within `longest` seconds (without it, most of what the whole takes), until the
        record is whole, again and again."""
        whole = self.folder / f"{self.inside.name}-whole.h5"
        began = time.monotonic()
        done = subprocess.run(self.command(verb, scenario, whole, *options), capture_output=True,
                              text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        longest = longest or 0.7 * (time.monotonic() - began)
        expected = whole.read_bytes()
        kills = records = most_parts = 0
        # A few chosen moments can all lie before the first part: more of them then, to a bound.
        while kills < KILLS or (most_parts == 0 and kills < 40 * KILLS):
            code, tries, resume = -9, 0, ()
            while code == -9:
                process = subprocess.Popen(
                    self.command(verb, scenario, self.record, *options, *resume),
                    stderr=subprocess.PIPE, text=True)
                # Longer each time, so that it comes to an end on a slow machine too.
                tries += 1
                try:
                    process.wait(timeout=self.chance.uniform(0, longest) * (1 + tries / 5))
                except subprocess.TimeoutExpired:
                    process.kill()
                errors = process.communicate()[1]
                code = process.returncode
                kills += code == -9
                most_parts = max(most_parts, self.read_all(same_states))
                resume = ("--resume",)
            self.assertEqual(code, 0, errors)
            self.assertTrue(self.record.read_bytes() == expected, "other bytes")
            self.assertEqual(sorted(os.listdir(self.inside)), ["r.h5", "r.h5.log.json"])
            self.record.unlink()
            records += 1
        self.assertGreater(most_parts, 0, "no part was ever kept: this tests nothing")
        print(f"{self.inside.name}: {kills} kills, {records} records, up to {most_parts} parts")

    def test_run(self):
        # Each part is of one moment, whether the run had been ended before or not. So what a run
        # goes on from is all there, even where nothing of the record would come of it.
        self.check("run", TWO_DIGITS, *OFTEN, same_states=True)

    def test_sweep(self):
        # Trials are first kept after a quarter of a second.
        self.check("sweep", NOISE, "--trials", 200 if LONG else 60, *sets(SWEPT), longest=0.4)

    def test_forecast(self):
        self.check("run", LORENZ, *OFTEN, *sets(RESERVOIR))

    def test_classification(self):
        write_data(self.folder)
        scenario = self.folder / "classification.yaml"
        more = CLASSIFICATION.replace("trials: 7", "trials: 30")
        scenario.write_text(more.replace("encoder: none",
                                         "encoder: {kind: vae, size: 9, epochs: 20}"))
        self.check("run", scenario, *OFTEN)

    def write_anan(self, seed):
        images, labels = make_images(numpy.random.default_rng(seed), 240)
        numpy.savez(self.folder / "images.npz", train_images=images[:200], train_labels=labels[:200],
                    val_images=images[200:220], val_labels=labels[200:220],
                    test_images=images[220:], test_labels=labels[220:])
        scenario = self.folder / "anan.yaml"
        scenario.write_text(ANAN % "images.npz")
        return scenario

    def test_anan(self):
        self.check("run", self.write_anan(3), *OFTEN)

    def test_finished_folds_are_kept_and_go_with_their_images(self):
        scenario = self.write_anan(3)
        code, epochs = 0, 40
        while code == 0:  # done before it could be interrupted, on a busy machine
            epochs *= 2
            self.record.unlink(missing_ok=True)
            command = self.command("run", scenario, self.record, *OFTEN, *sets({
                "training.epochs": epochs, "training.range": 1e-9}))
            process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
            while process.poll() is None and not list(self.inside.glob("r.h5.parts/part-*.h5")):
                time.sleep(0.002)
            process.send_signal(signal.SIGINT)
            errors = process.communicate()[1]
            code = process.returncode
        self.assertEqual(code, 130, errors)
        self.assertRegex(errors, r"interrupted after [1-4] of 5 folds")
        self.assertIn("--resume goes on with it", errors)
        with h5py.File(self.record) as partial:
            losses = dict(zip(partial["training/fold"][:], partial["training/loss"][:]))
        self.write_anan(4)
        done = subprocess.run([*command, "--resume"], capture_output=True, text=True)
        self.assertSays(done, 2, "its images were others", "--fresh")
        self.write_anan(3)
        done = subprocess.run([*command, "--resume"], capture_output=True, text=True)
        self.assertSays(done, 0)
        with h5py.File(self.record) as record:
            for fold, loss in losses.items():
                numpy.testing.assert_array_equal(record["training/loss"][int(fold)], loss)


@unittest.skipUnless(LONG, "takes minutes: TRIPARTITE_LONG=1")
class EveryMinute(FolderTest):
    def watch(self, verb, values, options, count, longest):
        """Starts what does not end by itself soon; no two of its first `count` parts, by the time at
        which they got their names, are more than `longest` seconds apart."""
        record = self.folder / f"{verb}.h5"
        process = subprocess.Popen(
            [PROGRAM, verb, str(TWO_DIGITS), "-q", "-o", str(record), *options, *sets(values)])
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        began = time.time()
        moments = [began]
        while len(moments) <= count:
            named = sorted(part.stat().st_ctime
                           for part in self.folder.glob(f"{record.name}.parts/part-*.h5"))
            moments = [began, *named]
            self.assertIsNone(process.poll())
            self.assertLess(time.time() - moments[-1], longest)
            time.sleep(0.1)
        gaps = [f"{later - sooner:.1f}" for sooner, later in zip(moments, moments[1:])]
        print(f"{verb}: seconds between commits:", *gaps)

    def test_a_long_run_commits_every_minute(self):
        # A network at rest does a thousand seconds of its time in one.
        self.watch("run", {"pause": "1000000 s", "record.neurons": "[]", "record.every": "100 ms"},
                   (), count=5, longest=60)

    def test_a_long_sweep_commits_every_half_minute(self):
        """30 s after the last commit, to which comes what it takes to write."""
        self.watch("sweep", {"sweep.over": "{recall.noise: [0.1, 0.2]}", "sweep.trials": 100000},
                   ("--jobs", "1"), count=9, longest=33)


if __name__ == "__main__":
    unittest.main()
