# SPDX-License-Identifier: GPL-3.0-or-later
"""What the network is there to show, recomputed from records alone."""

import unittest

import numpy

from program import TWO_DIGITS, FolderTest, run, spike_counts, spikes
from reference import per_tile, under_any

NO_MEMBRANE = {"record.neurons": "[]"}
TRAINED = 800  # ms: two patterns, ten samples of 40 ms each


def agreement(pattern, recalled):
    """hit, correct rejection, balanced accuracy, pixel accuracy"""
    on, off = pattern.astype(bool), ~pattern.astype(bool)
    hit, rejection = recalled[on].mean(), (~recalled[off]).mean()
    return {"hit": hit, "correct_rejection": rejection, "accuracy": (hit + rejection) / 2,
            "pixel_accuracy": (recalled == on).mean()}


class ScienceTest(FolderTest):
    def make(self, values=None):
        record = run(TWO_DIGITS, self.folder / f"{self.id()}.h5", {**NO_MEMBRANE, **(values or {})})
        self.addCleanup(record.close)
        return record

    def recalled(self, record, test, at_least=4, shown=20):
        onset = record["summary/onset"][test]
        return spike_counts(record, f"recall/{test}", onset, onset + shown) >= at_least


class Measures(ScienceTest):
    def assertAgrees(self, expected, group, prefix="", index=0):
        for name, value in expected.items():
            self.assertAlmostEqual(group[prefix + name][index], value, delta=1e-12, msg=name)

    def test_accuracies_are_those_of_the_spikes(self):
        # Fed neurons fire in step: among frames of every tick, some begin or end with a spike.
        frames = [4.4, 11.6, *(numpy.arange(120, 150) / 10)]
        listed = ", ".join(f"{since} ms" for since in frames)
        record = self.make({"recall.samples": 2, "recall.readout.frames": f"[{listed}]"})
        self.assertEqual(list(record["summary/pattern"]), [0, 0, 1, 1])
        for test in range(4):
            pattern = record["patterns/image"][record["summary/pattern"][test]]
            shown = record[f"recall/{test}/stimulus/image"][0].astype(bool)
            readouts = record[f"recall/{test}/readouts"]
            self.assertAgrees(agreement(pattern, shown), record["summary"], "input_", test)
            counted = self.recalled(record, test)
            self.assertAgrees(agreement(pattern, counted), record["summary"], "", test)
            self.assertAgrees(agreement(pattern, counted), readouts)
            numpy.testing.assert_array_equal(readouts["response"][0], counted)
            for frame, since in enumerate(frames):
                now = record["summary/onset"][test] + since
                # The ends of (t - 2 ms, t] are rounded, so they are moved by far less than a tick.
                seen = spike_counts(record, f"recall/{test}", now - 2 + 1e-9, now + 1e-9) > 0
                expected = agreement(pattern, seen)
                self.assertAgrees(expected, readouts, "", 1 + frame)
                self.assertAlmostEqual(record["summary/frame_accuracy"][test, frame],
                                       expected["accuracy"], delta=1e-12)

    def test_accuracy_over_time_is_that_of_the_spikes(self):
        record = self.make()
        course = record["recall/1/accuracy"]
        pattern, onset = record["patterns/image"][1], record["summary/onset"][1]
        numpy.testing.assert_array_equal(course["time_since_onset"], numpy.arange(80))
        for at in (0, 5, 12, 40, 79):
            now = onset + at
            seen = spike_counts(record, "recall/1", now - 2 + 1e-9, now + 1e-9) > 0
            expected = agreement(pattern, seen)
            for name in ("accuracy", "pixel_accuracy"):
                self.assertAlmostEqual(course[name][at], expected[name], delta=1e-12)

    def inverted(self, record, segment):
        stimulus = record[f"{segment}/stimulus"]
        clean = record["patterns/image"][:][stimulus["pattern"][:]]
        return (stimulus["image"][:] != clean).sum(axis=(1, 2))

    def test_salt_and_pepper_inverts_half_its_level(self):
        record = self.make({"training.samples": 40, "recall.samples": 40, "pause": "0 ms",
                            "training.every": "4 ms", "recall.shown": "1 ms",
                            "recall.after": "0 ms", "recall.readout.frames": "[]",
                            "record.astrocytes": "[]"})
        flips = [self.inverted(record, "training") / 1600,
                 numpy.array([self.inverted(record, f"recall/{k}")[0] for k in range(80)]) / 1600]
        for part, level in zip(flips, (0.1, 0.4)):
            chance = level / 2
            sigma = (chance * (1 - chance) / 1600) ** 0.5
            self.assertTrue((abs(part - chance) < 4.5 * sigma).all())
            self.assertLess(abs(part.mean() - chance), 4 * sigma / len(part) ** 0.5)
            # Independent pixels scatter like this, neither less nor more.
            self.assertTrue(0.7 < part.std() / sigma < 1.3)

    def test_flip_inverts_its_level_exactly(self):
        # Halves go up: 0.1003125 and 0.4003125 of 1600 pixels are 160.5 and 640.5.
        record = self.make({"training.noise_kind": "flip", "training.noise": 0.1003125,
                            "recall.noise_kind": "flip", "recall.noise": 0.4003125})
        self.assertEqual(set(self.inverted(record, "training")), {161})
        self.assertEqual(self.inverted(record, "recall/0")[0], 641)
        images = record["training/stimulus/image"][:]
        self.assertEqual(len({image.tobytes() for image in images}), 20)


