# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the program as its users do, and reads what it writes."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

import h5py
import numpy

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.path.abspath(os.environ.get("TRIPARTITE", ROOT / "build" / "tripartite"))
TWO_DIGITS = ROOT / "experiments" / "memory" / "two-digits.yaml"
LINEAGE = ROOT / "experiments" / "memory" / "lineage.yaml"  # neurons by Euler at 0.1 ms


def tripartite(*arguments, **options):
    """Runs the program to its end; texts come back unless said otherwise."""
    options = {"capture_output": True, "text": True, "timeout": 120, **options}
    return subprocess.run([PROGRAM, *map(str, arguments)], **options)


def sets(values):
    """{"recall.noise": 0.2} as --set recall.noise=0.2"""
    return [part for path, value in values.items() for part in ("--set", f"{path}={value}")]


def without_gnuplot(folder):
    """A PATH by which nothing is drawn: it takes seconds, where figures are not looked at."""
    tools = folder / "tools"
    tools.mkdir()
    (tools / "gnuplot").write_text("#!/bin/sh\necho '<svg/>'\n")
    (tools / "gnuplot").chmod(0o755)
    return f"{tools}:{os.environ['PATH']}"


def stand_in_viewer(folder):
    """A folder for TRIPARTITE_VIEWER, whose page shows nothing; no Node.js is needed to build it."""
    viewer = folder / "viewer"
    viewer.mkdir()
    (viewer / "report.html").write_text("<html><!-- the record --></html>")
    return str(viewer)


def run(scenario, record, values=None):
    """Runs a scenario that is expected to work."""
    done = tripartite("run", scenario, "-q", "-o", record, *sets(values or {}))
    if done.returncode != 0:
        raise AssertionError(f"exit {done.returncode}: {done.stderr}")
    return h5py.File(record, "r")


def processor_seconds(process):
    """What a process that has not been waited for has used."""
    with open(f"/proc/{process.pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_until_it_has_worked(process, seconds):
    """Processor time: on a busy machine it is what tells how far a run is."""
    while process.poll() is None and processor_seconds(process) < seconds:
        time.sleep(0.02)


class FolderTest(unittest.TestCase):
    """Each test case has a folder of its own."""

    @classmethod
    def setUpClass(cls):
        cls.keeper = tempfile.TemporaryDirectory(prefix="tripartite-")
        cls.folder = pathlib.Path(cls.keeper.name)
        cls.addClassCleanup(cls.keeper.cleanup)

    def assertSays(self, done, code, *parts):
        """The exit status, and what standard error has to have in it."""
        self.assertEqual(done.returncode, code, done.stderr)
        for part in parts:
            self.assertIn(part, done.stderr)

    def assertChecked(self, whole, paths, *command):
        """One number that is hardly another, in each of these arrays, and it is not gone on from."""
        damaged = self.folder / "one-number.h5"
        for path in paths:
            shutil.copy(whole, damaged)
            with h5py.File(damaged, "r+") as record:
                array = record[path]
                last = tuple(length - 1 for length in array.shape)
                array[last] = numpy.nextafter(array[last], 1)
            done = tripartite(*command, "-q", "-o", self.folder / "never.h5", "--from", damaged)
            self.assertSays(done, 2, "one-number.h5", "its checksum is another", "train it again")
            self.assertFalse((self.folder / "never.h5").exists())


def spikes(record, segment):
    """Times (ms) and neurons of a segment's spikes."""
    group = record[f"{segment}/spikes/neurons"]
    return group["timestamps"][:], group["node_ids"][:].astype(int)


def spike_counts(record, segment, begin, end):
    """How often each neuron spiked in (begin, end], as a map like the images."""
    times, neurons = spikes(record, segment)
    shape = record["patterns/image"].shape[1:]
    inside = (times > begin) & (times <= end)
    counts = numpy.bincount(neurons[inside], minlength=shape[0] * shape[1])
    return counts.reshape(shape)


def arrays(record):
    """Path and array of everything in a record, in order."""
    found = []
    record.visititems(
        lambda path, item: found.append((path, item)) if isinstance(item, h5py.Dataset) else None
    )
    return found


def is_scale(array):
    """Whether an array is the values of an axis."""
    return array.attrs.get("CLASS") == b"DIMENSION_SCALE"


def is_bare(array):
    """Whether it is an axis without values, as netCDF-4 has it."""
    words = b"This is a netCDF dimension but not a netCDF variable"
    return array.attrs.get("NAME", b"").startswith(words)
