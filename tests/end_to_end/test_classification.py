# SPDX-License-Identifier: GPL-3.0-or-later
"""Classification once more in numpy from what the record holds: answers of the trained networks,
their summary, and what bad files and lists of layers say."""

import gzip
import os
import re
import struct
import unittest

import h5py
import numpy

from program import ROOT, FolderTest, run, sets, tripartite

MNIST = "mnist/t10k-images-idx3-ubyte.gz"
HERE = any(os.path.exists(os.path.join(folder, MNIST))
           for folder in os.environ.get("TRIPARTITE_DATA", "").split(":"))
SCENARIO = """
experiment: classification
data: {images: images.gz, labels: labels, train: 300, test: 100, classes: 3}
encoder: none
networks:
  - name: glia
    gather: window
    layers: [gather, slide, softmax, gather, slide, softmax, gather]
  - name: plain
    bias: additive
    layers: [spread, slide, relu, {kind: dense, outputs: 3}]
training: {epochs: 30, batch: 40, rate: 1e-2}
trials: 7
"""


def write_data(folder, count=400):
    """Images of 3 x 3 pixels, each class bright in a row of its own."""
    draw = numpy.random.default_rng(5)
    labels = draw.integers(0, 3, count).astype(numpy.uint8)
    images = draw.integers(0, 90, (count, 3, 3)).astype(numpy.uint8)
    images[numpy.arange(count), labels] += 120
    with gzip.open(folder / "images.gz", "wb") as file:
        file.write(struct.pack(">4i", 0x803, count, 3, 3) + images.tobytes())
    (folder / "labels").write_bytes(struct.pack(">2i", 0x801, count) + labels.tobytes())
    return images.reshape(count, 9) / 255.0, labels


def columns(kind, inputs, outputs, j, window):
    if kind == "slide":
        return sorted({(j - 1) % inputs, j, (j + 1) % inputs})
    if kind == "spread":
        return [n for n in range(inputs) if j - 2 <= n <= j]
    if window:
        return [n for n in range(inputs) if j <= n <= j + 2]
    return sorted({(j - 1) % outputs, j, (j + 1) % outputs})


def glia(kind, inputs, outputs, numbers, x, bias, window):
    weights, biases = numbers[:3 * outputs].reshape(outputs, 3), numbers[3 * outputs:]
    y = numpy.zeros((len(x), outputs))
    for j in range(outputs):
        for slot, n in enumerate(columns(kind, inputs, outputs, j, window)):
            y[:, j] += weights[j, slot] * x[:, n]
            if bias == "published":
                y[:, j] += biases[j] * y[:, j]
        if bias == "additive":
            y[:, j] += biases[j]
    return y


def forward(group, trial, x, bias="published", window=False):
    """A recorded network, layer by layer."""
    numbers = group["parameters"][trial]
    firsts = list(group["first_parameter"][:].astype(int)) + [len(numbers)]
    for k, kind in enumerate(group["kind"].asstr()[:]):
        inputs, outputs = int(group["inputs"][k]), int(group["outputs"][k])
        own = numbers[firsts[k]:firsts[k + 1]]
        if kind == "dense":
            x = x @ own[:inputs * outputs].reshape(outputs, inputs).T + own[inputs * outputs:]
        elif kind == "softmax":
            x = numpy.exp(x - x.max(axis=1, keepdims=True))
            x /= x.sum(axis=1, keepdims=True)
        elif kind == "relu":
            x = numpy.maximum(x, 0)
        else:
            x = glia(kind, inputs, outputs, own, x, bias, window)
    return x


