# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls that fail: the n-th write, close, rename, fsync, opening, reading, removal, start of a process
or a thread, or allocation; a full disk; a limit on a file's size. The program exits by itself with 1
(2 where its input cannot be read) and says what could not be done with which file, no file under a
final name is half, and what was there before is whole.

TRIPARTITE_FAIL_CALLS is the library that makes calls fail (tests/faults/fail_calls.c);
TRIPARTITE_LONG=1 tries every n (of allocations, which the test `allocations` is for, a hundred), else
there is a sample. What fails is told at once; the long form prints the rows of the table in
docs/reliability.md as it comes to them."""

import concurrent.futures
import json
import os
import queue
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import unittest

import h5py
import numpy

from program import PROGRAM, ROOT, FolderTest, arrays, sets, stand_in_viewer, tripartite
from test_anan import SCENARIO as ANAN, make_images

LIBRARY = os.environ.get("TRIPARTITE_FAIL_CALLS", "")
LONG = bool(os.environ.get("TRIPARTITE_LONG"))
MOST = 10**9 if LONG else 2
MOST_ALLOCATIONS = 100 if LONG else 2
AT_ONCE = 2
# With few arrays: each is some calls more, of the same kind.
SCENARIO = """experiment: memory
patterns: [one]
network: {neurons: {rows: 4, columns: 4}}
training: {samples: 1}
pause: 5 ms
recall: {after: 5 ms, readout: {frames: []}}
record: {neurons: [], astrocytes: [Ca]}
sweep: {over: {recall.noise: [0.1]}, trials: 2}
"""
LONGER = sets({"recall.after": "205 ms"})
CELL = ROOT / "experiments" / "cell" / "izhikevich-step.yaml"
LORENZ = ROOT / "experiments" / "reservoir" / "lorenz.yaml"
RESERVOIR = sets({"network.neurons.count": 10, "network.astrocytes.count": 10, "samples.drop": 20,
                  "samples.train": 60, "samples.test": 20, "readout.epochs": 1})
XOR = ROOT / "experiments" / "glia-layers" / "xor.yaml"
BRIEFLY = sets({"training.epochs": 2, "trials": 1})
WRITES = ("write", "close", "rename", "fsync", "open", "mkdir", "ftruncate", "unlink")
READS = ("read", "open_read", "fork", "socketpair")
ALL = (*WRITES, *READS, "thread", "malloc")
COLUMNS = {"open_read": "opening to read", "malloc": "allocation"}
# All that follow fail too, in tries of their own, of some of them.
LASTING = ("write", "read", "malloc")
MOST_LASTING = 25
# A record that cannot be read is said to be none, which exits with 2.
READERS = ("export", "info", "check", "merge", "plot", "report")


def chosen(call, count, most):
    """Which of so many calls are made to fail."""
    numbers = range(1, count + 1)
    return sorted(random.Random(call).sample(numbers, most)) if count > most else numbers


def fails_of(call, count, most):
    """As TRIPARTITE_FAIL has them."""
    most = min(most, MOST_ALLOCATIONS) if call == "malloc" else most
    alone = [f"{call}:{number}" for number in chosen(call, count, most)]
    lasting = [f"{call}:{number}+" for number in chosen(call, count, min(most, MOST_LASTING))]
    return alone + (lasting if call in LASTING else [])


class Row:
    """Of the table: how many calls of each kind there are, and of the tries at them, how many exited
    with 1, 2, 0."""

    def __init__(self, title):
        self.title, self.cells = title, dict.fromkeys(ALL, "")

    def put(self, call, count, codes):
        if count:
            exits = ", ".join(str(codes.pop(code, 0)) for code in (1, 2, 0))
            self.cells[call] = f"{count}: {exits}" + (f" and {codes}" if codes else "")

    def __str__(self):
        return f"| {self.title} |" + "|".join(f" {cell} " for cell in self.cells.values()) + "|"


def heading():
    names = " | ".join(COLUMNS.get(call, call) for call in ALL)
    return f"| | {names} |\n|{'---|' * (len(ALL) + 1)}"


class Tries:
    """The program, loaded once, to be tried again and again."""

    def __init__(self, arguments, into, environment):
        """`INTO` in an argument is the folder that is written into."""
        self.into = into
        self.process = subprocess.Popen(
            [PROGRAM, *map(str, arguments)], cwd=into.parent, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, env={**environment, "TRIPARTITE_TRIES": "1"})

    def __call__(self, fail):
        self.process.stdin.write(f"{fail} {self.into.name}\n")
        self.process.stdin.flush()
        code = int(self.process.stdout.readline())
        said = [self.into.with_name(f"{self.into.name}.{stream}").read_text()
                for stream in ("output", "errors")]
        return subprocess.CompletedProcess([], code, *said)

    def end(self):
        self.process.communicate()


@unittest.skipUnless(LIBRARY, "no library that makes calls fail")
class Faults(FolderTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if LONG:
            print(heading(), flush=True)
        (cls.folder / "s.yaml").write_text(SCENARIO)
        cls.make("run", "s.yaml", "-o", "whole.h5")
        cls.make("sweep", "s.yaml", "-o", "swept.h5")
        for shard in (1, 2):
            cls.make("sweep", "s.yaml", "--shard", f"{shard}/2", "-o", f"{shard}.h5")
        cls.inputs = {path: path.read_bytes() for path in cls.folder.iterdir() if path.is_file()}

    @classmethod
    def make(cls, *arguments):
        done = tripartite(*arguments, "-q", cwd=cls.folder)
        assert done.returncode == 0, done.stderr

    more_environment = {}

    def tries(self, arguments, into, **environment):
        return Tries(arguments, self.folder / into, {
            **os.environ, "LD_PRELOAD": LIBRARY, "OPENBLAS_NUM_THREADS": "1",
            **self.more_environment, **environment})

    def once(self, arguments, into, fail, prepare=None, **environment):
        """One try, whose folder stays."""
        (self.folder / into).mkdir()
        if prepare:
            prepare(self.folder / into)
        tries = self.tries(arguments, into, **environment)
        done = tries(fail)
        tries.end()
        return done

    def count(self, arguments, call, prepare):
        done = self.once(arguments, "counted", f"{call}:0", prepare, TRIPARTITE_CALLS="calls")
        self.assertEqual(done.returncode, 0, done.stderr)
        shutil.rmtree(self.folder / "counted")
        return int((self.folder / "calls").read_text())

    def try_one(self, free, arguments, fail, check, prepare):
        tries = free.get()
        into = tries.into
        done = None
        try:
            into.mkdir()
            if prepare:
                prepare(into)
            done = tries(fail)
            call = fail.split(":")[0]
            self.check_exit(done, call in READS or arguments[0] in READERS or prepare or
                            "--from" in arguments)
            # What cannot be removed stays; the next one to hold the lock removes it.
            if call != "unlink":
                left = [path.name for path in into.rglob("*")]
                self.assertFalse([name for name in left if name.startswith(".")], left)
            if check:
                check(into, done)
            return done.returncode
        except Exception as problem:
            print(f"{arguments}, {fail}: {done}: {problem!r}", file=sys.stderr, flush=True)
            raise
        finally:
            shutil.rmtree(into, ignore_errors=True)
            free.put(tries)

    def each(self, title, arguments, calls, check=None, most=MOST, prepare=None):
        """Lets each of the calls fail, one or from one on all; `check` looks at what came of it.
        Of each call, `most` are tried; `prepare` puts what there is before into the folder."""
        row = Row(title)
        free = queue.Queue()
        for number in range(AT_ONCE):
            free.put(self.tries(arguments, f"into{number}"))
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            for call in calls:
                count = self.count(arguments, call, prepare)
                results = [(fail, pool.submit(self.try_one, free, arguments, fail, check, prepare))
                           for fail in fails_of(call, count, most)]
                codes = {}
                for fail, result in results:
                    with self.subTest(arguments=arguments[:3], fail=fail):
                        code = result.result()
                        codes[code] = codes.get(code, 0) + 1
                row.put(call, count, codes)
        while not free.empty():
            free.get().end()
        if LONG:
            print(row, flush=True)
        self.assertInputsAreAsBefore()

    def check_exit(self, done, reads):
        self.assertIn(done.returncode, (0, 1, 2) if reads else (0, 1), done.stderr)
        if done.returncode:
            self.assertRegex(done.stderr, r"^tripartite: \S.*\w")
            self.assertNotIn("(null)", done.stderr)

    def assertInputsAreAsBefore(self):
        for path, content in self.inputs.items():
            self.assertTrue(path.read_bytes() == content, path)

    def check_and_resume(self, arguments, whole):
        """A run that failed may have left what it had done, marked so; a log that could not be
        written is told, and the record is there all the same. What was kept to go on with is as
        good as if nothing had failed."""
        def check(into, done):
            record = into / "r.h5"
            if done.returncode and record.exists():
                with h5py.File(record) as file:
                    partial = file.attrs["status"] == "partial"
                    self.assertIn("resolved_scenario", file.attrs)
                self.assertTrue(partial or record.read_bytes() == whole, done.stderr)
            if done.returncode and (into / "r.h5.parts").exists():
                again = [str(argument).replace("INTO", into.name) for argument in arguments]
                again = tripartite(*again, *(() if "--resume" in again else ("--resume",)),
                                   cwd=self.folder, timeout=3600)
                self.assertEqual(again.returncode, 0, again.stderr)
                self.assertFalse((into / "r.h5.parts").exists())
                self.assertTrue(record.read_bytes() == whole)
            elif done.returncode == 0:
                self.assertTrue(record.read_bytes() == whole)
        return check

    def run_each(self, title, verb, scenario, options=(), calls=ALL, most=MOST, prepare=None):
        """Of a verb that writes a record of a scenario."""
        whole = self.folder / "expected.h5"
        self.make(verb, scenario, "-o", whole, *(o for o in options if o != "--resume"))
        arguments = [verb, scenario, "-q", "-o", "INTO/r.h5", *options]
        self.each(title, arguments, calls, self.check_and_resume(arguments, whole.read_bytes()),
                  most, prepare)

    def test_no_memory_is_no_damage(self):
        """A record that cannot be read for want of memory is not said to be to blame (exit 2)."""
        record = ROOT / "tests" / "fuzz" / "corpus" / "record" / "small-memory-fixed.h5"
        tries = self.tries(["info", record], "info")
        count = self.count(["info", record], "malloc", None)
        numbers = range(1, count + 1, 1 if LONG else 3)
        codes = [tries(f"malloc:{number}").returncode for number in numbers]
        tries.end()
        self.assertEqual([n for n, code in zip(numbers, codes) if code not in (0, 1)], [])
        self.assertGreater(codes.count(1), 0.7 * len(codes))

    def test_runs(self):
        self.run_each("run", "run", "s.yaml")

    def test_commits(self):
        self.run_each("run with commits", "run", "s.yaml", ["--commit-every", "0", *LONGER])

    def test_resumed(self):
        """Parts that cannot be read, or not all of them, are still there."""
        kept, options = self.folder / "kept", ["--commit-every", "0", *LONGER]
        arguments = ["run", "s.yaml", "-q", "-o", "INTO/r.h5", *options]
        renames = self.count(arguments, "rename", None)
        done = self.once(arguments, "kept", f"rename:{renames - 1}")
        self.assertGreater(len(list((kept / "r.h5.parts").iterdir())), 1, done.stderr)
        self.run_each("run --resume", "run", "s.yaml", [*options, "--resume"],
                      prepare=lambda into: shutil.copytree(kept / "r.h5.parts",
                                                           into / "r.h5.parts"))

    def test_from(self):
        self.run_each("run --from", "run", "s.yaml", ["--from", "whole.h5"],
                      most=MOST if LONG else 1)

    def test_sweeps(self):
        self.run_each("sweep", "sweep", "s.yaml", ["--jobs", "1"])

    def test_resumed_sweep(self):
        """One trial is kept, the other is still to be done."""
        kept = self.folder / "trials"
        arguments = ["sweep", "s.yaml", "-q", "-o", "INTO/r.h5", "--jobs", "1", "--shard", "1/2"]
        done = self.once(arguments, "trials", "rename:2")
        self.assertEqual(len(list((kept / "r.h5.parts").iterdir())), 1, done.stderr)
        self.run_each("sweep --resume", "sweep", "s.yaml", ["--jobs", "1", "--resume"],
                      most=MOST if LONG else 1, prepare=lambda into: shutil.copytree(
                          kept / "r.h5.parts", into / "r.h5.parts"))

    def test_verify(self):
        self.run_each("verify", "verify", "s.yaml", most=MOST if LONG else 1)

    def test_anan(self):
        images, labels = make_images(numpy.random.default_rng(3), 24)
        numpy.savez(self.folder / "images.npz", train_images=images[:16], train_labels=labels[:16],
                    val_images=images[16:20], val_labels=labels[16:20], test_images=images[20:],
                    test_labels=labels[20:])
        text = ANAN[:ANAN.index("astrocytes:")].replace("count: 5", "count: 2")
        (self.folder / "anan.yaml").write_text(
            text.replace("epochs: 6", "epochs: 1") % "images.npz" +
            "astrocytes: {k: [4], mu: [2], a: [1.1], b: [0.1]}\n")
        self.run_each("run, anan", "run", "anan.yaml", ["--commit-every", "0"],
                      most=MOST if LONG else 1)

    def test_classification(self):
        self.run_each("run, classification", "run", XOR, ["--commit-every", "0", *BRIEFLY],
                      most=MOST if LONG else 1)

    def test_forecast(self):
        self.run_each("run, forecast", "run", LORENZ, ["--commit-every", "0", *RESERVOIR],
                      most=MOST if LONG else 1)

    def test_merges(self):
        whole = (self.folder / "swept.h5").read_bytes()

        def check(into, _):
            if (into / "r.h5").exists():
                self.assertTrue((into / "r.h5").read_bytes() == whole)
        self.each("merge", ["merge", "1.h5", "2.h5", "-q", "-o", "INTO/r.h5"], ALL, check)

    @unittest.skipUnless(shutil.which("gnuplot"), "no gnuplot")
    def test_plots(self):
        def check(into, done):
            picture = into / "p.png"
            self.assertEqual(picture.exists(), done.returncode == 0)
            if picture.exists():
                self.assertTrue(picture.read_bytes().endswith(b"IEND\xaeB`\x82"))
        self.each("plot", ["plot", "whole.h5", "recall", "-o", "INTO/p.png"], ALL, check)

    @unittest.skipUnless(shutil.which("gnuplot"), "no gnuplot")
    def test_reports(self):
        self.make("run", CELL, "-o", "cell.h5")
        self.more_environment = {"TRIPARTITE_VIEWER": stand_in_viewer(self.folder)}
        arguments = ["report", "cell.h5", "-o", "INTO/r.html"]
        self.assertSays(self.once(arguments, "first", "write:0"), 0)
        whole = (self.folder / "first" / "r.html").read_bytes()

        def check(into, done):
            page = into / "r.html"
            self.assertEqual(page.exists(), done.returncode == 0, done.stderr)
            # A figure that could not be drawn has its reason in the page.
            self.assertTrue(done.returncode or page.read_bytes() == whole or
                            re.search(rb"No figure <b>\w+</b>: \S", page.read_bytes()))
        self.each("report", arguments, ALL, check, MOST)

    def test_exports(self):
        def check(into, done):
            self.assertEqual((into / "x").exists(), done.returncode == 0, done.stderr)
        for form in ("csv", "npz", "nwb", "sonata"):
            arguments = ["export", "whole.h5", f"--{form}", "INTO/x"]
            self.each(f"export --{form}", arguments, ALL, check, MOST if LONG else 1)

    def test_readers(self):
        for arguments in (["info", "whole.h5"], ["check", "s.yaml"]):
            whole = tripartite(*arguments, cwd=self.folder).stdout
            # Something that cannot be read is not taken for something that is not there.
            self.each(arguments[0], arguments, ALL, lambda _, done: self.assertTrue(
                done.returncode or done.stdout == whole, done.stdout))


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
            yield ["plot", "whole.h5", "accuracy", "-o", f"{into}/p.svg"]

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
