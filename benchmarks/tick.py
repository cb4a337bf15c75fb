#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tick costs in accuracy: the two-digit run at several ticks against the finest one.

Neurons by RK4 with a step of 0.025 ms throughout, so that the tick alone differs.
Usage: benchmarks/tick.py [PROGRAM]   (prints the table of docs/numerics.md)
"""
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "build" / "tripartite")
FINEST, TICKS = 0.025, (0.05, 0.1, 0.5, 1)


def run(tick, folder):
    path = folder / f"{tick}.h5"
    sets = {"tick": f"{tick} ms", "network.neurons.exchange": f"{tick} ms",
            "network.neurons.step": "0.025 ms", "recall.readout.frames": "[]",
            "record.neurons": "[]", "record.precision": "double"}
    command = [PROGRAM, "run", str(ROOT / "experiments/memory/two-digits.yaml"), "-q",
               "-o", str(path)]
    for key, value in sets.items():
        command += ["--set", f"{key}={value}"]
    subprocess.run(command, check=True)
    return h5py.File(path)


def trains(record, segment):
    group = record[f"{segment}/spikes/neurons"]
    order = numpy.lexsort((group["timestamps"][:], group["node_ids"][:]))
    nodes = group["node_ids"][:][order]
    return {node: group["timestamps"][:][order][nodes == node] for node in numpy.unique(nodes)}


def compare(record, reference, segment):
    ours, theirs = trains(record, segment), trains(reference, segment)
    shifts, others = [], 0
    for node in ours.keys() | theirs.keys():
        one, other = ours.get(node, numpy.empty(0)), theirs.get(node, numpy.empty(0))
        others += len(one) != len(other)
        count = min(len(one), len(other))
        shifts.append(abs(one[:count] - other[:count]))
    shifts = numpy.concatenate(shifts)
    return numpy.quantile(shifts, 0.99), others


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        reference = run(FINEST, folder)
        print("| tick (ms) | 99 % of a recall's spikes move by less than (ms) | neurons with another "
              "count | changed pixels | accuracy |")
        print("|---|---|---|---|---|")
        for tick in TICKS:
            record = run(tick, folder)
            shift, others, pixels = 0, 0, 0
            for test in (0, 1):
                moved, count = compare(record, reference, f"recall/{test}")
                shift, others = max(shift, moved), others + count
                one, other = (r[f"recall/{test}/readouts/response"][0] for r in (record, reference))
                pixels += int((one != other).sum())
            accuracy = ", ".join(f"{a:.3f}" for a in record["summary/accuracy"])
            print(f"| {tick} | {shift:.3g} | {others} of 3200 | {pixels} of 3200 | {accuracy} |")
        finest = ", ".join(f"{a:.3f}" for a in reference["summary/accuracy"])
        print(f"| {FINEST} (the reference) | | | | {finest} |")


main()
