# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls that fail: the n-th write, close, rename, fsync, opening, reading or allocation; a full disk;
a limit on a file's size. The program exits by itself with 1 (2 where its input cannot be read) and
says what could not be done with which file, no file under a final name is half, and what was there
before is whole.

TRIPARTITE_FAIL_CALLS is the library that makes calls fail (tests/faults/fail_calls.c);
TRIPARTITE_LONG=1 tries every n, else there is a sample."""

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import unittest

import h5py

from program import PROGRAM, FolderTest, arrays, tripartite

LIBRARY = os.environ.get("TRIPARTITE_FAIL_CALLS", "")
LONG = bool(os.environ.get("TRIPARTITE_LONG"))
MOST = 10**9 if LONG else 4
SCENARIO = """experiment: memory
patterns: [one]
network: {neurons: {rows: 10, columns: 10}}
training: {samples: 1}
pause: 5 ms
recall: {after: 5 ms}
sweep: {over: {recall.noise: [0.1, 0.3]}, trials: 2}
"""
WRITES = ("write", "close", "rename", "fsync", "open", "mkdir", "ftruncate")
READS = ("read", "open_read")
# A record that cannot be read is said to be none, which exits with 2.
READERS = ("export", "info", "check", "merge", "plot")


@unittest.skipUnless(LIBRARY, "no library that makes calls fail")
class Faults(FolderTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.folder / "s.yaml").write_text(SCENARIO)
        cls.into = cls.folder / "into"
        cls.make("run", "s.yaml", "-o", "whole.h5")
        cls.make("sweep", "s.yaml", "-o", "swept.h5")
        for shard in (1, 2):
            cls.make("sweep", "s.yaml", "--shard", f"{shard}/2", "-o", f"{shard}.h5")
        cls.inputs = {path: path.read_bytes() for path in cls.folder.iterdir()}

    @classmethod
    def make(cls, *arguments):
        done = tripartite(*arguments, "-q", cwd=cls.folder)
        assert done.returncode == 0, done.stderr

    def start(self, arguments, fail, calls=None):
        shutil.rmtree(self.into, ignore_errors=True)
        self.into.mkdir()
        environment = {**os.environ, "TRIPARTITE_FAIL": fail, "LD_PRELOAD": LIBRARY}
        if calls:
            environment["TRIPARTITE_CALLS"] = str(calls)
        return subprocess.run([PROGRAM, *arguments], cwd=self.folder, env=environment, timeout=120,
                              capture_output=True, text=True)

    def each(self, arguments, calls, check=None, most=MOST):
        """Lets each of the calls fail, one or from one on all; `check` looks at what came of it.
        Of each call, `most` are tried."""
        for call in calls:
            counted = self.folder / "calls"
            self.assertEqual(self.start(arguments, f"{call}:0", counted).returncode, 0)
            count = int(counted.read_text())
            counted.unlink()
            numbers = range(1, count + 1)
            if count > most:
                numbers = sorted(random.Random(call).sample(numbers, most))
            codes = {}
            for number in numbers:
                for after in ("", "+") if call in ("write", "read", "malloc") else ("",):
                    with self.subTest(arguments=arguments[0], fail=f"{call}:{number}{after}"):
                        done = self.start(arguments, f"{call}:{number}{after}")
                        codes[done.returncode] = codes.get(done.returncode, 0) + 1
                        self.check_exit(done, reads=call in READS or arguments[0] in READERS)
                        if check:
                            check(done)
            if LONG:
                print(f"{arguments[0]}, {call}: {count} calls, exits", *sorted(codes.items()))
        self.assertInputsAreAsBefore()

    def check_exit(self, done, reads):
        self.assertIn(done.returncode, (0, 1, 2) if reads else (0, 1), done.stderr)
        if done.returncode:
            self.assertRegex(done.stderr, r"^tripartite: \S.*\w")
            self.assertNotIn("(null)", done.stderr)
        left = [path.name for path in self.into.rglob("*")]
        self.assertFalse([name for name in left if name.startswith(".")], left)

    def assertInputsAreAsBefore(self):
        for path, content in self.inputs.items():
            self.assertTrue(path.read_bytes() == content, path)

    def check_run(self, done):
        """A run that failed may have left what it had done, marked so; a log that could not be
        written is told, and the record is there all the same."""
        record = self.into / "r.h5"
        if done.returncode == 0:
            self.assertTrue(record.read_bytes() == (self.folder / "whole.h5").read_bytes())
        elif record.exists():
            with h5py.File(record) as file:
                partial = file.attrs["status"] == "partial"
            self.assertTrue(partial or "log.json" in done.stderr, done.stderr)

    def test_runs(self):
        arguments = ["run", "s.yaml", "-q", "-o", "into/r.h5"]
        self.each(arguments, (*WRITES, *READS, "malloc"), self.check_run)

    def check_and_resume(self, arguments, whole):
        """What was kept of it is as good as if nothing had failed."""
        def check(done):
            record = self.into / "r.h5"
            if done.returncode and (self.into / "r.h5.parts").exists():
                again = tripartite(*arguments, "--resume", cwd=self.folder)
                self.assertEqual(again.returncode, 0, again.stderr)
                self.assertFalse((self.into / "r.h5.parts").exists())
                self.assertTrue(record.read_bytes() == whole)
            elif done.returncode == 0:
                self.assertTrue(record.read_bytes() == whole)
        return check

    def test_runs_that_commit(self):
        longer = ["--set", "recall.after=205 ms"]
        arguments = ["run", "s.yaml", "-q", "--commit-every", "0", "-o", "into/r.h5", *longer]
        whole = self.folder / "longer.h5"
        self.make("run", "s.yaml", "-o", whole, *longer)
        self.each(arguments, (*WRITES, *READS), self.check_and_resume(arguments, whole.read_bytes()))

    def test_sweeps(self):
        arguments = ["sweep", "s.yaml", "-q", "--jobs", "1", "-o", "into/r.h5"]
        whole = (self.folder / "swept.h5").read_bytes()
        self.each(arguments, (*WRITES, *READS, "malloc"), self.check_and_resume(arguments, whole))

    def test_merges(self):
        whole = (self.folder / "swept.h5").read_bytes()

        def check(_):
            if (self.into / "r.h5").exists():
                self.assertTrue((self.into / "r.h5").read_bytes() == whole)
        self.each(["merge", "1.h5", "2.h5", "-q", "-o", "into/r.h5"],
                  (*WRITES, *READS, "malloc"), check)

    @unittest.skipUnless(shutil.which("gnuplot"), "no gnuplot")
    def test_plots(self):
        picture = self.into / "p.png"

        def check(done):
            self.assertEqual(picture.exists(), done.returncode == 0)
            if picture.exists():
                self.assertTrue(picture.read_bytes().endswith(b"IEND\xaeB`\x82"))
        self.each(["plot", "whole.h5", "recall", "-o", "into/p.png"],
                  (*WRITES, *READS, "malloc"), check)

    def test_exports(self):
        output = self.into / "x"

        def check(done):
            self.assertEqual(output.exists(), done.returncode == 0, done.stderr)
        for form in ("csv", "npz", "nwb", "sonata"):
            arguments = ["export", "whole.h5", f"--{form}", "into/x"]
            most = MOST if LONG else 1
            self.each(arguments, (*WRITES, *READS), check, most)
            # Standard output may fail when all is done.
            self.each(arguments, ("malloc",), most=most)

    def test_readers(self):
        for arguments in (["info", "whole.h5"], ["check", "s.yaml"]):
            self.each(arguments, (*WRITES, *READS, "malloc"))


def limit_files(size):
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    return limit


class Full(FolderTest):
    """All verbs that write, where there is room for so many bytes and no more."""

    ROOMS = (0, 1, 4096, 20000, 65536, 150000)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.folder / "s.yaml").write_text(SCENARIO)
        Faults.make.__func__(cls, "run", "s.yaml", "-o", "whole.h5")
        for shard in (1, 2):
            Faults.make.__func__(cls, "sweep", "s.yaml", "--shard", f"{shard}/2", "-o",
                                 f"{shard}.h5")

    def verbs(self, into):
        record = f"{into}/r.h5"
        yield ["run", "s.yaml", "-q", "-o", record]
        yield ["run", "s.yaml", "-q", "--commit-every", "0", "-o", record]
        yield ["sweep", "s.yaml", "-q", "-o", record]
        yield ["merge", "1.h5", "2.h5", "-q", "-o", record]
        yield ["export", "whole.h5", "--csv", f"{into}/x"]
        if shutil.which("gnuplot"):
            yield ["plot", "whole.h5", "recall", "-o", f"{into}/p.png"]
            yield ["plot", "whole.h5", "traces", "-o", f"{into}/p.svg"]

    def check(self, into, done, says):
        """Whether it failed; either way all that there is is whole."""
        self.assertIn(done.returncode, (0, 1), done.stderr)
        left = [path for path in into.rglob("*") if not path.is_dir()]
        self.assertFalse([path for path in left if path.name.startswith(".")], left)
        for path in left:
            if path.suffix == ".h5":
                with h5py.File(path) as record:
                    for _, array in arrays(record):
                        array[()]
            elif path.suffix == ".json":
                json.loads(path.read_text())
        if done.returncode == 0:
            return False
        self.assertRegex(done.stderr, r"^tripartite: (\S*/\S+: |gnuplot )")
        self.assertRegex(done.stderr, says)
        return True

    def test_a_limit_on_files(self):
        into = self.folder / "limited"
        failures = 0
        for room in self.ROOMS:
            for verb in self.verbs(into):
                with self.subTest(room=room, verb=verb[0]):
                    shutil.rmtree(into, ignore_errors=True)
                    into.mkdir()
                    done = tripartite(*verb, cwd=self.folder, preexec_fn=limit_files(room))
                    failures += self.check(into, done, "File too large|gnuplot")
        self.assertGreater(failures, 15)

    def test_a_small_disk(self):
        disk = self.folder / "disk"
        disk.mkdir()
        failures = 0
        for room in (4096, 8192, 20480, 65536, 151552, 1 << 20):
            for verb in self.verbs(disk):
                mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={room}", "none",
                                          str(disk)], capture_output=True, text=True)
                if mounted.returncode:
                    self.skipTest(f"no disk can be mounted here: {mounted.stderr.strip()}")
                try:
                    with self.subTest(room=room, verb=verb[0]):
                        done = tripartite(*verb, cwd=self.folder)
                        failures += self.check(disk, done, "No space left on device|gnuplot")
                finally:
                    subprocess.run(["umount", str(disk)], check=True)
        self.assertGreater(failures, 5)


if __name__ == "__main__":
    unittest.main()
