# SPDX-License-Identifier: GPL-3.0-or-later
"""The record of a run: its layout, and that equal runs are equal."""

import json
import os
import pathlib
import unittest

import h5py
import numpy
import xarray

from program import LINEAGE, TWO_DIGITS, FolderTest, arrays, run, spikes, tripartite

BARE = b"This is a netCDF dimension but not a netCDF variable."
# The end of training (two patterns, ten samples, 40 ms each) and of the pause.
TRAINED, FIRST_TEST = 800, 2300


class Layout(FolderTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.path = cls.folder / "r.h5"
        cls.record = run(TWO_DIGITS, cls.path)
        cls.addClassCleanup(cls.record.close)

    def open(self, group):
        data = xarray.open_dataset(self.path, group=group, engine="h5netcdf")
        self.addCleanup(data.close)
        return data

    def test_attributes_of_the_file(self):
        attributes = dict(self.record.attrs)
        self.assertEqual(
            set(attributes),
            {"title", "source", "experiment", "scenario", "resolved_scenario", "format_version"}
            | {"seed", "trial", "status"},
        )
        self.assertEqual(attributes["status"], "complete")
        self.assertEqual(attributes["seed"], 1)
        self.assertEqual(attributes["title"], "Two digits, recalled out of noise")
        self.assertRegex(attributes["source"], r"^tripartite \d+\.\d+\.\d+$")
        self.assertEqual(attributes["scenario"], TWO_DIGITS.read_text())

    def test_every_array_has_units_a_name_and_scales(self):
        for path, array in arrays(self.record):
            if array.attrs.get("NAME", b"").startswith(BARE):
                continue
            with self.subTest(path=path):
                self.assertIsInstance(array.attrs["units"], str)
                self.assertTrue(array.attrs["long_name"])
                if array.attrs.get("CLASS") == b"DIMENSION_SCALE":
                    continue
                for axis, scales in enumerate(array.dims):
                    self.assertEqual(len(scales), 1)
                    self.assertEqual(scales[0].shape[0], array.shape[axis])

    def test_xarray_opens_every_group(self):
        groups = [""]
        self.record.visititems(
            lambda path, item: groups.append(path) if isinstance(item, h5py.Group) else None
        )
        self.assertGreater(len(groups), 15)
        for group in groups:
            with self.subTest(group=group):
                data = self.open(group or "/")
                for name, array in data.variables.items():
                    numpy.testing.assert_array_equal(
                        array.values, self.record[f"{group}/{name}"].asstr()[:]
                        if array.dtype == object else self.record[f"{group}/{name}"][:]
                    )

    def test_astrocytes_have_named_coordinates(self):
        data = self.open("training/astrocytes")
        self.assertEqual(data["Ca"].dims, ("time", "row", "column"))
        self.assertEqual(data["Ca"].attrs["units"], "uM")
        self.assertEqual(data["time"].attrs["units"], "ms")
        numpy.testing.assert_array_equal(data["time"], numpy.arange(FIRST_TEST))
        numpy.testing.assert_array_equal(data["row"], numpy.arange(13))
        self.assertAlmostEqual(float(data["Ca"][0, 0, 0]), 0.072495, places=7)
        self.assertAlmostEqual(float(data["IP3"][0, 12, 12]), 0.820204, places=6)

    def test_neurons_have_named_coordinates(self):
        data = self.open("recall/1/neurons")
        self.assertEqual(data["membrane_potential"].dims, ("time", "row", "column"))
        self.assertEqual(data["membrane_potential"].shape, (80, 40, 40))
        self.assertEqual(data["membrane_potential"].attrs["units"], "mV")
        numpy.testing.assert_array_equal(data["time"], numpy.arange(FIRST_TEST, FIRST_TEST + 80))
        rest = self.record["training/neurons/membrane_potential"][0]
        numpy.testing.assert_allclose(rest, -64.41391, atol=1e-5)

    def test_stimulus_says_what_was_shown_when(self):
        data = self.open("training/stimulus")
        self.assertEqual(data["image"].dims, ("sample", "row", "column"))
        numpy.testing.assert_array_equal(data["onset"], 40.0 * numpy.arange(20))
        numpy.testing.assert_array_equal(data["duration"], numpy.full(20, 4.0))
        numpy.testing.assert_array_equal(data["pattern"], [0] * 10 + [1] * 10)
        numpy.testing.assert_array_equal(data["noise"], numpy.full(20, 0.1))
        for test in (0, 1):
            shown = self.open(f"recall/{test}/stimulus")
            self.assertEqual(float(shown["onset"][0]), FIRST_TEST)
            self.assertEqual(float(shown["duration"][0]), 20)
            self.assertEqual(float(shown["noise"][0]), 0.4)
            self.assertEqual(int(shown["pattern"][0]), test)

    def test_patterns_are_named(self):
        patterns = self.record["patterns"]
        self.assertEqual(list(patterns["name"].asstr()), ["zero", "one"])
        self.assertEqual(set(numpy.unique(patterns["image"])), {0, 1})
        self.assertGreater(patterns["image"][0].sum(), patterns["image"][1].sum())

    def test_spikes_are_sonata_and_sorted_by_time(self):
        for segment, begin, end in (("training", 0, TRAINED), ("recall/0", FIRST_TEST, 2380)):
            group = self.record[f"{segment}/spikes/neurons"]
            names = h5py.check_enum_dtype(group.attrs.get_id("sorting").dtype)
            self.assertEqual(names, {"none": 0, "by_id": 1, "by_time": 2})
            self.assertEqual(group.attrs["sorting"], names["by_time"])
            self.assertEqual(group["timestamps"].attrs["units"], "ms")
            self.assertEqual(group["node_ids"].dtype, numpy.uint64)
            times, neurons = spikes(self.record, segment)
            self.assertTrue((numpy.diff(times) >= 0).all())
            self.assertTrue(begin < times.min() and times.max() <= end)
            self.assertLess(neurons.max(), 1600)
            self.assertEqual(len(set(zip(times, neurons))), len(times))

    def test_a_spike_is_where_the_membrane_was_reset(self):
        """A spike's neuron is row * columns + column: seen in the membrane a moment later."""
        # By Euler, whose spikes fall on ticks, and so some on recorded instants.
        record = run(LINEAGE, self.folder / "lineage.h5")
        self.addCleanup(record.close)
        times, neurons = spikes(record, "recall/0")
        potential = record["recall/0/neurons/membrane_potential"]
        now = times[times % 1 == 0][10]
        cells = neurons[times == now]
        after = potential[int(now) - FIRST_TEST].ravel()
        numpy.testing.assert_array_equal(after[cells], -65)
        self.assertLess((after == -65).sum(), 1600)

    def test_frames_are_the_states_at_their_times(self):
        run_finely = {"record.every": "0.1 ms", "recall.after": "0 ms", "pause": "0 ms"}
        with run(TWO_DIGITS, self.folder / "fine.h5", run_finely) as fine:
            time = fine["recall/0/neurons/time"][:] - fine["recall/0/stimulus/onset"][0]
            for frame, since in enumerate((4.4, 11.6)):
                at = int(numpy.argmin(abs(time - since)))
                for name in ("neurons/membrane_potential", "astrocytes/Ca"):
                    state = fine[f"recall/0/frames/{name.split('/')[1]}"][frame]
                    numpy.testing.assert_array_equal(
                        state.astype("f4"), fine[f"recall/0/{name}"][at]
                    )

    def test_the_log_holds_what_differs(self):
        log = json.loads((self.folder / "r.h5.log.json").read_text())
        self.assertEqual(log["status"], "complete")
        self.assertEqual(log["record"], str(self.path))
        self.assertEqual(log["program"], self.record.attrs["source"])
        self.assertRegex(log["started"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertGreater(log["wall_seconds"], 0)
        self.assertTrue({"host", "system", "machine", "processors"} <= set(log))
        content = self.path.read_bytes()
        for differing in (log["started"], str(self.folder), "r.h5"):
            self.assertFalse(differing.encode() in content, differing)

    def test_the_log_is_json_whatever_the_record_is_called(self):
        for name in ('quote".h5', "back\\slash.h5", "new\nline.h5", "µ.h5", b"not-utf8-\xff.h5"):
            with self.subTest(name=name):
                path = self.folder / os.fsdecode(name)
                run(TWO_DIGITS, path, {"record.neurons": "[]", "pause": "0 ms"}).close()
                log = json.loads(pathlib.Path(f"{path}.log.json").read_bytes())
                if isinstance(name, str):
                    self.assertEqual(log["record"], str(path))


class Repetition(FolderTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reference = cls.make("reference")

    @classmethod
    def make(cls, name, values=None, scenario=TWO_DIGITS):
        """A record without the membrane, which is most of it."""
        values = {"pause": "600 ms", "record.neurons": "[]", **(values or {})}
        record = run(scenario, cls.folder / f"{name}.h5", values)
        cls.addClassCleanup(record.close)
        return record

    def assertSame(self, other, under, same=True):
        paths = [path for path, _ in arrays(self.reference) if path.startswith(under)]
        self.assertTrue(paths)
        equal = [
            path in other
            and self.reference[path].shape == other[path].shape
            and self.reference[path][()].tobytes() == other[path][()].tobytes()
            for path in paths
            if self.reference[path].dtype != object
        ]
        self.assertEqual(all(equal), same, under)

    def test_same_seed_same_bytes(self):
        again = self.make("again")
        first = (self.folder / "reference.h5").read_bytes()
        self.assertEqual(first, (self.folder / "again.h5").read_bytes())
        self.assertSame(again, "")

    def test_another_seed_changes_images_and_spikes(self):
        other = self.make("other", {"seed": 2})
        for changed in ("training/stimulus/image", "recall/0/stimulus/image",
                        "training/spikes/neurons/timestamps", "summary/accuracy"):
            self.assertSame(other, changed, same=False)
        self.assertSame(other, "patterns")

    def test_the_resolved_scenario_gives_the_same(self):
        resolved = self.folder / "resolved.yaml"
        resolved.write_text(self.reference.attrs["resolved_scenario"])
        printed = tripartite("info", self.folder / "reference.h5", "--resolved")
        self.assertEqual(printed.stdout, resolved.read_text())
        again = run(resolved, self.folder / "resolved.h5")
        self.addCleanup(again.close)
        self.assertSame(again, "")
        self.assertEqual(
            {name: value for name, value in again.attrs.items() if name != "scenario"},
            {name: value for name, value in self.reference.attrs.items() if name != "scenario"},
        )

    def test_recording_does_not_change_what_is_computed(self):
        fine = "{first_row: 3, first_column: 5, rows: 2, columns: 1}"
        for name, values in {
            "coarse": {"record.every": "2 ms"},
            "double": {"record.precision": "double"},
            "much": {"record.neurons": "[membrane_potential, recovery, astrocytic_current]",
                     "record.every": "5 ms", "record.neuron_region": fine},
            "nothing": {"record.astrocytes": "[]"},
            "frameless": {"recall.readout.frames": "[]"},
        }.items():
            other = self.make(name, values)
            for unchanged in ("training/spikes", "recall/0/spikes", "recall/1/spikes",
                              "summary/accuracy", "summary/hit", "summary/input"):
                self.assertSame(other, unchanged)

    def test_a_part_is_recorded_as_it_stands_in_the_whole(self):
        region = "{first_row: 3, first_column: 5, rows: 2, columns: 1}"
        part = self.make("part", {"record.astrocyte_region": region, "record.every": "2 ms",
                                  "record.precision": "double"})
        group = part["training/astrocytes"]
        self.assertEqual(group["Ca"].dtype, numpy.float64)
        numpy.testing.assert_array_equal(group["row"], [3, 4])
        numpy.testing.assert_array_equal(group["column"], [5])
        whole = self.reference["training/astrocytes"]
        numpy.testing.assert_array_equal(group["time"], whole["time"][::2])
        numpy.testing.assert_array_equal(group["Ca"][:].astype("f4"), whole["Ca"][::2, 3:5, 5:6])

    def test_what_is_not_recorded_is_not_there(self):
        bare = self.make("bare", {"record.spikes": "false", "record.astrocytes": "[]"})
        for absent in ("training/spikes", "training/neurons", "training/astrocytes"):
            self.assertNotIn(absent, bare)
        self.assertSame(bare, "summary/accuracy")


if __name__ == "__main__":
    unittest.main()
