# SPDX-License-Identifier: GPL-3.0-or-later
"""The program against a second program (reference.py) that shares nothing with it but the images:
the same neurons spike at the same times, and the calcium is the same."""

import copy
import unittest

import numpy

from program import LINEAGE, FolderTest, run, spikes
from reference import SIDE, TICKS_PER_MS, Network

# Root of 0.04 V^2 + (5 - 0.25) V + 140.
REST = (-4.75 - (4.75**2 - 4 * 0.04 * 140) ** 0.5) / 0.08


def in_ticks(array):
    return numpy.rint(array[:] * TICKS_PER_MS).astype(int)


def follow(network, record, segment, end):
    """Runs the network through a recorded segment; gives its spikes and calcium, each 1 ms."""
    stimulus = record[f"{segment}/stimulus"]
    begins, ends = in_ticks(stimulus["onset"]), in_ticks(stimulus["onset"]) + in_ticks(
        stimulus["duration"])
    images = stimulus["image"][:]
    ticks, neurons, calcium = [], [], []
    while network.tick < end:
        shown = numpy.nonzero((begins <= network.tick) & (network.tick < ends))[0]
        applied = 5.0 * images[shown[0]] if len(shown) else numpy.zeros((SIDE, SIDE))
        moment = network.tick
        spiked = network.advance(applied, recall=segment != "training")
        if moment % TICKS_PER_MS == 0:
            calcium.append(network.astrocytes[0].copy())
        cells = numpy.flatnonzero(spiked)
        ticks += [network.tick] * len(cells)
        neurons += cells.tolist()
    return numpy.array(ticks), numpy.array(neurons), numpy.array(calcium)


class Independent(FolderTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.record = run(LINEAGE, cls.folder / "r.h5", {
            "seed": 3, "pause": "500 ms", "record.neurons": "[]", "record.precision": "double"})
        cls.addClassCleanup(cls.record.close)
        cls.trained = Network(REST)
        cls.training = follow(cls.trained, cls.record, "training", 1300 * TICKS_PER_MS)

    def assertSameSpikes(self, segment, ticks, neurons):
        times, nodes = spikes(self.record, segment)
        recorded = set(zip(in_ticks(times).tolist(), nodes.tolist()))
        expected = set(zip(ticks.tolist(), neurons.tolist()))
        self.assertGreater(len(expected), 1000)
        self.assertFalse(recorded - expected, "spikes that ought not to be")
        self.assertFalse(expected - recorded, "spikes that are missing")

    def assertSameCalcium(self, segment, calcium):
        recorded = self.record[f"{segment}/astrocytes/Ca"][:]
        numpy.testing.assert_allclose(recorded, calcium, rtol=0, atol=1e-12)

    def test_training(self):
        ticks, neurons, calcium = self.training
        self.assertSameSpikes("training", ticks, neurons)
        self.assertSameCalcium("training", calcium)
        self.assertGreater(calcium.max(), 0.15)

    def test_recall(self):
        for test in (0, 1):
            network = copy.deepcopy(self.trained)
            segment = f"recall/{test}"
            ticks, neurons, calcium = follow(network, self.record, segment, 1380 * TICKS_PER_MS)
            self.assertSameSpikes(segment, ticks, neurons)
            self.assertSameCalcium(segment, calcium)


if __name__ == "__main__":
    unittest.main()
