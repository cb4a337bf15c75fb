# SPDX-License-Identifier: GPL-3.0-or-later
"""The same scenario and seed give the same bytes: on any number of threads and ranks, by any kernel,
and, with TRIPARTITE_LONG=1, built by any compiler at any optimization. Another seed gives others,
and what is recorded does not change what is computed."""

import itertools
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import h5py
import numpy

from program import LINEAGE, PROGRAM, ROOT, TWO_DIGITS, FolderTest, arrays, run, sets
from test_anan import SCENARIO as ANAN, make_images

LONG = bool(os.environ.get("TRIPARTITE_LONG"))
KERNELS = ("generic", "sse2", "avx2", "avx512")  # more than the processor has is the most it has
THREADS = (1, 2, 3, 8)
RANKS = (1, 2, 4)
LORENZ = ROOT / "experiments" / "reservoir" / "lorenz.yaml"
XOR = ROOT / "experiments" / "glia-layers" / "xor.yaml"
CELL = ROOT / "experiments" / "cell" / "izhikevich-step.yaml"
SHORT = {"training.samples": 2, "pause": "50 ms"}
# As many neurons as several threads share.
LARGE = {**SHORT, "patterns": "[zero]", "network.neurons.rows": 130,
         "network.neurons.columns": 130, "recall.after": "20 ms", "record.every": "5 ms"}
def by_arithmetic(name):
    return {**SHORT, "network.neurons.arithmetic": name, "network.astrocytes.arithmetic": name}


RESERVOIR = {"network.neurons.count": 20, "network.astrocytes.count": 20, "samples.drop": 50,
             "samples.train": 300, "samples.test": 60, "readout.epochs": 3,
             "free_run.samples": 20}
# What is simulated: the same on every machine, by every compiler.
SIMULATED = {
    "rk4": ("run", TWO_DIGITS, SHORT),
    "large": ("run", TWO_DIGITS, LARGE),
    "euler": ("run", LINEAGE, SHORT),
    "fused": ("run", TWO_DIGITS, by_arithmetic("fused")),
    "single": ("run", TWO_DIGITS, by_arithmetic("single")),
    "cvode": ("run", CELL, {"cell.integrator": "cvode:adams"}),
    "gsl": ("run", CELL, {"cell.integrator": "gsl:rkf45"}),
    "sweep": ("sweep", TWO_DIGITS, {**SHORT, "sweep.over": "{recall.noise: [0.1, 0.3, 0.5]}",
                                    "sweep.trials": 4}),
}
if LONG:
    for arithmetic in ("fused", "single"):
        SIMULATED[f"large, {arithmetic}"] = (
            "run", TWO_DIGITS, {**by_arithmetic(arithmetic), **LARGE})
# What is learned: on one machine.
LEARNED = {
    "forecast": ("run", LORENZ, RESERVOIR),
    "forecasts": ("sweep", LORENZ, {**RESERVOIR, "sweep.over": "{readout.batch: [16, 32]}",
                                    "sweep.trials": 4}),
    "classification": ("run", XOR, {"training.epochs": 30, "trials": 5}),
}
MPIRUN = ("mpirun", "--allow-run-as-root", "--oversubscribe", "-n")


