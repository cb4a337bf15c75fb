#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A memory's protocol gone through several times."""

import unittest

import numpy

from program import FolderTest, TWO_DIGITS, run, sets, spikes, tripartite

SHORT = {"patterns": "[one]", "training.samples": "3", "pause": "200 ms", "recall.samples": "2",
         "recall.between": "100 ms", "network.feedback.during": "always",
         "network.drive.rate": "5 Hz", "network.drive.ip3_rate": "50 uM/s"}


class Repeat(FolderTest):
    def make(self, name, values):
        record = run(TWO_DIGITS, self.folder / f"{name}.h5", {**SHORT, **values})
        self.addCleanup(record.close)
        return record

    def check_first_time(self, once, thrice):
        """What was gone through once is the beginning of what was gone through three times."""
        for segment in ("training", "recall/0", "recall/1"):
            for one, other in zip(spikes(once, segment), spikes(thrice, segment)):
                numpy.testing.assert_array_equal(one, other)
            for path in ("astrocytes/Ca", "stimulus/image"):
                numpy.testing.assert_array_equal(once[f"{segment}/{path}"],
                                                 thrice[f"{segment}/{path}"])

    def test_sequential_times_follow_each_other(self):
        once = self.make("once", {"recall.tests": "sequential"})
        thrice = self.make("thrice", {"recall.tests": "sequential", "repeat": "3"})
        self.check_first_time(once, thrice)
        # 3 samples and the pause; two tests of 80 ms, 100 ms apart.
        length, test = 3 * 40 + 200, 80
        time = length + 2 * test + 100
        numpy.testing.assert_array_equal(
            thrice["summary/onset"],
            [k * time + length + j * (test + 100) for k in range(3) for j in range(2)])
        segments = ["training", "recall/0", "recall/1", "repeat/1/training", "recall/2", "recall/3",
                    "repeat/2/training", "recall/4", "recall/5"]
        end = 0
        for segment in segments:
            self.assertEqual(thrice[segment].attrs["start"], end)
            end = thrice[segment].attrs["end"]
        self.assertEqual(end, 3 * time)
        numpy.testing.assert_array_equal(thrice["repeat/2/training/stimulus/onset"],
                                         2 * time + 40 * numpy.arange(3))
        # The state goes on: calcium that the first time has raised is still up.
        before = thrice["recall/1/astrocytes/Ca"][-1]
        after = thrice["repeat/1/training/astrocytes/Ca"][0]
        self.assertGreater(before.max(), 0.15)
        self.assertLess(abs(after - before).max(), 0.01)

    def test_each_time_has_noise_of_its_own(self):
        record = self.make("noise", {"repeat": "2"})
        one, other = (record[f"{name}training/stimulus/image"][:] for name in ("", "repeat/1/"))
        for k in range(3):
            self.assertTrue((one[k] != other[k]).any())
        images = [record[f"recall/{k}/stimulus/image"][0] for k in range(4)]
        for k in range(4):
            for j in range(k):
                self.assertTrue((images[j] != images[k]).any())

    def test_the_next_time_branches_off_as_the_tests_do(self):
        once = self.make("branched once", {})
        twice = self.make("branched twice", {"repeat": "2"})
        self.check_first_time(once, twice)
        end = twice["training"].attrs["end"]
        self.assertEqual(twice["repeat/1/training"].attrs["start"], end)
        # The test changes nothing of what the second time starts from.
        quiet = self.make("quiet", {"repeat": "2", "recall.current": "0"})
        for one, other in zip(spikes(twice, "repeat/1/training"),
                              spikes(quiet, "repeat/1/training")):
            numpy.testing.assert_array_equal(one, other)
        self.assertFalse(numpy.array_equal(spikes(twice, "recall/0")[0],
                                           spikes(quiet, "recall/0")[0]))

    def test_verify_wants_one_time(self):
        done = tripartite("verify", TWO_DIGITS, "-o", self.folder / "v.h5",
                          *sets({"repeat": "2"}))
        self.assertSays(done, 2, "verify compares one training and its tests, not 2")


if __name__ == "__main__":
    unittest.main()
