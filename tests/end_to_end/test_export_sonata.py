# SPDX-License-Identifier: GPL-3.0-or-later
"""SONATA folders against the developer guide, and against their records."""

import csv
import json
import unittest

import h5py
import numpy

from program import FolderTest, arrays, is_scale, tripartite
from records import KINDS, make_records, segments


class Reader:
    """A folder as a reader of SONATA goes through it: from a simulation to its circuit and its
    output, by the names in the configuration alone."""

    def __init__(self, config):
        self.folder = config.parent
        self.config = json.loads(config.read_text())
        manifest = {name: self.folder / path for name, path in self.config["manifest"].items()}
        self.circuit = self.resolve(self.config["network"], manifest)
        circuit = json.loads(self.circuit.read_text())
        manifest = {n: self.circuit.parent / p for n, p in circuit["manifest"].items()}
        (nodes,) = circuit["networks"]["nodes"]
        assert circuit["networks"]["edges"] == []
        self.nodes = self.resolve(nodes["nodes_file"], manifest)
        with open(self.resolve(nodes["node_types_file"], manifest), newline="") as file:
            self.types = list(csv.DictReader(file, delimiter=" "))
        self.sets = json.loads((self.circuit.parent / "node_sets.json").read_text())

    @staticmethod
    def resolve(path, manifest):
        for name, value in manifest.items():
            path = path.replace(name, str(value))
        return type(next(iter(manifest.values())))(path)

    def output(self, name):
        return self.folder / self.config["output"]["output_dir"].replace("$OUTPUT_DIR", ".") / name


def sampled(record, segment):
    """(population, name): array of every state that was sampled."""
    found = {}
    for path, array in arrays(record):
        group, _, name = path.rpartition("/")
        parent, _, population = group.rpartition("/")
        if parent != segment or is_scale(array) or not len(array.dims[0]):
            continue
        axis = array.dims[0][0].name.rpartition("/")[2]
        if axis == "time" and record[f"{group}/time"].attrs["units"] == "ms" or axis == "step":
            found["cells" if population == "cell" else population, name] = array
    return found


