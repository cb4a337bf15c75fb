# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives by the ZIP writer, read by Python's zipfile: the ordinary kind, and the kind of more than
4 GiB (ZIP64), made small. Usage: read_zip.py WRITE_ZIP"""

import pathlib
import subprocess
import sys
import tempfile
import unittest
import zipfile

WRITE_ZIP = sys.argv.pop()


def noise(count=300000):
    state, found = 1, bytearray()
    for _ in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        found.append(state >> 24)
    return bytes(found)


class Zip(unittest.TestCase):
    def check(self, large):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "a.zip"
            subprocess.run([WRITE_ZIP, path, str(large)], check=True)
            with zipfile.ZipFile(path) as archive:
                self.assertIsNone(archive.testzip())
                self.assertEqual(archive.namelist(), ["empty", "noise/µ", "zeros", "short"])
                for name, content in (("empty", b""), ("noise/µ", noise()), ("short", b"a"),
                                      ("zeros", bytes(300000))):
                    self.assertEqual(archive.read(name), content, name)
            return path.read_bytes()

    def test_an_ordinary_archive(self):
        content = self.check(0)
        self.assertNotIn(b"PK\x06\x06", content)
        self.assertEqual(content[-22:-18], b"PK\x05\x06")

    def test_what_is_told_in_64_bits(self):
        """From no size on, from one between those of the entries, and from the last offset on."""
        for large in (1, 2, 1000, 300100):
            with self.subTest(large=large):
                self.assertIn(b"PK\x06\x06", self.check(large))


if __name__ == "__main__":
    unittest.main()