class Memory(ScienceTest):
    def test_training_drives_the_pattern_and_its_astrocytes_alone(self):
        for seed in (1, 2, 3):
            record = self.make({"seed": seed, "pause": "1 s"})
            patterns = record["patterns/image"][:].astype(bool)
            for index, pattern in enumerate(patterns):
                counts = spike_counts(record, "training", 400 * index, 400 * (index + 1))
                self.assertGreaterEqual((counts[pattern] >= 8).mean(), 0.97)
                self.assertLess(counts[~pattern].max(), 8)
                self.assertAlmostEqual(counts[pattern].mean(), 9.5, delta=0.15)
                self.assertAlmostEqual(counts[~pattern].mean(), 0.5, delta=0.15)
            most_pattern = numpy.maximum(per_tile(patterns[0]), per_tile(patterns[1]))
            passed = record["training/astrocytes/Ca"][:].max(axis=0) > 0.15
            # More than half of 16.
            numpy.testing.assert_array_equal(passed, most_pattern > 8)
            record.close()

    def test_recall_is_better_than_its_input(self):
        for seed in range(1, 7):
            record = self.make({"seed": seed})
            given, got = record["summary/input_accuracy"][:], record["summary/accuracy"][:]
            self.assertTrue((got > given + 0.05).all(), f"seed {seed}: {given} {got}")
            self.assertTrue((got > 0.87).all(), f"seed {seed}: {got}")
            record.close()

    def test_recall_is_good_with_other_integration(self):
        record = self.make({"network.neurons.integrator": "rk4", "network.neurons.step": "0.01 ms",
                            "record.astrocytes": "[]"})
        self.assertTrue((record["summary/accuracy"][:] > 0.87).all())

    def test_nothing_spikes_in_the_pause(self):
        times, _ = spikes(self.make(), "training")
        self.assertTrue(760 < times.max() <= TRAINED)

    def assertForgotten(self, record):
        for test in (0, 1):
            self.assertEqual(record[f"recall/{test}/astrocytes/feedback"][:].sum(), 0)
            self.assertEqual(self.recalled(record, test).sum(), 0)
        numpy.testing.assert_array_equal(record["summary/accuracy"], [0.5, 0.5])

    def test_memory_fades_with_the_calcium(self):
        record = self.make({"pause": "8 s", "record.astrocytes": "[Ca, feedback]"})
        calcium = record["training/astrocytes/Ca"][:]
        self.assertGreater(calcium.max(), 0.5)
        self.assertLess(calcium[-1].max(), 0.15)
        self.assertForgotten(record)

    def test_nothing_is_remembered_as_printed(self):
        record = self.make({"network.astrocytes.equations": "as_printed", "pause": "4 s",
                            "record.astrocytes": "[Ca, feedback]"})
        calcium = record["training/astrocytes/Ca"][:]
        self.assertLess(calcium.max(), 0.15)
        numpy.testing.assert_allclose(calcium[-1], 0.03655, atol=1e-4)
        self.assertForgotten(record)

    def test_the_closed_cell_remembers(self):
        record = self.make({"network.astrocytes.equations": "closed_cell"})
        gain = record["summary/accuracy"][:] - record["summary/input_accuracy"][:]
        self.assertTrue((gain > 0.05).all())

    def test_without_feedback_current_nothing_is_recalled(self):
        record = self.make({"network.feedback.current": 0,
                            "record.astrocytes": "[Ca, feedback]"})
        numpy.testing.assert_array_equal(record["summary/accuracy"], [0.5, 0.5])
        self.assertEqual(self.recalled(record, 0, at_least=3).sum(), 0)
        self.assertGreater(self.recalled(record, 0, at_least=2).sum(), 100)


