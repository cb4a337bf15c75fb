# SPDX-License-Identifier: GPL-3.0-or-later
"""Small records of every kind, for tests that go through all of them."""

import gzip
import struct

import h5py
import numpy

from images import pgm
from program import ROOT, is_scale, sets, tripartite

CELL = ROOT / "experiments" / "cell"
LORENZ = ROOT / "experiments" / "reservoir" / "lorenz.yaml"
MEMORY = """experiment: memory
title: A "small" memory, in µM
seed: 9007199254740993
patterns: [{name: upper, image: upper.pgm}, {name: lower, image: lower.pgm}]
network: {neurons: {rows: 10, columns: 10}}
training: {samples: 2}
pause: 20 ms
recall: {after: 30 ms}
record: {neurons: [membrane_potential, recovery], astrocytes: [Ca, feedback], every: 1 ms}
"""
FORECAST = {"network.neurons.count": 24, "network.astrocytes.count": 30, "samples.drop": 60,
            "samples.train": 300, "samples.test": 100, "readout.epochs": 2, "free_run.samples": 40,
            "record.traces": "true"}
CLASSIFICATION = """experiment: classification
data: {images: images.gz, labels: labels, train: 300, test: 100, classes: 3}
encoder: none
networks: [{name: glia, bias: additive, layers: [spread, relu, {kind: dense, outputs: 3}]}]
training: {epochs: 2, batch: 40, rate: 1e-2}
trials: 2
"""
ANAN = """experiment: anan
data: {npz: images.npz}
folds: {count: 2}
layers: [{kind: conv, units: 2}, relu, {kind: max_pool}, flatten, {kind: dense, units: 1}, sigmoid]
training: {epochs: 1, batch: 8, rate: 0.01}
astrocytes: {k: [2], mu: [2], a: [1.1], b: [0.1]}
"""
# What spikes and traces of cells there are.
KINDS = {"memory": True, "region": True, "double": True, "quiet": True, "partial": True,
         "cell": True, "astrocyte": True, "forecast": True, "verify": True, "sweep": False,
         "classification": False, "anan": False}


def write_data(folder):
    """What the scenarios read."""
    upper, lower = numpy.zeros((2, 10, 10), "u1")
    upper[:4, :7] = lower[6:, 3:] = 255
    for name, picture in (("upper", upper), ("lower", lower)):
        (folder / f"{name}.pgm").write_bytes(pgm(picture))
    draw = numpy.random.default_rng(5)
    labels = draw.integers(0, 3, 400).astype("u1")
    images = draw.integers(0, 256, (400, 3, 3)).astype("u1")
    with gzip.open(folder / "images.gz", "wb") as file:
        file.write(struct.pack(">4i", 0x803, 400, 3, 3) + images.tobytes())
    (folder / "labels").write_bytes(struct.pack(">2i", 0x801, 400) + labels.tobytes())
    parts = {}
    for part in ("train", "val", "test"):
        parts[f"{part}_images"] = draw.integers(0, 256, (20, 9, 9)).astype("u1")
        parts[f"{part}_labels"] = numpy.arange(20).reshape(-1, 1) % 2
    numpy.savez(folder / "images.npz", **parts)
    for name, text in (("memory", MEMORY), ("classification", CLASSIFICATION), ("anan", ANAN)):
        (folder / f"{name}.yaml").write_text(text)


def make_records(folder, kinds=None):
    """Kind: record, of all kinds or of some."""
    write_data(folder)
    memory = folder / "memory.yaml"
    region = "{first_row: 2, first_column: 3, rows: 4, columns: 5}"
    wanted = {
        "memory": ("run", memory, {}),
        "region": ("run", memory, {"record.neuron_region": region}),
        "double": ("run", memory, {"record.precision": "double", "record.every": "0.5 ms"}),
        "quiet": ("run", memory, {"record.spikes": "false", "record.neurons": "[]"}),
        "partial": ("run", memory, {"recall.current": "1e300"}),
        "cell": ("run", CELL / "izhikevich-step.yaml", {}),
        "astrocyte": ("run", CELL / "li-rinzel-pulse.yaml", {}),
        "forecast": ("run", LORENZ, FORECAST),
        "verify": ("verify", memory, {}),
        "sweep": ("sweep", memory, {"sweep.over": "{recall.noise: [0, 0.5]}", "sweep.trials": 2}),
        "classification": ("run", folder / "classification.yaml", {}),
        "anan": ("run", folder / "anan.yaml", {}),
    }
    made = {}
    for kind in kinds or KINDS:
        verb, scenario, values = wanted[kind]
        made[kind] = folder / f"{kind}.h5"
        done = tripartite(verb, scenario, "-q", "-o", made[kind], *sets(values), cwd=folder)
        assert done.returncode == (1 if kind == "partial" else 0), (kind, done.stderr)
    return made


def segments(record):
    """Paths of the groups that hold spikes or sampled cells."""
    found = set()

    def visit(path, item):
        if isinstance(item, h5py.Group) and "timestamps" in item and "node_ids" in item:
            found.add(path.split("/spikes/")[0])
        parent = path.rpartition("/")[0]
        if path.endswith("/time") and item.attrs.get("units") == "ms" and is_scale(item):
            found.add(parent.rpartition("/")[0])

    record.visititems(visit)
    return sorted(found)
