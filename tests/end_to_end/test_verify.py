# SPDX-License-Identifier: GPL-3.0-or-later
"""verify: both runs of a small network, and that the comparison says what lies in the record."""

import os
import pty
import re
import signal
import subprocess
import unittest

import h5py
import numpy
import xarray

from images import pgm
from program import PROGRAM, ROOT, FolderTest, arrays, run, sets, spikes, tripartite

# Two patterns that share nothing, on 10 x 10 neurons under 3 x 3 astrocytes.
SCENARIO = """experiment: memory
patterns: [{name: upper, image: upper.pgm}, {name: lower, image: lower.pgm}]
network: {neurons: {rows: 10, columns: 10}}
pause: 200 ms
recall: {after: 30 ms}
record: {neurons: [], astrocytes: [Ca], every: 1 ms, precision: double}
"""
REFERENCE = {"integrator": "cvode:adams", "rtol": "1e-10", "atol": "1e-12"}
SEGMENTS = ["training", "recall/0", "recall/1"]
CALCIUM_THRESHOLD = 0.15


def network(neurons, astrocytes=None):
    """What to set for integrators of the two populations."""
    values = {f"network.neurons.{key}": value for key, value in neurons.items()}
    values.update({f"network.astrocytes.{key}": value for key, value in (astrocytes or {}).items()})
    return values


# The run's own integrators, each compared once for all tests.
RUNS = {
    "euler": network({"integrator": "euler"}, {"integrator": "euler", "step": "1 ms"}),
    "rk4": network({"integrator": "rk4", "crossing": "located"}, {"integrator": "rk4"}),
    "cvode": network({"integrator": "cvode:adams", "rtol": "1e-6"}, {"integrator": "gsl:rk8pd"}),
    "reference": network(REFERENCE, REFERENCE),
}


