# SPDX-License-Identifier: GPL-3.0-or-later
"""The forecast by a reservoir, once more in numpy from what the record holds: spikes from links and
weights, forecasts from traces and the readout's weights, all figures of the summary."""

import unittest

import h5py
import numpy
import xarray

from program import ROOT, FolderTest, arrays, run, sets, tripartite

LORENZ = ROOT / "experiments" / "reservoir" / "lorenz.yaml"
SMALL = {"network.neurons.count": 24, "network.astrocytes.count": 30, "samples.drop": 60,
         "samples.train": 500, "samples.test": 120, "readout.epochs": 6, "free_run.samples": 80,
         "network.input.gain": "unit", "record.traces": "true"}
DROP, TRAIN, TEST, FREE, NEURONS, UNITS = 60, 500, 120, 80, 24, 54


class Reservoir:
    """Units, links and traces as the specification says them."""

    def __init__(self, record):
        network = record["network"]
        first, target = network["first_link"][:], network["link_target"][:].astype(int)
        self.weight = numpy.zeros((UNITS, UNITS))
        for source in range(UNITS):
            links = slice(first[source], first[source + 1])
            self.weight[target[links], source] = network["link_weight"][links]
        self.input_weight = network["input_weight"][:]
        self.u, self.j = numpy.zeros(UNITS), numpy.zeros(UNITS)
        self.spiked, self.trace = numpy.zeros(UNITS), numpy.zeros(UNITS)

    def step(self, sample):
        current = self.input_weight @ sample + self.weight @ self.spiked
        reset = self.u > 1
        is_neuron = numpy.arange(UNITS) < NEURONS
        self.j = 0.95 * self.j + current
        self.u = numpy.where(is_neuron, 0.5 * self.u + current, 0.95 * self.u + self.j) - reset
        self.spiked = (self.u > 1).astype(float)
        self.trace = 0.9 * self.trace + 0.1 * self.spiked


def read_out(record, states):
    """The perceptron by its recorded weights."""
    layers = record["readout/layers"]
    for number in range(len(layers)):
        layer = layers[str(number)]
        states = states @ layer["weight"][:].T + layer["bias"][:]
        if number < len(layers) - 1:
            states = numpy.maximum(states, 0)
    return states