class Classification(FolderTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.x, cls.labels = write_data(cls.folder)
        cls.scenario = cls.folder / "three.yaml"
        cls.scenario.write_text(SCENARIO)
        cls.record = run(cls.scenario, cls.folder / "three.h5")
        cls.addClassCleanup(cls.record.close)

    def test_answers_are_those_of_the_recorded_networks(self):
        test = self.record["test"]
        for k, options in enumerate([{"window": True}, {"bias": "additive"}]):
            name = test["name"].asstr()[k]
            for trial in range(7):
                y = forward(self.record[f"trained/{name}"], trial, self.x, **options)
                answers, truth = y.argmax(axis=1), self.labels
                confusion = numpy.zeros((3, 3))
                numpy.add.at(confusion, (truth[300:], answers[300:]), 1)
                numpy.testing.assert_array_equal(test["confusion"][k, trial], confusion)
                self.assertAlmostEqual(test["accuracy"][k, trial], numpy.trace(confusion) / 100)
                self.assertAlmostEqual(test["train_accuracy"][k, trial],
                                       (answers == truth)[:300].mean())
                self.assertEqual(test["stuck"][k, trial], len(set(answers[300:])) == 1)
                self.assertEqual(self.record["training/test_accuracy"][k, trial, -1],
                                 test["accuracy"][k, trial])

    def test_something_is_learned_and_summed_up(self):
        accuracy, summary = self.record["test/accuracy"][:], self.record["summary"]
        self.assertGreater(numpy.median(accuracy[1]), 0.95)
        self.assertGreater(numpy.median(accuracy[0]), 0.5)
        numpy.testing.assert_allclose(summary["accuracy_median"], numpy.median(accuracy, axis=1))
        numpy.testing.assert_array_equal(summary["accuracy_lower"], accuracy.min(axis=1))
        numpy.testing.assert_array_equal(summary["accuracy_upper"], accuracy.max(axis=1))
        numpy.testing.assert_allclose(summary["stuck_share"],
                                      self.record["test/stuck"][:].mean(axis=1))
        loss = self.record["training/loss"][1]
        self.assertTrue((loss[:, -1] < 0.5 * loss[:, 0]).all())

    def test_bits_do_not_depend_on_threads(self):
        done = tripartite("run", self.scenario, "-q", "-o", self.folder / "one.h5",
                          preexec_fn=lambda: os.sched_setaffinity(0, {0}))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((self.folder / "one.h5").read_bytes(),
                         (self.folder / "three.h5").read_bytes())

    def test_a_sweep_gives_the_numbers_of_runs(self):
        levels = {"perturbation.noise": ["0", "0.3"], "perturbation.leak": ["0", "0.6"],
                  "perturbation.weight_loss": ["0", "0.5"]}
        for path, values in levels.items():
            swept = self.folder / "sweep.h5"
            done = tripartite("sweep", self.scenario, "-q", "-o", swept, "--over",
                              f"{path}=[{','.join(values)}]", "--trials", "3")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.check_figure(swept, path)
            with h5py.File(swept) as trials:
                rows = trials["trials"]
                measured = {name: rows[name][:].reshape(2, 3)
                            for name in ("accuracy", "plain_accuracy", "stuck")}
            for level, value in enumerate(values):
                with run(self.scenario, self.folder / "level.h5",
                         {path: value, "trials": 3}) as own:
                    numpy.testing.assert_array_equal(own["test/accuracy"][0],
                                                     measured["accuracy"][level])
                    numpy.testing.assert_array_equal(own["test/accuracy"][1],
                                                     measured["plain_accuracy"][level])
                    numpy.testing.assert_array_equal(own["test/stuck"][0],
                                                     measured["stuck"][level])

    def check_figure(self, swept, path):
        """A point for each trial of both networks, and the medians' own."""
        drawn = self.folder / "perturbation.svg"
        done = tripartite("plot", swept, "perturbation", "-o", drawn)
        self.assertEqual(done.returncode, 0, done.stderr)
        text = drawn.read_text()
        self.assertEqual(len(re.findall("<use xlink:href='#gpPt6'", text)), 2 * 2 * (3 + 1))
        for part in ("glia: median, 95 % interval", "plain: median, 95 % interval", path):
            self.assertIn(part, text)

    def test_trained_networks_are_used_again(self):
        again = self.folder / "again.h5"
        done = tripartite("run", self.scenario, "-q", "-o", again, "--from",
                          self.folder / "three.h5", "--set", "trials=4")
        self.assertEqual(done.returncode, 0, done.stderr)
        with h5py.File(again) as record:
            self.assertNotIn("training", record)
            numpy.testing.assert_array_equal(record["test/confusion"][:],
                                             self.record["test/confusion"][:, :4])
            numpy.testing.assert_array_equal(record["trained/glia/parameters"][:],
                                             self.record["trained/glia/parameters"][:4])
        weights = {"perturbation.weight_loss": 0.5, "trials": 4}
        done = tripartite("run", self.scenario, "-q", "-o", again, "--from",
                          self.folder / "three.h5", *sets(weights))
        self.assertEqual(done.returncode, 0, done.stderr)
        with h5py.File(again) as record, run(self.scenario, self.folder / "lost.h5",
                                             weights) as trained:
            numpy.testing.assert_array_equal(record["test/accuracy"], trained["test/accuracy"])
            self.assertLess(record["test/accuracy"][1].mean(),
                            self.record["test/accuracy"][1].mean())
        for values, part in (({"training.rate": 0.1}, "training.rate: 0.1, was 0.01"),
                             ({"trials": 8}, "expected 8 trials"),
                             ({"networks.0.bias": "none"}, "networks.0.bias: none, was published")):
            done = tripartite("run", self.scenario, "-q", "-o", again, "--from",
                              self.folder / "three.h5", *sets(values))
            self.assertSays(done, 2, part)
        self.assertChecked(self.folder / "three.h5",
                           ("trained/glia/parameters", "trained/plain/parameters"), "run",
                           self.scenario)

    def test_layers_that_do_not_chain_are_told_by_number(self):
        cases = (
            ("[gather, slide]", "layer 1 (slide), the last, gives 7 numbers; expected 3"),
            ("[gather, {kind: slide, inputs: 8}]",
             "layer 1 (slide) is to take 8 numbers, but layer 0 gives 7"),
            ("[{kind: gather, inputs: 20}]", "layer 0 (gather) is to take 20 numbers, but there "
             "are 9"),
            ("[{kind: spread, outputs: 12}]", "layer 0 (spread) is to give 12 numbers, but it "
             "makes 11 of 9"),
            ("[slide, dense]", "layer 1 (dense) has no size"),
            ("[slide, pool]", "pool"),
        )
        for layers, part in cases:
            done = tripartite("run", self.scenario, "-o", self.folder / "no.h5", "--set",
                              f"networks=[{{name: a, layers: {layers}}}]")
            self.assertSays(done, 2, part)
            self.assertFalse((self.folder / "no.h5").exists())
        done = tripartite("check", self.scenario, "--set",
                          "networks=[{name: a, layers: [slide]}, {name: a/b, layers: [slide]}]")
        self.assertSays(done, 2, "layer 0 (slide), the last, gives 9 numbers")
        done = tripartite("check", self.scenario, "--set",
                          "networks=[{name: a/b, layers: [{kind: dense, outputs: 3}]}]")
        self.assertSays(done, 2, "networks.0.name", "letters, digits")

    def test_bad_files_are_told(self):
        whole = (self.folder / "labels").read_bytes()
        (self.folder / "cut").write_bytes(whole[:-120])
        (self.folder / "fewer").write_bytes(struct.pack(">2i", 0x801, 399) + whole[8:-1])
        (self.folder / "high").write_bytes(whole[:308] + b"\x07" + whole[309:])
        for name, part in (("cut", "the file is cut short: it holds 280 whole labels"),
                           ("fewer", "holds 399 labels, but"),
                           ("high", "image 300 has the label 7"),
                           ("missing", "there is no file"), ("images.gz", "no IDX file of labels")):
            done = tripartite("check", self.scenario, "--set", f"data.labels={self.folder / name}")
            self.assertSays(done, 2, part)
        done = tripartite("check", self.scenario, "--set", "data.train=301")
        self.assertSays(done, 2, "the file holds 400 images; 301 to 400 were to be read")
        done = tripartite("check", self.scenario, "--set", "data.images=none.gz")
        self.assertSays(done, 2, "there is no file", "https://", "TRIPARTITE_DATA")

    def test_exclusive_or_is_learned_by_neurons(self):
        with run(ROOT / "experiments" / "glia-layers" / "xor.yaml", self.folder / "xor.h5",
                 {"trials": 2}) as record:
            for trial in range(2):
                cases = numpy.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
                for k, name in enumerate(("glia", "neurons")):
                    y = forward(record[f"trained/{name}"], trial, cases,
                                bias="none" if k == 0 else "published")[:, 0]
                    right = numpy.abs(y - [0, 1, 1, 0]) < 0.01
                    self.assertEqual(record["test/accuracy"][k, trial], right.mean())
            self.assertEqual(record["test/accuracy"][1].min(), 1)

    def test_an_autoencoder_is_trained_once_and_used_again(self):
        vae = {"encoder": "{kind: vae, size: 9, hidden: 30, epochs: 60, rate: 1e-2}", "trials": 2}
        path = self.folder / "vae.h5"
        with run(self.scenario, path, vae) as record:
            loss = record["training/encoder/loss"][:]
            self.assertLess(loss[-1], loss[0])
            accuracy = record["test/accuracy"][:]
            pair = record["test/reconstructions"]
            numpy.testing.assert_allclose(pair["image"][:].reshape(10, 9), self.x[300:310])
            self.assertTrue(((pair["reconstruction"][:] >= 0) &
                             (pair["reconstruction"][:] <= 1)).all())
            numpy.testing.assert_array_equal(pair["label"], self.labels[300:310])
        for more in (["--from", path], ["--set", f"encoder.file={path}"]):
            done = tripartite("run", self.scenario, "-q", "-o", self.folder / "b.h5", *sets(vae),
                              *more)
            self.assertEqual(done.returncode, 0, done.stderr)
            with h5py.File(self.folder / "b.h5") as again:
                numpy.testing.assert_array_equal(again["test/accuracy"][:], accuracy)
        self.assertChecked(path, ("trained/vae/encoder", "trained/vae/decoder"), "run",
                           self.scenario, *sets(vae))
        done = tripartite("sweep", self.scenario, "-q", "-o", self.folder / "c.h5", *sets(vae),
                          "--over", "perturbation.noise=[0, 0.1]")
        self.assertSays(done, 2, "a sweep takes an autoencoder that has been trained")
        done = tripartite("sweep", self.scenario, "-q", "-o", self.folder / "c.h5", *sets(vae),
                          "--set", f"encoder.file={path}", "--trials", "2", "--over",
                          "perturbation.noise=[0, 0.1]")
        self.assertEqual(done.returncode, 0, done.stderr)
        with h5py.File(self.folder / "c.h5") as swept:
            numpy.testing.assert_array_equal(swept["trials/accuracy"][:2], accuracy[0])
        done = tripartite("plot", path, "reconstructions", "-o", self.folder / "r.png")
        self.assertEqual(done.returncode, 0, done.stderr)
        done = tripartite("run", self.scenario, "-q", "-o", self.folder / "b.h5", *sets(vae),
                          "--set", f"encoder.file={self.folder / 'three.h5'}")
        self.assertSays(done, 2, "holds no autoencoder")

    def test_an_autoencoder_is_trained_jointly(self):
        vae = {"encoder": "{kind: vae, size: 9, hidden: 30, trained: joint}", "trials": 2}
        with run(self.scenario, self.folder / "joint.h5", vae) as record:
            self.assertGreater(record["test/accuracy"][1].min(), 0.5)
            self.assertEqual(record["training/test_accuracy"][1, 1, -1],
                             record["test/accuracy"][1, 1])
            self.assertNotIn("vae", record["trained"])
        done = tripartite("run", self.scenario, "-q", "-o", self.folder / "b.h5", *sets(vae),
                          "--from", self.folder / "joint.h5")
        self.assertSays(done, 2, "trained jointly are not kept")

    @unittest.skipUnless(HERE, "MNIST is not in TRIPARTITE_DATA")
    def test_digits_are_read_through_a_projection(self):
        scenario = ROOT / "experiments" / "glia-layers" / "sparse-projection.yaml"
        with run(scenario, self.folder / "digits.h5",
                 {"trials": 2, "training.epochs": 10}) as record:
            accuracy = record["test/accuracy"][:]
            self.assertTrue((accuracy[1:] > 0.55).all(), accuracy)
            numpy.testing.assert_array_equal(record["test/confusion"][:].sum(axis=(2, 3)), 2000)
            numpy.testing.assert_array_equal(record["summary/parameters"], [560, 630, 940])

    def test_figures_are_drawn(self):
        for figure in ("learning", "confusion"):
            done = tripartite("plot", self.folder / "three.h5", figure, "-o",
                              self.folder / f"{figure}.png")
            self.assertEqual(done.returncode, 0, done.stderr)
        damaged = self.folder / "damaged.h5"
        for figure, path in (("learning", "training/test_accuracy"), ("learning", "test/stuck"),
                             ("learning", "summary/accuracy_lower"), ("confusion", "test/name"),
                             ("confusion", "test/confusion")):
            for shorter in (False, True):
                damaged.write_bytes((self.folder / "three.h5").read_bytes())
                with h5py.File(damaged, "r+") as record:
                    values = record[path][1:]
                    del record[path]
                    if shorter:
                        record[path] = values
                done = tripartite("plot", damaged, figure, "-o", self.folder / "no.png")
                self.assertEqual(done.returncode, 2, (figure, path, shorter, done.stderr))
        self.assertIn("plain", tripartite("info", self.folder / "three.h5").stdout)


if __name__ == "__main__":
    unittest.main()
