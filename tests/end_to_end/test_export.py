# SPDX-License-Identifier: GPL-3.0-or-later
"""Records as CSV: what h5py reads is what csv reads, to the bit, and what neo reads."""

import csv
import itertools
import math
import os
import pathlib
import unittest

import h5py
import neo
import numpy
import quantities

from program import TWO_DIGITS, FolderTest, arrays, is_bare, is_scale, run, tripartite

BARE = b"This is a netCDF dimension but not a netCDF variable"
SWEEP = """title: A small sweep
pause: 0 ms
network: {neurons: {rows: 22, columns: 22}}
sweep:
  over:
    recall.noise: [0, 0.5, 1]
    patterns: [[zero], [zero, {digit: one, threshold: 0.3}]]
  trials: 2
"""


def axis_of(array, number=0):
    """The path of the array's axis; its own where it is one."""
    if is_scale(array):
        return array.name
    scales = array.dims[number].values()
    return scales[0].name if scales else None


def tables(record):
    """File name: (path of the axis, arrays along it), by the documented rule, and the arrays that
    are tables by themselves."""
    found, alone = {}, {}
    groups = {}
    for _, array in arrays(record):
        groups.setdefault(array.parent.name, []).append(array)
    for group, members in groups.items():
        counts = {}
        for array in members:
            if array.ndim == 1 and not is_scale(array):
                counts[axis_of(array)] = counts.get(axis_of(array), 0) + 1
        assert len(counts) < 2, (group, counts)
        axis = next(iter(counts), None)
        name = group.strip("/").replace("/", "-")
        if axis:
            found[f"{name}.csv"] = [a for a in members if in_table(a, axis)]
        for array in members:
            if not is_scale(array) and not (axis and in_table(array, axis)):
                alone[f"{name}-{array.name.rsplit('/')[-1]}.csv"] = array
    return found, alone


def in_table(array, axis):
    few = array.ndim == 1 or array.ndim == 2 and array.shape[1] <= 1000
    return few and axis_of(array) == axis and not is_bare(array)


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file, strict=True))
    return rows[0], rows[1:]


