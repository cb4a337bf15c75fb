# SPDX-License-Identifier: GPL-3.0-or-later
"""Damaged records: bytes changed, files cut, holes of zeros. Whatever reads one gives its answer or a
message, and comes to an end; HDF5 itself crashes over some, and goes round for ever over others.

TRIPARTITE_LONG=1: thousands of them instead of a sample."""

import os
import random
import shutil
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from program import ROOT, FolderTest, tripartite  # noqa: E402

LONG = os.environ.get("TRIPARTITE_LONG") == "1"
RECORDS = ROOT / "tests" / "fuzz" / "corpus" / "record"
EACH = 600 if LONG else 6


def readers(name, folder):
    """What may be asked of the record at `name`, and of none else."""
    into = ["-o", folder / "out.png"]
    every = [["info", name], ["export", name, "--csv", folder / "tables"]]
    own = {
        "memory.h5": [["plot", name, "raster", *into],
                      ["run", folder / "memory.yaml", "-q", "--from", name, "-o",
                       folder / "from.h5"]],
        "shard.h5": [["merge", name, "-o", folder / "merged.h5"],
                     ["plot", name, "robustness", *into]],
        "cell.h5": [["plot", name, "cell", *into]],
        "foreign-earliest.h5": [["run", folder / "series.yaml", "-q", "-o", folder / "from.h5"]],
    }
    return every + own[name.name]


def damages(content, chance):
    """One damaged copy after the other."""
    for turn in range(EACH):
        damaged = bytearray(content)
        place = chance.randrange(len(content))
        if turn % 6 == 4:
            del damaged[place:]
        elif turn % 6 == 5:
            damaged[place:place + 64] = bytes(len(damaged[place:place + 64]))
        else:
            damaged[place] ^= 1 << chance.randrange(8)
        yield place, bytes(damaged)


CRASHES = ((16 + 8, b"\xff" * 8), (16 + 8, bytes(8)), (8, b"\xff" * 8),
           (16 + 8, b"\xf8" + b"\xff" * 7))
HANGS = ((16 + 8, b"\xf0" + b"\xff" * 7),)


def heaps(content, values):
    """Damage where texts lie, which HDF5 trusts: sizes in its global heaps become nonsense."""
    place = content.find(b"GCOL")
    while place >= 0:
        for offset, value in values:
            damaged = bytearray(content)
            damaged[place + offset:place + offset + 8] = value
            yield place + offset, bytes(damaged)
        place = content.find(b"GCOL", place + 4)
        if not LONG:
            return


class Damage(FolderTest):
    def setUp(self):
        (self.folder / "memory.yaml").write_bytes(
            tripartite("info", "--scenario", RECORDS / "memory.h5").stdout.encode())
        (self.folder / "series.yaml").write_text(
            "experiment: forecast\nseries: {kind: file, interval: 1, file: foreign-earliest.h5, "
            "dataset: /packed}\n")

    def assertTold(self, name, place, command):
        done = tripartite(*command, timeout=600)
        what = f"{name.name}, byte {place}: {command[0]}: {done.returncode}: {done.stderr}"
        self.assertIn(done.returncode, (0, 2), what)
        if done.returncode == 2:
            self.assertTrue(done.stderr.startswith("tripartite: "), what)

    def go_through(self, record, damaged, most=None):
        name = self.folder / record
        for place, content in damaged:
            name.write_bytes(content)
            for command in readers(name, self.folder)[:most]:
                with self.subTest(record=record, byte=place, verb=command[0]):
                    self.assertTold(name, place, command)
            for left in ("from.h5", "merged.h5", "out.png"):
                (self.folder / left).unlink(missing_ok=True)
            shutil.rmtree(self.folder / "tables", ignore_errors=True)

    def test_whatever_is_damaged_is_told(self):
        for record in ("cell.h5", "memory.h5", "shard.h5", "foreign-earliest.h5"):
            content = (RECORDS / record).read_bytes()
            self.go_through(record, damages(content, random.Random(record)))

    def test_what_hdf5_does_not_survive_is_told(self):
        for record in ("cell.h5", "foreign-earliest.h5"):
            self.go_through(record, heaps((RECORDS / record).read_bytes(), CRASHES))

    def test_what_has_no_end_is_told(self):
        """Each takes all the time that a request may have."""
        for record in ("cell.h5", "foreign-earliest.h5") if LONG else ("cell.h5",):
            self.go_through(record, heaps((RECORDS / record).read_bytes(), HANGS),
                            None if LONG else 1)

    def test_a_sound_record_is_read(self):
        for record in ("cell.h5", "memory.h5", "shard.h5"):
            self.assertSays(tripartite("info", RECORDS / record), 0)


if __name__ == "__main__":
    unittest.main()
