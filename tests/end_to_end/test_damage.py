# SPDX-License-Identifier: GPL-3.0-or-later
"""Damaged records: bytes changed, files cut, holes of zeros. Whatever reads one gives its answer or a
message, and comes to an end; HDF5 itself crashes over some, and goes round for ever over others.

TRIPARTITE_LONG=1: hundreds of damages of each record instead of a sample. An answer that is none is
told as it comes, with the damage; after each record, how many answers there were."""

import collections
import concurrent.futures
import os
import queue
import random
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from program import (ROOT, FolderTest, stand_in_viewer, tripartite,  # noqa: E402
                     without_gnuplot)

LONG = os.environ.get("TRIPARTITE_LONG") == "1"
RECORDS = ROOT / "tests" / "fuzz" / "corpus" / "record"
EACH = 600 if LONG else 6
AT_ONCE = 2
# Where the first to ask says so, each of the others takes up to three times what a request may have:
# they are asked of so many of a record's damages.
ENDED = "HDF5 does not come to an end over it"
MOST_ENDED = 3


def readers(name):
    """What may be asked of the record of that name, and of none else; the cheapest first."""
    into = ["-o", "out.png"]
    every = [["info", name], ["export", name, "--csv", "tables"],
             ["report", name, "-o", "out.html"]]
    own = {
        "memory.h5": [["plot", name, "recall", *into],
                      ["run", "memory.yaml", "-q", "--from", name, "-o", "from.h5"]],
        "shard.h5": [["merge", name, "-o", "merged.h5"], ["plot", name, "robustness", *into]],
        "cell.h5": [["plot", name, "cell", *into]],
        "foreign-earliest.h5": [["run", "series.yaml", "-q", "-o", "from.h5"]],
    }
    return every + own[name]


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
    @classmethod
    def setUpClass(cls):
        """Each of those who work beside each other has a folder."""
        super().setUpClass()
        cls.ended = collections.Counter()
        memory = tripartite("info", "--scenario", RECORDS / "memory.h5").stdout
        cls.folders = queue.Queue()
        for _ in range(AT_ONCE):
            folder = Path(tempfile.mkdtemp(dir=cls.folder))
            (folder / "memory.yaml").write_text(memory)
            (folder / "series.yaml").write_text(
                "experiment: forecast\nseries: {kind: file, interval: 1, "
                "file: foreign-earliest.h5, dataset: /packed}\n")
            cls.folders.put(folder)
        cls.environment = {**os.environ, "TRIPARTITE_VIEWER": stand_in_viewer(cls.folder)}
        # `plot` draws a figure of each record: that is enough.
        cls.undrawn = {**cls.environment, "PATH": without_gnuplot(cls.folder)}

    def ask(self, folder, command):
        """The answer, and whether it is one: how it ended, and what was said."""
        environment = self.undrawn if command[0] == "report" else self.environment
        done = tripartite(*command, cwd=folder, env=environment, timeout=3600)
        sound = done.returncode == 0 or (done.returncode == 2 and
                                         done.stderr.startswith("tripartite: "))
        for left in ("from.h5", "merged.h5", "out.png", "out.html"):
            (folder / left).unlink(missing_ok=True)
        shutil.rmtree(folder / "tables", ignore_errors=True)
        return done, sound

    def ask_all(self, record, damage, content, commands):
        """All that was answered of one damage: how often which exit status, and what is none."""
        folder = self.folders.get()
        codes, wrong = collections.Counter(), []
        try:
            (folder / record).write_bytes(content)
            for command in commands:
                done, sound = self.ask(folder, command)
                codes[done.returncode] += 1
                if not sound:
                    wrong.append(f"{record}, {damage}: {' '.join(command)}: {done.returncode}: "
                                 f"{done.stderr}")
                    print(wrong[-1], file=sys.stderr, flush=True)
                if command[0] == "info" and ENDED in done.stderr:
                    self.ended[record] += 1
                    if self.ended[record] > MOST_ENDED:
                        break
        finally:
            self.folders.put(folder)
        return codes, wrong

    def go_through(self, record, damaged, most=None):
        codes = collections.Counter()
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            asked = []
            for number, (place, content) in enumerate(damaged):
                damage = f"damage {number}, byte {place}"
                asked.append((damage, pool.submit(self.ask_all, record, damage, content,
                                                  readers(record)[:most])))
            for damage, answers in asked:
                with self.subTest(record=record, damage=damage):
                    more, wrong = answers.result()
                    codes += more
                    self.assertFalse(wrong)
        if LONG:
            print(f"{self._testMethodName}: {record}: {len(asked)} damages, exits",
                  *sorted(codes.items()), file=sys.stderr, flush=True)

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
            for command in readers(record):
                folder = self.folders.get()
                shutil.copy(RECORDS / record, folder)
                done, _ = self.ask(folder, command)
                self.folders.put(folder)
                self.assertSays(done, 0)


if __name__ == "__main__":
    unittest.main()
