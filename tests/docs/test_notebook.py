# SPDX-License-Identifier: GPL-3.0-or-later
"""The notebook of docs/python: it is one that Jupyter opens, its code runs from the first cell to
the last on records that the program makes, and what it says is what lies in them."""

import contextlib
import io
import os
import re
import sys
import unittest

import h5py
import nbformat
import numpy

os.environ["MPLBACKEND"] = "Agg"
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "end_to_end"))
from program import TWO_DIGITS, FolderTest, run, spikes, tripartite  # noqa: E402

NOTEBOOK = os.path.join(ROOT, "docs", "python", "record.ipynb")
SWEEP = os.path.join(ROOT, "experiments", "memory", "noise-robustness.yaml")
FIGURES = ("timeline.png", "recall.png", "noise.png")


class Notebook(FolderTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.book = nbformat.read(NOTEBOOK, as_version=4)
        output = cls.folder / "output"
        output.mkdir()
        run(TWO_DIGITS, output / "two-digits.h5").close()
        done = tripartite("sweep", SWEEP, "-q", "--trials", 3, "--over", "recall.noise=0:1:0.5",
                          "-o", output / "noise.h5")
        assert done.returncode == 0, done.stderr
        # As Jupyter starts it: in its folder, one cell after another, in one name space.
        back = os.getcwd()
        os.chdir(cls.folder)
        cls.names, said = {}, io.StringIO()
        try:
            with contextlib.redirect_stdout(said):
                for number, cell in enumerate(cls.book.cells):
                    if cell.cell_type == "code":
                        code = compile(cell.source, f"record.ipynb, cell {number}", "exec")
                        exec(code, cls.names)
        finally:
            os.chdir(back)
        cls.said = said.getvalue()
        keep = os.environ.get("TRIPARTITE_FIGURES")
        for figure in FIGURES if keep else ():
            with open(os.path.join(keep, f"python-{figure}"), "wb") as file:
                file.write((cls.folder / figure).read_bytes())

    def test_it_is_a_notebook_without_outputs(self):
        nbformat.validate(self.book)
        for cell in self.book.cells:
            if cell.cell_type == "code":
                self.assertEqual((cell.outputs, cell.execution_count), ([], None))

    def test_its_figures_are_drawn(self):
        for figure in FIGURES:
            content = (self.folder / figure).read_bytes()
            self.assertEqual(content[:8], b"\x89PNG\r\n\x1a\n", figure)
            width = int.from_bytes(content[16:20], "big")
            self.assertGreater(width, 1000, figure)

    def test_its_numbers_are_those_of_the_records(self):
        with h5py.File(self.folder / "output" / "two-digits.h5") as record:
            times, nodes = spikes(record, "training")
            self.assertIn(f"{len(times)} spikes of {len(set(nodes))} neurons", self.said)
            calcium = record["training/astrocytes/Ca"][:] > 0.15
            self.assertIn(f"{calcium[-1].sum()} of 169 above it when the pause ends", self.said)
            first = record["training/astrocytes/time"][calcium.any(axis=(1, 2)).argmax()]
            self.assertIn(f"above 0.15 uM after {first:.0f} ms", self.said)
            gain = record["summary/accuracy"][:] - record["summary/input_accuracy"][:]
            self.assertIn(f"recall is {gain.mean():+.3f} more accurate", self.said)
            for segment, (edges, hertz) in self.names["volleys"].items():
                fired = numpy.histogram(spikes(record, segment)[0], edges)[0]
                self.assertTrue(numpy.allclose(hertz * 1600 * 0.004, fired), segment)
                self.assertGreater(fired.sum(), 1000)
        with h5py.File(self.folder / "output" / "noise.h5") as record:
            means = record["summary/accuracy_mean"][:][record["summary/recall.noise"][:] == 0.5]
        self.assertEqual(re.findall(r"noise 0.5, \[\w+\]: (\S+)", self.said),
                         [f"{mean:.3f}" for mean in means])


if __name__ == "__main__":
    unittest.main()