class SameBits(FolderTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.write_anan()
        cls.expected = {}
        for name, what in {**SIMULATED, **LEARNED}.items():
            cls.expected[name] = cls.made(what, "generic", 1)

    @classmethod
    def write_anan(cls):
        images, labels = make_images(numpy.random.default_rng(3), 120)
        numpy.savez(cls.folder / "images.npz", train_images=images[:80], train_labels=labels[:80],
                    val_images=images[80:100], val_labels=labels[80:100],
                    test_images=images[100:], test_labels=labels[100:])
        scenario = cls.folder / "anan.yaml"
        scenario.write_text(ANAN % "images.npz")
        LEARNED["anan"] = "run", scenario, {"training.epochs": 2}

    @classmethod
    def made(cls, what, kernels, jobs, launcher=(), program=PROGRAM):
        verb, scenario, values = what
        record = cls.folder / "r.h5"
        command = [*launcher, program, verb, str(scenario), "-q", "-o", str(record),
                   *sets(values), "--jobs", str(jobs)]
        quiet = {"LSAN_OPTIONS": "detect_leaks=0"} if launcher else {}  # MPI itself leaks
        done = subprocess.run(command, capture_output=True, text=True, timeout=600,
                              env={**os.environ, "TRIPARTITE_KERNELS": kernels, **quiet})
        if done.returncode:
            raise AssertionError(f"exit {done.returncode}: {done.stderr}")
        content = record.read_bytes()
        record.unlink()
        return content

    def check(self, name, what, *how, **more):
        with self.subTest(name=name, how=how, **more):
            self.assertTrue(self.made(what, *how, **more) == self.expected[name], "other bytes")

    def test_threads_and_kernels(self):
        for name, what in {**SIMULATED, **LEARNED}.items():
            for kernels, jobs in itertools.product(KERNELS, THREADS):
                if LONG or KERNELS.index(kernels) == THREADS.index(jobs):
                    self.check(name, what, kernels, jobs)

    @unittest.skipUnless(shutil.which("mpirun"), "no mpirun")
    def test_ranks(self):
        for name, what in {**SIMULATED, **LEARNED}.items():
            if what[0] == "sweep":
                for ranks in RANKS:
                    self.check(name, what, "avx512", 2, launcher=(*MPIRUN, str(ranks)))

    def test_another_arithmetic_is_another_record(self):
        """So that what is compared above is not the same arithmetic three times."""
        # Which arithmetic it was, is in the record too: the spikes are looked at.
        times = [run(TWO_DIGITS, self.folder / f"{name}.h5",
                     by_arithmetic(name))["recall/0/spikes/neurons/timestamps"][()]
                 for name in ("plain", "fused", "single")]
        for one, other in itertools.combinations(times, 2):
            self.assertFalse(numpy.array_equal(one, other))

    def test_another_seed_is_another_record(self):
        for name, (verb, scenario, values) in {**SIMULATED, **LEARNED}.items():
            if scenario == CELL:
                continue  # nothing is random
            with self.subTest(name=name):
                other = self.made((verb, scenario, {**values, "seed": 2}), "avx512", 2)
                self.assertFalse(other == self.expected[name])
        # Not the attribute alone.
        one, other = (run(TWO_DIGITS, self.folder / f"{seed}.h5", {**SHORT, "seed": seed})
                      for seed in (1, 2))
        self.assertFalse(numpy.array_equal(one["recall/0/spikes/neurons/node_ids"],
                                           other["recall/0/spikes/neurons/node_ids"]))

    def test_what_is_recorded_does_not_matter(self):
        whole = run(TWO_DIGITS, self.folder / "all.h5", {
            **SHORT, "record.neurons": "[membrane_potential, recovery]",
            "record.astrocytes": "[Ca, h, IP3]", "record.every": "0.5 ms"})
        less = run(TWO_DIGITS, self.folder / "less.h5", {
            **SHORT, "record.neurons": "[]", "record.astrocytes": "[Ca]", "record.every": "1 ms"})
        compared = 0
        for path, array in arrays(less):
            other = whole[path][()]
            if array.shape and other.shape[0] == 2 * array.shape[0]:
                other = other[::2]  # twice as often
            numpy.testing.assert_array_equal(array[()], other, path)
            compared += 1
        self.assertGreater(compared, 50)
        self.assertIsInstance(whole, h5py.File)

    @unittest.skipUnless(LONG, "takes minutes: TRIPARTITE_LONG=1")
    def test_compilers(self):
        for compiler, level in itertools.product(("gcc", "clang"), ("2", "3")):
            if not shutil.which(compiler):
                print(f"no {compiler} here: not compared")
                continue
            with tempfile.TemporaryDirectory(prefix="tripartite-build-") as build:
                for command in (["meson", "setup", build, str(ROOT), "-Dwerror=false",
                                 f"-Doptimization={level}"], ["ninja", "-C", build, "tripartite"]):
                    done = subprocess.run(command, capture_output=True, text=True,
                                          env={**os.environ, "CC": compiler})
                    self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                program = str(pathlib.Path(build) / "tripartite")
                for name, what in {**SIMULATED, **LEARNED}.items():
                    for kernels, jobs in itertools.product(KERNELS, (1, 3)):
                        self.check(name, what, kernels, jobs, program=program)
                print(f"{compiler} -O{level}: the same")


if __name__ == "__main__":
    unittest.main()
