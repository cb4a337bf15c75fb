# SPDX-License-Identifier: GPL-3.0-or-later
"""Records of every kind as NumPy archives: what numpy.load reads is what h5py reads."""

import unittest
import zipfile

import h5py
import numpy

from program import FolderTest, arrays, is_bare, is_scale, tripartite
from records import make_records

INTERNAL = {"CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST"}


def expected(record):
    """Every array and every attribute, by the documented names."""
    found = {}

    def attributes(path, item):
        for name, value in item.attrs.items():
            if name not in INTERNAL and not name.startswith("_"):
                found[f"{path}@{name}"] = numpy.array(value)

    attributes("", record)
    record.visititems(lambda path, item: attributes(path, item)
                      if isinstance(item, h5py.Group) or not is_bare(item) else None)
    for path, array in arrays(record):
        if is_bare(array):
            continue
        values = array.asstr()[()] if array.dtype == object else array[()]
        found[path] = numpy.array(values)
        if not is_scale(array) and array.ndim:
            found[f"{path}@axes"] = numpy.array(
                [axis[0].name.rpartition("/")[2] if len(axis) else "" for axis in array.dims])
    return found


class Archive(FolderTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.records = make_records(cls.folder)

    def export(self, record, *arguments):
        path = self.folder / f"{self.id()}.npz"
        done = tripartite("export", record, "--npz", path, *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return path, done.stdout

    def assertSame(self, got, wanted, name):
        if wanted.dtype.kind in "OUS":
            self.assertEqual(got.tolist(), wanted.tolist(), name)
            return
        self.assertEqual(got.shape, wanted.shape, name)
        if "@" not in name:
            self.assertEqual(got.dtype, wanted.dtype, name)
            self.assertEqual(got.tobytes(), wanted.tobytes(), name)
        self.assertTrue(numpy.array_equal(got, wanted, equal_nan=wanted.dtype.kind == "f"), name)

    def test_every_record_reads_back(self):
        for kind, record in self.records.items():
            with self.subTest(kind=kind):
                path, said = self.export(record)
                with h5py.File(record) as file, numpy.load(path) as archive:
                    wanted = expected(file)
                    self.assertEqual(set(archive.files), set(wanted))
                    for name, values in wanted.items():
                        self.assertSame(archive[name], values, name)
                count = sum("@" not in name for name in wanted)
                self.assertIn(f".npz: {count} arrays", said)

    def test_large_seeds_and_letters_are_kept(self):
        path, _ = self.export(self.records["memory"])
        with numpy.load(path) as archive:
            self.assertEqual(int(archive["@seed"]), 9007199254740993)
            self.assertEqual(str(archive["@title"]), 'A "small" memory, in µM')
            self.assertEqual(archive["recall/0/spikes/neurons@sorting"], 2)

    def test_one_group_alone(self):
        path, _ = self.export(self.records["memory"], "--group", "recall/1/spikes")
        with numpy.load(path) as archive:
            names = {name for name in archive.files if "@" not in name}
            self.assertEqual(names, {f"recall/1/spikes/neurons/{name}"
                                     for name in ("timestamps", "node_ids")})
            self.assertIn("@title", archive.files)
        done = tripartite("export", self.records["memory"], "--npz", path, "--group", "recall/2")
        self.assertSays(done, 2, "holds no group '/recall/2'", "did you mean '/recall/")

    def test_the_archive_is_whole_and_tells_no_time(self):
        path, _ = self.export(self.records["memory"])
        with zipfile.ZipFile(path) as archive:
            self.assertIsNone(archive.testzip())
            for entry in archive.infolist():
                self.assertEqual(entry.date_time, (1980, 1, 1, 0, 0, 0))
                self.assertEqual(entry.compress_type, zipfile.ZIP_DEFLATED)

    def test_odd_numbers_and_shapes(self):
        record = self.folder / "odd.h5"
        wanted = {
            "empty": numpy.zeros((0, 3), "f4"), "scalar": numpy.array(2.5),
            "big": numpy.arange(24, dtype="u8").reshape(2, 3, 4) + 2**63, "low": numpy.int8([-128]),
            "odd": numpy.array([numpy.nan, numpy.inf, -0.0, 5e-324]),
            "order": numpy.arange(5, dtype=">i4"), "short": numpy.arange(7, dtype="u2"),
        }
        with h5py.File(record, "w") as file:
            file.attrs["format_version"] = 1
            file.attrs["source"] = "tripartite 0.1.0"
            file.attrs["list"] = [1, 2]
            for name, values in wanted.items():
                file[f"a/{name}"] = values
            file.create_dataset("a/none", shape=(0,), dtype=h5py.string_dtype())
            file["a/table"] = numpy.zeros(3, [("x", "f4")])
        path, said = self.export(record)
        self.assertIn("left out: /a/table (neither numbers nor a list of text)", said)
        self.assertIn("left out: /@list (no single number or text)", said)
        with numpy.load(path) as archive:
            for name, values in wanted.items():
                got = archive[f"a/{name}"]
                self.assertEqual(got.dtype, values.dtype.newbyteorder("<"), name)
                self.assertTrue(numpy.array_equal(got, values, equal_nan=got.dtype.kind == "f"))
            self.assertEqual(archive["a/none"].shape, (0,))


if __name__ == "__main__":
    unittest.main()
