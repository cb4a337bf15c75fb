# SPDX-License-Identifier: GPL-3.0-or-later
"""Sweeps over numbers of neurons and astrocytes: trials are runs, the bytes do not depend on how the
work is split, and what the record says of their ratio, numpy says of its trials."""

import unittest

import h5py
import numpy

from program import ROOT, FolderTest, run, sets, tripartite

RATIO = ROOT / "experiments" / "reservoir" / "ratio.yaml"
LORENZ = ROOT / "experiments" / "reservoir" / "lorenz.yaml"
SMALL = {"samples.drop": 40, "samples.train": 300, "samples.test": 60, "readout.epochs": 4,
         "free_run.samples": 30, "readout.hidden": "[8]", "network.input.gain": "unit",
         "sweep.resamples": 200}
GRID = ("--over", "network.neurons.count=0:40:20", "--over", "network.astrocytes.count=0:40:20",
        "--trials", "4")
MEASURES = ("learning_rate", "learning_rate_log10", "test_error")


def sweep(record, *arguments, values=None, levels=GRID, scenario=RATIO):
    return tripartite("sweep", scenario, "-q", "-o", record, *sets({**SMALL, **(values or {})}),
                      *levels, *arguments)


class Ratio(FolderTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.path = cls.folder / "ratio.h5"
        done = sweep(cls.path, "--jobs", "1")
        assert done.returncode == 0, done.stderr
        cls.record = h5py.File(cls.path)
        cls.addClassCleanup(cls.record.close)
        trials = cls.record["trials"]
        cls.neurons = trials["network.neurons.count"][:]
        cls.astrocytes = trials["network.astrocytes.count"][:]

    def means(self, measure):
        """{(neurons, astrocytes): values of the trials}, of what is varied."""
        values = self.record["trials"][measure][:]
        sizes = set(zip(self.neurons, self.astrocytes))
        return {size: values[(self.neurons == size[0]) & (self.astrocytes == size[1])]
                for size in sizes}

    def test_the_size_without_units_is_left_out(self):
        self.assertEqual(len(self.record["summary/level"]), 8)
        self.assertEqual(len(self.neurons), 32)
        self.assertTrue((self.neurons + self.astrocytes > 0).all())
        self.assertNotIn("crossings", self.record)

    def test_a_trial_is_a_run(self):
        trials = self.record["trials"]
        for row in (1, 10, 18, 31):
            values = {"network.neurons.count": int(self.neurons[row]),
                      "network.astrocytes.count": int(self.astrocytes[row]),
                      "trial": int(trials["trial"][row]), "baselines": "true"}
            with run(RATIO, self.folder / "run.h5", {**SMALL, **values}) as alone:
                for name in (*MEASURES, "first_loss", "last_loss", "valid_time",
                             "neuron_spike_rate", "astrocyte_spike_rate"):
                    numpy.testing.assert_array_equal(trials[name][row], alone["summary"][name][0])

    def test_threads_shards_and_what_was_interrupted_give_the_same_bytes(self):
        other = self.folder / "other.h5"
        self.assertEqual(sweep(other, "--jobs", "3").returncode, 0)
        self.assertEqual(other.read_bytes(), self.path.read_bytes())
        shards = [self.folder / f"shard-{k}.h5" for k in (1, 2, 3)]
        for k, shard in enumerate(shards, 1):
            done = sweep(shard, "--jobs", "2", "--shard", f"{k}/3")
            self.assertEqual(done.returncode, 0, done.stderr)
        merged = self.folder / "merged.h5"
        done = tripartite("merge", *shards, "-o", merged)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(merged.read_bytes(), self.path.read_bytes())
        # What a shard tells of the ratio is of the trials that all its sizes have: here, none.
        for shard in shards:
            self.assertEqual(tripartite("info", shard).returncode, 0)
            with h5py.File(shard) as told:
                self.assertTrue((told["best_ratio/trials"][:] == 0).all())
                self.assertTrue(numpy.isnan(told["ratio/learning_rate"][:]).all())
        half = self.folder / "half.h5"
        self.assertEqual(sweep(half, "--shard", "1/2").returncode, 0)
        with h5py.File(half) as told:
            self.assertTrue((told["best_ratio/trials"][:] == 2).all())
            self.assertAlmostEqual(told["ratio/learning_rate"][3],
                                   self.means("learning_rate")[20, 20][::2].mean(), 12)

    def test_the_map_is_the_means(self):
        grid = self.record["map"]
        numpy.testing.assert_array_equal(grid["neurons"][:], [0, 20, 40])
        numpy.testing.assert_array_equal(grid["astrocytes"][:], [0, 20, 40])
        for measure in (*MEASURES, "valid_time"):
            self.assertTrue(numpy.isnan(grid[measure][0, 0, 0]))
            for (n, a), values in self.means(measure).items():
                self.assertAlmostEqual(grid[measure][0, int(n) // 20, int(a) // 20],
                                       values.mean(), 12)
        self.assertEqual(grid["learning_rate"].dims[1][0].name, "/map/neurons")

    def test_curves_are_the_means_at_a_constant_total(self):
        ratio, summary = self.record["ratio"], self.record["summary"]
        # 20: two pure networks; 40: with a mixture; 60: mixtures alone; 80 is alone.
        numpy.testing.assert_array_equal(ratio["total"][:], [20, 20, 40, 40, 40, 60, 60])
        numpy.testing.assert_allclose(ratio["share"][:], [0, 1, 0, 0.5, 1, 1 / 3, 2 / 3])
        for i, size in enumerate(zip(ratio["neurons"][:], ratio["astrocytes"][:])):
            level = numpy.flatnonzero((summary["network.neurons.count"][:] == size[0])
                                      & (summary["network.astrocytes.count"][:] == size[1]))[0]
            for measure in MEASURES:
                self.assertAlmostEqual(ratio[measure][i], self.means(measure)[size].mean(), 12)
                for end in ("lower", "upper"):  # the same draws of trials
                    self.assertEqual(ratio[f"{measure}_{end}"][i],
                                     summary[f"{measure}_{end}"][level])

    def test_the_best_ratio_is_the_lowest_point(self):
        ratio, best = self.record["ratio"], self.record["best_ratio"]
        numpy.testing.assert_array_equal(best["total"][:], [20, 40, 60, 0])
        for measure in MEASURES:
            means, share = ratio[measure][:], ratio["share"][:]
            for row, total in enumerate((20, 40, 60)):
                own = numpy.flatnonzero(ratio["total"][:] == total)
                self.assertEqual(best[f"{measure}_best_share"][row],
                                 share[own[numpy.argmin(means[own])]])
                lower, upper = (best[f"{measure}_best_share_{end}"][row]
                                for end in ("lower", "upper"))
                self.assertTrue(lower <= upper and lower in share and upper in share)
            gain = best[f"{measure}_gain"][:]
            numpy.testing.assert_array_equal(numpy.isnan(gain), [True, False, True, True])
            self.assertAlmostEqual(gain[1], means[3] - min(means[2], means[4]), 12)
            self.assertEqual(best[f"{measure}_best_share"][3], best[f"{measure}_best_share"][1])

    def test_regressions_are_those_of_numpy(self):
        group, rows = self.record["regression"], len(self.neurons)
        counts = numpy.array([self.neurons, self.astrocytes, self.neurons + self.astrocytes]).T
        trend = numpy.array([counts[:, 2], self.astrocytes / counts[:, 2]]).T
        x, z = ((c - c.mean(axis=0)) / c.std(axis=0) for c in (counts, trend))
        for measure in MEASURES:
            y = self.record["trials"][measure][:]
            y = y - y.mean()
            least, lasso, slopes = (group["model"][:] == name for name in
                                    (b"least_squares", b"lasso", b"trend"))
            told = group[measure][:]
            numpy.testing.assert_allclose(told[least], numpy.linalg.pinv(x, rcond=1e-10) @ y,
                                          rtol=1e-8)
            self.assertTrue((group[f"{measure}_rank"][:][least] == 2).all())
            numpy.testing.assert_allclose(told[slopes], numpy.linalg.lstsq(z, y, rcond=None)[0],
                                          rtol=1e-8)
            # What makes a LASSO one: the gradient is the penalty where it keeps, and less elsewhere.
            w, penalty = told[lasso], group[f"{measure}_penalty"][:][lasso][0]
            gradient = x.T @ (y - x @ w) / rows
            self.assertGreater(penalty, 0)
            self.assertTrue((abs(gradient) <= penalty * (1 + 1e-6)).all())
            numpy.testing.assert_allclose(gradient[w != 0], penalty * numpy.sign(w[w != 0]),
                                          rtol=1e-6)
            self.assertTrue((group[f"{measure}_lower"][:] <= group[f"{measure}_upper"][:]).all())
        self.assertEqual(list(group["regressor"][:]),
                         [b"neurons", b"astrocytes", b"units"] * 2 + [b"units", b"astrocyte_share"])

    def test_it_is_told_exported_and_drawn(self):
        for part in ("best share of astrocytes", "lasso: neurons", "rank 2 of 3: the solution of the smallest norm"):
            self.assertIn(part, tripartite("info", self.path).stdout)
        for group in ("ratio", "best_ratio", "regression"):
            done = tripartite("export", self.path, "--csv", self.folder / "csv", "--group", group)
            self.assertEqual(done.returncode, 0, done.stderr)
        for name in (("ratio",), (), ("robustness",)):
            done = tripartite("plot", self.path, *name, "-o", self.folder / "a.png")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertGreater((self.folder / "a.png").stat().st_size, 10000)


class Sets(FolderTest):
    SIZES = ("[{neurons: {count: 20}, astrocytes: {count: 0}}, "
             "{neurons: {count: 10}, astrocytes: {count: 10}}, "
             "{neurons: {count: 0}, astrocytes: {count: 20}}]")

    def sweep(self, over, *more, values=None):
        record = self.folder / "sets.h5"
        record.unlink(missing_ok=True)
        done = sweep(record, "--trials", "2", *more, levels=(), scenario=LORENZ,
                     values={"sweep.over": "{" + over + "}", **(values or {})})
        return record, done

    def test_what_else_is_varied_makes_sets(self):
        record, done = self.sweep(f"network.wiring.kind: [tripartite, maass], network: {self.SIZES}")
        self.assertEqual(done.returncode, 0, done.stderr)
        with h5py.File(record) as told:
            self.assertEqual(told["map/learning_rate"].shape, (2, 3, 3))
            kinds = [name.decode() for name in told["map/network.wiring.kind"][:]]
            self.assertEqual(kinds, ["tripartite", "maass"])
            numpy.testing.assert_array_equal(told["ratio/set"][:], [0, 0, 0, 1, 1, 1])
            trials = told["trials"]
            own = numpy.array([k == b"maass" for k in trials["network.wiring.kind"][:]])
            own &= trials["network.neurons.count"][:] == 10
            self.assertAlmostEqual(told["map/learning_rate"][1, 1, 1],
                                   trials["learning_rate"][:][own].mean(), 12)
        drawn = tripartite("plot", record, "ratio", "-o", self.folder / "a.svg")
        self.assertEqual(drawn.returncode, 0, drawn.stderr)
        self.assertIn("kind = maass", (self.folder / "a.svg").read_text())

    def test_a_set_may_lack_a_size_of_another(self):
        record, done = self.sweep(
            "network.wiring.kind: [tripartite, maass], network.neurons.count: [5, 10], "
            "network.astrocytes.count: [5, 10]",
            values={"sweep.leave_out": "[{network.wiring.kind: tripartite, "
                                       "network.neurons.count: 5, network.astrocytes.count: 5}]"})
        self.assertEqual(done.returncode, 0, done.stderr)
        with h5py.File(record) as told:
            missing = numpy.isnan(told["map/learning_rate"][:])
            numpy.testing.assert_array_equal(missing, [[[True, False], [False, False]],
                                                       [[False, False], [False, False]]])

    def test_other_sweeps_say_nothing_of_a_ratio(self):
        record, done = self.sweep("network.neurons.count: [10, 20]",
                                  values={"network.astrocytes.count": 10})
        self.assertEqual(done.returncode, 0, done.stderr)
        with h5py.File(record) as told:
            self.assertNotIn("map", told)
            self.assertNotIn("best_ratio", told)
        self.assertSays(tripartite("plot", record, "ratio", "-o", self.folder / "a.png"), 2,
                        "holds no 'best_ratio'")

    def test_two_sizes_are_no_curve(self):
        record, done = self.sweep("network.neurons.count: [10, 20], network.astrocytes.count: [5]")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertSays(tripartite("plot", record, "ratio", "-o", self.folder / "a.png"), 2,
                        "no three sizes")

    def test_a_series_from_hdf5_is_read_once_for_all_threads(self):
        own = self.folder / "own.h5"
        time = numpy.arange(500)
        with h5py.File(own, "w") as file:
            file["x"] = numpy.array([numpy.sin(0.1 * time), numpy.cos(0.13 * time)]).T
        series = f"{{kind: file, file: {own}, dataset: x, interval: 0.1, lyapunov: 0}}"
        record, done = self.sweep(f"network: {self.SIZES}", "--jobs", "3",
                                  values={"series": series})
        self.assertEqual(done.returncode, 0, done.stderr)
        values = {**SMALL, "series": series, "network.neurons.count": 10, "trial": 1,
                  "network.astrocytes.count": 10}
        with h5py.File(record) as told, run(RATIO, self.folder / "run.h5", values) as alone:
            self.assertEqual(told["trials/test_error"][3], alone["summary/test_error"][0])

    def test_each_division_of_the_series_is_its_own(self):
        record, done = self.sweep("samples.train: [200, 300], network.neurons.count: [10]",
                                  "--jobs", "2")
        self.assertEqual(done.returncode, 0, done.stderr)
        with h5py.File(record) as told:
            for row, train in ((1, 200), (3, 300)):
                values = {**SMALL, "samples.train": train, "network.neurons.count": 10, "trial": 1}
                with run(LORENZ, self.folder / "run.h5", values) as alone:
                    self.assertEqual(told["trials/test_error"][row],
                                     alone["summary/test_error"][0])

    def test_what_cannot_be_swept_costs_nothing(self):
        holed = self.folder / "holed.csv"
        holed.write_text("1\n2\nnan\n" + "3\n" * 900)
        both = "network.neurons.count: [0, 10], network.astrocytes.count: [0, 10]"
        for over, values, parts in (
            (both, {}, ("without any units",)),
            (both, {"sweep.leave_out": "{network.neurons.count: 0}"}, ("leave_out", "a list")),
            (both, {"sweep.leave_out": "[3]"}, ("leave_out", "blocks of paths")),
            (both, {"sweep.leave_out": "[{}]"}, ("leave_out", "blocks of paths")),
            (both, {"sweep.leave_out": "[{network.neurons.count: 5}]"}, ("'5' is no level",)),
            (both, {"sweep.leave_out": "[{tick: 1 ms}]"}, ("'tick' is not in sweep.over",)),
            (both, {"sweep.leave_out": "[{network.neurons.count: 0}, {network.neurons.count: 10}]"},
             ("no level is left",)),
            ("network.astrocytes.alpha: [0.5, 1.5]", {}, ("alpha", "1.5")),
            ("network.neurons.count: [10]", {"series": f"{{kind: file, file: {holed}}}"},
             ("holed.csv:3", "expected a number")),
        ):
            with self.subTest(over=over, **values):
                record, done = self.sweep(over, values=values)
                self.assertSays(done, 2, *parts)
                self.assertFalse(record.exists())


if __name__ == "__main__":
    unittest.main()
