# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of refused inputs, tests/refusals/*.txt: what each must be told, where, and how to mend
it. A row is

    KIND INPUT
    > message, as on standard error
    >   and its hint

with an empty line behind it. After a changed message, `test_refusals.py --write` writes down what
is said now, to be read before it is committed.

    yaml TEXT    check of a scenario of that text (\\n: a new line)
    sweep TEXT   sweep of it
    set TEXT     check --set TEXT of a scenario that has a title alone
    image, npz, idx, csv, timed, record NAME   that file of the fuzz corpus (or =BYTES), read by a
                 scenario (timed: a CSV with a column of times), or by `info`
    args TEXT    the program's arguments
"""

import ast
import os
import pathlib
import shlex
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from program import PROGRAM, ROOT, FolderTest  # noqa: E402

TABLES = sorted((ROOT / "tests" / "refusals").glob("*.txt"))
CORPUS = ROOT / "tests" / "fuzz" / "corpus"
AT_LEAST = 150
SERIES = "experiment: forecast\nseries: {kind: file, interval: 1, file: a.csv"
READ_BY = {
    "image": ("a.img", "patterns: [{image: a.img}]\n"),
    "idx": ("a.idx", "patterns: [{idx: a.idx, index: 2}]\n"),
    "npz": ("a.npz", "experiment: anan\ndata: {npz: a.npz}\n"),
    "csv": ("a.csv", SERIES + "}\n"),
    "timed": ("a.csv", SERIES + ", columns: [x], time: t}\n"),
}


def rows(table):
    """(kind, input, what is said) of each row."""
    for block in table.read_text().split("\n\n"):
        lines = [line for line in block.strip("\n").split("\n") if not line.startswith("#")]
        if lines and lines[0]:
            kind, _, given = lines[0].partition(" ")
            yield kind, given, [line[2:] for line in lines[1:]]


def bytes_of(text):
    return ast.literal_eval('b"' + text.replace('"', '\\"') + '"')


def content(kind, given):
    if given.startswith("="):
        return bytes_of(given[1:])
    folders = {"image": ("png", "pnm")}.get(kind, ({"timed": "csv"}.get(kind, kind),))
    return next(CORPUS / f / given for f in folders if (CORPUS / f / given).exists()).read_bytes()


def arguments(kind, given, folder):
    """What the program is called with; the files are written before."""
    if kind == "args":
        return shlex.split(given)
    if kind == "record":
        (folder / "a.h5").write_bytes(content(kind, given))
        return ["info", "a.h5"]
    name, text = READ_BY.get(kind, ("", "title: plain\n"))
    if name:
        (folder / name).write_bytes(content(kind, given))
    if kind in ("yaml", "sweep"):
        (folder / "a.yaml").write_bytes(given.encode().replace(b"\\n", b"\n").replace(b"\\t", b"\t")
                                        .replace(b"\\0", b"\0"))
    else:
        (folder / "a.yaml").write_text(text)
    if kind == "sweep":
        return ["sweep", "a.yaml", "-q", "-o", "out.h5"]
    if kind == "set":
        return ["check", "a.yaml", "--set", given]
    return ["run", "a.yaml", "-q", "-o", "out.h5"] if name else ["check", "a.yaml"]


def said(kind, given, folder):
    """Exit status and standard error."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    environment.pop("TRIPARTITE_DATA", None)
    done = subprocess.run([PROGRAM, *arguments(kind, given, folder)], cwd=folder, timeout=120,
                          env=environment, capture_output=True, stdin=subprocess.DEVNULL)
    return done.returncode, done.stderr.decode(errors="backslashreplace").rstrip("\n").split("\n")


class Refusals(FolderTest):
    def setUp(self):
        (self.folder / "plain.yaml").write_text("title: plain\n")
        (self.folder / "text.h5").write_text("no HDF5\n")
        for name in ("memory.h5", "shard.h5", "cell.h5"):
            (self.folder / name).write_bytes((CORPUS / "record" / name).read_bytes())

    def test_each_is_told_what_where_and_how_to_mend_it(self):
        count = 0
        for table in TABLES:
            for kind, given, expected in rows(table):
                with self.subTest(table=table.name, row=f"{kind} {given}"):
                    code, found = said(kind, given, self.folder)
                    self.assertEqual(code, 2, found)
                    self.assertEqual(found, expected)
                    self.assertFalse((self.folder / "out.h5").exists())
                    # Either the message says what was expected, or a second line helps.
                    self.assertTrue(len(found) > 1 or "expected" in found[0], found)
                count += 1
        self.assertGreaterEqual(count, AT_LEAST)


def write(folder):
    for table in TABLES:
        out = []
        for block in table.read_text().rstrip("\n").split("\n\n"):
            lines = [line for line in block.strip("\n").split("\n") if not line.startswith(">")]
            for line in lines:
                if line and not line.startswith("#"):
                    kind, _, given = line.partition(" ")
                    code, found = said(kind, given, folder)
                    if code != 2:
                        print(f"{table.name}: {line}: exit {code}: {found}", file=sys.stderr)
                    out.append("\n".join([line, *(f"> {part}" for part in found)]))
                elif line:
                    out.append(line)
        table.write_text("\n\n".join(out) + "\n")


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        Refusals.setUpClass()
        case = Refusals()
        case.setUp()
        write(Refusals.folder)
        Refusals.doClassCleanups()
    else:
        unittest.main()
