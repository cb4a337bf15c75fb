# SPDX-License-Identifier: GPL-3.0-or-later
"""Records in which one array has another shape than a run gives it: no axis, one more, one less, none of
a length, another length. Whatever reads one gives its answer or a message: nothing is read beyond
an array's end (which the sanitizers see, under ./check --sanitize), and no figure is drawn of it
without a word.

TRIPARTITE_LONG=1: every array of every kind of record in every shape, instead of a sample."""

import collections
import os
import random
import re
import shutil
import sys
import unittest

import h5py
import numpy

from program import FolderTest, arrays, tripartite
from records import KINDS, make_records

LONG = os.environ.get("TRIPARTITE_LONG") == "1"
SAMPLE = 3
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
# What one array is to others; h5py has no way to copy it.
LINKS = {"DIMENSION_LIST", "REFERENCE_LIST", "CLASS", "NAME", "_Netcdf4Dimid",
         "_Netcdf4Coordinates"}


def changes(record):
    """Array and shape, of all that the record holds."""
    with h5py.File(record) as file:
        for path, array in arrays(file):
            if array.shape and array.size:
                yield from ((path, shape) for shape in SHAPES)


def reshaped(record, path, shape, into):
    """A copy in which the array has that shape; False where it had it before."""
    shutil.copy(record, into)
    with h5py.File(into, "r+") as file:
        old = file[path]
        values, kind = old[()], old.dtype
        attributes = {name: value for name, value in old.attrs.items() if name not in LINKS}
        new = SHAPES[shape](values)
        if new.shape == values.shape:
            return False
        del file[path]
        made = file.create_dataset(path, data=new, dtype=kind)
        for name, value in attributes.items():
            made.attrs[name] = value
    return True


class Shapes(FolderTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.records = make_records(cls.folder)
        cls.place = cls.folder / "changed"
        (cls.place / "viewer").mkdir(parents=True)
        (cls.place / "viewer" / "report.html").write_text("<html><!-- the record --></html>")
        # What is drawn is not looked at, and takes longer than all else.
        tools = cls.folder / "tools"
        tools.mkdir()
        (tools / "gnuplot").write_text("#!/bin/sh\necho '<svg/>'\n")
        (tools / "gnuplot").chmod(0o755)
        cls.environment = {**os.environ, "TRIPARTITE_VIEWER": "viewer",
                           "PATH": f"{tools}:{os.environ['PATH']}"}

    def ask(self, *command):
        done = tripartite(*command, cwd=self.place, env=self.environment, timeout=3600)
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
        page = self.place / "page.html"
        if page.exists():
            for figure, reason in re.findall(r"No figure <b>([\w-]+)</b>: ([^<]*)",
                                             page.read_text(errors="replace")):
                self.assertRegex(reason, r"\S \S", figure)
        for left in self.place.iterdir():
            if left.name != "viewer":
                shutil.rmtree(left) if left.is_dir() else left.unlink()
        return codes

    def test_whatever_the_shapes_there_is_an_answer(self):
        for kind in KINDS:
            every, codes, count = list(changes(self.records[kind])), collections.Counter(), 0
            for path, shape in every if LONG else random.Random(kind).sample(every, SAMPLE):
                with self.subTest(kind=kind, array=path, shape=shape):
                    if reshaped(self.records[kind], path, shape, self.place / "r.h5"):
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
