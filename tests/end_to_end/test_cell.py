# SPDX-License-Identifier: GPL-3.0-or-later
"""One cell under waveforms of its inputs: the exact times of the specification, what is recorded of
it, and how runs that cannot be end."""

import json
import pathlib
import unittest

import h5py
import numpy
import xarray

from program import ROOT, FolderTest, run, sets, tripartite

FOLDER = ROOT / "experiments" / "cell"
STEP, RAMP = FOLDER / "izhikevich-step.yaml", FOLDER / "izhikevich-fi.yaml"
PULSE, AS_PRINTED = FOLDER / "li-rinzel-pulse.yaml", FOLDER / "li-rinzel-as-printed.yaml"

CVODE = ("cvode:adams", "cvode:bdf")
GSL = ("gsl:bsimp", "gsl:msadams", "gsl:msbdf", "gsl:rk8pd",
       "gsl:rkck", "gsl:rkf45")
# LSODA at rtol 1e-10 with located events, from rest.
SPIKES_AT_5 = [3.75107, 10.28239, 20.26615, 30.75884]
SPIKES_AT_35 = [1.12598, 2.32810, 3.59006, 4.91127]
CALCIUM_CROSSINGS = [559.5, 4260.0]


def tight(integrator):
    return {"cell.integrator": integrator, "cell.rtol": "1e-9", "cell.atol": "1e-11"}


def spike_times(record):
    return record["response/spikes/cells/timestamps"][:]


def waveform(shape, at, length, value, start, time):
    """What one waveform adds, by the definition: on for at <= t < at + length; a ramp stays."""
    since = time - at
    begun, over = since > -1e-9, since > length - 1e-9
    if shape == "step":
        return numpy.where(begun, value, 0.0)
    if shape == "pulse":
        return numpy.where(begun & ~over, value, 0.0)
    rising = start + (value - start) * since / length
    return numpy.where(begun, numpy.where(over, value, rising), 0.0)


class CellTest(FolderTest):
    def cell(self, scenario, values=None):
        record = run(scenario, self.folder / f"{self.id().rpartition('.')[2]}.h5", values)
        self.addCleanup(record.close)
        return record

    def write(self, text):
        path = self.folder / "s.yaml"
        path.write_text(text)
        return path


class Times(CellTest):
    def assertSpikes(self, record, expected, within):
        times = spike_times(record)[: len(expected)]
        numpy.testing.assert_allclose(times, expected, rtol=0, atol=within)

    def test_spikes_of_a_step_are_exact(self):
        for integrator in CVODE + GSL:
            with self.subTest(integrator):
                record = self.cell(STEP, tight(integrator))
                self.assertEqual(len(spike_times(record)), 4)
                self.assertSpikes(record, SPIKES_AT_5, 1e-4)
                record.close()

    def test_spikes_of_a_strong_step_are_exact(self):
        values = {"inputs.current": "[{value: 35}]", "duration": "5 ms"}
        for integrator in CVODE + GSL:
            with self.subTest(integrator):
                record = self.cell(STEP, {**tight(integrator), **values})
                self.assertEqual(len(spike_times(record)), 4)
                self.assertSpikes(record, SPIKES_AT_35, 1e-4)
                record.close()

    def test_a_short_pulse_gives_one_spike(self):
        values = {"inputs.current": "[{shape: pulse, length: 4 ms, value: 5}]",
                  "duration": "100 ms"}
        for integrator in CVODE + GSL:
            with self.subTest(integrator):
                record = self.cell(STEP, {**tight(integrator), **values})
                self.assertEqual(len(spike_times(record)), 1)
                self.assertSpikes(record, SPIKES_AT_5[:1], 1e-4)
                record.close()

    def test_euler_is_late(self):
        record = self.cell(STEP, {"cell.integrator": "euler"})
        self.assertSpikes(record, [4.0, 11.1, 21.9, 33.0], 1e-9)

    def test_rk4_with_located_crossings_is_near(self):
        located = self.cell(STEP, {"cell.integrator": "rk4", "cell.crossing": "located"})
        self.assertSpikes(located, SPIKES_AT_5, 1e-4)

    def test_calcium_crosses_as_published(self):
        fixed = [{"cell.integrator": name} for name in ("euler", "rk4")]
        # At 1 ms Euler is half a ms late.
        fixed[0]["cell.step"] = "0.05 ms"
        for values in fixed + [tight(integrator) for integrator in CVODE + GSL]:
            with self.subTest(**values):
                record = self.cell(PULSE, values)
                group = record["response/crossings"]
                numpy.testing.assert_allclose(group["time"], CALCIUM_CROSSINGS, rtol=0, atol=0.1)
                numpy.testing.assert_array_equal(group["state"], [0, 0])
                numpy.testing.assert_array_equal(group["direction"], [1, -1])
                self.assertAlmostEqual(record["response/cell/Ca"][:].max(), 0.58869, delta=2e-5)
                record.close()

    def test_as_printed_calcium_never_rises(self):
        for values in ({}, tight("cvode:bdf"), tight("gsl:rk8pd")):
            record = self.cell(AS_PRINTED, values)
            self.assertEqual(record["response/crossings/time"].shape, (0,))
            calcium = record["response/cell/Ca"][:]
            self.assertLess(calcium.max(), 0.15)
            self.assertAlmostEqual(calcium[-1], 0.03655, delta=1e-3)
            record.close()

    def test_a_slow_ramp_draws_a_rising_rate(self):
        times = spike_times(self.cell(RAMP))
        self.assertGreater(len(times), 1000)
        intervals = numpy.diff(times)
        self.assertGreater(intervals[0], 5 * intervals[-1])
        numpy.testing.assert_array_less(numpy.diff(intervals[::20]), 0)


