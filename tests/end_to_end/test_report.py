# SPDX-License-Identifier: GPL-3.0-or-later
"""What `report` puts into a page: the record, to the bit, and nothing that a record says as markup."""

import base64
import os
import pathlib
import shutil
import unittest

import h5py
import numpy

from program import (PROGRAM, TWO_DIGITS, FolderTest, arrays, run, tripartite,
                     without_gnuplot)
from viewer_pages import make_pages, read_page, unpack

HOSTILE = "</script><img src=x onerror=alert(1)> & \"quoted\" ünï"
SMALL = {"pause": "20 ms", "training.samples": 2}


def is_bare(array):
    return array.attrs.get("NAME", b"").startswith(b"This is a netCDF dimension but not")


class Report(FolderTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.drawing = make_pages(cls.folder / "pages")
        cls.environment = {**cls.drawing, "PATH": without_gnuplot(cls.folder)}
        cls.record = cls.folder / "memory.h5"
        run(TWO_DIGITS, cls.record, {**SMALL, "title": HOSTILE, "seed": 2**63 - 1}).close()
        cls.page, cls.held, cls.path = cls.report(cls.record, name="first.html")

    @classmethod
    def report(cls, record, *arguments, name="page.html"):
        """Elements, record and path of its page."""
        page = cls.folder / name
        done = tripartite("report", record, "-o", page, *arguments, env=cls.environment)
        assert done.returncode == 0, done.stderr
        return (*read_page(page), page)

    def test_every_array_to_the_bit(self):
        held = self.held
        compared = 0
        with h5py.File(self.record) as record:
            for path, array in arrays(record):
                if path.startswith("trained/"):
                    self.assertNotIn("/" + path, held["objects"])
                    continue
                entry = held["objects"]["/" + path]
                self.assertEqual(tuple(entry["shape"]), array.shape, path)
                if is_bare(array):
                    self.assertEqual(entry["type"], "bare")
                    continue
                expected = array.asstr()[...] if array.dtype == object else array[...]
                numpy.testing.assert_array_equal(unpack(entry), expected, err_msg=path)
                self.assertEqual("/" + path in [a for a in entry["axes"] if a],
                                 entry["isAxis"], path)
                compared += 1
        self.assertGreater(compared, 60)
        self.assertEqual(held["objects"]["/training/neurons/membrane_potential"]["axes"],
                         [f"/training/neurons/{axis}" for axis in ("time", "row", "column")])

    def test_attributes(self):
        held = self.held
        with h5py.File(self.record) as record:
            root = held["objects"]["/"]["attributes"]
            self.assertEqual(root["title"], HOSTILE)
            self.assertEqual(root["seed"], str(2**63 - 1))  # no number of JavaScript
            self.assertEqual(root["resolved_scenario"], record.attrs["resolved_scenario"])
            self.assertEqual(held["objects"]["/training"]["attributes"]["end"],
                             record["training"].attrs["end"])
            calcium = held["objects"]["/training/astrocytes/Ca"]["attributes"]
            self.assertEqual(calcium, {"units": "uM", "long_name":
                                       record["training/astrocytes/Ca"].attrs["long_name"]})

    def test_a_record_says_no_markup(self):
        renamed = self.folder / "<img src=x onerror=alert(2)>.h5"
        shutil.copy(self.record, renamed)
        page, held, path = self.report(renamed)
        self.assertEqual(held["name"], renamed.name)
        for tag, attributes in page.found:
            self.assertNotIn("onerror", attributes)
            self.assertTrue(tag != "img" or attributes["src"].startswith("data:image/"))
        text = path.read_text(encoding="utf-8")
        self.assertTrue(text.startswith("<!doctype html><title>page</title><!-- not"))
        self.assertTrue(text.endswith("\nafter"))

    def test_all_figures(self):
        path = self.folder / "drawn.html"
        done = tripartite("report", self.record, "-o", path, env=self.drawing)
        self.assertEqual(done.returncode, 0, done.stderr)
        page, _ = read_page(path)
        names = [attributes["id"] for tag, attributes in page.found if tag == "figure"]
        self.assertEqual(names, [f"figure-{name}" for name in
                                 ("accuracy", "movie", "raster", "recall", "traces", "training")])
        for name in ("recall", "movie"):
            drawn = self.folder / f"{name}.{'gif' if name == 'movie' else 'svg'}"
            tripartite("plot", self.record, name, "-o", drawn)
            pictures = [base64.b64decode(attributes["src"].partition("base64,")[2])
                        for tag, attributes in page.found if tag == "img"]
            self.assertIn(drawn.read_bytes(), pictures, name)

    def test_equal_records_equal_pages(self):
        self.assertEqual(self.report(self.record)[2].read_bytes(), self.path.read_bytes())

    def test_log(self):
        log = self.folder / "memory.h5.log.json"
        self.assertEqual(self.held["log"], log.read_text())
        kept = log.read_bytes()
        log.write_bytes(b'\xff\x00{"</script>')
        self.addCleanup(log.write_bytes, kept)
        self.assertEqual(self.report(self.record)[1]["log"], "\ufffd")
        log.unlink()
        self.assertIsNone(self.report(self.record)[1]["log"])

    def test_a_large_record_is_thinned(self):
        large = self.folder / "large.h5"
        run(TWO_DIGITS, large, {"record.every": "0.4 ms", "record.precision": "double"}).close()
        whole = self.report(large, "--limit", "50")
        self.assertNotIn("every", whole[1]["objects"]["/training/neurons/time"])
        page, held, path = self.report(large, "--limit", "0.7")
        self.assertLess(path.stat().st_size, 0.7e6)
        time = held["objects"]["/training/neurons/time"]
        every = time["every"]
        self.assertGreater(every, 1)
        self.assertEqual(held["omitted"], whole[1]["omitted"])
        with h5py.File(large) as record:
            for name in ("neurons/time", "neurons/membrane_potential"):
                numpy.testing.assert_array_equal(unpack(held["objects"][f"/training/{name}"]),
                                                 record[f"training/{name}"][::every])
            numpy.testing.assert_array_equal(
                unpack(held["objects"]["/training/spikes/neurons/timestamps"]),
                record["training/spikes/neurons/timestamps"][...])

    def test_what_does_not_fit_is_named(self):
        fat = self.folder / "fat.h5"
        shutil.copy(self.record, fat)
        noise = numpy.random.default_rng(1).random(300000)
        with h5py.File(fat, "a") as record:
            record["summary/noise_of_all"] = noise
            record["summary/more"] = noise[:50000]
        page, held, path = self.report(fat, "--limit", "0.1")
        omitted = dict(held["omitted"])
        self.assertEqual(omitted["/summary/noise_of_all"], "too large for a page of this size")
        self.assertNotIn("/summary/noise_of_all", held["objects"])
        self.assertIn("/summary/accuracy", held["objects"])

    def test_what_is_wrong(self):
        page = self.folder / "wrong.html"
        for arguments, parts in (
            ((), ("expected one record",)),
            ((self.record,), ("expected -o FILE.html",)),
            ((self.record, "-o", page, "--limit", "0"), ("--limit 0", "megabytes")),
            ((self.record, "-o", page, "--limit", "1e9"), ("--limit 1e9",)),
            ((self.folder / "none.h5", "-o", page), ("none.h5", "cannot be opened")),
        ):
            self.assertSays(tripartite("report", *arguments, env=self.environment), 2, *parts)
        self.assertFalse(page.exists())
        nowhere = self.folder / "no" / "page.html"
        self.assertSays(tripartite("report", self.record, "-o", nowhere, env=self.environment), 1,
                        "make the directory first")
        other = self.folder / "other"
        other.mkdir()
        (other / "report.html").write_text("<p>something else")
        self.assertSays(tripartite("report", self.record, "-o", page,
                                   env={**self.environment, "TRIPARTITE_VIEWER": str(other)}),
                        2, "no page of the viewer", "scripts/build-viewer")

    def test_without_gnuplot(self):
        page = self.folder / "undrawn.html"
        page.write_text("old")
        done = tripartite("report", self.record, "-o", page,
                          env={**self.environment, "PATH": "/nowhere"})
        self.assertSays(done, 1, "gnuplot", "gnuplot-nox")
        self.assertEqual(page.read_text(), "old")

    def test_without_the_viewer(self):
        """A program that lies alone says how to get the viewer."""
        alone = self.folder / "alone" / "bin"
        alone.mkdir(parents=True)
        program = pathlib.Path(shutil.copy(PROGRAM, alone))
        environment = {name: value for name, value in self.environment.items()
                       if name != "TRIPARTITE_VIEWER"}
        environment["LD_LIBRARY_PATH"] = str(pathlib.Path(PROGRAM).parent / "src")
        for verb in ("report", "view"):
            arguments = ["-o", self.folder / "x.html"] if verb == "report" else []
            done = tripartite(verb, self.record, *arguments, executable=program, env=environment)
            if done.returncode == 0:
                self.skipTest("the viewer is installed on this machine")
            self.assertSays(done, 1, "the viewer is not here", "scripts/build-viewer", "Node.js 18")
        # Beside the folder of an installed program it is found.
        shutil.copytree(self.folder / "pages", alone.parent / "share" / "tripartite" / "viewer")
        done = tripartite("report", self.record, "-o", self.folder / "x.html", executable=program,
                          env=environment)
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
