# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that cannot end as planned (a full disk, a wrong folder, Ctrl-C), and progress."""

import os
import pathlib
import pty
import resource
import signal
import subprocess
import unittest

import h5py
import xarray

from program import (PROGRAM, TWO_DIGITS, FolderTest, run, sets, tripartite,
                     wait_until_it_has_worked)

LONG = {"pause": "100000 s", "record.neurons": "[]", "record.every": "100 ms"}


def start(record, values, *options, **more):
    command = [PROGRAM, "run", str(TWO_DIGITS), "-o", str(record), *sets(values), *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **more)


class Disk(FolderTest):
    def setUp(self):
        self.inside = self.folder / self.id()
        self.inside.mkdir()
        self.record = self.inside / "r.h5"

    def assertFails(self, target, says):
        before = sorted(self.folder.rglob("*"))
        done = tripartite("run", TWO_DIGITS, "-q", "-o", target, "--set", "pause=0 ms")
        self.assertSays(done, 1, "tripartite: ", says)
        self.assertEqual(sorted(self.folder.rglob("*")), before)

    def test_an_output_that_cannot_be_made_exits_1(self):
        (self.inside / "file").write_text("x")
        self.assertFails(self.inside / "file" / "r.h5", "ot a directory")
        self.assertFails(self.inside / "missing" / "r.h5", "mkdir -p")
        self.assertFails(self.inside, "directory")
        self.assertFails("", "empty")
        self.assertFails(self.inside / ("n" * 300), "")
        self.assertFails("/dev/null", "not a regular file")
        self.assertTrue(pathlib.Path("/dev/null").is_char_device())

    def test_a_file_where_the_output_folder_would_be_exits_1(self):
        (self.inside / "output").write_text("x")
        done = tripartite("run", TWO_DIGITS, "-q", "--set", "pause=0 ms", cwd=self.inside)
        self.assertSays(done, 1, "tripartite: ")
        self.assertEqual((self.inside / "output").read_text(), "x")

    def limited(self, size):
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        return tripartite("run", TWO_DIGITS, "-o", self.record, preexec_fn=limit)

    def test_a_full_disk_leaves_the_old_record(self):
        # Another record of the same length.
        run(TWO_DIGITS, self.record, {"title": "Two digits, recalled out of NOISE"}).close()
        content = self.record.read_bytes()
        kept = sorted(os.listdir(self.inside))
        # From the first bytes to the last ones: each stage of writing fails in its own way.
        for size in (0, 100, 4096, 20000, 100000, 1000000, len(content) - 20000):
            with self.subTest(size=size):
                self.assertSays(self.limited(size), 1, "r.h5", "File too large")
                self.assertTrue(self.record.read_bytes() == content)
                self.assertEqual(sorted(os.listdir(self.inside)), kept)

    def test_a_log_that_cannot_be_written_is_told(self):
        (self.inside / "r.h5.log.json").mkdir()
        done = tripartite("run", TWO_DIGITS, "-o", self.record, "--set", "pause=0 ms")
        self.assertSays(done, 1, "r.h5.log.json")
        self.assertEqual(sorted(os.listdir(self.inside)), ["r.h5", "r.h5.log.json"])

    def test_runs_into_one_record_do_not_meet(self):
        values = {"pause": "0 ms", "record.neurons": "[]"}
        for _ in range(8):
            runs = [start(self.record, values, stderr=subprocess.PIPE) for _ in range(8)]
            codes = []
            for process in runs:
                _, errors = process.communicate(timeout=60)
                codes.append(process.returncode)
                if process.returncode == 2:
                    self.assertRegex(errors, r"r\.h5: another .* under way")
                    continue
                # A slow run tells its progress; nothing else may be said.
                said = [line for line in errors.splitlines() if "elapsed" not in line]
                self.assertEqual((process.returncode, said), (0, []))
            self.assertIn(0, codes)
        self.assertEqual(sorted(os.listdir(self.inside)), ["r.h5", "r.h5.log.json"])


