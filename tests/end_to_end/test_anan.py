#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A convolutional network with and without astrocytes, once more in numpy: images as NumPy itself
saves them, outputs from the recorded weights, scores and tests of the folds from outputs."""
import itertools
import pathlib
import re
import tempfile
import unittest

import h5py
import numpy

from images import idx, png
from program import FolderTest, arrays, tripartite

SIDE, EACH = 9, 30
SCENARIO = """
experiment: anan
data: {npz: %s}
folds: {count: 5}
layers: [{kind: conv, units: 4}, relu, {kind: max_pool}, flatten, {kind: dense, units: 5}, relu,
  {kind: dense, units: 1}, sigmoid]
training: {epochs: 6, batch: 8, rate: 0.01}
astrocytes: {k: [4, 6], mu: [2, 4], a: [1.1, 1.5], b: [0.1, 0.4]}
"""


def make_images(generator, count):
    labels = numpy.arange(count) % 2
    images = generator.integers(0, 120, (count, SIDE, SIDE))
    for image, label in zip(images, labels):
        at = generator.integers(1, SIDE - 1)
        if label:
            image[at] += 90
        else:
            image[:, at] += 90
    return images.astype("uint8"), labels.reshape(-1, 1)


def convolve(x, weights, bias):
    """maps[kernel, row, column] of x[channel, row, column]"""
    size = weights.shape[-1]
    patches = numpy.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    return numpy.einsum("kcij,crsij->krs", weights, patches) + bias[:, None, None]


def finish(maps, network):
    """The output from the maps of the first layer on."""
    maps = numpy.maximum(maps, 0)
    rows = maps.shape[1] // 2
    pooled = maps[:, :2 * rows, :2 * rows].reshape(len(maps), rows, 2, rows, 2).max(axis=(2, 4))
    hidden = network["dense1/weight"][:] @ pooled.ravel() + network["dense1/bias"][:]
    y = network["dense2/weight"][:] @ numpy.maximum(hidden, 0) + network["dense2/bias"][:]
    return 1 / (1 + numpy.exp(-y[0]))


def modulated(x, network, activity, k, mu, a, b):
    """Weights after k steps, as the paper has it."""
    weights, bias = network["conv1/weight"][:].copy(), network["conv1/bias"][:]
    r = numpy.zeros(len(weights), int)
    for _ in range(int(k)):
        maps = convolve(x, weights, bias)
        if activity == "post_mean":
            maps = numpy.maximum(maps, 0)
        active = maps.mean(axis=(1, 2)) > 0
        for j, w in enumerate(weights):
            if abs(r[j]) != mu:
                r[j] += 1 if active[j] else -1
            if r[j] == mu:
                w += abs(w) * (a - 1)
            elif r[j] == -mu:
                w -= abs(w) * b
    return weights


def score(p, labels):
    taken = p > 0.5
    hits = numpy.sum(taken & (labels == 1))
    wins = numpy.subtract.outer(p[labels == 1], p[labels == 0])
    return {"accuracy": numpy.mean(taken == labels),
            "f1": 2 * hits / (numpy.sum(taken) + numpy.sum(labels)),
            "loss": -numpy.mean(numpy.log(numpy.where(labels == 1, p, 1 - p))),
            "auc": numpy.mean((numpy.sign(wins) + 1) / 2)}


def signed_rank_p(differences):
    """Over all signs."""
    d = numpy.array([x for x in differences if abs(x) > 1e-12])
    if len(d) == 0:
        return 1
    size = numpy.round(abs(d), 12)
    ranks = numpy.array([numpy.mean(numpy.flatnonzero(numpy.sort(size) == x)) + 1 for x in size])
    least = min(ranks[d > 0].sum(), ranks[d < 0].sum())
    sums = [numpy.dot(signs, ranks) for signs in itertools.product((0, 1), repeat=len(d))]
    return numpy.mean([min(s, ranks.sum() - s) <= least + 1e-9 for s in sums])


class Anan(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        path = pathlib.Path(cls.folder.name)
        generator = numpy.random.default_rng(3)
        arrays = {}
        for name, count in (("train", 2 * EACH), ("val", EACH), ("test", EACH)):
            arrays[name + "_images"], arrays[name + "_labels"] = make_images(generator, count)
        cls.images, cls.labels = arrays["test_images"] / 255, arrays["test_labels"].ravel()
        cls.records = []
        for save in (numpy.savez_compressed, numpy.savez):
            save(path / "images.npz", **arrays)
            (path / "s.yaml").write_text(SCENARIO % (path / "images.npz"))
            result = tripartite("run", path / "s.yaml", "-q", "-o", path / (save.__name__ + ".h5"))
            assert result.returncode == 0, result.stderr
            cls.records.append(path / (save.__name__ + ".h5"))
        cls.record = h5py.File(cls.records[0])

    @classmethod
    def tearDownClass(cls):
        cls.record.close()
        cls.folder.cleanup()

    def test_packed_or_not_the_record_is_the_same(self):
        self.assertEqual(self.records[0].read_bytes(), self.records[1].read_bytes())

    def test_scores_follow_from_the_recorded_networks(self):
        folds = self.record["folds"]
        changed = 0
        for fold in range(5):
            network = self.record[f"networks/{fold}"]
            bias = network["conv1/bias"][:]
            for model, activity in enumerate((None, "pre_mean", "post_mean")):
                p = []
                for image in self.images[:, None]:
                    weights = network["conv1/weight"][:]
                    if activity:
                        setting = [folds[n][model - 1, fold] for n in ("k", "mu", "a", "b")]
                        weights = modulated(image, network, activity, *setting)
                    p.append(finish(convolve(image, weights, bias), network))
                for name, value in score(numpy.array(p), self.labels).items():
                    self.assertAlmostEqual(folds[name][model, fold], value, 10)
                changed += activity is not None and folds["loss"][model, fold] != \
                    folds["loss"][0, fold]
        self.assertGreater(changed, 5)

    def test_folds_are_compared_in_pairs(self):
        for name in ("accuracy", "f1", "loss", "auc"):
            values = self.record[f"folds/{name}"][:]
            for model in (1, 2):
                self.assertAlmostEqual(self.record[f"summary/{name}_p"][model],
                                       signed_rank_p(values[model] - values[0]), 12)
                self.assertAlmostEqual(self.record[f"summary/{name}_difference"][model],
                                       numpy.mean(values[model] - values[0]), 12)

    def test_what_is_no_image_is_refused(self):
        path = pathlib.Path(self.folder.name)
        images, labels = make_images(numpy.random.default_rng(1), 40)
        both = {"train_labels": labels, "val_labels": labels, "test_labels": labels,
                "val_images": images, "test_images": images}
        cases = {"holds no 'train_images.npy'": both,
                 "Python objects": {**both, "train_images": numpy.array([{}, []], dtype=object)},
                 "numbers of type '<f8'": {**both, "train_images": images / 255},
                 "images of unequal size": {**both, "train_images": images[:, 1:]},
                 "39 images, and 40 labels": {**both, "train_images": images[1:]},
                 "225 rows": {**both, "train_images": numpy.zeros((40, 225, 3), "uint8")}}
        for message, arrays in cases.items():
            numpy.savez(path / "wrong.npz", **arrays)
            (path / "w.yaml").write_text(SCENARIO % (path / "wrong.npz"))
            result = tripartite("run", path / "w.yaml", "-o", path / "w.h5")
            self.assertEqual(result.returncode, 2)
            self.assertIn(message, result.stderr)
            self.assertFalse((path / "w.h5").exists())


class Folders(FolderTest):
    """Folders of PNGs, one for each class, beside the same images as arrays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        generator = numpy.random.default_rng(4)
        both = {}
        for name, count in (("train", 2 * EACH), ("test", EACH)):
            images, labels = make_images(generator, count)
            order = numpy.argsort(labels.ravel(), kind="stable")  # a folder is read class by class
            both[name] = images[order], labels[order]
            for i, (image, label) in enumerate(zip(*both[name])):
                place = cls.folder / name / str(label[0])
                place.mkdir(parents=True, exist_ok=True)
                (place / f"{i:03}.png").write_bytes(png(image))
        cls.arrays = {f"{name}_{what}": array for name, pair in both.items()
                      for what, array in zip(("images", "labels"), pair)}

    def run_with(self, data, record):
        scenario = self.folder / "s.yaml"
        scenario.write_text(SCENARIO.replace("{npz: %s}", data))
        return tripartite("run", scenario, "-q", "-o", self.folder / record)

    def test_they_are_read_as_arrays_are(self):
        numpy.savez(self.folder / "same.npz", **self.arrays)
        for data, record in (("{npz: same.npz, train: [train]}", "arrays.h5"),
                             ("{folder: train, test_folder: test}", "folders.h5")):
            done = self.run_with(data, record)
            self.assertEqual(done.returncode, 0, done.stderr)
        with h5py.File(self.folder / "arrays.h5") as one, \
                h5py.File(self.folder / "folders.h5") as other:
            expected = arrays(one)
            self.assertGreater(len(expected), 20)
            self.assertEqual([path for path, _ in expected], [path for path, _ in arrays(other)])
            for path, array in expected:
                with self.subTest(path=path):
                    numpy.testing.assert_array_equal(array[()], other[path][()])

    def test_networks_are_used_again_where_they_are_whole(self):
        numpy.savez(self.folder / "same.npz", **self.arrays)
        done = self.run_with("{npz: same.npz, train: [train]}", "trained.h5")
        self.assertSays(done, 0)
        trained, scenario = self.folder / "trained.h5", self.folder / "s.yaml"
        done = tripartite("run", scenario, "-q", "-o", self.folder / "again.h5", "--from", trained)
        self.assertSays(done, 0)
        with h5py.File(trained) as one, h5py.File(self.folder / "again.h5") as other:
            for name in ("networks/4/conv1/weight", "summary/loss", "folds/accuracy"):
                numpy.testing.assert_array_equal(one[name][:], other[name][:])
            layers = [path for path, _ in arrays(one)
                      if re.fullmatch(r"networks/4/\w+/(weight|bias)", path)]
        self.assertGreaterEqual(len(layers), 4)
        self.assertChecked(trained, layers, "run", scenario)

    def test_both_have_the_same_classes(self):
        for label in ("0", "2"):
            place = self.folder / "others" / label
            place.mkdir(parents=True)
            (place / "a.png").write_bytes(png(self.arrays["test_images"][0]))
        self.assertSays(self.run_with("{folder: train, test_folder: others}", "no.h5"), 2,
                        "others", "its folders are not those of the folder to learn from")
        self.assertFalse((self.folder / "no.h5").exists())

    def test_there_is_one_source_and_whole(self):
        for data, message in (("{}", "found 0 sources"),
                              ("{npz: same.npz, folder: train}", "found 2 sources"),
                              ("{images: images}", "'labels' is wanted")):
            (self.folder / "images").write_bytes(idx(self.arrays["train_images"]))
            self.assertSays(self.run_with(data, "no.h5"), 2, message)


if __name__ == "__main__":
    unittest.main()