class Sonata(FolderTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.records = make_records(cls.folder)
        cls.exported = {}
        for kind in (kind for kind, has in KINDS.items() if has):
            folder = cls.folder / f"{kind}-sonata"
            done = tripartite("export", cls.records[kind], "--sonata", folder)
            assert (done.returncode, done.stderr) == (0, ""), (kind, done.stderr)
            cls.exported[kind] = folder, done.stdout

    def each(self):
        """Every segment of every record that has any."""
        for kind, (folder, _) in self.exported.items():
            with h5py.File(self.records[kind]) as record:
                for segment in segments(record):
                    name = segment.replace("/", "-")
                    yield record, segment, Reader(folder / name / "simulation_config.json")

    def open(self, path):
        file = h5py.File(path)
        self.addCleanup(file.close)
        self.assertEqual(file.attrs["magic"], 0x0A7A)
        self.assertEqual(file.attrs["version"].tolist(), [0, 1])
        self.assertEqual(file.attrs["magic"].dtype, numpy.uint32)
        return file

    def test_every_segment_is_there_and_nothing_else(self):
        for kind, (folder, said) in self.exported.items():
            with h5py.File(self.records[kind]) as record:
                names = {segment.replace("/", "-") for segment in segments(record)}
            self.assertEqual({path.name for path in folder.iterdir() if path.is_dir()}, names)
            self.assertEqual({path.name for path in folder.iterdir() if path.is_file()},
                             {"nodes.h5", "node_types.csv", "node_sets.json", "circuit_config.json"})
            self.assertNotIn("left out", said)

    def test_spikes_are_those_of_the_record(self):
        total = 0
        for record, segment, reader in self.each():
            if f"{segment}/spikes" not in record:
                self.assertNotIn("spikes_file", reader.config["output"])
                continue
            file = self.open(reader.output(reader.config["output"]["spikes_file"]))
            self.assertEqual(list(file), ["spikes"])
            self.assertEqual(set(file["spikes"]), set(record[f"{segment}/spikes"]))
            for population, group in file["spikes"].items():
                source = record[f"{segment}/spikes/{population}"]
                for name, kind in (("timestamps", "f8"), ("node_ids", "u8")):
                    self.assertEqual(group[name].dtype, kind)
                    self.assertEqual(group[name][:].tobytes(), source[name][:].tobytes())
                self.assertEqual(group["timestamps"].attrs["units"], "ms")
                sorting = group.attrs.get_id("sorting")
                self.assertEqual(h5py.check_enum_dtype(sorting.dtype),
                                 {"none": 0, "by_id": 1, "by_time": 2})
                self.assertEqual(group.attrs["sorting"], 2)
                self.assertTrue((numpy.diff(group["timestamps"][:]) >= 0).all())
                total += len(group["timestamps"])
        self.assertGreater(total, 1000)

    def test_reports_are_those_of_the_record(self):
        count = 0
        for record, segment, reader in self.each():
            wanted = sampled(record, segment)
            reports = reader.config["reports"]
            self.assertEqual({(r["cells"], r["variable_name"]) for r in reports.values()},
                             set(wanted))
            for report in reports.values():
                array = wanted[report["cells"], report["variable_name"]]
                self.check_report(self.open(reader.output(report["file_name"])), report, array,
                                  record, reader)
                count += 1
        self.assertGreater(count, 20)

    def check_report(self, file, report, array, record, reader):
        self.assertEqual(list(file["report"]), [report["cells"]])
        group = file["report"][report["cells"]]
        values = array[:].reshape(len(array), -1)
        data, mapping = group["data"], group["mapping"]
        self.assertEqual(data.shape, values.shape)
        self.assertEqual(data.dtype, "f8" if values.dtype == "f8" else "f4")
        self.assertTrue(numpy.array_equal(data[:], values))
        self.assertEqual(data.attrs["units"], array.attrs["units"])
        self.assertEqual(report["unit"], array.attrs["units"])
        nodes = mapping["node_ids"][:]
        self.assertEqual(mapping["node_ids"].attrs["sorted"], 1)
        self.assertTrue((numpy.diff(nodes.astype(int)) > 0).all())
        pointers = mapping["index_pointers"]
        self.assertEqual(pointers, mapping["index_pointer"])
        self.assertEqual(pointers[:].tolist(), list(range(len(nodes) + 1)))
        self.assertEqual(len(nodes), data.shape[1])
        for name, kind in (("element_ids", "u4"), ("element_pos", "f4")):
            self.assertEqual(mapping[name].dtype, kind)
            self.assertEqual(mapping[name][:].tolist(), [1] * len(nodes))
        start, stop, step = mapping["time"][:]
        self.assertEqual(mapping["time"].attrs["units"], "ms")
        self.assertEqual((start, stop, step),
                         (report["start_time"], report["end_time"], report["dt"]))
        self.assertEqual(round((stop - start) / step), len(data))
        time = array.parent.get("time")
        if time is not None:
            self.assertTrue(numpy.allclose(start + step * numpy.arange(len(data)), time[:],
                                           rtol=0, atol=1e-9))
        self.check_nodes(nodes, report["cells"], array, reader)

    def check_nodes(self, nodes, population, array, reader):
        """Each column is the cell that the circuit says it is."""
        self.assertEqual(reader.sets[population], {"population": population})
        with h5py.File(reader.nodes) as file:
            group = file["nodes"][population]
            self.assertTrue(numpy.isin(nodes, group["node_id"][:]).all())
            if array.ndim == 3:
                rows, columns = array.parent["row"][:], array.parent["column"][:]
                row, column = numpy.meshgrid(rows, columns, indexing="ij")
                self.assertEqual(group["0/row"][:][nodes].tolist(), row.ravel().tolist())
                self.assertEqual(group["0/column"][:][nodes].tolist(), column.ravel().tolist())

    def test_the_circuit_has_every_cell(self):
        for record, segment, reader in self.each():
            file = self.open(reader.nodes)
            types = {row["node_type_id"]: row for row in reader.types}
            self.assertEqual(len(types), len(reader.types))
            for population, group in file["nodes"].items():
                count = len(group["node_id"])
                self.assertEqual(group["node_id"][:].tolist(), list(range(count)))
                self.assertEqual(group["node_group_index"][:].tolist(), list(range(count)))
                self.assertEqual(set(group["node_group_id"][:]), {0})
                (kind,) = set(group["node_type_id"][:])
                self.assertEqual(types[str(kind)]["population"], population)
                for name, values in group["0"].items():
                    self.assertEqual(len(values), count, name)
            for population in record.get(f"{segment}/spikes", ()):
                ids = record[f"{segment}/spikes/{population}/node_ids"][:]
                self.assertTrue((ids < len(file["nodes"][population]["node_id"])).all())
        with h5py.File(self.exported["memory"][0] / "nodes.h5") as file:
            self.assertEqual(len(file["nodes/neurons/node_id"]), 100)
            self.assertEqual(len(file["nodes/astrocytes/node_id"]), 9)
        with h5py.File(self.exported["forecast"][0] / "nodes.h5") as file:
            self.assertEqual(numpy.bincount(file["nodes/units/0/kind"][:]).tolist(), [20, 4, 30])
        models = {row["population"]: (row["model_type"], row["model_template"])
                  for row in Reader(self.exported["memory"][0] / "training"
                                    / "simulation_config.json").types}
        self.assertEqual(models, {"neurons": ("point_neuron", "tripartite:izhikevich"),
                                  "astrocytes": ("astrocyte", "tripartite:li_rinzel")})

    def test_a_region_has_the_numbers_of_the_whole_grid(self):
        folder = self.exported["region"][0]
        with h5py.File(folder / "training" / "neurons_membrane_potential.h5") as file:
            nodes = file["report/neurons/mapping/node_ids"][:]
        self.assertEqual(nodes.tolist(), [10 * r + c for r in range(2, 6) for c in range(3, 8)])

    def test_the_run_is_told(self):
        reader = Reader(self.exported["memory"][0] / "recall-1" / "simulation_config.json")
        self.assertEqual(reader.config["run"]["random_seed"], 9007199254740993)
        self.assertEqual(reader.config["run"]["dt"], 0.1)
        with h5py.File(self.records["memory"]) as record:
            self.assertEqual(reader.config["run"]["tstop"], record["recall/1"].attrs["end"])

    def test_what_is_no_recording_is_refused(self):
        for kind in (kind for kind, has in KINDS.items() if not has):
            with self.subTest(kind=kind):
                into = self.folder / "refused"
                done = tripartite("export", self.records[kind], "--sonata", into)
                self.assertSays(done, 2, f"experiment '{kind}'", "neither spikes nor traces",
                                "--csv or --npz")
                self.assertFalse(into.exists())

    def test_instants_that_are_uneven_are_left_out(self):
        record = self.folder / "uneven.h5"
        record.write_bytes(self.records["cell"].read_bytes())
        with h5py.File(record, "r+") as file:
            file["response/cell/time"][7] += 0.05
        into = self.folder / "uneven"
        done = tripartite("export", record, "--sonata", into)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout.count("its instants are not evenly spaced"), 3)
        config = json.loads((into / "response" / "simulation_config.json").read_text())
        self.assertEqual(config["reports"], {})
        self.assertEqual({path.name for path in (into / "response").iterdir()},
                         {"spikes.h5", "simulation_config.json"})


if __name__ == "__main__":
    unittest.main()