class Feedback(ScienceTest):
    CHANNELS = {"record.neurons": "[applied_current, astrocytic_current]",
                "record.astrocytes": "[Ca, feedback, I_neuro]"}

    def test_currents_are_those_of_images_and_feedback(self):
        record = self.make({**self.CHANNELS, "pause": "500 ms"})
        applied = record["training/neurons/applied_current"]
        images = record["training/stimulus/image"][:]
        for at, image in ((0, images[0]), (3, images[0]), (4, None), (43, images[1]), (44, None)):
            expected = 0 if image is None else 5 * image
            numpy.testing.assert_array_equal(applied[at], expected + numpy.zeros((40, 40)))
        self.assertEqual(numpy.abs(record["training/neurons/astrocytic_current"]).max(), 0)
        fed = record["recall/0/astrocytes/feedback"][:].astype(bool)
        for at in (0, 3, 10, 50, 79):
            numpy.testing.assert_array_equal(
                record["recall/0/neurons/astrocytic_current"][at], 30.0 * under_any(fed[at]))
        self.assertTrue(fed[50].any() and not fed[0].any())

    def test_drive_lasts_60_ms_longer_than_its_cause(self):
        """From the spikes alone; the window is (t - 400 ms, t], and more than 8 of 16 count."""
        record = self.make(self.CHANNELS)
        rate = record["training/astrocytes/I_neuro"][:]
        last_held = numpy.full((13, 13), -1e9)
        for now in range(1300):
            counts = spike_counts(record, "training", now - 400 + 0.05, now + 0.05)
            last_held[per_tile(counts >= 8) > 8] = now
            # Between whole ms the cause may begin or end: those instants prove nothing.
            sure = abs(now - last_held - 60) > 1
            numpy.testing.assert_array_equal(
                (rate[now] > 0)[sure], (now - last_held < 60)[sure], f"at {now} ms")
        self.assertEqual(set(numpy.unique(rate)), {0, 5})

    def test_recall_sustains_itself_until_the_calcium_falls(self):
        record = self.make({**self.CHANNELS, "recall.after": "4 s", "record.neurons": "[]",
                            "patterns": "[zero]"})
        fed = record["recall/0/astrocytes/feedback"][:].astype(bool)
        calcium = record["recall/0/astrocytes/Ca"][:]
        self.assertTrue(fed[79].any(), "feedback is gone 60 ms after the input")
        started = numpy.argmax(record["training/astrocytes/I_neuro"][:] > 0, axis=0)
        lasted = []
        for tile in numpy.argwhere(fed[100]):
            at = (slice(None), *tile)
            ends = numpy.flatnonzero(fed[at])[-1]
            self.assertEqual(ends, numpy.flatnonzero(calcium[at] > 0.15)[-1])
            lasted.append(1900 + ends - started[tuple(tile)])
        self.assertGreater(len(lasted), 30)
        self.assertTrue(4200 < min(lasted) and max(lasted) < 4700, (min(lasted), max(lasted)))

    def test_fed_neurons_fire_every_2_ms(self):
        for integrator, interval, within in (("rk4", 2.0, 0.05), ("euler", 2.2, 1e-9)):
            with self.subTest(integrator=integrator):
                record = self.make({"network.neurons.integrator": integrator})
                times, neurons = spikes(record, "recall/0")
                # Fed and no longer shown: the image has its own current.
                shown = record["recall/0/stimulus/image"][0].ravel().astype(bool)
                counts = numpy.bincount(neurons, minlength=1600) * ~shown
                intervals = numpy.diff(times[neurons == counts.argmax()])[-10:]
                numpy.testing.assert_allclose(intervals, interval, atol=within)

    def test_during_input_ends_with_the_input(self):
        record = self.make({"network.feedback.during": "input",
                            "record.astrocytes": "[feedback]"})
        for test in (0, 1):
            fed = record[f"recall/{test}/astrocytes/feedback"][:].any(axis=(1, 2))
            self.assertTrue(fed[19])
            self.assertFalse(fed[20:].any())
            self.assertLess(spikes(record, f"recall/{test}")[0].max(), 2300 + 25)
        self.assertTrue((record["summary/accuracy"][:] > 0.87).all())

    def test_during_always_spoils_the_training(self):
        record = self.make({"network.feedback.during": "always",
                            "record.astrocytes": "[feedback]"})
        fed = record["training/astrocytes/feedback"][:].any(axis=(1, 2))
        begins = int(numpy.argmax(fed))
        self.assertTrue(500 < begins < 700, begins)
        times, neurons = spikes(record, "training")
        never_stop = numpy.unique(neurons[times > 2200])
        self.assertGreater(len(never_stop), 100)

    def test_sequential_tests_spill(self):
        branch = self.make({"record.astrocytes": "[feedback]"})
        kept = branch["summary/accuracy"][:]
        branch.close()
        record = self.make({"recall.tests": "sequential", "record.astrocytes": "[feedback]"})
        # 20 ms shown, 60 ms after, 1 s from that end to the next onset.
        numpy.testing.assert_array_equal(record["summary/onset"], [2300, 2300 + 80 + 1000])
        first, second = (record[f"recall/{k}/astrocytes"] for k in (0, 1))
        self.assertEqual(first["time"][-1] + 1, second["time"][0])
        self.assertTrue(first["feedback"][-1].any())
        numpy.testing.assert_array_equal(first["feedback"][-1], second["feedback"][0])
        self.assertEqual(record["summary/accuracy"][0], kept[0])
        self.assertLess(record["summary/accuracy"][1], kept[1] - 0.05)

    def test_monitor_always_never_ends(self):
        record = self.make({"network.drive.monitor": "always", "recall.after": "20 s",
                            "patterns": "[zero]", "record.every": "100 ms",
                            "record.spikes": "false", "record.astrocytes": "[Ca, feedback]"})
        fed = record["recall/0/astrocytes/feedback"][-1].astype(bool)
        self.assertGreater(fed.sum(), 40)
        calcium = record["recall/0/astrocytes/Ca"][-1][fed]
        numpy.testing.assert_allclose(calcium, 0.412, atol=0.003)


if __name__ == "__main__":
    unittest.main()
