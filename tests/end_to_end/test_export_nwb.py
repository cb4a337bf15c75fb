# SPDX-License-Identifier: GPL-3.0-or-later
"""NWB files against the schema (nwb_schema.py), and against their records."""

import unittest

import h5py
import numpy

import nwb_schema
from program import FolderTest, tripartite
from records import KINDS, make_records, segments


def units(file):
    """(segment, cell): spike times in seconds."""
    table = file["units"]
    paths = file["intervals/epochs/segment"].asstr()[:]
    ends = table["spike_times_index"][:].astype(int)
    trains = numpy.split(table["spike_times"][:], ends[:-1])
    return {(paths[segment], node): train
            for segment, node, train in zip(table["segment"], table["node_id"], trains)}


class Nwb(FolderTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.records = make_records(cls.folder)
        cls.exported = {}
        for kind in (kind for kind, has in KINDS.items() if has):
            path = cls.folder / f"{kind}.nwb"
            done = tripartite("export", cls.records[kind], "--nwb", path)
            assert (done.returncode, done.stderr) == (0, ""), (kind, done.stderr)
            cls.exported[kind] = path

    def each(self):
        for kind, path in self.exported.items():
            with h5py.File(self.records[kind]) as record, h5py.File(path) as file:
                yield record, file

    def test_every_file_keeps_to_the_schema(self):
        for kind, path in self.exported.items():
            with self.subTest(kind=kind):
                nwb_schema.check(path)

    def test_the_check_finds_what_is_wrong(self):
        """Each breaks one rule."""
        def to_number(file):
            del file["session_start_time"]
            file["session_start_time"] = 5

        def set_of(path, name, value):
            return lambda file: file[path].attrs.__setitem__(name, value)

        def remove(path):
            return lambda file: file.__delitem__(path)

        series = "acquisition/training_neurons_recovery"
        for broken in (
            remove("identifier"), remove("analysis"), remove("stimulus/templates"), to_number,
            remove("units/id"), remove("units/spike_times_index"), remove(f"{series}/timestamps"),
            remove("intervals/epochs/stop_time"), lambda file: file.create_group("general/other"),
            lambda file: file["units"].create_dataset("more", data=[1]),
            set_of(series, "object_id", "x"), set_of(series, "neurodata_type", "Series"),
            set_of("units", "colnames", ["segment"]), set_of(f"{series}/data", "unit", 5),
            set_of("/", "nwb_version", "1.0"), set_of(f"{series}/timestamps", "unit", "ms"),
            set_of("units/spike_times", "namespace", "core"),
            lambda file: file["units/spike_times_index"].__setitem__(0, 10**6),
            lambda file: file[series].attrs.__setitem__("object_id", file.attrs["object_id"]),
            lambda file: file["units/segment"].__setitem__(0, 10**6),
        ):
            path = self.folder / "broken.nwb"
            path.write_bytes(self.exported["memory"].read_bytes())
            with h5py.File(path, "r+") as file:
                broken(file)
            with self.subTest(broken=broken), self.assertRaises(Exception) as raised:
                nwb_schema.check(path)
            self.assertIsInstance(raised.exception, (nwb_schema.NotValid, ValueError))

    def test_units_are_the_spikes_of_the_record(self):
        total = 0
        for record, file in self.each():
            wanted = {}
            for segment in segments(record):
                for group in record.get(f"{segment}/spikes", {}).values():
                    times, nodes = group["timestamps"][:], group["node_ids"][:]
                    for node in numpy.unique(nodes):
                        wanted[segment, int(node)] = times[nodes == node] / 1000
            if not any(f"{segment}/spikes" in record for segment in segments(record)):
                self.assertNotIn("units", file)
                continue
            found = units(file)
            self.assertEqual({key for key, train in found.items() if len(train)}, set(wanted))
            for key, train in wanted.items():
                self.assertEqual(found[key].tobytes(), train.tobytes(), key)
                total += len(train)
            table = file["units"]
            if "row" in table:
                columns = table["node_id"][:] - table["row"][:] * 10
                self.assertEqual(columns.tolist(), table["column"][:].tolist())
        self.assertGreater(total, 1000)

    def test_every_cell_has_a_unit_in_each_segment(self):
        for record, file in self.each():
            if "units" not in file:
                continue
            cells = {"memory": 100, "verify": 100, "cell": 1, "forecast": 54}
            count = cells[record.attrs["experiment"]]
            self.assertEqual(set(units(file)), {(segment, node) for segment in segments(record)
                                                for node in range(count)})
            intervals = file["units/obs_intervals"][:]
            epochs = file["intervals/epochs"]
            rows = file["units/segment"][:]
            self.assertEqual(intervals[:, 0].tolist(), epochs["start_time"][:][rows].tolist())
            self.assertEqual(intervals[:, 1].tolist(), epochs["stop_time"][:][rows].tolist())

    def test_series_are_the_states_of_the_record(self):
        count = 0
        for record, file in self.each():
            for name, series in file["acquisition"].items():
                path = series.attrs["comments"].partition("segment /")[2].partition(":")[0]
                rest = name[len(path.replace("/", "-")) + 1:]
                population, _, state = rest.partition("_")
                group = record[path]["cell" if population == "cells" else population]
                array = group[state]
                self.assertEqual(series["data"].dtype, array.dtype)
                self.assertEqual(series["data"][:].tobytes(), array[:].tobytes())
                self.assertEqual(series["data"].attrs["unit"], array.attrs["units"])
                self.assertEqual(series["data"].attrs["conversion"], 1)
                self.assertEqual(series.attrs["description"], array.attrs["long_name"])
                if "time" in group:
                    self.assertEqual(series["timestamps"][:].tobytes(),
                                     (group["time"][:] / 1000).tobytes())
                else:
                    start = record[path].attrs["start"]
                    self.assertEqual(series["timestamps"][:].tolist(),
                                     ((start + numpy.arange(len(array))) / 1000).tolist())
                count += 1
        self.assertGreater(count, 20)

    def test_segments_and_images_are_those_of_the_record(self):
        for record, file in self.each():
            paths = file["intervals/epochs/segment"].asstr()[:].tolist()
            self.assertEqual(paths, segments(record))
            for row, path in enumerate(paths):
                if "start" in record[path].attrs:
                    self.assertEqual(file["intervals/epochs/start_time"][row],
                                     record[path].attrs["start"] / 1000)
                    self.assertEqual(file["intervals/epochs/stop_time"][row],
                                     record[path].attrs["end"] / 1000)
                if f"{path}/stimulus/image" in record:
                    shown = file[f"stimulus/presentation/{path.replace('/', '-')}_image"]
                    stimulus = record[path]["stimulus"]
                    self.assertEqual(shown["data"][:].tobytes(), stimulus["image"][:].tobytes())
                    self.assertEqual(shown["timestamps"][:].tobytes(),
                                     (stimulus["onset"][:] / 1000).tobytes())

    def test_what_was_run_is_told_and_no_date_is_made_up(self):
        for record, file in self.each():
            self.assertEqual(file["general/source_script"].asstr()[()], record.attrs["scenario"])
            self.assertEqual(file["general/protocol"].asstr()[()],
                             record.attrs["resolved_scenario"])
            said = file["session_description"].asstr()[()]
            self.assertIn(record.attrs["title"], said)
            self.assertIn(f"seed {record.attrs['seed']}", said)
            self.assertEqual("partial" in said, record.attrs["status"] == "partial")
            for name in ("session_start_time", "timestamps_reference_time"):
                self.assertEqual(file[name].asstr()[()], "1970-01-01T00:00:00.000Z")
            self.assertIn("no date", file["general/notes"].asstr()[()])

    def test_ids_are_those_of_the_content(self):
        """The same record has the same, another one others."""
        def ids(path):
            with h5py.File(path) as file:
                found = [file.attrs["object_id"], file["identifier"].asstr()[()]]
                file.visititems(lambda _, item: found.append(item.attrs["object_id"])
                                if "object_id" in item.attrs else None)
            return found

        again = self.folder / "again.nwb"
        copy = self.folder / "copy.h5"
        copy.write_bytes(self.records["memory"].read_bytes())
        self.assertEqual(tripartite("export", copy, "--nwb", again).returncode, 0)
        self.assertEqual(ids(again), ids(self.exported["memory"]))
        self.assertFalse(set(ids(again)) & set(ids(self.exported["double"])))

    def test_uneven_instants_are_kept_and_no_end_is_made_up(self):
        record, into = self.folder / "uneven.h5", self.folder / "uneven.nwb"
        record.write_bytes(self.records["cell"].read_bytes())
        with h5py.File(record, "r+") as file:
            file["response/cell/time"][7] += 0.05
            times = file["response/cell/time"][:]
        done = tripartite("export", record, "--nwb", into)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        nwb_schema.check(into)
        with h5py.File(into) as file:
            self.assertNotIn("intervals", file)
            self.assertNotIn("obs_intervals", file["units"])
            series = file["acquisition/response_cells_recovery"]
            self.assertEqual(series["timestamps"][:].tolist(), (times / 1000).tolist())

    def test_spikes_of_two_populations_are_refused(self):
        record = self.folder / "two.h5"
        record.write_bytes(self.records["memory"].read_bytes())
        with h5py.File(record, "r+") as file:
            file.copy("training/spikes/neurons", file["training/spikes"], "others")
        into = self.folder / "two.nwb"
        done = tripartite("export", record, "--nwb", into)
        self.assertSays(done, 2, "spikes of 'neurons' and of 'others'")
        self.assertFalse(into.exists())

    def test_what_is_no_recording_is_refused(self):
        for kind in (kind for kind, has in KINDS.items() if not has):
            with self.subTest(kind=kind):
                into = self.folder / "refused.nwb"
                done = tripartite("export", self.records[kind], "--nwb", into)
                self.assertSays(done, 2, f"experiment '{kind}'", "which NWB is for")
                self.assertFalse(into.exists())


if __name__ == "__main__":
    unittest.main()