class Interruption(FolderTest):
    def interrupt(self, name, values, sign, seconds=1.0):
        record = self.folder / name
        process = start(record, values, stderr=subprocess.PIPE)
        wait_until_it_has_worked(process, seconds)
        process.send_signal(sign)
        output, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, errors)
        self.assertIn("interrupted at ", errors)
        self.assertIn(f"the record until then is {record}", errors)
        self.assertEqual(output, "")
        return record

    def assertPartial(self, record, finished_tests):
        with h5py.File(record, "r") as file:
            self.assertEqual(file.attrs["status"], "partial")
            tests = file["summary/test"].shape[0]
            self.assertTrue(finished_tests[0] <= tests <= finished_tests[1], tests)
        with xarray.open_dataset(record, group="training/astrocytes", engine="h5netcdf") as data:
            self.assertEqual(data["Ca"].shape[0], data["time"].shape[0])
            self.assertGreater(float(data["Ca"][-1].min()), 0.01)
        told = tripartite("info", record)
        self.assertEqual(told.returncode, 0, told.stderr)
        self.assertIn("PARTIAL (the run was not finished)", told.stdout)
        self.assertIn('"partial"', pathlib.Path(f"{record}.log.json").read_text())
        self.assertFalse(list(self.folder.glob(".*")) + list(self.folder.glob("*.tmp")))

    def test_an_interrupt_leaves_a_partial_record(self):
        record = self.interrupt("int.h5", LONG, signal.SIGINT)
        self.assertPartial(record, finished_tests=(0, 0))
        self.assertIn("No test was finished", tripartite("info", record).stdout)

    def test_a_termination_in_the_recall_keeps_the_finished_tests(self):
        values = {"pause": "500 ms", "recall.samples": 5000, "training.samples": 10,
                  "record.neurons": "[]", "record.every": "10 ms"}
        record = self.interrupt("term.h5", values, signal.SIGTERM, seconds=2)
        self.assertPartial(record, finished_tests=(1, 9999))
        with h5py.File(record, "r") as file:
            done = file["summary/test"].shape[0]
            self.assertTrue(0 < file["summary/accuracy"][done - 1] <= 1)
            self.assertIn(f"recall/{done - 1}/readouts", file)

    def test_a_closed_standard_error_does_not_become_the_record(self):
        """Else the second progress line is written into the data."""
        record = self.folder / "closed.h5"
        process = start(record, LONG, preexec_fn=lambda: os.close(2))
        wait_until_it_has_worked(process, 0.5)
        link = pathlib.Path(f"/proc/{process.pid}/fd/2")
        target = os.readlink(link) if link.is_symlink() else ""
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        self.assertNotIn("closed.h5", target)
        with h5py.File(record, "r") as file:
            self.assertEqual(file.attrs["status"], "partial")


class Progress(FolderTest):
    def on_a_terminal(self, *options):
        try:
            ours, theirs = pty.openpty()
        except OSError as reason:
            self.skipTest(f"no terminal to be had here: {reason}")
        # Longer than what passes between two bars, on a fast machine too.
        process = start(self.folder / "p.h5", {"training.samples": 200}, *options, stderr=theirs)
        os.close(theirs)
        shown = b""
        try:
            while chunk := os.read(ours, 65536):
                shown += chunk
        except OSError:  # the end, for a terminal without its other side
            pass
        os.close(ours)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0)
        return shown.decode()

    def test_a_bar_on_a_terminal(self):
        shown = self.on_a_terminal()
        self.assertRegex(shown, r"\rtraining +\[#+\.*\] +\d+ %  elapsed 0:\d\d  remaining \d+:\d\d")
        self.assertTrue(shown.endswith("\r\x1b[K"), "the bar is not wiped at the end")
        self.assertNotIn("\n", shown)

    def test_nothing_when_quiet(self):
        self.assertEqual(self.on_a_terminal("-q"), "")

    def test_lines_where_there_is_no_terminal(self):
        process = start(self.folder / "l.h5", LONG, stderr=subprocess.PIPE)
        line = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        self.assertRegex(line, r"^training: \d+ %, elapsed 0:\d\d, remaining \d+:\d\d(:\d\d)?\n$")


if __name__ == "__main__":
    unittest.main()
