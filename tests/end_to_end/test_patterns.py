# SPDX-License-Identifier: GPL-3.0-or-later
"""A user's own images as patterns: they arrive as they are, and bad files are refused."""

import gzip
import os
import pathlib
import struct
import unittest
import zlib

import numpy

from images import GREY, SIGNATURE, chunk, header, idx, packed, pgm, plain_pbm, png
from program import FolderTest, run, tripartite

FOLDERS = [f for f in os.environ.get("TRIPARTITE_DATA", "").split(":") if f]
NAME = "t10k-images-idx3-ubyte.gz"
MNIST = next((file for folder in FOLDERS for file in pathlib.Path(folder).glob(f"**/{NAME}")), None)
# The run itself is of no interest here.
SHORT = {"training.samples": 0, "pause": "0 ms", "recall.shown": "1 ms", "recall.after": "0 ms",
         "recall.readout.frames": "[]", "record.neurons": "[]", "record.astrocytes": "[]"}


def cross(side=40):
    """White on black, and like none of its turned or mirrored selves."""
    picture = numpy.zeros((side, side), "u1")
    picture[side // 4 : side // 3, :] = 255
    picture[:, side // 2 : side // 2 + 3] = 255
    picture[-4:, :7] = 255
    return picture


class PatternTest(FolderTest):
    def setUp(self):
        self.folder = self.__class__.folder / self.id().rpartition(".")[2]
        self.folder.mkdir()

    def write(self, name, content):
        (self.folder / name).write_bytes(content)
        return name

    def scenario(self, patterns, more=""):
        path = self.folder / "s.yaml"
        path.write_text(f"patterns: {patterns}\n{more}")
        return path

    def patterns(self, patterns, more=""):
        """The images and names that a run with these patterns records."""
        with run(self.scenario(patterns, more), self.folder / "r.h5", SHORT) as record:
            return record["patterns/image"][:], list(record["patterns/name"].asstr())

    def assertPattern(self, item, expected, more=""):
        images, _ = self.patterns(f"[{item}]", more)
        numpy.testing.assert_array_equal(images[0], expected)


class Own(PatternTest):
    def test_grey_images_arrive_as_they_are(self):
        picture = cross()
        for name, content in (("a.png", png(picture)), ("b.pgm", pgm(picture)),
                              ("c.pbm", plain_pbm(picture)), ("d.dat", png(picture))):
            with self.subTest(name=name):
                self.write(name, content)
                self.assertPattern(f"{{image: {name}}}", picture > 0)

    def test_invert_takes_the_dark_pixels(self):
        self.write("ink.png", png(255 - cross()))
        self.assertPattern("{image: ink.png, invert: true}", cross() > 0)

    def test_threshold_is_exceeded(self):
        ramp = numpy.tile(numpy.arange(40), (40, 1)) * 6
        self.write("ramp.pgm", pgm(ramp, largest=240))
        self.assertPattern("{image: ramp.pgm, threshold: 25 %}", ramp > 60)
        self.assertPattern("{image: ramp.pgm, threshold: 0}", ramp > 0)
        self.assertPattern("{image: ramp.pgm, threshold: 0.9, invert: true}", ramp < 24)

    def test_colours_are_weighed_as_the_eye_does(self):
        picture = numpy.zeros((40, 40, 3), "u1")
        for channel in range(3):
            picture[:, 10 * channel : 10 * channel + 10, channel] = 255
        self.write("c.png", png(picture))
        column = numpy.arange(40)
        green = numpy.tile((10 <= column) & (column < 20), (40, 1))
        self.assertPattern("{image: c.png}", green)
        self.assertPattern("{image: c.png, threshold: 10 %}", numpy.tile(column < 20, (40, 1)))

    def test_rescaling(self):
        small = cross(20)
        self.write("small.png", png(small))
        doubled = numpy.kron(small > 0, numpy.ones((2, 2)))
        for rescale in ("area", "nearest"):
            self.assertPattern(f"{{image: small.png, rescale: {rescale}}}", doubled)
        large = numpy.kron(cross(), numpy.ones((3, 3), "u1"))
        large[::3, ::3] = 0  # one pixel of nine does not change the majority
        self.write("large.png", png(large))
        self.assertPattern("{image: large.png}", cross() > 0)
        done = tripartite("check", self.scenario("[{image: small.png, rescale: none}]"))
        self.assertSays(done, 2, "20 rows and 20 columns, the grid 40 and 40")

    def test_a_grid_that_is_not_square(self):
        picture = cross()[:13]
        self.write("wide.pgm", pgm(picture))
        self.assertPattern("{image: wide.pgm, rescale: none}", picture > 0,
                           "network: {neurons: {rows: 13}}\n")

    def test_names(self):
        self.write("my.cross.png", png(cross()))
        self.write("two.idx", idx(numpy.stack([cross(), cross().T])))
        images, names = self.patterns("[3, seven, {image: my.cross.png}, {idx: two.idx, index: 1}, "
                                      "{image: my.cross.png, name: Kreuz ✚}]")
        self.assertEqual(names, ["three", "seven", "my", "two 1", "Kreuz ✚"])
        self.assertEqual(len({image.tobytes() for image in images}), 4)

    def test_all_digits_differ_and_fill_the_field(self):
        images, names = self.patterns("[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]")
        self.assertEqual(names[:2] + names[-1:], ["zero", "one", "nine"])
        for i, image in enumerate(images):
            self.assertTrue(0.1 < image.mean() < 0.5)
            self.assertGreaterEqual(image.any(axis=1).sum(), 32)
            for other in images[:i]:
                self.assertGreater((image != other).mean(), 0.05)

    def test_a_relative_name_starts_at_the_scenario(self):
        (self.folder / "sub").mkdir()
        self.write("sub/a.png", png(cross()))
        self.assertPattern("{image: sub/a.png}", cross() > 0)
        elsewhere = {**os.environ, "TRIPARTITE_DATA": f"/nowhere:{self.folder / 'sub'}"}
        scenario = self.scenario("[{image: a.png}]")
        self.assertEqual(tripartite("check", scenario, env=elsewhere).returncode, 0)
        self.assertSays(tripartite("check", scenario), 2, "there is no file")


class Idx(PatternTest):
    def test_images_are_taken_by_index(self):
        images = numpy.stack([cross(), cross().T, 255 - cross()])
        for name, content in (("i.idx", idx(images)), ("i.gz", packed(idx(images)))):
            self.write(name, content)
            found, _ = self.patterns(f"[{{idx: {name}, index: 2}}, {{idx: {name}}}]")
            numpy.testing.assert_array_equal(found, images[[2, 0]] > 0)

    @unittest.skipUnless(MNIST, f"no {NAME} in a folder of TRIPARTITE_DATA")
    def test_mnist(self):
        digits = numpy.frombuffer(gzip.decompress(MNIST.read_bytes()), "u1", offset=16)
        digits = digits.reshape(-1, 28, 28)
        more = "network: {neurons: {rows: 28, columns: 28}}\n"
        item = f"{{idx: {MNIST}, index: %d}}"
        images, names = self.patterns(f"[{item % 0}, {item % 9999}]", more)
        numpy.testing.assert_array_equal(images, digits[[0, 9999]] > 127)
        self.assertEqual(names, ["t10k-images-idx3-ubyte 0", "t10k-images-idx3-ubyte 9999"])
        done = tripartite("check", self.scenario(f"[{item % 10000}]"))
        self.assertSays(done, 2, "there is no image 10000; expected 0 to 9999")
        enlarged, _ = self.patterns(f"[{item % 3}]")
        self.assertAlmostEqual(enlarged.mean(), (digits[3] > 127).mean(), delta=0.03)


class Refused(PatternTest):
    def assertRefused(self, kind, content, says):
        name = self.write("bad", content)
        done = tripartite("run", self.scenario(f"[zero, {{{kind}: {name}}}]"), "-o",
                          self.folder / "r.h5", timeout=20)
        self.assertSays(done, 2, "s.yaml:1:", f"patterns.1.{kind}: ", says)
        self.assertEqual(sorted(os.listdir(self.folder)), ["bad", "s.yaml"])

    def test_damaged_png(self):
        good = png(cross())
        for cut in (4, 8, 20, 33, 50, len(good) - 20, len(good) - 4):
            self.assertRefused("image", good[:cut], "PNG")
        flipped = bytearray(good)
        flipped[len(good) // 2] ^= 0x40
        self.assertRefused("image", bytes(flipped), "damaged")

    def test_hostile_png(self):
        end = chunk(b"IEND", b"")
        for width, height in ((0, 40), (2**31 - 1, 2**31 - 1), (2**32 - 1, 1), (9000, 9000)):
            bomb = SIGNATURE + header(width, height) + chunk(b"IDAT", zlib.compress(b"\0")) + end
            self.assertRefused("image", bomb, "pixels wide")
        # A megabyte of zeros where 41 bytes belong to each row, and far too few.
        for rows in (b"\0" * 10**6, b"\0" * 100):
            self.assertRefused("image", SIGNATURE + header(5000, 5000, kind=GREY)
                               + chunk(b"IDAT", zlib.compress(rows)) + end, "PNG")
        self.assertRefused("image", SIGNATURE + struct.pack(">I", 2**31 - 1) + b"IHDR", "PNG")

    def test_other_kinds(self):
        for content, says in ((b"\xff\xd8\xff\xe0 JFIF", "JPEG"), (b"GIF89a" + b"\0" * 20, "GIF"),
                              (b"P6\n1 1\n255\nabc", "colour PPM"), (b"", "empty"),
                              (b"hello, this is text", "unknown kind"),
                              (idx(cross()[None]), "ask for one image of it by index"),
                              (b"P5\n40 40\n255\nshort", ""), (b"P5\n-1 40\n255\n", ""),
                              (b"P2\n99999999 99999999\n255\n1 2", ""), (b"P5 40 40 70000\n", "")):
            self.assertRefused("image", content, says)

    def test_idx(self):
        good = idx(numpy.stack([cross(), cross()]))
        # Not to be packed into less than its first image needs.
        noisy = idx(numpy.random.default_rng(1).integers(0, 256, (1, 40, 40)))
        for content, says in ((b"", "empty"), (good[:10], "after 10 bytes"),
                              (good[:400], "cut short"),
                              (packed(noisy)[:200], "cut short"), (png(cross()), "not an IDX file"),
                              (struct.pack(">II", 0x801, 2) + b"ab" + b"\0" * 20, "labels"),
                              (struct.pack(">IIII", 0x803, 1, 2**31, 2**31), "rows"),
                              (struct.pack(">IIII", 0x803, 2**32 - 1, 8192, 8192), "cut short"),
                              (struct.pack(">IIII", 0x803, 0, 28, 28), "no images"),
                              (struct.pack(">IIII", 0xD03, 1, 4, 4) + b"\0" * 64, "single-prec"),
                              (packed(struct.pack(">IIII", 0x803, 1, 8000, 8000)
                                      + b"\0" * 10**6), "cut short")):
            self.assertRefused("idx", content, says)


if __name__ == "__main__":
    unittest.main()
