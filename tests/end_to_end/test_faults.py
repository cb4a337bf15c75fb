# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls that fail: the n-th write, close, rename, fsync, opening or allocation. The program exits by
itself with 1 and says so, no file under a final name is half, and what was there before is whole.

TRIPARTITE_FAIL_CALLS is the library that makes them fail (tests/faults/fail_calls.c);
TRIPARTITE_LONG=1 tries every n, else there is a sample."""

import os
import pathlib
import random
import shutil
import subprocess
import unittest

import h5py

from program import PROGRAM, FolderTest, tripartite

LIBRARY = os.environ.get("TRIPARTITE_FAIL_CALLS", "")
MOST = 10**9 if os.environ.get("TRIPARTITE_LONG") else 10
SCENARIO = """experiment: memory
patterns: [one]
network: {neurons: {rows: 10, columns: 10}}
training: {samples: 1}
pause: 5 ms
recall: {after: 5 ms}
sweep: {over: {recall.noise: [0.1, 0.3]}, trials: 2}
"""
FILES = ("write", "close", "rename", "fsync", "open", "mkdir")


@unittest.skipUnless(LIBRARY, "no library that makes calls fail")
class Faults(FolderTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.folder / "s.yaml").write_text(SCENARIO)
        cls.into = cls.folder / "into"
        done = tripartite("run", "s.yaml", "-q", "-o", "whole.h5", cwd=cls.folder)
        assert done.returncode == 0, done.stderr

    def start(self, arguments, fail, calls=None):
        shutil.rmtree(self.into, ignore_errors=True)
        self.into.mkdir()
        environment = {**os.environ, "TRIPARTITE_FAIL": fail, "LD_PRELOAD": LIBRARY}
        if calls:
            environment["TRIPARTITE_CALLS"] = str(calls)
        return subprocess.run([PROGRAM, *arguments], cwd=self.folder, env=environment, timeout=60,
                              capture_output=True, text=True)

    def each(self, arguments, call, most=MOST, codes=(0, 1)):
        """The numbers of the calls that are to fail, in turn, and what then happened."""
        calls = self.folder / "calls"
        self.assertEqual(self.start(arguments, f"{call}:0", calls).returncode, 0)
        count = int(calls.read_text())
        numbers = range(1, count + 1)
        if count > most:
            numbers = sorted(random.Random(call).sample(numbers, most))
        for number in numbers:
            for after in ("", "+") if call in ("write", "malloc") else ("",):
                fail = f"{call}:{number}{after}"
                with self.subTest(arguments=arguments[0], fail=fail):
                    done = self.start(arguments, fail)
                    self.assertIn(done.returncode, codes, done.stderr)
                    if done.returncode > 0:
                        self.assertIn("tripartite: ", done.stderr)
                    left = [path.name for path in self.into.rglob("*")]
                    self.assertFalse([name for name in left if name.endswith(".tmp")], left)
                    yield done

    def assertWhole(self, path):
        if path.exists():
            with h5py.File(path) as record:
                self.assertEqual(record.attrs["status"], "complete")

    def test_runs(self):
        record = self.into / "r.h5"
        for call in (*FILES, "malloc"):
            for done in self.each(["run", "s.yaml", "-q", "-o", "into/r.h5"], call):
                if "log.json" not in done.stderr and call != "malloc":
                    self.assertEqual(record.exists(), done.returncode == 0)

    def test_sweeps(self):
        for call in (*FILES, "malloc"):
            arguments = ["sweep", "s.yaml", "-q", "--jobs", "1", "-o", "into/r.h5"]
            for done in self.each(arguments, call):
                self.assertWhole(self.into / "r.h5")
                if done.returncode == 1 and pathlib.Path(f"{self.into}/r.h5.parts").exists():
                    again = tripartite(*arguments, "--resume", cwd=self.folder)
                    self.assertEqual(again.returncode, 0, again.stderr)
                    self.assertWhole(self.into / "r.h5")

    def test_exports(self):
        for form in ("csv", "npz", "nwb", "sonata"):
            output = self.into / "x"
            for call in (*FILES, "malloc"):
                arguments = ["export", "whole.h5", f"--{form}", "into/x"]
                # HDF5 takes what it cannot close for no file of its own.
                codes = (0, 1, 2) if call == "close" else (0, 1)
                for done in self.each(arguments, call, MOST // 2, codes):
                    # All or nothing; malloc: standard output may fail when all is done.
                    if call != "malloc" or done.returncode == 0:
                        self.assertEqual(output.exists(), done.returncode == 0, done.stderr)

    def test_readers(self):
        for call in ("rename", "fsync", "open", "malloc"):
            for arguments in (["export", "whole.h5", "--csv", "into"], ["info", "whole.h5"],
                              ["check", "s.yaml"]):
                for _ in self.each(arguments, call):
                    pass
        with h5py.File(self.folder / "whole.h5") as record:
            self.assertEqual(record.attrs["status"], "complete")


if __name__ == "__main__":
    unittest.main()
