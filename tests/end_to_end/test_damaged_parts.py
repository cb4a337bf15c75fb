# SPDX-License-Identifier: GPL-3.0-or-later
"""What unfinished runs and sweeps have left, damaged: bits flipped, files cut, holes of zeros.
`--resume` and `merge` go on to the record that they would have made of sound parts, or say what is
wrong; either way they come to an end, and what they do not use up is left as it was.

Parts are left by a run whose record cannot get its name (TRIPARTITE_FAIL_CALLS,
tests/faults/fail_calls.c). TRIPARTITE_LONG=1: hundreds of damages of each part instead of a few."""

import os
import random
import shutil
import subprocess
import unittest

from program import PROGRAM, FolderTest, tripartite
from test_damage import damages

LIBRARY = os.environ.get("TRIPARTITE_FAIL_CALLS", "")
SCENARIO = """experiment: memory
patterns: [one]
network: {neurons: {rows: 7, columns: 7}}
training: {samples: 1}
pause: 5 ms
recall: {shown: 2 ms, after: 205 ms, readout: {frames: []}}
record: {neurons: [], astrocytes: [Ca], every: 5 ms}
sweep: {over: {recall.noise: [0.1, 0.3]}, trials: 2}
"""


@unittest.skipUnless(LIBRARY, "no library that makes calls fail")
class DamagedParts(FolderTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.folder / "s.yaml").write_text(SCENARIO)
        cls.record = cls.folder / "r.h5"
        cls.parts = cls.folder / "r.h5.parts"

    def leave_parts(self, *command):
        """The record of the command, and its parts, as they are before it gets its name."""
        done = tripartite(*command, cwd=self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        whole = self.record.read_bytes()
        for number in range(2, 40):
            self.clear()
            done = subprocess.run(
                [PROGRAM, *command], cwd=self.folder, capture_output=True, text=True,
                env={**os.environ, "LD_PRELOAD": LIBRARY, "TRIPARTITE_FAIL": f"rename:{number}+"})
            if "r.h5:" in done.stderr and ".parts" not in done.stderr.splitlines()[0]:
                break
        self.assertEqual(done.returncode, 1, done.stderr)
        left = {path.name: path.read_bytes() for path in sorted(self.parts.iterdir())}
        self.assertTrue(left)
        return whole, left

    def clear(self):
        for path in self.folder.glob("r*.h5*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def assertToldOrWhole(self, done, whole, left, what):
        """`left` is by path; the other record is that of sound parts."""
        self.assertIn(done.returncode, (0, 1, 2), f"{what}: {done.returncode}: {done.stderr}")
        if done.returncode == 0:
            self.assertTrue(self.record.read_bytes() == whole, f"{what}: another record")
            return
        self.assertTrue(done.stderr.startswith("tripartite: "), f"{what}: {done.stderr}")
        self.assertNotIn("(null)", done.stderr)
        for path, content in left.items():
            self.assertTrue(path.read_bytes() == content, f"{what}: {path.name} has changed")

    def go_through(self, kind, whole, left, where, command):
        """Damages each file in its turn."""
        told = 0
        for name, content in left.items():
            for place, damaged in damages(content, random.Random(name)):
                self.clear()
                where.mkdir(exist_ok=True)
                now = {where / other: bytes_of for other, bytes_of in left.items()}
                now[where / name] = damaged
                for path, bytes_of in now.items():
                    path.write_bytes(bytes_of)
                with self.subTest(kind=kind, part=name, byte=place):
                    done = tripartite(*command, cwd=self.folder, timeout=600)
                    told += done.returncode != 0
                    self.assertToldOrWhole(done, whole, now, f"{kind}, {name}, byte {place}")
        print(f"{kind}: {told} damages are told")

    def test_runs(self):
        command = ["run", "s.yaml", "-q", "--commit-every", "0", "-o", "r.h5"]
        whole, left = self.leave_parts(*command)
        self.assertGreater(len(left), 1)
        self.go_through("run", whole, left, self.parts, [*command, "--resume"])

    def test_sweeps(self):
        command = ["sweep", "s.yaml", "-q", "--jobs", "1", "-o", "r.h5"]
        whole, left = self.leave_parts(*command)
        self.go_through("sweep", whole, left, self.parts, [*command, "--resume"])

    def test_merges(self):
        done = tripartite("sweep", "s.yaml", "-q", "-o", "r.h5", cwd=self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        whole, shards = self.record.read_bytes(), {}
        for shard in (1, 2):
            name = f"{shard}.h5"
            done = tripartite("sweep", "s.yaml", "-q", "--shard", f"{shard}/2", "-o", name,
                              cwd=self.folder)
            self.assertEqual(done.returncode, 0, done.stderr)
            shards[name] = (self.folder / name).read_bytes()
        self.go_through("merge", whole, shards, self.folder,
                        ["merge", *shards, "-q", "-o", "r.h5"])


if __name__ == "__main__":
    unittest.main()