class Jumps(CellTest):
    """Cells that jump at exchanges, here an astrocyte-like unit by its recursion."""

    def test_a_unit_under_impulses_is_its_recursion(self):
        scenario = self.write("experiment: cell\ntick: 1 ms\nduration: 60 ms\nevery: 1 ms\n"
                              "cell: {model: astrocyte_unit, integrator: exponential,"
                              " exchange: 1 ms}\ninputs: {current: [{value: 0.02}]}\n")
        record = self.cell(scenario)
        j = u = 0.0
        for t in range(60):
            reset = u > 1
            j = 0.95 * j + 0.02
            u = 0.95 * u + j - reset
            self.assertEqual(record["response/cell/membrane_potential"][t], u)
            self.assertEqual(t in spike_times(record), u > 1)

    def test_what_has_no_exact_solution_is_told_at_its_place(self):
        done = tripartite("run", STEP, "--set", "cell.integrator=exponential", cwd=self.folder)
        self.assertSays(done, 2, "cell.integrator: exponential cannot advance izhikevich")


class Inputs(CellTest):
    def recorded(self, text, name, unit=""):
        """The recorded input of a cell, and its times. Waveforms are [shape, at, length, value,
        from], as a scenario says them."""
        parts = [f"{{shape: {s}, at: {at} ms, length: {length} ms, value: {value}{unit},"
                 f" from: {start}{unit}}}" for s, at, length, value, start in text]
        model = "izhikevich" if name == "current" else "li_rinzel"
        scenario = self.write(f"experiment: cell\ncell: {{model: {model}}}\nduration: 20 ms\n"
                              f"inputs: {{{name}: [{', '.join(parts)}]}}\n")
        record = self.cell(scenario, {"levels": "{}"})
        group = record["response/cell"]
        found = group["time"][:], group[name][:]
        record.close()
        return found

    def assertRecorded(self, waveforms, name="current", unit=""):
        time, found = self.recorded(waveforms, name, unit)
        numpy.testing.assert_array_equal(time, numpy.arange(200) / 10)
        expected = sum(waveform(*part, time) for part in waveforms)
        numpy.testing.assert_array_equal(found, expected)
        return found

    def test_each_shape(self):
        for part in (("step", 0, 0, 5, 0), ("step", 3.7, 0, 0.3, 0), ("pulse", 0, 4, 7, 0),
                     ("pulse", 1.1, 0.3, 7, 0), ("ramp", 2.5, 10, 40, 0), ("ramp", 0, 0.7, 3, -8),
                     ("ramp", 15, 50, 10, 1)):
            with self.subTest(part):
                self.assertRecorded([part])

    def test_a_pulse_is_on_from_its_onset_and_off_at_its_end(self):
        found = self.assertRecorded([("pulse", 1, 4, 5, 0)])
        numpy.testing.assert_array_equal(found[[9, 10, 49, 50]], [0, 5, 5, 0])
        self.assertEqual((found > 0).sum(), 40)

    def test_waveforms_add_up(self):
        # Two that overlap, two that meet, one below zero, one beyond the end.
        found = self.assertRecorded([
            ("step", 1, 0, 0.1, 0), ("pulse", 2, 3, 0.2, 0), ("pulse", 5, 3, 0.4, 0),
            ("ramp", 4, 6, -3, 1), ("pulse", 4.5, 1, 10, 0), ("step", 1000, 0, 99, 0)])
        self.assertEqual(len(numpy.unique(found[:40])), 3)

    def test_an_astrocytes_input_has_its_unit(self):
        self.assertRecorded([("pulse", 2, 6, 5, 0), ("ramp", 3, 4, 1, 0)], "ip3_rate", " uM/s")

    def test_units_convert(self):
        values = {"inputs.ip3_rate": "[{value: 300 uM/min, at: 0.002 s}]", "duration": "10 ms",
                  "every": "1 ms"}
        record = self.cell(PULSE, values)
        numpy.testing.assert_allclose(record["response/cell/ip3_rate"], [0, 0] + [5] * 8)

    def test_no_input_leaves_a_cell_at_rest(self):
        record = self.cell(STEP, {"inputs": "{}"})
        group = record["response/cell"]
        self.assertEqual(numpy.ptp(group["current"][:]), 0)
        numpy.testing.assert_allclose(group["membrane_potential"], -64.41391, atol=1e-5)
        self.assertEqual(len(spike_times(record)), 0)

    def test_inputs_are_held_over_an_exchange_interval(self):
        values = {"cell.exchange": "0.5 ms", "cell.step": "0.1 ms",
                  "inputs.current": "[{shape: ramp, length: 2 ms, value: 8}]"}
        group = self.cell(STEP, values)["response/cell"]
        numpy.testing.assert_array_equal(group["time"][:5], [0, 0.5, 1, 1.5, 2])
        numpy.testing.assert_array_equal(group["current"][:6], [0, 2, 4, 6, 8, 8])


