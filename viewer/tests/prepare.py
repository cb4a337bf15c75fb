# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes records of each kind, pages of them, and what h5py reads of them, for the viewer's tests.
Usage: prepare.py FOLDER"""

import json
import os
import pathlib
import shutil
import subprocess
import sys

import h5py
import numpy

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.path.abspath(os.environ.get("TRIPARTITE", ROOT / "build" / "tripartite"))
EXPERIMENTS = ROOT / "experiments"
HOSTILE = '</script><img src=x onerror="window.hacked=1"><b>bold</b>'
SWEEP = """title: A small sweep
network: {neurons: {rows: 22, columns: 22}}
pause: 0 ms
sweep:
  over: {recall.noise: [0, 0.3, 0.6], recall.readout.count: [2, 4]}
  trials: 3
"""
XOR = {"training.epochs": 30, "trials": 3}
ANAN = """experiment: anan
title: Bars
data: {npz: bars.npz}
folds: {count: 5}
layers: [{kind: conv, units: 4}, relu, {kind: max_pool}, flatten, {kind: dense, units: 1}, sigmoid]
training: {epochs: 2, batch: 8}
astrocytes: {k: [4], mu: [2], a: [1.1], b: [0.1]}
"""


def tripartite(*arguments):
    subprocess.run([PROGRAM, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)


def run(folder, name, scenario, verb="run", **values):
    sets = [part for path, value in values.items() for part in ("--set", f"{path}={value}")]
    tripartite(verb, scenario, "-q", "-o", folder / f"{name}.h5", *sets)


def write_bars(folder):
    """Images with an upright or a lying bar, for the convolutional network."""
    generator = numpy.random.default_rng(5)
    sets = {}
    for name, count in (("train", 60), ("val", 10), ("test", 20)):
        labels = numpy.arange(count) % 2
        images = generator.integers(0, 120, (count, 9, 9))
        for image, label in zip(images, labels):
            (image if label else image.T)[generator.integers(1, 8)] += 90
        sets[f"{name}_images"] = images.astype("uint8")
        sets[f"{name}_labels"] = labels.reshape(-1, 1).astype("uint8")
    numpy.savez(folder / "bars.npz", **sets)
    (folder / "anan.yaml").write_text(ANAN)


def numbers(values):
    """As JSON has them: NaN is null."""
    return [None if not numpy.isfinite(value) else float(value) for value in values]


def expected_of_segment(record, segment, neuron, astrocyte):
    membrane = record[f"{segment}/neurons/membrane_potential"][...]
    calcium = record[f"{segment}/astrocytes/Ca"][...]
    ids = record[f"{segment}/spikes/neurons/node_ids"][...].astype(int)
    times = record[f"{segment}/spikes/neurons/timestamps"][...]
    cell = neuron[0] * membrane.shape[2] + neuron[1]
    middle = membrane.shape[0] // 2
    now = record[f"{segment}/neurons/time"][middle]
    counts = numpy.bincount(ids[(times > now - 10) & (times <= now)], minlength=membrane[0].size)
    return {
        "time": numbers(record[f"{segment}/neurons/time"][...]),
        "membrane": numbers(membrane[:, neuron[0], neuron[1]]),
        "calcium": numbers(calcium[:, astrocyte[0], astrocyte[1]]),
        "spikes": numbers(times[ids == cell]),
        "middle": middle,
        "frame": numbers(membrane[middle].ravel()),
        "calcium_frame": numbers(calcium[middle].ravel()),
        "spike_counts": numbers(counts),
        "membrane_range": [float(membrane.min()), float(membrane.max())],
        "spike_count": len(times),
    }


def expected(folder):
    neuron, astrocyte = (11, 17), (4, 6)
    found = {"neuron": neuron, "astrocyte": astrocyte, "hostile": HOSTILE}
    with h5py.File(folder / "memory.h5") as record:
        for segment in ("training", "recall/0", "recall/1"):
            found[segment] = expected_of_segment(record, segment, neuron, astrocyte)
        found["recall/1"]["accuracy"] = numbers(record["recall/1/accuracy/accuracy"][...])
        found["summary"] = {"accuracy": numbers(record["summary/accuracy"][...]),
                            "pattern_name": list(record["summary/pattern_name"].asstr()[...])}
        image = record["training/stimulus/image"]
        found["input"] = numbers(image[1].ravel())
        found["input_onset"] = float(record["training/stimulus/onset"][1])
        found["title"] = record.attrs["title"]
        found["resolved_scenario"] = record.attrs["resolved_scenario"]
    with h5py.File(folder / "sweep.h5") as record:
        summary = record["summary"]
        found["sweep"] = {name: numbers(summary[name][...]) for name in
                          ("recall.noise", "recall.readout.count", "accuracy_mean",
                           "accuracy_lower", "accuracy_upper")}
    with h5py.File(folder / "cell.h5") as record:
        group = record["response/cell"]
        name = next(name for name in group if group[name].ndim == 1 and name != "time")
        found["cell"] = {"path": f"/response/cell/{name}", "values": numbers(group[name][...])}
    return found


def damage(folder):
    whole = (folder / "memory.h5").read_bytes()
    (folder / "cut.h5").write_bytes(whole[: len(whole) // 3])
    (folder / "text.h5").write_text("this is no HDF5 file")
    (folder / "empty.h5").write_bytes(b"")
    with h5py.File(folder / "foreign.h5", "w") as other:
        other["values"] = numpy.arange(3)
    shutil.copy(folder / "memory.h5", folder / "newer.h5")
    with h5py.File(folder / "newer.h5", "a") as newer:
        newer.attrs["format_version"] = numpy.uint32(2)
    # Bytes amid the arrays: the file opens, and what is read of it may be wrong or not to be read.
    torn = bytearray(whole)
    for place in range(len(torn) // 2, len(torn) - 4096, 997):
        torn[place] ^= 0x5A
    (folder / "torn.h5").write_bytes(torn)
    # And bytes of one array alone.
    with h5py.File(folder / "memory.h5") as record:
        chunk = record["training/astrocytes/Ca"].id.get_chunk_info(0)
    torn = bytearray(whole)
    for place in range(chunk.byte_offset, chunk.byte_offset + chunk.size):
        torn[place] = 0xFF
    (folder / "chunk.h5").write_bytes(torn)
    shutil.copy(folder / "memory.h5", folder / "bare.h5")
    with h5py.File(folder / "bare.h5", "a") as bare:  # spikes alone
        for segment in ("training", "recall/0", "recall/1"):
            del bare[f"{segment}/neurons"], bare[f"{segment}/astrocytes"]


def main(folder):
    memory = EXPERIMENTS / "memory" / "two-digits.yaml"
    run(folder, "memory", memory, **{"seed": 2**63 - 1})
    run(folder, "hostile", memory, **{"title": HOSTILE, "pause": "0 ms", "training.samples": 1})
    (folder / "sweep.yaml").write_text(SWEEP)
    run(folder, "sweep", folder / "sweep.yaml", verb="sweep")
    run(folder, "cell", EXPERIMENTS / "cell" / "izhikevich-step.yaml")
    run(folder, "verify", EXPERIMENTS / "memory" / "one-digit.yaml", verb="verify",
        **{"pause": "0 ms", "training.samples": 1})
    run(folder, "forecast", EXPERIMENTS / "reservoir" / "lorenz.yaml",
        **{"readout.epochs": 5, "network.neurons.count": 40, "network.astrocytes.count": 10})
    run(folder, "classification", EXPERIMENTS / "glia-layers" / "xor.yaml", **XOR)
    write_bars(folder)
    run(folder, "anan", folder / "anan.yaml")
    for name in ("memory", "hostile", "sweep", "cell"):
        tripartite("report", folder / f"{name}.h5", "-o", folder / f"{name}.html")
    damage(folder)
    (folder / "expected.json").write_text(json.dumps(expected(folder)))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