class Forecast(FolderTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.path = cls.folder / "small.h5"
        cls.record = run(LORENZ, cls.path, SMALL)
        cls.addClassCleanup(cls.record.close)
        cls.samples = cls.record["drive/input"][:]
        training = cls.samples[DROP:DROP + TRAIN]
        # The forecast behind the last test sample is of one that the record does not hold.
        longer = {**SMALL, "samples.test": TEST + 1, "readout.epochs": 1, "baselines": "false"}
        with run(LORENZ, cls.folder / "longer.h5", longer) as record:
            cls.longer = record["drive/input"][:]
        cls.mean, cls.deviation = training.mean(axis=0), training.std(axis=0)

    def test_the_series_is_divided_and_scaled_as_told(self):
        numpy.testing.assert_array_equal(
            self.record["drive/part"][:], [0] * DROP + [1] * TRAIN + [2] * TEST)
        numpy.testing.assert_allclose(self.record["drive/time"][:],
                                      0.02 * numpy.arange(DROP + TRAIN + TEST))
        numpy.testing.assert_array_equal(self.samples[0], [1, 0, 0])
        numpy.testing.assert_allclose(self.record["readout/mean"][:], self.mean)
        numpy.testing.assert_allclose(self.record["readout/deviation"][:], self.deviation)

    def test_spikes_and_forecasts_follow_from_the_recorded_network(self):
        reservoir, states, spikes = Reservoir(self.record), [], []
        for number, sample in enumerate((self.samples - self.mean) / self.deviation):
            reservoir.step(sample)
            states.append(reservoir.trace)
            spikes += [(float(number), unit) for unit in numpy.flatnonzero(reservoir.spiked)]
            if number == DROP + TRAIN - 1:
                self.check_free_run(reservoir)
        group = self.record["drive/spikes/units"]
        recorded = list(zip(group["timestamps"][:], group["node_ids"][:].astype(int)))
        self.assertGreater(len(recorded), 1000)
        self.assertEqual(recorded, spikes)
        numpy.testing.assert_allclose(self.record["drive/units/trace"][:], states, atol=1e-7)
        forecasts = read_out(self.record, numpy.array(states)) * self.deviation + self.mean
        told = self.record["drive/forecast"][:]
        numpy.testing.assert_allclose(told[DROP + 1:], forecasts[DROP:-1], rtol=1e-9, atol=1e-9)
        self.assertTrue(numpy.isnan(told[:DROP + 1]).all())
        errors = (forecasts[DROP + TRAIN:] - self.longer[DROP + TRAIN + 1:]) / self.deviation
        self.assertAlmostEqual(self.record["summary/test_error"][0], numpy.mean(errors ** 2), 9)

    def check_free_run(self, driven):
        """Goes on by itself from a copy of the driven reservoir."""
        free = Reservoir(self.record)
        for name in ("u", "j", "spiked", "trace"):
            setattr(free, name, getattr(driven, name).copy())
        forecast, told = [], self.record["free_run/forecast"][:]
        for _ in range(FREE):
            forecast.append(read_out(self.record, free.trace))
            free.step(forecast[-1])
        numpy.testing.assert_allclose(told, numpy.array(forecast) * self.deviation + self.mean,
                                      rtol=1e-6, atol=1e-6)

    def test_figures_of_the_summary_follow_from_the_arrays(self):
        summary, free = self.record["summary"], self.record["free_run"]
        names = [name.decode() for name in summary["name"][:]]
        self.assertEqual(names, ["reservoir", "neurons alone", "astrocytes alone", "no reservoir",
                                 "persistence"])
        numpy.testing.assert_array_equal(summary["neurons"][:], [24, 54, 0, 0, 0])
        numpy.testing.assert_array_equal(summary["astrocytes"][:], [30, 0, 54, 0, 0])
        losses = summary["loss"][:]
        for number in range(4):
            epochs = numpy.arange(1, 7)
            self.assertAlmostEqual(summary["learning_rate"][number],
                                   numpy.polyfit(epochs, losses[number], 1)[0], 12)
            self.assertAlmostEqual(summary["learning_rate_log10"][number],
                                   numpy.polyfit(epochs, numpy.log10(losses[number]), 1)[0], 12)
        self.assertTrue(numpy.isnan(losses[4]).all())
        numpy.testing.assert_array_equal(self.record["readout/loss"][:], losses[0])
        target = self.samples[DROP + TRAIN:][:FREE]
        numpy.testing.assert_array_equal(free["target"][:], target)
        distance = numpy.linalg.norm(free["forecast"][:] - target, axis=1)
        distance /= numpy.sqrt((self.deviation ** 2).sum())
        numpy.testing.assert_allclose(free["error"][:], distance, rtol=1e-9)
        for error, told in zip(summary["free_run_error"][:], summary["valid_time"][:]):
            valid = numpy.argmax(error > 0.4) if (error > 0.4).any() else FREE
            self.assertAlmostEqual(told, valid * 0.02 * 0.906)
        numpy.testing.assert_array_equal(summary["free_run_error"][0], free["error"][:])
        self.assertAlmostEqual(free.attrs["valid_time"], summary["valid_time"][0])

    def test_the_next_sample_is_what_is_learned(self):
        """A readout that cannot move has the loss of its first weights."""
        still = {**SMALL, "readout.rate": "1e-300", "readout.epochs": 2, "baselines": "false"}
        with run(LORENZ, self.folder / "still.h5", still) as record:
            told = read_out(record, record["drive/units/trace"][:].astype(float))
            target = (self.samples - self.mean) / self.deviation
            errors = told[DROP:DROP + TRAIN] - target[DROP + 1:DROP + TRAIN + 1]
            numpy.testing.assert_allclose(record["readout/loss"][:], numpy.mean(errors ** 2),
                                          rtol=1e-6)

    def test_persistence_repeats_the_last_sample(self):
        summary = self.record["summary"]
        test = self.samples[DROP + TRAIN:]
        steps = numpy.diff(self.longer[DROP + TRAIN:], axis=0) / self.deviation
        self.assertAlmostEqual(summary["test_error"][4], numpy.mean(steps ** 2), 12)
        last, target = self.samples[DROP + TRAIN - 1], test[:FREE]
        distance = numpy.linalg.norm(last - target, axis=1)
        distance /= numpy.sqrt((self.deviation ** 2).sum())
        numpy.testing.assert_allclose(summary["free_run_error"][4], distance, rtol=1e-9)

    def test_equal_runs_are_equal_bytes_and_trials_differ(self):
        again = self.folder / "again.h5"
        run(LORENZ, again, SMALL).close()
        self.assertEqual(again.read_bytes(), self.path.read_bytes())
        with run(LORENZ, self.folder / "other.h5", {**SMALL, "trial": 1}) as other:
            self.assertFalse(numpy.array_equal(other["summary/loss"][0],
                                               self.record["summary/loss"][0]))
            self.assertFalse(numpy.array_equal(other["network/link_weight"][:10],
                                               self.record["network/link_weight"][:10]))
            numpy.testing.assert_array_equal(other["drive/input"][:], self.samples)

    def test_what_is_recorded_does_not_change_what_is_computed(self):
        bare = {**SMALL, "record.traces": "false", "record.network": "false",
                "record.spikes": "false", "baselines": "false"}
        with run(LORENZ, self.folder / "bare.h5", bare) as record:
            numpy.testing.assert_array_equal(record["readout/loss"][:],
                                             self.record["readout/loss"][:])
            self.assertEqual(len(record["summary/name"]), 1)
            self.assertNotIn("drive/spikes", record)
            self.assertNotIn("network/link_target", record)

    def test_arrays_are_self_describing(self):
        for path, array in arrays(self.record):
            if array.attrs.get("NAME", b"").startswith(b"This is a netCDF dimension"):
                continue
            self.assertIn("units", array.attrs, path)
            self.assertIn("long_name", array.attrs, path)
        for group in ("drive", "free_run", "summary", "readout", "network"):
            with xarray.open_dataset(self.path, group=group, engine="h5netcdf") as opened:
                self.assertGreater(len(opened.variables), 3)

    def test_the_summary_is_printed(self):
        told = tripartite("info", self.path).stdout
        for part in ("24 neurons, 30 astrocyte-like units", "persistence", "learning rate"):
            self.assertIn(part, told)


class OwnSeries(FolderTest):
    def forecast(self, series, values=None):
        return tripartite("run", LORENZ, "-q", "-o", self.folder / "own.h5",
                          *sets({**SMALL, "series": series, **(values or {})}))

    def test_a_csv_is_forecast(self):
        time = 0.1 * numpy.arange(800)
        lines = [f"{t:.3f},{numpy.sin(t):.9f},{numpy.cos(t):.9f}" for t in time]
        (self.folder / "own.csv").write_text("\n".join(["t,s,c", *lines]))
        name = self.folder / "own.csv"
        done = self.forecast(f"{{kind: file, file: {name}, time: t, lyapunov: 0}}")
        self.assertEqual(done.returncode, 0, done.stderr)
        with h5py.File(self.folder / "own.h5") as record:
            self.assertEqual(record["drive/input"].shape, (680, 2))
            names = [name.decode() for name in record["drive/coordinate_name"][:]]
            self.assertEqual(names, ["s", "c"])
            numpy.testing.assert_allclose(record["drive/time"][:3], [0, 0.1, 0.2])
            # Without an exponent, the valid time is in the series' own unit.
            self.assertAlmostEqual(record["summary/valid_time"][0] / 0.1 % 1, 0, delta=1e-6)

    def test_what_cannot_be_forecast_is_refused(self):
        short = self.folder / "short.csv"
        short.write_text("\n".join(map(str, range(600))))
        flat = self.folder / "flat.csv"
        flat.write_text("7\n" * 900)
        holed = self.folder / "holed.csv"
        holed.write_text("1\n2\nnan\n" + "3\n" * 900)
        for series, parts in {
            f"{{kind: file, file: {short}}}": ("has 600 samples, and 681 are wanted",),
            f"{{kind: file, file: {flat}}}": ("does not vary",),
            f"{{kind: file, file: {holed}}}": ("holed.csv:3", "expected a number"),
            "{kind: file}": ("series.file", "expected the name of a file"),
            "{kind: file, file: none.csv}": ("there is no file", "none.csv"),
            "{start: [1, 2]}": ("series.start", "found 2 numbers"),
            "{integrator: rk4}": ("series.integrator", "cvode:adams"),
        }.items():
            with self.subTest(series):
                self.assertSays(self.forecast(series), 2, *parts)

    def test_networks_that_cannot_be_are_refused(self):
        for values, parts in (
            ({"network.neurons.count": 0, "network.astrocytes.count": 0}, ("without any units",)),
            ({"network.astrocytes.alpha": 1.5}, ("network.astrocytes.alpha", "1.5")),
            ({"network.astrocytes.beta": -0.1}, ("network.astrocytes.beta",)),
            ({"network.neurons.model": "li_rinzel"}, ("network.neurons.model", "needs spikes")),
            ({"network.neurons.integrator": "exponential", "network.neurons.model": "izhikevich"},
             ("network.neurons.integrator", "izhikevich")),
            ({"network.neurons.exchange": "2 ms"}, ("network.neurons.exchange", "each step")),
            ({"network.wiring": "{within: 1.1}"}, ("network.wiring.within",)),
            ({"network.neurons.count": 40000, "network.astrocytes.count": 60000,
              "network.wiring": "{between: 0.3}"}, ("network: about 3e+09 links",)),
            ({"readout.hidden": "[12.5]"}, ("readout.hidden", "12.5")),
        ):
            with self.subTest(**values):
                self.assertSays(self.forecast("{}", values), 2, *parts)

    def test_either_kind_alone_and_other_cells_can_be_a_reservoir(self):
        for values in ({"network.neurons.count": 0}, {"network.astrocytes.count": 0},
                       {"network.wiring": "maass"},
                       {"network.neurons.integrator": "cvode:adams"},
                       {"network.neurons.model": "izhikevich", "network.neurons.integrator": "rk4",
                        "network.input.neurons": 8},
                       {"readout.hidden": "[]"}):
            with self.subTest(**values):
                done = self.forecast("{}", {**values, "baselines": "false"})
                self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