class Export(FolderTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.memory = cls.folder / "memory.h5"
        run(TWO_DIGITS, cls.memory, {"pause": "0 ms", "seed": 2**63 - 1}).close()
        (cls.folder / "sweep.yaml").write_text(SWEEP)
        cls.sweep = cls.folder / "sweep.h5"
        done = tripartite("sweep", cls.folder / "sweep.yaml", "-q", "-o", cls.sweep)
        assert done.returncode == 0, done.stderr

    def export(self, record, *arguments):
        folder = self.folder / self.id()
        done = tripartite("export", record, "--csv", folder, *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return folder, done.stdout

    def test_quiet(self):
        """The same files, without a word."""
        loud, told = self.export(self.sweep)
        self.assertIn("summary.csv: ", told)
        quiet = self.folder / "quiet"
        for option in ("-q", "--quiet"):
            done = tripartite("export", self.sweep, option, "--csv", quiet)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
            self.assertEqual({path.name: path.read_bytes() for path in quiet.iterdir()},
                             {path.name: path.read_bytes() for path in loud.iterdir()})

    def assertSame(self, cells, values, what):
        """Cells as text against what h5py has."""
        self.assertEqual(len(cells), len(values), what)
        if values.dtype == object:
            self.assertEqual(cells, [v.decode() for v in values], what)
        elif values.dtype.kind == "f":
            got = numpy.array([float(c) if c else math.nan for c in cells]).astype(values.dtype)
            self.assertEqual(got.tobytes(), values.tobytes(), what)
        else:
            self.assertEqual([int(c) for c in cells], values.tolist(), what)

    def check(self, record):
        folder, said = self.export(record)
        with h5py.File(record) as file:
            expected, alone = tables(file)
            self.assertEqual(sorted(os.listdir(folder)), sorted({**expected, **alone}))
            for name, members in expected.items():
                heading, rows = read(folder / name)
                columns = dict(zip(heading, zip(*rows))) if rows else {h: () for h in heading}
                self.assertEqual(len(columns), len(heading), name)
                for array in members:
                    own = array.name.rsplit("/")[-1]
                    with self.subTest(array=array.name):
                        if is_scale(array):
                            self.assertEqual(heading[0], own)
                        self.check_array(columns, own, array)
                widths = [1 if a.ndim == 1 else a.shape[1] for a in members]
                self.assertEqual(len(heading), sum(widths), name)
                plural = "s" if len(rows) != 1 else ""
                self.assertIn(f"{folder / name}: {len(rows)} row{plural}, {len(heading)} col", said)
            for name, array in alone.items():
                with self.subTest(array=array.name):
                    self.check_alone(folder / name, array, said)
        self.assertNotIn("left out", said)
        return folder

    def check_alone(self, path, array, said):
        """A row for each place along the first axis, a column for each along the others."""
        heading, rows = read(path)
        scales = [array.file[axis_of(array, a)] for a in range(array.ndim)]
        values = [range(len(s)) if is_bare(s) else s[:] for s in scales]
        first = [] if is_bare(scales[0]) else [scales[0].name.rsplit("/")[-1]]
        own = array.name.rsplit("/")[-1]
        places = []
        for place in itertools.product(*values[1:]):
            named = ",".join(v.decode() if isinstance(v, bytes) else f"{v:.15g}" for v in place)
            places.append(f"{own}[{named}]")
        self.assertEqual(heading, first + places)
        self.assertIn(f"{path}: {len(rows)} row", said)
        self.assertEqual(len(rows), array.shape[0])
        if first and rows:
            self.assertSame([row[0] for row in rows], scales[0][:], scales[0].name)
        cells = [cell for row in rows for cell in row[len(first):]]
        self.assertSame(cells, array[:].ravel(), array.name)

    def check_array(self, columns, own, array):
        if array.ndim == 1:
            self.assertSame(list(columns[own]), array[:], array.name)
            return
        second = array.file[axis_of(array, 1)]
        for k in range(array.shape[1]):
            value = k if is_bare(second) else second[k]
            name = f"{own}[{float(value):.17g}]" if not is_bare(second) else f"{own}[{k}]"
            match = [c for c in columns if c == name or (
                c.startswith(own + "[") and float(c[len(own) + 1:-1]) == float(value))]
            self.assertEqual(len(match), 1, name)
            self.assertSame(list(columns[match[0]]), array[:, k], name)

    def test_a_memory_record_reads_back(self):
        folder = self.check(self.memory)
        heading, _ = read(folder / "summary.csv")
        self.assertEqual(heading[0], "test")
        self.assertIn("frame_accuracy[4.4]", heading)
        self.assertIn("recall-0-spikes-neurons.csv", os.listdir(folder))

    def test_a_sweep_reads_back(self):
        folder = self.check(self.sweep)
        text = (folder / "crossings.csv").read_text()
        self.assertIn('"[zero, {digit: one, threshold: 0.3}]"', text)
        heading, rows = read(folder / "crossings.csv")
        self.assertTrue({"inf", "-inf"} & set(rows[0] + rows[1]), "an end at no level")
        self.assertIn("seed", read(folder / "trials.csv")[0])

    def test_a_shard_has_what_is_missing(self):
        shard = self.folder / "shard.h5"
        done = tripartite("sweep", self.folder / "sweep.yaml", "-q", "--shard", "1/4", "-o", shard)
        self.assertEqual(done.returncode, 0, done.stderr)
        folder = self.check(shard)
        heading, rows = read(folder / "summary.csv")
        column = heading.index("accuracy_lower")
        self.assertIn("", [row[column] for row in rows], "no interval of one trial")

    def test_one_group_alone(self):
        for group in ("summary", "/summary/", "recall/1/accuracy"):
            folder, _ = self.export(self.memory, "--group", group)
            name = group.strip("/").replace("/", "-") + ".csv"
            self.assertIn(name, os.listdir(folder))
        self.assertEqual(len(os.listdir(folder)), 2)

    def test_neo_reads_membrane_potentials(self):
        """Neo's reader of tables is one of single precision, as the record is."""
        folder, _ = self.export(self.memory, "--group", "recall/0/neurons")
        path = folder / "recall-0-neurons-membrane_potential.csv"
        reader = neo.AsciiSignalIO(str(path), delimiter=",", skiprows=1, timecolumn=0,
                                   time_units="ms", units="mV", method="csv",
                                   signal_group_mode="all-in-one")
        signal = reader.read_segment().analogsignals[0]
        with h5py.File(self.memory) as file:
            expected = file["recall/0/neurons/membrane_potential"][:]
            times = file["recall/0/neurons/time"][:]
        self.assertEqual(signal.shape, (80, 1600))
        self.assertEqual(signal.magnitude.astype("f4").tobytes(), expected.tobytes())
        self.assertTrue(numpy.allclose(signal.times.rescale(quantities.ms).magnitude, times))

    def handmade(self, name, fill):
        """A record of another hand; `fill` puts the table in."""
        path = self.folder / name
        with h5py.File(path, "w") as file:
            file.attrs["format_version"] = 1
            file.attrs["source"] = "tripartite 0.1.0"
            fill(file)
        return path

    def test_odd_numbers_and_texts(self):
        numbers = numpy.array([0.1, -0.0, 5e-324, 1.7976931348623157e308, math.inf, -math.inf,
                               math.nan, 1 / 3, 1e22, 2.0**-1074 * 3])
        texts = ['plain', 'a,b', 'say "so"', 'two\nlines', '', ' space ', 'µ', '\r', '"', '1e5']

        def fill(file):
            group = file.create_group("a/odd")
            group["x,y"] = numbers
            group["x,y"].make_scale("x,y")
            for name, values in {"big": numpy.array([2**64 - 1] * 10, "u8"),
                                 "low": numpy.array([-2**63] * 10, "i8"),
                                 "single": numbers.astype("f4")}.items():
                group[name] = values
                group[name].dims[0].attach_scale(group["x,y"])
            group.create_dataset("text", data=texts, dtype=h5py.string_dtype())
            group["text"].dims[0].attach_scale(group["x,y"])
            alone = file.create_group("alone")
            alone["value"] = [math.nan, 1.5]
            alone["of"] = numpy.zeros(2, "f4")
            alone["of"].make_scale(BARE.decode())
            alone["value"].dims[0].attach_scale(alone["of"])

        with numpy.errstate(over="ignore"):
            path = self.handmade("odd.h5", fill)
        folder, _ = self.export(path)
        heading, rows = read(folder / "a-odd.csv")
        self.assertEqual(heading, ["x,y", "big", "low", "single", "text"])
        columns = list(zip(*rows))
        self.assertSame(list(columns[0]), numbers, "doubles")
        self.assertEqual(columns[0][:3], ("0.1", "-0", "4.94065645841247e-324"))
        self.assertEqual(set(columns[1]), {str(2**64 - 1)})
        self.assertEqual(set(columns[2]), {str(-2**63)})
        self.assertEqual(list(columns[4]), texts)
        self.assertEqual((folder / "alone.csv").read_text(), 'value\n""\n1.5\n')

    def test_what_is_no_export_is_refused(self):
        into = self.folder / "refused"
        cut = self.folder / "cut.h5"
        cut.write_bytes(self.sweep.read_bytes()[:30000])
        h5py.File(self.folder / "foreign.h5", "w").close()
        empty = self.handmade("empty.h5", lambda file: file.create_group("nothing"))
        for arguments, code, parts in (
            ((self.sweep, "--csv", into, "--group", "summery"), 2, ("'/summery'", "'/summary'")),
            ((self.sweep, "--csv", into, "--group", "/"), 2, ("holds no table in '/'",)),
            ((empty, "--csv", into), 2, ("holds no table",)),
            ((cut, "--csv", into), 2, ("cut.h5",)),
            ((self.folder / "foreign.h5", "--csv", into), 2, ("no record of Tripartite",)),
            ((self.folder / "sweep.yaml", "--csv", into), 2, ("not an HDF5 file",)),
            ((self.sweep, "--csv", self.sweep), 1, ("cannot be made a folder",)),
            ((self.sweep, "--csv", self.folder / "no" / "where"), 1, ("no/where", "made")),
            ((self.sweep,), 2, ("--csv", "--npz", "--nwb", "--sonata")),
            ((self.sweep, "--csv", into, "--npz", into), 2, ("one format", "--npz")),
            ((self.sweep, "--csv"), 2, ("'--csv'",)),
            (("--csv", into), 2, ("expected one record",)),
        ):
            with self.subTest(arguments=arguments):
                done = tripartite("export", *arguments)
                self.assertSays(done, code, "tripartite: ", *parts)
                self.assertEqual(done.stdout, "")
        self.assertFalse(into.exists())

    def test_files_are_replaced_but_nothing_else_is(self):
        into = self.folder / "again"
        into.mkdir()
        (into / "summary.csv").write_text("old")
        done = tripartite("export", self.sweep, "--csv", into, "--group", "summary")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotEqual((into / "summary.csv").read_text(), "old")
        self.assertIn("summary.csv: 6 rows, 52 columns (replaced)", done.stdout)
        (into / "trials.csv").mkdir()
        os.mkfifo(into / "crossings.csv")
        for group in ("trials", "crossings"):
            done = tripartite("export", self.sweep, "--csv", into, "--group", group)
            self.assertSays(done, 1, f"{group}.csv")
        self.assertTrue((into / "crossings.csv").is_fifo())
        self.assertEqual(sorted(os.listdir(into)), ["crossings.csv", "summary.csv", "trials.csv"])

    def test_a_damaged_record_is_not_exported_by_halves(self):
        """Whatever is damaged, the program ends by itself and leaves no unfinished file."""
        content = self.sweep.read_bytes()
        damaged = self.folder / "damaged.h5"
        into = self.folder / "damaged"
        leaky = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}  # HDF5 itself, of what it refuses
        random = numpy.random.default_rng(1)
        for at in random.integers(0, len(content), 25):
            wrong = bytearray(content)
            wrong[at] ^= 1 << random.integers(8)
            if b"GCOL" in content[max(0, at - 4096):at + 1]:
                continue  # HDF5 1.10 itself may go round for ever
            damaged.write_bytes(wrong)
            done = tripartite("export", damaged, "--csv", into, env=leaky)
            self.assertIn(done.returncode, (0, 2), done.stderr)
        if into.exists():
            self.assertEqual([p for p in pathlib.Path(into).iterdir() if p.suffix != ".csv"], [])


if __name__ == "__main__":
    unittest.main()
