# SPDX-License-Identifier: GPL-3.0-or-later
"""A scenario that takes more memory than there is to be had is refused beforehand, with both
figures and the key that makes it so much; what it is said to take at least, it does take."""

import os
import re
import resource
import shutil
import struct
import subprocess
import unittest

from program import LINEAGE, PROGRAM, ROOT, TWO_DIGITS, FolderTest, sets, tripartite

GIB = 1 << 30
ANAN = """experiment: anan
data: {images: images, labels: labels}
folds: {count: 2, run: 1}
layers: [{kind: max_pool, size: 20}, {kind: conv, units: 1}, relu, flatten, {kind: dense, units: 1},
  sigmoid]
training: {epochs: 1}
astrocytes: {k: [1], mu: [1], a: [1.1], b: [0.1]}
"""
CLASSIFICATION = """experiment: classification
data: {images: images, labels: labels, train: 8000, test: 2000, classes: 2}
encoder: none
networks: [{name: one, layers: [{kind: dense, outputs: 2}]}]
training: {epochs: 1}
"""
LORENZ = ROOT / "experiments" / "reservoir" / "lorenz.yaml"
SMALL = {"patterns": "[one]", "training.samples": 1, "pause": "5 ms", "recall.after": "5 ms",
         "network.neurons.rows": 10, "network.neurons.columns": 10}
SIDE = {"network.neurons.rows": 1000, "network.neurons.columns": 1000}


def limit_to(room):
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (room, room))


