# SPDX-License-Identifier: GPL-3.0-or-later
"""Records in which one array has another shape than a run gives it: no axis, one more, one less, none of
a length, another length. Whatever reads one gives its answer or a message: nothing is read beyond
an array's end (which the sanitizers see, under ./check --sanitize), and no figure is drawn of it
without a word.

TRIPARTITE_LONG=1: every array of every kind of record, each in two shapes, instead of a sample."""

import collections
import os
import random
import re
import shutil
import sys
import unittest

import h5py
import numpy

from program import (FolderTest, arrays, is_scale, stand_in_viewer, tripartite,
                     without_gnuplot)
from records import KINDS, make_records

LONG = os.environ.get("TRIPARTITE_LONG") == "1"
SAMPLE = 2
# Their shapes are those of `memory`.
ALIKE = {"region", "double", "quiet"}
SHAPES = {
    "no axis": lambda values: values.ravel()[:1].reshape(()),
    "one axis more": lambda values: values[None],
    "one axis less": lambda values: values.reshape(-1, *values.shape[2:]),
    "no first length": lambda values: values[:0],
    "no last length": lambda values: values[..., :0],
    "a first length of one less": lambda values: values[:-1],
    "twice the first length": lambda values: numpy.concatenate([values, values]),
    "twice the last length": lambda values: numpy.concatenate([values, values], axis=-1),
}
# What a figure's other arrays are measured by, as they are read.
MEASURES = {"anan": {"folds/accuracy": "folds", "grid/f1": "grid"},
            "classification": {"test/confusion": "confusion", "training/test_accuracy": "learning"},
            "forecast": {"drive/input": "forecast", "summary/test_error": "forecast"},
            "sweep": {"summary/trials": "robustness"}}
# What one array is to others; h5py has no way to copy it.
LINKS = {"DIMENSION_LIST", "REFERENCE_LIST", "CLASS", "NAME", "_Netcdf4Dimid",
         "_Netcdf4Coordinates"}


def changes(kind, record):
    """Array and shape: two of each array, or a sample of all."""
    chance = random.Random(kind)
    with h5py.File(record) as file:
        names = [path for path, array in arrays(file) if array.shape and array.size]
    every = [(path, shape) for path in names for shape in chance.sample(sorted(SHAPES), 2)]
    return every if LONG else chance.sample(every, SAMPLE)


def links_of(record):
    """Array, axis and scale, of all."""
    with h5py.File(record) as file:
        return [(path, axis, scale.name[1:]) for path, array in arrays(file) if not is_scale(array)
                for axis in range(array.ndim) for scale in array.dims[axis].values()]


def reshaped(record, links, path, shape, into):
    """A copy in which the array has that shape; False where it had it before. Axes are as they were,
    also where their lengths are others."""
    shutil.copy(record, into)
    with h5py.File(into, "r+") as file:
        old = file[path]
        values, kind, scale = SHAPES[shape](old[()]), old.dtype, is_scale(old)
        if values.shape == old.shape:
            return False
        name = old.attrs.get("NAME", "")
        attributes = {name: value for name, value in old.attrs.items() if name not in LINKS}
        linked = [link for link in links if path in (link[0], link[2])]
        for array, axis, other in linked:
            file[array].dims[axis].detach_scale(file[other])
        del file[path]
        made = file.create_dataset(path, data=values, dtype=kind)
        for attribute, value in attributes.items():
            made.attrs[attribute] = value
        if scale:
            made.make_scale(name)
        for array, axis, other in linked:
            if axis < file[array].ndim:
                file[array].dims[axis].attach_scale(file[other])
    return True


class Shapes(FolderTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.records = make_records(cls.folder, sorted(KINDS.keys() - ALIKE))
        cls.links = {kind: links_of(record) for kind, record in cls.records.items()}
        cls.place = cls.folder / "changed"
        cls.place.mkdir()
        cls.environment = {**os.environ, "TRIPARTITE_VIEWER": stand_in_viewer(cls.folder),
                           "PATH": without_gnuplot(cls.folder)}

    def reshape(self, kind, path, shape):
        return reshaped(self.records[kind], self.links[kind], path, shape, self.place / "r.h5")

    def tripartite(self, *command):
        return tripartite(*command, cwd=self.place, env=self.environment, timeout=3600)

    def ask(self, *command):
        done = self.tripartite(*command)
        self.assertIn(done.returncode, (0, 2), f"{command}: {done.returncode}: {done.stderr}")
        if done.returncode:
            self.assertRegex(done.stderr, r"^tripartite: \S*r\.h5: \S")
        return done.returncode

    def ask_all(self):
        """What all that reads a record says to it; `report` draws each of its figures."""
        codes = collections.Counter()
        for command in (["info", "r.h5"], ["report", "r.h5", "-o", "page.html"],
                        ["export", "r.h5", "--csv", "csv"], ["export", "r.h5", "--npz", "npz"],
                        ["export", "r.h5", "--nwb", "nwb"], ["export", "r.h5", "--sonata", "son"]):
            codes[self.ask(*command)] += 1
        for figure, reason in self.without():
            self.assertRegex(reason, r"\S \S", figure)
        for left in self.place.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        return codes

    def without(self):
        """The figures that the page does not have, and why."""
        page = self.place / "page.html"
        text = page.read_text(errors="replace") if page.exists() else ""
        return re.findall(r"No figure <b>([\w-]+)</b>: ([^<]*)", text)

    def test_times_that_are_fewer_are_told(self):
        for shape in ("no first length", "a first length of one less"):
            self.reshape("memory", "training/neurons/time", shape)
            for form in ("--nwb", "--sonata"):
                done = self.tripartite("export", "r.h5", form, "out")
                self.assertSays(done, 2, "'/training/neurons/membrane_potential' has 180 instants, ",
                                "as '/training/neurons/time' has")

    def test_an_array_without_values_is_not_drawn(self):
        for kind, paths in MEASURES.items():
            for path, figure in paths.items():
                for shape in ("no last length", "no axis", "one axis more"):
                    with self.subTest(kind=kind, array=path, shape=shape):
                        self.reshape(kind, path, shape)
                        self.ask("report", "r.h5", "-o", "page.html")
                        self.assertIn(figure, dict(self.without()))

    def test_whatever_the_shapes_there_is_an_answer(self):
        for kind in self.records:
            codes, count = collections.Counter(), 0
            for path, shape in changes(kind, self.records[kind]):
                with self.subTest(kind=kind, array=path, shape=shape):
                    if self.reshape(kind, path, shape):
                        count += 1
                        try:
                            codes += self.ask_all()
                        except AssertionError as problem:
                            print(f"{kind}, {path}, {shape}: {problem}", file=sys.stderr,
                                  flush=True)
                            raise
            if LONG:
                print(f"{kind}: {count} changes, exits", *sorted(codes.items()), file=sys.stderr,
                      flush=True)


if __name__ == "__main__":
    unittest.main()
