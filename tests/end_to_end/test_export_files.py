# SPDX-License-Identifier: GPL-3.0-or-later
"""What an export leaves behind: all or nothing, the same bytes each time, and the files of others
as they were. TRIPARTITE_LONG=1 damages records at more places."""

import os
import pathlib
import resource
import signal
import subprocess
import time
import unittest

import h5py
import numpy

from program import PROGRAM, FolderTest, tripartite
from records import KINDS, make_records

LONG = bool(os.environ.get("TRIPARTITE_LONG"))
FORMATS = ("csv", "npz", "nwb", "sonata")
FOLDERS = ("csv", "sonata")


def content(path):
    """Name: bytes of a file, or of all files of a folder."""
    if path.is_file():
        return {"": path.read_bytes()}
    return {str(p.relative_to(path)): p.read_bytes() for p in path.rglob("*") if p.is_file()}


class Files(FolderTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.records = make_records(cls.folder)

    def setUp(self):
        self.inside = self.folder / self.id()
        self.inside.mkdir()

    def test_the_same_record_gives_the_same_bytes(self):
        for kind, record in self.records.items():
            copy = self.inside / "elsewhere.h5"
            copy.write_bytes(record.read_bytes())
            for form in FORMATS:
                if form in ("nwb", "sonata") and not KINDS[kind]:
                    continue
                with self.subTest(kind=kind, form=form):
                    outputs = [self.inside / f"{kind}-{i}.{form}" for i in range(2)]
                    for source, output in zip((record, copy), outputs):
                        done = tripartite("export", source, f"--{form}", output)
                        self.assertEqual((done.returncode, done.stderr), (0, ""))
                    first, second = map(content, outputs)
                    self.assertTrue(first)
                    self.assertTrue(first == second)

    def test_a_file_is_replaced_and_that_is_told(self):
        for form in ("npz", "nwb"):
            output = self.inside / f"x.{form}"
            first = tripartite("export", self.records["memory"], f"--{form}", output)
            self.assertNotIn("(replaced)", first.stdout)
            before = output.read_bytes()
            done = tripartite("export", self.records["cell"], f"--{form}", output)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("(replaced)", done.stdout.splitlines()[0])
            self.assertNotEqual(output.read_bytes(), before)
        self.assertEqual(sorted(os.listdir(self.inside)), ["x.npz", "x.nwb"])

    def test_a_folder_with_files_is_no_place_for_sonata(self):
        into = self.inside / "into"
        into.mkdir()
        done = tripartite("export", self.records["cell"], "--sonata", into)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        before = content(into)
        self.assertIn("response/spikes.h5", before)
        done = tripartite("export", self.records["memory"], "--sonata", into)
        self.assertSays(done, 2, "into: is a folder that holds files already", "a new folder")
        self.assertEqual(content(into), before)
        self.assertEqual(os.listdir(self.inside), ["into"])

    def test_csv_leaves_other_files_of_a_folder_alone(self):
        into = self.inside / "into"
        into.mkdir()
        (into / "mine.txt").write_text("mine")
        (into / "response-cell.csv").write_text("old")
        done = tripartite("export", self.records["cell"], "--csv", f"{into}/")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout.count("(replaced)"), 1)
        self.assertEqual((into / "mine.txt").read_text(), "mine")
        self.assertEqual(sorted(os.listdir(into)), [
            "mine.txt", "response-cell.csv", "response-crossings.csv", "response-spikes-cells.csv"])

    def test_what_cannot_be_written_to_is_told(self):
        (self.inside / "file").write_text("x")
        (self.inside / "folder").mkdir()
        os.mkfifo(self.inside / "pipe")
        for form in FORMATS:
            for name, part in (("file/x", "ot a directory"), ("missing/x", "missing"),
                               ("pipe", "pipe"), ("n" * 300, "nnn")):
                with self.subTest(form=form, name=name[:9]):
                    done = tripartite("export", self.records["cell"], f"--{form}",
                                      self.inside / name)
                    self.assertSays(done, 1, "tripartite: ", part)
                    self.assertEqual(done.stdout, "")
            wrong = "file" if form in FOLDERS else "folder"
            done = tripartite("export", self.records["cell"], f"--{form}", self.inside / wrong)
            self.assertSays(done, 1, wrong, "folder" if form in FOLDERS else "directory")
            self.assertSays(tripartite("export", self.records["cell"], f"--{form}", ""), 2, form)
        self.assertEqual(sorted(os.listdir(self.inside)), ["file", "folder", "pipe"])
        self.assertEqual((self.inside / "file").read_text(), "x")

    def test_a_full_disk_leaves_nothing(self):
        for form in FORMATS:
            output = self.inside / f"x.{form}"
            for size in (0, 1000, 4096, 20000):
                def limit():
                    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
                with self.subTest(form=form, size=size):
                    done = tripartite("export", self.records["memory"], f"--{form}", output,
                                      preexec_fn=limit)
                    self.assertSays(done, 1, "tripartite: ", "File too large")
                    self.assertEqual(done.stdout, "")
                    self.assertEqual(os.listdir(self.inside), [])

    def large(self):
        """A record that takes a second or more to export."""
        record = self.folder / "large.h5"
        if not record.exists():
            record.write_bytes(self.records["memory"].read_bytes())
            draw = numpy.random.default_rng(1)
            with h5py.File(record, "r+") as file:
                group = file["training/neurons"]
                times = numpy.arange(50_000.0)
                for name in ("membrane_potential", "recovery", "time"):
                    attributes = dict(group[name].attrs)
                    del group[name]
                    shape = times.shape if name == "time" else (*times.shape, 10, 10)
                    array = group.create_dataset(name, shape, "f8" if name == "time" else "f4",
                                                 chunks=(1000, *shape[1:]))
                    for at in range(0, len(times), 1000):
                        part = slice(at, at + 1000)
                        array[part] = (times[part] if name == "time"
                                       else draw.random((1000, *shape[1:]), "f4"))
                    for key in ("units", "long_name"):
                        group[name].attrs[key] = attributes[key]
                group["time"].make_scale("time")
                for name in ("membrane_potential", "recovery"):
                    for axis, scale in enumerate(("time", "row", "column")):
                        group[name].dims[axis].attach_scale(group[scale])
        return record

    def test_an_interrupted_export_leaves_nothing(self):
        record = self.large()
        for form in FORMATS:
            for there_before in (False, True):
                with self.subTest(form=form, there_before=there_before):
                    output = self.inside / f"x.{form}"
                    if there_before and form in FOLDERS:
                        output.mkdir()
                    elif there_before:
                        output.write_text("before")
                    process = subprocess.Popen(
                        [PROGRAM, "export", str(record), f"--{form}", str(output)],
                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                    # As soon as something is being written.
                    while process.poll() is None and not list(self.inside.rglob("*.tmp")):
                        time.sleep(0.001)
                    process.send_signal(signal.SIGINT)
                    said, errors = process.communicate(timeout=120)
                    self.assertEqual(process.returncode, 130, errors)
                    self.assertIn("interrupted; nothing was written", errors)
                    self.assertEqual(said, "")
                    if there_before and form not in FOLDERS:
                        self.assertEqual(output.read_text(), "before")
                        output.unlink()
                    elif there_before:
                        self.assertEqual(os.listdir(output), [])
                        output.rmdir()
                    self.assertEqual(os.listdir(self.inside), [])

    def test_a_large_record_is_not_held_in_memory(self):
        """40 MB of numbers take less than half of that more than a small record does. (A process
        begins with what this one has, so this one does not hold them, either.)"""
        def export(record, form):
            output = self.inside / f"{record.stem}.{form}"
            environment = {**os.environ, "ASAN_OPTIONS": "quarantine_size_mb=1"}
            process = subprocess.Popen([PROGRAM, "export", record, f"--{form}", output],
                                       stdout=subprocess.DEVNULL, env=environment)
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            self.assertEqual(process.returncode, 0)
            return output, used.ru_maxrss / 1024

        self.large()
        for form in FORMATS:
            with self.subTest(form=form):
                _, small = export(self.records["memory"], form)
                _, large = export(self.large(), form)
                self.assertLess(large - small, 20)
        with numpy.load(self.inside / "large.npz") as archive, h5py.File(self.large()) as file:
            name = "training/neurons/recovery"
            self.assertEqual(archive[name].tobytes(), file[name][:].tobytes())

    def test_damaged_records_are_refused_or_read(self):
        """Whatever is damaged, the program ends by itself and leaves all or nothing."""
        leaky = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}  # HDF5 itself, of what it refuses
        whole = self.records["memory"].read_bytes()
        damaged = self.inside / "damaged.h5"
        random = numpy.random.default_rng(2)
        for form in FORMATS:
            output = self.inside / f"x.{form}"
            for at in random.integers(0, len(whole), 25 if LONG else 8):
                wrong = bytearray(whole)
                wrong[at] ^= 1 << random.integers(8)
                damaged.write_bytes(wrong)
                done = tripartite("export", damaged, f"--{form}", output, env=leaky)
                self.assertIn(done.returncode, (0, 2), done.stderr)
                self.assertEqual(output.exists(), done.returncode == 0)
                left = [p for p in self.inside.rglob("*") if p.name.endswith(".tmp")]
                self.assertEqual(left, [])
                for path in sorted(output.rglob("*"), reverse=True) if output.exists() else ():
                    (pathlib.Path.rmdir if path.is_dir() else pathlib.Path.unlink)(path)
                if output.exists():
                    (pathlib.Path.rmdir if output.is_dir() else pathlib.Path.unlink)(output)
            for cut in (len(whole) // 2, 600):
                damaged.write_bytes(whole[:cut])
                done = tripartite("export", damaged, f"--{form}", output)
                self.assertSays(done, 2, "damaged.h5")
                self.assertFalse(output.exists())

    def test_wrong_spikes_are_told(self):
        def change(number, name, values):
            path = self.inside / f"wrong{number}.h5"
            path.write_bytes(self.records["memory"].read_bytes())
            with h5py.File(path, "r+") as file:
                group = file["training/spikes/neurons"]
                del group[name]
                group[name] = values
            return path

        huge = change(0, "node_ids", numpy.full(3, 2**40, "u8"))
        with h5py.File(huge) as file:
            count = len(file["training/spikes/neurons/timestamps"])
        for form in ("nwb", "sonata"):
            output = self.inside / f"x.{form}"
            for path, part in ((huge, "no times and nodes of equal number"),
                               (change(1, "node_ids", numpy.full(count, 2**40, "u8")),
                                "a cell number 1099511627776"),
                               (change(2, "node_ids", numpy.zeros(count, "f8")),
                                "no times and nodes")):
                done = tripartite("export", path, f"--{form}", output)
                self.assertSays(done, 2, part)
                self.assertFalse(output.exists())


if __name__ == "__main__":
    unittest.main()
