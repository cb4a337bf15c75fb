# SPDX-License-Identifier: GPL-3.0-or-later
"""Long runs: as much memory late as early on, and as fast.

What a run holds is the network, the spikes of the longest window (400 ms) in a ring that doubles
where it is full, and the rows that are under way into the record; none of it grows with time. A
sweep has its table besides.

TRIPARTITE_LONG=1 runs an hour of simulated time, a million neurons and 100000 trials, and holds the
speed too; else some thousandth of that. What it measured is printed."""

import os
import pty
import re
import subprocess
import threading
import time
import unittest

import h5py
import numpy

from program import PROGRAM, TWO_DIGITS, FolderTest, processor_seconds, sets

LONG = bool(os.environ.get("TRIPARTITE_LONG"))
MIB = 1 << 20
WINDOW = 400  # ms
SPIKE, TRIAL = 4, 80  # bytes in the ring, in the table
# A leak of a byte for each of the ticks that lie between the quarters of the hour that are compared.
LEAK = 8 * MIB


class Watched:
    """A process whose memory and processor time are looked at until it ends."""

    def __init__(self, command):
        self.memory = []  # bytes, time after time
        self.marks = []  # (part that is done, processor seconds)
        self.began = time.monotonic()
        # A terminal is told several times a second how far it has come, all else each few seconds.
        ours, theirs = pty.openpty()
        self.process = subprocess.Popen([*map(str, command)], stderr=theirs,
                                        stdout=subprocess.DEVNULL)
        os.close(theirs)
        reader = threading.Thread(target=self.read, args=(ours,))
        reader.start()
        pages = os.sysconf("SC_PAGE_SIZE")
        while self.process.poll() is None:
            try:
                with open(f"/proc/{self.process.pid}/statm") as file:
                    resident = int(file.read().split()[1]) * pages
            except (OSError, IndexError):
                break
            if resident > 0:
                self.memory.append(resident)
            time.sleep(0.1 if LONG else 0.005)
        self.code = self.process.wait()
        reader.join()
        os.close(ours)
        self.lasted = time.monotonic() - self.began

    def read(self, terminal):
        told = ""
        while True:
            try:
                told += os.read(terminal, 4096).decode()
            except OSError:  # nobody writes there any more
                return
            *drawn, told = re.split("[\r\n]", told)
            parts = [int(part) / 100 for part in re.findall(r"\] +(\d+) %", "\n".join(drawn))]
            if not parts:
                continue
            try:
                self.marks.append((parts[-1], processor_seconds(self.process)))
            except (OSError, IndexError):
                return

    def quarter(self, number):
        """The looks of one quarter. Looks are counted and not seconds: on a busy machine there may
        be none for a while."""
        count = len(self.memory)
        return self.memory[number * count // 4:(number + 1) * count // 4]

    def cost(self, first, last):
        """Processor seconds for all of it, going by the stretch between these parts of it."""
        marks = [mark for mark in self.marks if first <= mark[0] <= last]
        return (marks[-1][1] - marks[0][1]) / (marks[-1][0] - marks[0][0])


def ring(record):
    """Bytes of the ring that all spikes of a window fit in."""
    with h5py.File(record) as file:
        times = file["training/spikes/neurons/timestamps"][:]
    # Recorded interval by interval, sorted within.
    most = numpy.arange(1, len(times) + 1) - numpy.searchsorted(times, times - WINDOW, "right")
    return SPIKE << int(most.max(initial=1)).bit_length()


class Soak(FolderTest):
    def watch(self, name, verb, *arguments, more):
        """`more` is what memory may grow by from the second quarter of the time to the third, in
        bytes, by what the record says: a leak is what is always there, so that the least of each
        quarter is compared; commits take memory for as long as they last."""
        record = self.folder / f"{name}.h5"
        watched = Watched([PROGRAM, verb, TWO_DIGITS, "-o", record, *arguments])
        self.assertEqual(watched.code, 0)
        # At the end tests are read and the record is put together, once.
        self.assertGreater(len(watched.memory), 8)
        quarters = [watched.quarter(k) for k in range(4)]
        _, early, late, _ = map(min, quarters)
        allowed = more(record)
        print(f"{name}: {watched.lasted:.0f} s, {record.stat().st_size / MIB:.0f} MiB of record; "
              f"memory by quarters of it, least and most: "
              f"{', '.join(f'{min(q) / MIB:.1f} to {max(q) / MIB:.1f}' for q in quarters)} MiB; "
              f"may grow by {allowed / MIB:.1f} MiB")
        self.assertLess(late, early + allowed + LEAK)
        if LONG:
            first, second = watched.cost(0.05, 0.5), watched.cost(0.5, 0.95)
            print(f"{name}: {first:.1f} processor seconds for all by the first half, "
                  f"{second:.1f} by the second")
            self.assertLess(second, 1.15 * first)
        record.unlink()

    def test_an_hour(self):
        """Shown a digit every two seconds, neurons and astrocytes are busy all the time."""
        self.watch("hour", "run", *sets({
            "training.samples": 900 if LONG else 3, "training.every": "2 s",
            "network.feedback.during": "always", "record.every": "100 ms"}), more=ring)

    def test_a_million_neurons(self):
        """Every tenth of a second the same number of neurons are shown something: what is held does
        not change from the first window on, and grows by nothing. Commits, so often that there are
        two in the first quarter: of what a commit takes some stays with the process, once."""
        side, samples = (1000, 60) if LONG else (100, 10)
        self.watch("million", "run", "--commit-every", 2, *sets({
            "patterns": "[zero]", "network.neurons.rows": side, "network.neurons.columns": side,
            "training.samples": samples, "training.every": "100 ms", "pause": "0 ms",
            "recall.after": "20 ms", "record.neurons": "[]", "record.every": "100 ms"}),
            more=lambda record: 0)

    def test_many_trials(self):
        trials = 20000 if LONG else 200
        self.watch("trials", "sweep", "--over", "recall.noise=[0, 0.2, 0.4, 0.6, 0.8]",
                   "--trials", trials, *sets({
                       "patterns": "[zero]", "network.neurons.rows": 10,
                       "network.neurons.columns": 10, "training.samples": 1, "pause": "5 ms",
                       "recall.after": "5 ms"}), more=lambda record: 5 * TRIAL * trials)


if __name__ == "__main__":
    unittest.main()