class Record(CellTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.path, cls.astrocyte = cls.folder / "neuron.h5", cls.folder / "astrocyte.h5"
        run(STEP, cls.path, {"levels": "{membrane_potential: -50 mV}"}).close()
        run(PULSE, cls.astrocyte).close()

    def test_xarray_opens_every_group(self):
        for path, least in ((self.path, 4), (self.astrocyte, 3)):
            groups = ["/"]
            with h5py.File(path) as record:
                record.visititems(lambda name, item: groups.append(name)
                                  if isinstance(item, h5py.Group) else None)
                self.assertGreaterEqual(len(groups), least)
                for group in groups:
                    with xarray.open_dataset(path, group=group, engine="h5netcdf") as data:
                        for name, array in data.variables.items():
                            numpy.testing.assert_array_equal(array, record[f"{group}/{name}"])
                            # Else it is a bare dimension, which is no variable.
                            self.assertIn("units", array.attrs, f"{group}/{name}")

    def test_states_and_inputs_have_names_and_units(self):
        with xarray.open_dataset(self.astrocyte, group="response/cell", engine="h5netcdf") as data:
            self.assertEqual(set(data.variables), {"time", "Ca", "h", "IP3", "ip3_rate"})
            self.assertEqual(data.attrs["model"], "li_rinzel")
            self.assertEqual(data["Ca"].dims, ("time",))
            for name, unit in (("Ca", "uM"), ("h", "1"), ("ip3_rate", "uM/s"), ("time", "ms")):
                self.assertEqual(data[name].attrs["units"], unit)
                self.assertTrue(data[name].attrs["long_name"])
            first = [float(data[name][0]) for name in ("Ca", "h", "IP3")]
        self.assertEqual(first, [0.072495, 0.886314, 0.820204])

    def test_spikes_are_sonata(self):
        with h5py.File(self.path) as record:
            group = record["response/spikes/cells"]
            names = h5py.check_enum_dtype(group.attrs.get_id("sorting").dtype)
            self.assertEqual(names, {"none": 0, "by_id": 1, "by_time": 2})
            self.assertEqual(group.attrs["sorting"], names["by_time"])
            self.assertEqual(group["node_ids"].dtype, numpy.uint64)
            self.assertEqual(group["timestamps"].dtype, numpy.float64)
            self.assertEqual(group["timestamps"].attrs["units"], "ms")
            numpy.testing.assert_array_equal(group["node_ids"], numpy.zeros(4))
            self.assertTrue((numpy.diff(group["timestamps"]) > 0).all())

    def test_a_model_without_events_has_no_spikes(self):
        with h5py.File(self.astrocyte) as record:
            self.assertNotIn("spikes", record["response"])

    def test_crossings_are_where_the_states_cross(self):
        """Every upward crossing of -50 mV ends in a spike, the fifth after the run's end."""
        with h5py.File(self.path) as record:
            group = record["response/crossings"]
            up = group["time"][:][group["direction"][:] == 1]
            self.assertEqual(len(up), 5)
            self.assertTrue((up[:4] < spike_times(record)).all())
            self.assertTrue((up[1:] > spike_times(record)).all())
            time = record["response/cell/time"][:]
            states = numpy.interp(up, time, record["response/cell/membrane_potential"][:])
            numpy.testing.assert_allclose(states, -50, atol=1e-6)

    def test_equal_runs_are_equal_bytes(self):
        for scenario in (STEP, PULSE):
            for values in ({}, tight("cvode:adams"), tight("gsl:rk8pd")):
                content = []
                for name in ("one.h5", "two.h5"):
                    run(scenario, self.folder / name, values).close()
                    content.append((self.folder / name).read_bytes())
                self.assertTrue(content[0] == content[1], f"{scenario.name} {values}")

    def test_the_resolved_scenario_gives_the_same(self):
        with h5py.File(self.path) as record:
            resolved = self.write(record.attrs["resolved_scenario"])
            with run(resolved, self.folder / "again.h5") as again:
                for name in ("cell/membrane_potential", "cell/current", "crossings/time",
                             "spikes/cells/timestamps"):
                    numpy.testing.assert_array_equal(record[f"response/{name}"],
                                                     again[f"response/{name}"])

    def test_recording_less_often_takes_every_nth(self):
        with h5py.File(self.path) as fine:
            coarse = self.cell(STEP, {"every": "0.7 ms"})
            for name in ("time", "membrane_potential", "recovery", "current"):
                numpy.testing.assert_array_equal(coarse[f"response/cell/{name}"],
                                                 fine[f"response/cell/{name}"][::7])
            numpy.testing.assert_array_equal(spike_times(coarse), spike_times(fine))

    def test_a_shorter_run_is_the_longer_ones_beginning(self):
        short = self.cell(STEP, {"duration": "15 ms"})
        with h5py.File(self.path) as whole:
            self.assertEqual(short["response/cell/time"].shape, (150,))
            for name in ("membrane_potential", "recovery"):
                numpy.testing.assert_array_equal(short[f"response/cell/{name}"],
                                                 whole[f"response/cell/{name}"][:150])
            numpy.testing.assert_array_equal(spike_times(short), spike_times(whole)[:2])

    def test_a_finer_tick_gives_the_same_spikes(self):
        # The inputs are the same, so only the solver's steps differ.
        values = {"tick": "0.05 ms", "cell.exchange": "0.05 ms", **tight("cvode:adams")}
        record = self.cell(STEP, values)
        self.assertEqual(record["response/cell/time"].shape, (400,))
        numpy.testing.assert_allclose(spike_times(record), SPIKES_AT_5, rtol=0, atol=1e-4)


class BadInput(CellTest):
    # What is set, what the message has to have in it.
    MISTAKES = (
        (STEP, "inputs.ip3_rate=[]", "unknown key 'ip3_rate'", "current"),
        (STEP, "inputs.current=[{at: 1 ms}]", "inputs.current.0.value", "expected a value"),
        (PULSE, "inputs.ip3_rate=[{at: 1 ms}]", "inputs.ip3_rate.0.value", "uM/s"),
        (PULSE, "inputs.ip3_rate=[{value: 5 ms}]", "inputs.ip3_rate.0.value", "uM/s"),
        (STEP, "inputs.current=[{value: 1}, {shape: pulse, value: 5}]", "inputs.current.1.length",
         "above 0 ms"),
        (STEP, "inputs.current=[{shape: ramp, value: 5}]", "inputs.current.0.length"),
        (STEP, "inputs.current=[{shape: sine, value: 5}]", "inputs.current.0.shape",
         "step, pulse, ramp"),
        (STEP, "inputs.current=[{value: 5, at: 0.05 ms}]", "inputs.current.0.at", "tick"),
        (STEP, "inputs.current=[{value: 5, at: -1 ms}]", "inputs.current.0.at"),
        (STEP, "inputs.current=[{shape: pulse, value: 5, length: 0.25 ms}]",
         "inputs.current.0.length", "tick"),
        (STEP, "levels={Ca: 1 uM}", "unknown key 'Ca'", "membrane_potential, recovery"),
        (PULSE, "levels={Ca: 1 ms}", "levels.Ca", "uM"),
        (STEP, "duration=-1 ms", "duration", "more than 0 ms"),
        (STEP, "duration=0 ms", "duration"),
        (STEP, "duration=1.05 ms", "duration", "tick"),
        (PULSE, "cell.exchange=3 ms", "duration", "exchange"),
        (PULSE, "every=0.5 ms", "every", "tick"),
        (STEP, "cell.b=0.3", "cell.initial", "no rest state"),
        (STEP, "cell.model=hodgkin", "cell.model", "astrocyte_unit, izhikevich"),
    )
    SOLVER = (
        ("cell.rtol=0", "cell.rtol", "1e-14"),
        ("cell.rtol=1e-20", "cell.rtol", "1e-14"),
        ("cell.rtol=1", "cell.rtol", "0.1"),
        ("cell.atol=0", "cell.atol", "more than 0"),
        ("cell.step=0.1 ms", "unknown key 'step' in cell", "rtol, atol"),
        ("cell.crossing=located", "unknown key 'crossing' in cell", "rtol, atol"),
    )

    def assertRefused(self, scenario, given, *parts):
        """At the place where it is given, before anything is written."""
        target = self.folder / "none.h5"
        options = [part for value in given for part in ("--set", value)]
        done = tripartite("run", scenario, "-o", target, *options)
        self.assertSays(done, 2, "tripartite: ", *parts)
        self.assertFalse(target.exists())

    def test_mistakes_are_told_at_their_place(self):
        for scenario, value, *parts in self.MISTAKES:
            with self.subTest(value):
                self.assertRefused(scenario, [value], *parts)

    def test_a_mistake_in_the_file_is_told_by_line(self):
        for line, part in (("inputs: {current: [{at: 1 ms}]}", "value"),
                           ("inputs: {light: []}", "unknown key 'light'"),
                           ("levels: {membrane_potential: 1 uM}", "membrane_potential")):
            scenario = self.write(f"experiment: cell\n{line}\n")
            self.assertRefused(scenario, [], f"{scenario}:2:", part)

    def test_an_adaptive_solver_has_tolerances_and_no_step(self):
        for integrator in ("cvode:bdf", "gsl:rkf45"):
            for value, *parts in self.SOLVER:
                with self.subTest(integrator=integrator, value=value):
                    self.assertRefused(STEP, [f"cell.integrator={integrator}", value],
                                       f"--set {value}", *parts)

    def test_a_fixed_step_has_no_tolerances(self):
        self.assertRefused(STEP, ["cell.rtol=1e-9"], "unknown key 'rtol'", "step, crossing")

    def test_a_recording_between_exchange_intervals_is_refused(self):
        given = ["cell.exchange=0.2 ms", "every=0.3 ms"]
        self.assertRefused(STEP, given, "--set every=0.3 ms", "exchange intervals of 0.2 ms")


class Failure(CellTest):
    """Exit 1 with cell, time and state, and a record of what there was until then."""

    # A current that no method can follow, from 20 ms on.
    BURST = {"inputs.current": "[{value: 5}, {value: 1e300, at: 20 ms}]"}

    def assertFails(self, scenario, values, *parts):
        path = self.folder / f"{self.id().rpartition('.')[2]}.h5"
        done = tripartite("run", scenario, "-o", path, *sets(values))
        self.assertSays(done, 1, *parts)
        self.assertNotIn("\n\n", done.stderr)
        log = json.loads(pathlib.Path(f"{path}.log.json").read_text())
        self.assertEqual(log["status"], "partial")
        told = tripartite("info", path)
        self.assertSays(told, 0)
        self.assertIn("PARTIAL", told.stdout)
        record = h5py.File(path)
        self.addCleanup(record.close)
        self.assertEqual(record.attrs["status"], "partial")
        return record

    def assertIsABeginning(self, record, values, instants):
        """The same as a run that could be computed, as far as it goes."""
        whole = run(STEP, self.folder / "whole.h5", values)
        self.addCleanup(whole.close)
        for name in ("time", "membrane_potential", "recovery"):
            part = record[f"response/cell/{name}"]
            self.assertEqual(part.shape, (instants,))
            numpy.testing.assert_array_equal(part, whole[f"response/cell/{name}"][:instants])
        times = spike_times(whole)
        numpy.testing.assert_array_equal(spike_times(record), times[times < 20])

    def test_a_state_that_is_not_finite(self):
        record = self.assertFails(STEP, self.BURST, "membrane_potential of izhikevich cell 0",
                                  "at 20.1 ms", "shorter", "the record until then is")
        self.assertIsABeginning(record, {}, instants=201)

    def test_a_solver_that_cannot_go_on(self):
        for integrator in ("cvode:adams", "cvode:bdf", "gsl:bsimp"):
            with self.subTest(integrator):
                values = tight(integrator)
                record = self.assertFails(
                    STEP, {**values, **self.BURST}, f"{integrator} stopped at izhikevich cell 0",
                    "membrane_potential ", "recovery ", "in the interval from 20 ms",
                    "rtol and atol")
                self.assertIsABeginning(record, values, instants=201)

    def test_a_parameter_beyond_reason(self):
        values = {"cell.quadratic": "1e300", "cell.initial": "published"}
        for integrator in ("rk4", "cvode:adams", "gsl:rkf45"):
            with self.subTest(integrator):
                record = self.assertFails(STEP, {**values, "cell.integrator": integrator},
                                          "izhikevich cell 0", "membrane_potential", " ms")
                self.assertEqual(record["response/cell/time"].shape, (1,))

    def test_a_step_far_too_long(self):
        values = {"cell.exchange": "10 s", "duration": "20 s", "every": "10 s",
                  "cell.integrator": "rk4"}
        record = self.assertFails(PULSE, values, "Ca of li_rinzel cell 0 is ", " at 10000 ms")
        numpy.testing.assert_array_equal(record["response/cell/Ca"], [0.072495])

    def test_crossings_until_then_are_kept(self):
        values = {"inputs.ip3_rate": "[{shape: pulse, length: 60 ms, value: 5 uM/s},"
                                     " {at: 1 s, value: 1e308 uM/s}]"}
        record = self.assertFails(PULSE, values, "li_rinzel cell 0")
        numpy.testing.assert_allclose(record["response/crossings/time"][:1], 559.5, atol=0.1)
        self.assertEqual(record["response/cell/time"][-1], 1000)

    def test_the_partial_record_opens_in_xarray(self):
        record = self.assertFails(STEP, self.BURST, "cell 0")
        for group in ("response/cell", "response/spikes/cells", "response/crossings"):
            with xarray.open_dataset(record.filename, group=group, engine="h5netcdf") as data:
                self.assertTrue(data.variables)


if __name__ == "__main__":
    unittest.main()