class Memory(FolderTest):
    def refused(self, verb, scenario, values, key, room=GIB // 4, more=()):
        """What it would take at least, in bytes."""
        record = self.folder / "r.h5"
        output = () if verb == "check" else ("-q", "-o", record)
        done = tripartite(verb, scenario, *output, *more, *sets(values), preexec_fn=limit_to(room))
        self.assertSays(done, 2, f"{key}: this takes at least", f"make {key} smaller")
        told = re.search(r"at least (\S+) GiB of memory, and there are (\S+) GiB to be had",
                         done.stderr)
        takes, there = (float(number) * GIB for number in told.groups())
        self.assertGreater(takes, there)
        self.assertLessEqual(there, room)
        self.assertEqual([path for path in self.folder.iterdir() if "r.h5" in path.name], [])
        return takes

    def assertTakes(self, takes, scenario, values, factor):
        """A run takes as much, and at most `factor` times that."""
        process = subprocess.Popen([PROGRAM, "run", str(scenario), "-q", "-o",
                                    str(self.folder / "took.h5"), *sets(values)])
        _, code, usage = os.wait4(process.pid, 0)
        process.returncode = code
        self.assertEqual(code, 0)
        took = usage.ru_maxrss * 1024
        self.assertGreater(took, takes)
        self.assertLess(took, factor * takes)

    def test_each_verb_refuses(self):
        many = {"training.samples": 10000, **SIDE}
        for verb in ("run", "check", "verify"):
            self.refused(verb, LINEAGE if verb == "verify" else TWO_DIGITS, many,
                         "training.samples")
        swept = {**many, "sweep.over": "{recall.noise: [0.1, 0.2]}", "sweep.trials": 1}
        self.refused("sweep", TWO_DIGITS, swept, "training.samples")

    def test_the_key_is_the_one_that_counts(self):
        big = {"network.neurons.rows": 3001, "network.neurons.columns": 3001}
        self.refused("run", TWO_DIGITS, big, "network.neurons.rows")
        self.refused("run", TWO_DIGITS, {"recall.samples": 1000, **SIDE}, "recall.samples")
        self.refused("run", LORENZ, {"samples.train": 1000000}, "samples.train")
        self.refused("run", LORENZ, {"samples.test": 1000000}, "samples.test")

    def test_trials_are_counted(self):
        """Of each level and its control, 8 bytes for each measure and one; of a shard, its part."""
        swept = {"sweep.over": "{recall.noise: [0.1, 0.2]}", "sweep.trials": 10**8}
        whole = self.refused("sweep", TWO_DIGITS, swept, "sweep.trials")
        self.assertGreater(whole, 2 * 10**8 * (8 + 1))
        half = self.refused("sweep", TWO_DIGITS, swept, "sweep.trials", more=("--shard", "1/2"))
        control = self.refused("sweep", TWO_DIGITS, {
            **swept, "sweep.control": "{network.feedback.current: 0}"}, "sweep.trials")
        self.assertAlmostEqual(whole / half, 2, 1)
        self.assertAlmostEqual(control / whole, 2, 1)

    @unittest.skipUnless(shutil.which("mpirun"), "no mpirun")
    def test_ranks_refuse_together(self):
        """The second alone has too little; the first does not wait for it."""
        sweep = [PROGRAM, "sweep", str(TWO_DIGITS), "-q", "-o", str(self.folder / "r.h5"), *sets({
            "sweep.over": "{recall.noise: [0.1, 0.2]}", "sweep.trials": 15 * 10**6})]
        limited = ["sh", "-c", 'ulimit -v 1500000; exec "$@"', "sh", *sweep]
        done = subprocess.run(["mpirun", "--allow-run-as-root", "--oversubscribe", "-n", "1", *sweep,
                               ":", "-n", "1", *limited], capture_output=True, text=True,
                              timeout=120)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertRegex(done.stderr, "another rank has failed|sweep.trials: this takes at least")
        self.assertEqual(list(self.folder.glob("*r.h5*")), [])

    def test_a_small_sweep_is_not_refused(self):
        done = tripartite("sweep", TWO_DIGITS, "-q", "-o", self.folder / "swept.h5", *sets({
            **SMALL, "sweep.over": "{recall.noise: [0.1]}", "sweep.trials": 2}),
            preexec_fn=limit_to(GIB))
        self.assertSays(done, 0)

    def images(self, count, scenario=ANAN):
        """A scenario of so many images of 100 x 100 pixels, all black, of two classes."""
        with open(self.folder / "images", "wb") as file:
            file.write(struct.pack(">4I", 0x803, count, 100, 100))
            file.truncate(16 + count * 10000)
        (self.folder / "labels").write_bytes(struct.pack(">2I", 0x801, count)
                                             + bytes((0, 1)) * (count // 2))
        (self.folder / "images.yaml").write_text(scenario)
        return self.folder / "images.yaml"

    def test_images_are_counted(self):
        for key in ("data", "data.per_class"):
            values = {} if key == "data" else {key: 3000}
            for verb in ("run", "check"):
                # A fifth is set apart for the test; half of the others is learned from.
                takes = self.refused(verb, self.images(10000), values, key, GIB // 2)
                self.assertAlmostEqual(takes / ((6000 if values else 8000) / 2 * 80000), 1, 2)

    def test_images_of_a_classification_are_counted(self):
        for verb in ("run", "check"):
            takes = self.refused(verb, self.images(10000, CLASSIFICATION), {}, "data.train",
                                 GIB // 2)
            self.assertAlmostEqual(takes / (10000 * 80000), 1, 2)

    def test_images_that_cannot_be_read_are_refused(self):
        done = tripartite("check", self.images(40000), preexec_fn=limit_to(GIB // 2))
        self.assertSays(done, 2, "images: this takes at least", "take fewer images")

    def test_images_do_take_that_much(self):
        takes = self.refused("run", self.images(10000), {}, "data", GIB // 2)
        self.assertTakes(takes, self.folder / "images.yaml", {}, 4)

    def test_what_the_machine_has_is_looked_at(self):
        with open("/proc/meminfo") as file:
            there = dict(line.split(":") for line in file)["MemAvailable"]
        if int(there.split()[0]) > 10**9:
            self.skipTest("there is a terabyte of memory here")
        done = tripartite("check", TWO_DIGITS, *sets({
            "network.neurons.rows": 9997, "network.neurons.columns": 9997,
            "training.samples": 1000000}))
        self.assertSays(done, 2, "training.samples: this takes at least")

    def test_it_does_take_that_much(self):
        values = {"network.neurons.rows": 601, "network.neurons.columns": 601,
                  "patterns": "[zero]", "training.samples": 700, "training.every": "1 ms",
                  "training.shown": "0.5 ms", "pause": "0 ms", "recall.after": "0 ms",
                  "record.neurons": "[]", "record.every": "100 ms"}
        takes = self.refused("run", LINEAGE, values, "training.samples")
        self.assertTakes(takes, LINEAGE, values, 4)

    def test_a_small_one_is_not_refused(self):
        done = tripartite("run", TWO_DIGITS, "-q", "-o", self.folder / "small.h5",
                          *sets({"pause": "5 ms"}), preexec_fn=limit_to(GIB))
        self.assertSays(done, 0)


if __name__ == "__main__":
    unittest.main()
