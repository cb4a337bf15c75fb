# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever writes a record keeps others from it, for as long as it lives and no longer."""

import fcntl
import os
import shutil
import subprocess
import time
import unittest

from program import PROGRAM, TWO_DIGITS, FolderTest, run, sets, tripartite

ENDLESS = {"pause": "100000 s", "record.neurons": "[]", "record.every": "100 ms"}
SHORT = {"patterns": "[one]", "training.samples": 1, "pause": "5 ms", "recall.after": "5 ms",
         "network.neurons.rows": 10, "network.neurons.columns": 10}
HOLDERS = ("run", "sweep", "verify")  # a merge is too short to be found holding it
SWEPT = ("--over", "recall.noise=[0.1, 0.3]", "--trials", "2")


class Lock(FolderTest):
    def setUp(self):
        self.inside = self.folder / self.id().rsplit(".", 1)[1]
        self.inside.mkdir()
        self.record = self.inside / "r.h5"
        self.lock = self.inside / ".r.h5.lock"

    def endless(self, verb="run"):
        """Who has the lock, and will not end by itself."""
        over = SWEPT if verb == "sweep" else ()
        process = subprocess.Popen([PROGRAM, verb, str(TWO_DIGITS), "-q", "-o", str(self.record),
                                    *over, *sets(ENDLESS)], stderr=subprocess.PIPE)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        # A sweep has no file of its own before its first trial is done, but a folder.
        while not list(self.inside.glob("r.h5.parts" if verb == "sweep" else ".r.h5.*.tmp")):
            self.assertIsNone(process.poll())
            time.sleep(0.01)
        return process

    def each_writer(self):
        """All verbs that write a record, into that one."""
        shard = self.folder / "shard.h5"
        if not shard.exists():
            done = tripartite("sweep", TWO_DIGITS, "-q", "-o", shard, "--shard", "1/2",
                              *SWEPT, *sets(SHORT))
            self.assertEqual(done.returncode, 0, done.stderr)
        into = ("-q", "-o", self.record)
        yield tripartite("run", TWO_DIGITS, *into, *sets(SHORT))
        yield tripartite("sweep", TWO_DIGITS, *into, *SWEPT, *sets(SHORT))
        yield tripartite("merge", shard, *into)
        yield tripartite("verify", TWO_DIGITS, *into, *sets(SHORT))

    def test_another_process_keeps_all_verbs_out(self):
        for verb in HOLDERS:
            holder = self.endless(verb)
            before = sorted(os.listdir(self.inside))
            for done in self.each_writer():
                with self.subTest(holder=verb, other=done.args[1]):
                    self.assertSays(done, 2,
                                    f"tripartite: {self.record}: another run, sweep or merge",
                                    f"process {holder.pid} on", str(self.lock))
                    self.assertEqual(sorted(os.listdir(self.inside)), before)
            self.assertIsNone(holder.poll())
            holder.kill()
            holder.wait()
            shutil.rmtree(self.inside)
            self.inside.mkdir()

    def test_a_lock_does_not_outlive_its_owner(self):
        for verb in HOLDERS:
            writers = self.each_writer()
            for _ in range(4):
                holder = self.endless(verb)
                holder.kill()
                holder.wait()
                self.assertTrue(self.lock.exists())
                left = list(self.inside.glob(".r.h5.*.tmp"))
                self.assertEqual(len(left), 0 if verb == "sweep" else 1)
                writer = next(writers)
                with self.subTest(holder=verb, other=writer.args[1]):
                    self.assertEqual(writer.returncode, 0, writer.stderr)
                    if verb == "sweep" and (self.inside / "r.h5.parts").exists():
                        (self.inside / "r.h5.parts").rmdir()  # empty: only those who look see it
                    self.assertEqual(sorted(os.listdir(self.inside)), ["r.h5", "r.h5.log.json"])
                self.record.unlink()
            self.assertIsNone(next(writers, None))

    def test_what_the_dead_have_left_goes_and_nothing_else(self):
        gone = [".r.h5.77.tmp", ".r.h5.77.3.tmp", ".r.h5.log.json.9.tmp"]
        kept = [".r.h5.tmp", ".r.h5.x.tmp", ".r.h5.7.tmp2", ".r.h5.1.2.3.tmp", "r.h5.7.tmp",
                ".rr.h5.7.tmp", ".other.h5.7.tmp", ".r.h5.txt.7.tmp"]
        for name in gone + kept:
            (self.inside / name).write_text("x")
        parts = self.inside / "r.h5.parts"
        parts.mkdir()
        (parts / ".part-000000000007.h5.99.tmp").write_text("x")
        run(TWO_DIGITS, self.record, SHORT).close()
        self.assertEqual(sorted(os.listdir(self.inside)),
                         sorted([*kept, "r.h5", "r.h5.log.json"]))

    def test_the_living_keep_theirs(self):
        """A process of another machine, say, whose number says nothing here."""
        theirs = self.inside / ".r.h5.77.tmp"
        theirs.write_text("x")
        self.lock.write_text("process 77 on elsewhere\n")
        with open(self.lock) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self.assertSays(tripartite("run", TWO_DIGITS, "-o", self.record, *sets(SHORT)), 2,
                            "process 77 on elsewhere")
        self.assertTrue(theirs.exists())

    def test_other_records_are_free(self):
        self.endless()
        shutil.copy(TWO_DIGITS, self.inside / "r.yaml")
        run(self.inside / "r.yaml", self.inside / "other.h5", SHORT).close()


if __name__ == "__main__":
    unittest.main()