class VerifyTest(FolderTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        upper, lower = numpy.zeros((2, 10, 10), "u1")
        upper[:4, :7] = lower[6:, 3:] = 255
        for name, picture in (("upper", upper), ("lower", lower)):
            (cls.folder / f"{name}.pgm").write_bytes(pgm(picture))
        cls.scenario = cls.folder / "small.yaml"
        cls.scenario.write_text(SCENARIO)

    @classmethod
    def verify(cls, name, values, *options):
        path = cls.folder / f"{name}.h5"
        return path, tripartite("verify", cls.scenario, "-o", path, *sets(values), *options)


def trains(record, segment):
    """Each neuron's spike times."""
    times, neurons = spikes(record, segment)
    return [times[neurons == neuron] for neuron in range(100)]


def crossing_times(times, calcium):
    """When each astrocyte's calcium crosses the threshold, by linear interpolation."""
    found = []
    for curve in calcium.reshape(len(times), -1).T:
        at = numpy.flatnonzero((curve[1:] > CALCIUM_THRESHOLD) != (curve[:-1] > CALCIUM_THRESHOLD))
        part = (CALCIUM_THRESHOLD - curve[at]) / (curve[at + 1] - curve[at])
        found.append(times[at] + part * (times[at + 1] - times[at]))
    return found


class Comparison(VerifyTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paths, cls.outputs, cls.records = {}, {}, {}
        for name, values in RUNS.items():
            cls.paths[name], done = cls.verify(name, values)
            if done.returncode != 0:
                raise AssertionError(f"{name}: exit {done.returncode}: {done.stderr}")
            cls.outputs[name] = done.stdout
            cls.records[name] = h5py.File(cls.paths[name])
            cls.addClassCleanup(cls.records[name].close)

    def column(self, name, column):
        return self.records[name][f"comparison/{column}"][:]

    def text(self, name, which):
        return self.records[name]["comparison"].attrs[which]

    def pairs(self, record, segment):
        """Times in the reference and shifts of the k-th spike of each neuron in both."""
        both = zip(trains(record, f"scenario/{segment}"), trains(record, f"reference/{segment}"))
        cut = [(a[: len(b)], b[: len(a)]) for a, b in both]
        ours, theirs = (numpy.concatenate(side) for side in zip(*cut))
        return theirs, ours - theirs

    def test_segments_are_named(self):
        for record in self.records.values():
            self.assertEqual(list(record["comparison/segment"].asstr()), SEGMENTS)

    def test_spikes_are_counted_as_recorded(self):
        for name, record in self.records.items():
            for i, segment in enumerate(SEGMENTS):
                with self.subTest(name=name, segment=segment):
                    ours, theirs = (trains(record, f"{root}/{segment}")
                                    for root in ("scenario", "reference"))
                    others = sum(len(a) != len(b) for a, b in zip(ours, theirs))
                    for column, expected in (("spikes", sum(map(len, ours))),
                                             ("reference_spikes", sum(map(len, theirs))),
                                             ("neurons_with_another_count", others)):
                        self.assertEqual(self.column(name, column)[i], expected, column)

    def test_shifts_are_those_of_the_recorded_spikes(self):
        for name, record in self.records.items():
            for i, segment in enumerate(SEGMENTS):
                with self.subTest(name=name, segment=segment):
                    when, shift = self.pairs(record, segment)
                    self.assertGreater(len(when), 100)
                    group = record[f"comparison/shifts/{i}"]
                    numpy.testing.assert_array_equal(group["time"], when)
                    numpy.testing.assert_array_equal(group["shift"], shift)
                    sizes = abs(shift)
                    for column, expected in (("median", numpy.median(sizes)),
                                             ("99", numpy.quantile(sizes, 0.99)),
                                             ("most", sizes.max())):
                        self.assertAlmostEqual(self.column(name, f"spike_shift_{column}")[i],
                                               expected, delta=1e-12, msg=column)

    def test_calcium_differs_as_recorded(self):
        for name, record in self.records.items():
            for i, segment in enumerate(SEGMENTS):
                with self.subTest(name=name, segment=segment):
                    groups = [record[f"{root}/{segment}/astrocytes"]
                              for root in ("scenario", "reference")]
                    ours, theirs = (group["Ca"][:] for group in groups)
                    self.assertEqual(ours.dtype, numpy.float64)
                    self.assertEqual(self.column(name, "calcium_difference")[i],
                                     abs(ours - theirs).max())
                    self.assertCrossings(name, i, [crossing_times(group["time"][:], group["Ca"][:])
                                                   for group in groups])

    def assertCrossings(self, name, i, both):
        counts = [(len(a), len(b)) for a, b in zip(*both)]
        shifts = [abs(x - y) for a, b in zip(*both) for x, y in zip(a, b)]
        self.assertEqual(self.column(name, "crossings")[i], sum(map(max, counts)))
        self.assertEqual(self.column(name, "lone_crossings")[i],
                         sum(abs(a - b) for a, b in counts))
        self.assertAlmostEqual(self.column(name, "crossing_shift_most")[i],
                               max(shifts, default=0), delta=1e-9)

    def test_pixels_and_accuracies_are_those_of_the_readouts(self):
        for name, record in self.records.items():
            self.assertEqual(self.column(name, "changed_pixels")[0], 0)
            for test in (0, 1):
                ours, theirs = (record[f"{root}/recall/{test}/readouts"]
                                for root in ("scenario", "reference"))
                self.assertEqual(self.column(name, "changed_pixels")[1 + test],
                                 (ours["response"][0] != theirs["response"][0]).sum())
                self.assertEqual(self.column(name, "accuracy")[1 + test], ours["accuracy"][0])
                self.assertEqual(self.column(name, "reference_accuracy")[1 + test],
                                 theirs["accuracy"][0])

    def test_euler_is_found_different(self):
        self.assertTrue((self.column("euler", "spike_shift_most") > 0.2).all())
        self.assertTrue((self.column("euler", "neurons_with_another_count")[1:] > 0).all())
        self.assertGreater(self.column("euler", "calcium_difference")[0], 1e-5)
        verdict = self.text("euler", "verdict")
        self.assertTrue(verdict.startswith(
            "Not good enough: neurons by euler at 0.1 ms, astrocytes by euler at 1 ms "), verdict)

    def test_fourth_order_and_cvode_are_good(self):
        for name, by in (("rk4", "neurons by rk4 at 0.1 ms, astrocytes by rk4 at 1 ms"),
                         ("cvode", "neurons by cvode:adams at rtol 1e-06, astrocytes by "
                                   "gsl:rk8pd at rtol 1e-06")):
            self.assertLess(self.column(name, "spike_shift_most").max(), 0.005)
            self.assertGreater(self.column(name, "spike_shift_most").max(), 1e-9)
            self.assertEqual(self.column(name, "neurons_with_another_count").max(), 0)
            self.assertLess(self.column(name, "calcium_difference").max(), 1e-5)
            self.assertTrue(self.text(name, "verdict").startswith(f"Good enough: {by} "))
            self.assertRegex(self.text(name, "first_difference"), "^No spike differs by more than")

    def test_the_reference_does_not_differ_from_itself(self):
        for column in ("neurons_with_another_count", "spike_shift_median", "spike_shift_99",
                       "spike_shift_most", "calcium_difference", "lone_crossings",
                       "crossing_shift_most", "changed_pixels"):
            numpy.testing.assert_array_equal(self.column("reference", column), [0, 0, 0], column)
        self.assertGreater(self.column("reference", "crossings")[0], 0)

    def test_the_verdict_says_the_numbers(self):
        for name in RUNS:
            recall = slice(1, None)
            pixels = int(self.column(name, "changed_pixels")[recall].sum())
            others = int(self.column(name, "neurons_with_another_count")[recall].sum())
            most = self.column(name, "spike_shift_most")[recall].max()
            percentile = self.column(name, "spike_shift_99")[recall].max()
            verdict = self.text(name, "verdict")
            self.assertRegex(verdict, rf"change {pixels or 'no'} pixels? of 200 recalled;")
            self.assertIn(f"{others} neurons spike another number of times", verdict)
            self.assertIn(f"move by at most {most:.3g} ms (99 %: {percentile:.3g} ms)", verdict)
            good = pixels == 0 and percentile < 0.1
            self.assertEqual(verdict.split(":")[0],
                             "Good enough" if good else "Not good enough")

    def test_the_first_difference_is_the_first_recorded(self):
        record = self.records["euler"]
        found = re.match(r"The first spike that differs by more than 0\.1 ms is one of neuron "
                         r"\((\d+), (\d+)\) at ([0-9.]+) ms, in training: it is ([0-9.]+) ms too "
                         r"late\.", self.text("euler", "first_difference"))
        row, column, when, shift = map(float, found.groups())
        times, shifts = self.pairs(record, "training")
        moved = abs(shifts) > 0.1
        self.assertAlmostEqual(when, times[moved].min(), delta=1e-4)
        ours, theirs = (trains(record, f"{root}/training")[int(10 * row + column)]
                        for root in ("scenario", "reference"))
        k = int(numpy.argmin(abs(theirs - when)))
        self.assertAlmostEqual(ours[k] - theirs[k], shift, delta=1e-4)
        self.assertTrue(self.text("euler", "first_difference").endswith(
            "it comes from the neurons' integrator."))

    def test_both_runs_have_the_same_stimulus(self):
        record = self.records["euler"]
        compared = 0
        for path, array in arrays(record["scenario"]):
            if "stimulus" in path or path.startswith("patterns"):
                numpy.testing.assert_array_equal(array[()], record[f"reference/{path}"][()], path)
                compared += path.endswith("/image")
        self.assertEqual(compared, 4)

    def test_the_scenarios_run_is_that_of_run(self):
        with run(self.scenario, self.folder / "run.h5", RUNS["euler"]) as alone:
            for segment in SEGMENTS:
                for name in ("spikes/neurons/timestamps", "astrocytes/Ca", "stimulus/image"):
                    numpy.testing.assert_array_equal(
                        alone[f"{segment}/{name}"][:],
                        self.records["euler"][f"scenario/{segment}/{name}"][:])

    def test_the_reference_is_the_same_whatever_it_is_compared_with(self):
        other = self.records["euler"]["reference"]
        for path, array in arrays(self.records["rk4"]["reference"]):
            with self.subTest(path):
                numpy.testing.assert_array_equal(array[()], other[path][()])

    def test_the_summary_says_what_the_record_says(self):
        for name, output in self.outputs.items():
            self.assertIn(self.text(name, "verdict"), output)
            self.assertIn(self.text(name, "first_difference"), output)
            self.assertIn(f"Record: {self.paths[name]}", output)
            told = tripartite("info", self.paths[name])
            self.assertSays(told, 0)
            self.assertIn("verify experiment, seed 1, complete", told.stdout)
            self.assertIn(told.stdout.rstrip(), output)

    def test_equal_comparisons_are_equal_bytes(self):
        path, done = self.verify("again", RUNS["cvode"], "-q")
        self.assertSays(done, 0)
        self.assertEqual((done.stdout, done.stderr), ("", ""))
        self.assertTrue(path.read_bytes() == self.paths["cvode"].read_bytes())

    def test_xarray_opens_every_group(self):
        groups = ["/"]
        record = self.records["euler"]
        record.visititems(lambda path, item: groups.append(path)
                          if isinstance(item, h5py.Group) else None)
        self.assertGreater(len(groups), 30)
        for group in groups:
            with self.subTest(group):
                with xarray.open_dataset(self.paths["euler"], group=group,
                                         engine="h5netcdf") as data:
                    for name, array in data.variables.items():
                        self.assertEqual(array.shape, record[f"{group}/{name}"].shape)
                        # Else it is a bare dimension, which is no variable.
                        self.assertIn("units", array.attrs, name)


class Refusal(VerifyTest):
    def test_a_cell_scenario_is_refused(self):
        path = self.folder / "cell.h5"
        scenario = ROOT / "experiments" / "cell" / "izhikevich-step.yaml"
        done = tripartite("verify", scenario, "-o", path)
        self.assertSays(done, 2, f"{scenario}:", "experiment: verify compares runs of a memory",
                        "'cell'")
        self.assertFalse(path.exists())

    def test_mistakes_of_the_scenario_and_of_the_call(self):
        for values, part in (({"network.neurons.step": "0.03 ms"}, "network.neurons.step"),
                             ({"network.neurons.rows": 11}, "network"),
                             ({"network.neurons.rtol": "1e-6"}, "unknown key 'rtol'")):
            path, done = self.verify("wrong", values)
            self.assertSays(done, 2, part)
            self.assertFalse(path.exists())
        self.assertSays(tripartite("verify"), 2, "expected one scenario file")
        self.assertSays(tripartite("verify", self.folder / "missing.yaml"), 2, "missing.yaml")

    def test_a_run_that_cannot_be_computed_leaves_a_partial_record(self):
        values = {"training.current": "1e300", "training.samples": 1, "pause": "0 ms"}
        path, done = self.verify("failed", values)
        self.assertSays(done, 1, "izhikevich cell ", "membrane_potential", " ms")
        with h5py.File(path) as record:
            self.assertEqual(record.attrs["status"], "partial")
            self.assertNotIn("comparison", record)
        self.assertIn("PARTIAL", tripartite("info", path).stdout)


def read_terminal(terminal, until=None):
    """What is shown there, up to some text or to the end."""
    shown = ""
    try:
        while until is None or until not in shown:
            chunk = os.read(terminal, 65536)
            if not chunk:
                break
            shown += chunk.decode()
    except OSError:  # the end, for a terminal without its other side
        pass
    return shown


class Interruption(VerifyTest):
    LONG = {"pause": "3000 s", "record.every": "100 ms"}

    def interrupt(self, name, values, stage):
        """Ctrl-C once the bar on the terminal tells of `stage`."""
        path = self.folder / f"{name}.h5"
        try:
            ours, theirs = pty.openpty()
        except OSError as reason:
            self.skipTest(f"no terminal to be had here: {reason}")
        self.addCleanup(os.close, ours)
        command = [PROGRAM, "verify", str(self.scenario), "-o", str(path), *sets(values)]
        process = subprocess.Popen(command, stderr=theirs, stdout=subprocess.PIPE, text=True)
        os.close(theirs)
        shown = read_terminal(ours, stage)
        process.send_signal(signal.SIGINT)
        shown += read_terminal(ours)
        output, _ = process.communicate(timeout=60)
        self.assertEqual((process.returncode, output), (130, ""), shown)
        self.assertIn("interrupted at ", shown)
        self.assertIn(f"the record until then is {path}", shown)
        return path

    def test_an_interrupt_leaves_a_partial_record(self):
        path = self.interrupt("first", self.LONG, "scenario")
        with h5py.File(path) as record:
            self.assertEqual(record.attrs["status"], "partial")
            self.assertNotIn("comparison", record)
            self.assertNotIn("reference", record)
            group = record["scenario/training/astrocytes"]
            self.assertEqual(group["Ca"].shape[0], group["time"].shape[0])
            self.assertGreater(len(group["time"]), 0)
        self.assertIn("PARTIAL", tripartite("info", path).stdout)

    def test_an_interrupt_of_the_reference_keeps_the_scenarios_run(self):
        values = {"pause": "20 s", "record.astrocytes": "[]", **RUNS["euler"]}
        path = self.interrupt("second", values, "reference")
        with h5py.File(path) as record:
            self.assertEqual(record.attrs["status"], "partial")
            self.assertEqual(record["scenario/summary/test"].shape, (2,))
            self.assertIn("reference/training/spikes", record)
            self.assertNotIn("comparison", record)


class WorkPrecision(VerifyTest):
    """Every integrator by its steps or tolerances, for a neuron, an astrocyte and the network."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.path = cls.folder / "work.h5"
        done = tripartite("verify", cls.scenario, "-o", cls.path, "--work-precision", "-q",
                          timeout=600)
        assert done.returncode == 0, done.stderr
        with h5py.File(cls.path) as record:
            group = record["work_precision"]
            cls.subject = group["subject"].asstr()[:]
            cls.integrator = group["integrator"].asstr()[:]
            cls.numbers = {name: group[name][:] for name in
                           ("setting", "error", "seconds", "adaptive", "changed_pixels")}

    def of(self, subject, integrator):
        """Settings, from the coarse to the fine, and their errors."""
        here = (self.subject == subject) & (self.integrator == integrator)
        self.assertGreater(here.sum(), 1)
        setting, error = self.numbers["setting"][here], self.numbers["error"][here]
        self.assertTrue((numpy.diff(setting) < 0).all())
        return setting, error

    def test_each_integrator_is_measured(self):
        by_step = {"euler", "rk4"}
        by_tolerance = {"cvode:adams", "cvode:bdf", "gsl:bsimp", "gsl:msadams", "gsl:msbdf",
                        "gsl:rk8pd", "gsl:rkck", "gsl:rkf45"}
        for subject in ("neuron", "astrocyte"):
            self.assertEqual(set(self.integrator[self.subject == subject]), by_step | by_tolerance)
        self.assertEqual(set(self.integrator[self.subject == "network"]),
                         by_step | {"cvode:adams", "gsl:rkf45"})
        self.assertEqual(set(self.integrator[self.numbers["adaptive"] == 1]), by_tolerance)
        self.assertTrue((self.numbers["seconds"] > 0).all())

    def test_errors_of_euler_are_of_first_order(self):
        for subject in ("neuron", "astrocyte", "network"):
            setting, error = self.of(subject, "euler")
            order = numpy.diff(numpy.log(error)) / numpy.diff(numpy.log(setting))
            self.assertTrue((abs(order - 1) < 0.3).all(), (subject, order))

    def test_higher_orders_and_finer_tolerances_are_closer(self):
        for subject in ("neuron", "astrocyte", "network"):
            self.assertLess(self.of(subject, "rk4")[1][0], 1e-2 * self.of(subject, "euler")[1][0])
            for integrator in ("cvode:adams", "gsl:rkf45"):
                _, error = self.of(subject, integrator)
                self.assertLess(error[-1], 1e-2 if subject == "network" else 1e-5)
                if integrator == "cvode:adams":
                    self.assertLess(error[-1], 0.1 * error[0])
        fine = (self.subject == "network") & (self.numbers["error"] < 1e-3)
        self.assertEqual(self.numbers["changed_pixels"][fine].sum(), 0)

    def test_info_has_a_line_for_each(self):
        said = tripartite("info", self.path).stdout
        rows = re.findall(r"(?m)^(neuron|astrocyte|network) +(\S+) +(\S+) +\S+ +(\S+)$", said)
        self.assertEqual([row[:2] for row in rows], list(zip(self.subject, self.integrator)))
        numpy.testing.assert_allclose([float(row[2]) for row in rows], self.numbers["setting"],
                                      rtol=1e-5)
        numpy.testing.assert_allclose([float(row[3]) for row in rows], self.numbers["error"],
                                      rtol=6e-3)

    def test_it_is_drawn(self):
        done = tripartite("plot", self.path, "work-precision", "-o", self.folder / "work.svg")
        self.assertEqual(done.returncode, 0, done.stderr)
        drawn = (self.folder / "work.svg").read_text()
        for name in set(self.integrator):
            self.assertIn(name, drawn)


if __name__ == "__main__":
    unittest.main()
