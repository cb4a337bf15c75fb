# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the seed corpus of the fuzz targets, corpus/TARGET/: small inputs of every form that the
readers know. What a fuzzer has found once is kept there too, as found-...; this script leaves it
alone. Usage: /usr/bin/python3 tests/fuzz/make_corpus.py"""

import gzip
import io
import os
import pathlib
import re
import struct
import subprocess
import tempfile
import zipfile
import zlib

import h5py
import numpy

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def put(target, name, content):
    folder = HERE / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)


def png_chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(
        ">I", zlib.crc32(kind + content)
    )


def png(width, height, bits, colour, interlaced=0, extra=b"", filters=(0,)):
    """Rows of a simple pattern, every row by one of the filters in turn."""
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    sizes = [(width, height)]
    if interlaced:
        starts = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
                  (0, 1, 1, 2)]
        sizes = [((width - x + dx - 1) // dx, (height - y + dy - 1) // dy) for x, y, dx, dy in starts]
    rows = b""
    for columns, lines in sizes:
        for line in range(lines if columns else 0):
            length = (columns * channels * bits + 7) // 8
            rows += bytes([filters[line % len(filters)]])
            rows += bytes((7 * line + 13 * i) % 256 for i in range(length))
    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlaced)
    palette = bytes(range(3 * min(1 << bits, 256) % 769))[: 3 << min(bits, 6)] if colour == 3 else b""
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", head)
        + (png_chunk(b"PLTE", palette) if palette else b"")
        + extra
        + png_chunk(b"IDAT", zlib.compress(rows, 9))
        + png_chunk(b"IEND", b"")
    )


def make_png():
    for colour, depths in ((0, (1, 2, 4, 8, 16)), (2, (8, 16)), (3, (1, 2, 4)), (4, (8, 16)), (6, (8, 16))):
        for bits in depths:
            put("png", f"type{colour}-{bits}.png", png(5, 4, bits, colour))
    put("png", "interlaced.png", png(9, 9, 8, 0, interlaced=1))
    put("png", "interlaced-colour.png", png(5, 3, 8, 2, interlaced=1))
    put("png", "filters.png", png(6, 5, 8, 2, filters=(0, 1, 2, 3, 4)))
    put("png", "transparent-grey.png", png(4, 4, 8, 0, extra=png_chunk(b"tRNS", b"\0\x07")))
    put("png", "transparent-palette.png", png(4, 4, 2, 3, extra=png_chunk(b"tRNS", b"\0\x80\xff")))
    put("png", "text.png", png(3, 3, 8, 0, extra=png_chunk(b"tEXt", b"Comment\0none")))
    put("png", "large.png", png(8192, 1, 1, 0))
    whole = png(5, 4, 8, 6)
    put("png", "cut.png", whole[:-20])
    put("png", "wrong-checksum.png", whole[:30] + b"?" + whole[31:])
    put("png", "wide.png", whole[:16] + b"\xff" * 4 + whole[20:])


def make_pnm():
    put("pnm", "plain.pbm", "P1\n# remark\n4 3\n0 1 0 1\n1010\n0 0 0 1\n")
    put("pnm", "plain.pgm", "P2 3 2 255\n0 128 255\n1 2 3\n")
    put("pnm", "raw.pbm", b"P4 9 2\n\xaa\x80\x55\x00")
    put("pnm", "raw.pgm", b"P5 3 2 255\n\x00\x80\xff\x01\x02\x03")
    put("pnm", "raw-16.pgm", b"P5 2 2 65535\n\x00\x01\x80\x00\xff\xff\x12\x34")
    put("pnm", "small-maximum.pgm", "P2 2 2 7\n0 7 3 1")
    put("pnm", "over-maximum.pgm", "P2 2 2 7\n0 8 3 1")
    put("pnm", "colour.ppm", "P6 1 1 255\nabc")
    put("pnm", "cut.pgm", b"P5 30 20 255\nabc")
    put("pnm", "negative.pgm", "P2 -3 2 255\n")
    put("pnm", "huge.pgm", "P2 99999999999999999999 2 255\n")
    put("pnm", "more.pgm", b"P5 1 1 255\nab")


def idx(kind, dims, content):
    return struct.pack(">BBBB", 0, 0, kind, len(dims)) + b"".join(
        struct.pack(">I", n) for n in dims
    ) + content


def make_idx():
    images = idx(8, (3, 4, 5), bytes(range(60)))
    put("idx", "images.idx", images)
    put("idx", "images.idx.gz", gzip.compress(images, mtime=0))
    put("idx", "labels.idx", idx(8, (5,), bytes((0, 1, 2, 3, 4))))
    put("idx", "cut.idx", images[:-7])
    put("idx", "cut.idx.gz", gzip.compress(images, mtime=0)[:-12])
    put("idx", "floats.idx", idx(13, (1, 2, 2), bytes(16)))
    put("idx", "four-axes.idx", idx(8, (1, 1, 2, 2), bytes(4)))
    put("idx", "empty.idx", idx(8, (0, 0, 0), b""))
    put("idx", "vast.idx", idx(8, (0xFFFFFFFF, 0xFFFF, 0xFFFF), b"abc"))
    put("idx", "large-image.idx", idx(8, (1, 8193, 2), bytes(100)))


def npy(array, version=(1, 0)):
    stream = io.BytesIO()
    numpy.lib.format.write_array(stream, array, version=version)
    return stream.getvalue()


def archive(entries, method):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as file:
        for name, content in entries.items():
            file.writestr(zipfile.ZipInfo(name), content, method)
    return stream.getvalue()


def make_npz():
    images = numpy.arange(24, dtype=numpy.uint8).reshape(2, 3, 4)
    arrays = {
        "bytes": images,
        "colour": images.reshape(2, 2, 2, 3),
        "int64": numpy.array([0, 1, 255]),
        "int16-big": numpy.array([[1], [2]], dtype=">i2"),
        "bool": numpy.array([True, False]),
        "float": numpy.array([0.5]),
        "too-large": numpy.array([256, 1]),
        "negative": numpy.array([-1], dtype=numpy.int8),
        "fortran": numpy.asfortranarray(images),
        "scalar": numpy.array(7),
        "empty": numpy.zeros((0, 3), dtype=numpy.uint8),
    }
    for name, array in arrays.items():
        content = npy(array)
        put("npz", f"{name}.npy", content)
        put("npz", f"{name}.npz", archive({"a.npy": content}, zipfile.ZIP_STORED))
    for version in ((2, 0), (3, 0)):
        put("npz", f"version{version[0]}.npy", npy(images, version))
    two = {"b.npy": npy(images), "a.npy": npy(images)}
    put("npz", "deflated.npz", archive(two, zipfile.ZIP_DEFLATED))
    whole = archive(two, zipfile.ZIP_STORED)
    put("npz", "comment.npz", whole[:-2] + b"\x05\x00hello")
    put("npz", "cut.npz", whole[:-30])
    put("npz", "bzip2.npz", archive(two, zipfile.ZIP_BZIP2))
    put("npz", "no-array.npz", archive({"c.txt": b"text"}, zipfile.ZIP_STORED))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file, file.open("a.npy", "w", force_zip64=True) as entry:
        entry.write(npy(images))
    put("npz", "zip64.npz", stream.getvalue())


def make_csv():
    put("csv", "named.csv", "t,x,y\n0,1,2\n1,3,4\n2,5,6\n")
    put("csv", "bare.csv", "1 2\n3 4\n5 6\n")
    put("csv", "semicolons.csv", '# remark\n"t";"x";"y"\n0;1.5;-2e3\n1;.5;+2\n')
    put("csv", "tabs.csv", "t\tx\ty\r\n0\t1\t2\r\n1\t1\t2\r\n")
    put("csv", "gap.csv", "t,x,y\n0,1,2\n5,3,4\n6,5,6\n")
    put("csv", "missing.csv", "t,x,y\n0,,2\n1,3\n")
    put("csv", "no-number.csv", "t,x,y\n0,nan,2\n1,inf,3\n2,abc,0x1p3\n")
    put("csv", "ragged.csv", "x,y\n1\n1,2,3\n")
    put("csv", "column.csv", "1\n2\n3")
    put("csv", "empty.csv", "")
    put("csv", "remarks.csv", "# nothing\n\n   \n")
    put("csv", "wide.csv", ",".join(map(str, range(1002))) + "\n")


def make_scenario():
    for path in sorted((ROOT / "experiments").glob("*/*.yaml")):
        text = path.read_text()
        if len(text) < 2500 and path.parent.name != "reservoir":
            put("scenario", f"{path.parent.name}-{path.name}", text)
    put("scenario", "forecast.yaml", "experiment: forecast\nnetwork:\n  neurons: {count: 20}\n")
    put("scenario", "override.yaml", "=recall.noise=0.6\nexperiment: memory\npatterns: [zero]\n")
    put("scenario", "override-list.yaml", "=patterns.0=one\npatterns: [zero, two]\n")
    put("scenario", "override-block.yaml", "=recall={noise: 0.2, shown: 10 ms}\nseed: 3\n")
    put("scenario", "override-brackets.yaml",
        "=sweep.over.[recall.noise]=[0, 0.1]\nexperiment: sweep\n")
    put("scenario", "anchor.yaml", "a: &a {noise: 0.1}\nrecall: *a\n")
    put("scenario", "merge.yaml", "training: &t {noise: 0.1}\nrecall:\n  <<: *t\n")
    put("scenario", "flow.yaml", "{experiment: cell, title: \"a\\u00e4 \\x41\", seed: 0x10}\n")
    put("scenario", "block-text.yaml", "title: >-\n  a folded\n  text\nseed: 18446744073709551615\n")
    put("scenario", "units.yaml", "tick: 100 us\npause: 0.05 min\nnetwork: {drive: {rate: 0.0175 kHz}}\n")
    put("scenario", "wrong.yaml", "pause: 3 mV\nrecal: {noise: 2}\n")
    put("scenario", "two.yaml", "seed: 1\n---\nseed: 2\n")
    put("scenario", "tab.yaml", "recall:\n\tnoise: 1\n")
    put("scenario", "twice.yaml", "seed: 1\nseed: 2\n")
    put("scenario", "deep.yaml", "title: " + "[" * 200 + "]" * 200 + "\n")
    put("scenario", "empty.yaml", "")


MEMORY = """experiment: memory
patterns: [zero]
network: {neurons: {rows: 7, columns: 7}}
training: {samples: 1}
pause: 1 ms
recall: {shown: 2 ms, after: 10 ms, readout: {frames: [4.4 ms]}}
record: {neurons: [], astrocytes: [Ca], every: 5 ms, spikes: false}
"""
SWEEP = MEMORY + "sweep: {over: {recall.noise: [0.1]}, trials: 2}\n"


def make_foreign(path, newest):
    """What other programs write, with the attributes of a record."""
    with h5py.File(path, "w", libver="latest" if newest else "earliest") as file:
        for name in ("title", "experiment", "status", "source", "resolved_scenario"):
            file.attrs[name] = {"source": "tripartite", "experiment": "cell"}.get(name, name)
        file.attrs["format_version"] = 1
        file.attrs["seed"] = 7
        file["summary/frames"] = numpy.arange(3.0)
        file["summary/name"] = ["one", "two"]
        file["summary/fixed"] = numpy.array([b"one", b"two"])
        file["state"] = numpy.arange(9, dtype=numpy.uint8)
        packed = file.create_dataset("packed", (6, 4), "f4", chunks=(2, 4), compression="gzip",
                                     shuffle=True, fletcher32=True, maxshape=(None, 4))
        packed[...] = 0.5
        packed.attrs["units"] = "mV"
        packed.dims[0].label = "time"
        file["summary/frames"].make_scale("frames")
        file["link"] = h5py.SoftLink("/packed")


def make_record():
    program = os.environ.get("TRIPARTITE", ROOT / "build" / "tripartite")
    with tempfile.TemporaryDirectory() as folder:
        where = pathlib.Path(folder)
        runs = {"cell": ("run", "experiment: cell\nduration: 3 ms\n"), "memory": ("run", MEMORY),
                "shard": ("sweep", SWEEP)}
        for name, (verb, scenario) in runs.items():
            (where / "a.yaml").write_text(scenario)
            shard = ("--shard", "1/2") if name == "shard" else ()
            record = where / f"{name}.h5"
            subprocess.run([program, verb, where / "a.yaml", "-q", "-o", record, *shard], check=True)
            put("record", record.name, record.read_bytes())
        for newest in (False, True):
            make_foreign(where / "foreign.h5", newest)
            put("record", f"foreign-{'newest' if newest else 'earliest'}.h5",
                (where / "foreign.h5").read_bytes())
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "many-axes.h5"
        with h5py.File(path, "w", libver=("v108", "v108")) as file:
            file["nine"] = numpy.zeros((1, 1, 1, 1, 1, 1, 1, 1, 3))
            file["none"] = h5py.Empty("f8")
            file["summary/accuracy"] = numpy.zeros((2, 0))
        put("record", path.name, path.read_bytes())
    put("record", "no-hdf5", b"\x89HDF\r\n\x1a")
    put("record", "mark-alone", b"\x89HDF\r\n\x1a\n")
    make_small_records()


# What is summed up in words: a record of each kind.
RUNS = {
    "memory": ("run", MEMORY),
    "cell": ("run", "experiment: cell\ncell: {model: izhikevich}\nduration: 5 ms\n"
                    "every: 5 ms\ninputs: {current: [{value: 20}]}\n"),
    "sweep": ("sweep", SWEEP),
    "forecast": ("run", "experiment: forecast\nnetwork: {neurons: {count: 5}}\n"
                        "samples: {drop: 10, train: 60, test: 20}\n"
                        "readout: {hidden: [4], epochs: 2, batch: 8}\nfree_run: {samples: 5}\n"),
    "classification": ("run", "experiment: classification\ndata: xor\nnetworks: [{name: n, layers: "
                              "[{kind: dense, outputs: 1}, softmax]}]\n"
                              "training: {epochs: 2, batch: 4}\ntrials: 2\n"),
    "comparison": ("verify", MEMORY),
}
SUMMARY, ARRAYS, ATTRIBUTES, STATE, SERIES = range(5)
LONGEST = 20000
# What of them their summary is made of.
SUMMED = {
    "memory": ("summary", "training"), "cell": ("response",), "sweep": ("summary", "trials"),
    "forecast": ("summary", "network"), "classification": ("summary", "test"),
    "comparison": ("comparison", "work_precision"),
}
OF_AXES = ("CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST")


def make_runs(where):
    """A record of each kind, as where/KIND.h5."""
    program = os.environ.get("TRIPARTITE", ROOT / "build" / "tripartite")
    for name, (verb, scenario) in RUNS.items():
        (where / "a.yaml").write_text(scenario)
        record = where / f"{name}.h5"
        subprocess.run([program, verb, where / "a.yaml", "-q", "-o", record], check=True)


def thin(record, path, groups, fixed):
    """Of a record, what its summary is made of, in the same format; with texts of fixed length,
    which need no heap, or else with axes too."""

    def text(value):
        if isinstance(value, (str, bytes)):
            value = value.decode() if isinstance(value, bytes) else value
            return numpy.bytes_(value[:100] or " ") if fixed else value[:100]
        return value

    def attributes(found, made):
        for name, value in found.attrs.items():
            if name not in OF_AXES:
                made.attrs[name] = text(value)

    with h5py.File(record) as whole, h5py.File(path, "w", libver=("v108", "v108")) as file:
        attributes(whole, file)
        things = {}
        for group in groups:
            if group in whole:
                things[whole[group].name] = whole[group]
                whole[group].visititems(lambda name, thing: things.update({thing.name: thing}))
        for name, thing in things.items():
            if isinstance(thing, h5py.Group):
                attributes(thing, file.require_group(name))
            elif name.count("/") <= 2 or name.endswith("timestamps"):
                values = thing.asstr()[...] if thing.dtype.kind == "O" else thing[...]
                if values.size > 100:
                    values = values[:4]
                if fixed and thing.dtype.kind == "O":
                    values = values.astype("S")
                made = file.create_dataset(name, data=values if values.dtype.kind != "U" else
                                           values.astype(object))
                attributes(thing, made)
                if not fixed and h5py.h5ds.is_scale(thing.id):
                    made.make_scale(name.split("/")[-1])
        for name, thing in things.items():
            for axis, scales in enumerate(thing.dims if isinstance(thing, h5py.Dataset) else ()):
                if not fixed and name in file and len(scales) and scales[0].name in file:
                    file[name].dims[axis].attach_scale(file[scales[0].name])


def make_small_records():
    """A fuzzer does more of small ones."""
    with tempfile.TemporaryDirectory() as folder:
        where = pathlib.Path(folder)
        make_runs(where)
        for name, groups in SUMMED.items():
            for fixed in (False, True):
                thin(where / f"{name}.h5", where / "small.h5", groups, fixed)
                put("record", f"small-{name}{'-fixed' if fixed else ''}.h5",
                    (where / "small.h5").read_bytes())


def make_answers():
    make_nonsense()
    keep_answers()


def keep_answers():
    """What the process that reads answers about a record of each kind, by build/tests/fuzz."""
    program = os.environ.get("TRIPARTITE", ROOT / "build" / "tripartite")
    keep = pathlib.Path(program).parent / "tests" / "fuzz" / "keep_answers"
    with tempfile.TemporaryDirectory() as folder:
        where = pathlib.Path(folder)
        make_runs(where)
        make_foreign(where / "foreign.h5", False)
        for record in sorted(where.glob("*.h5")):
            for part in (SUMMARY, ARRAYS, ATTRIBUTES, STATE, SERIES):
                heard = where / "heard"
                subprocess.run([keep, record, str(part), heard], check=True)
                if heard.stat().st_size < LONGEST:
                    put("answers", f"{record.stem}-{part}", heard.read_bytes())
                if (record.stem, part) == ("cell", ARRAYS):  # nothing after half of them
                    put("answers", "cut", heard.read_bytes()[: heard.stat().st_size // 2])


def answer(content, status=0, size=None):
    """One answer as src/record/reader_process.h has it."""
    return struct.pack("<IIQ", status, 0, len(content) if size is None else size) + content


def text(content):
    return struct.pack("<Q", len(content) + 1) + content + b"\0"


def shape(rank, *dims):
    return struct.pack("<9Q", rank, *dims, *[0] * (8 - len(dims)))


def listing(kind, rank, *dims):
    """Of one array."""
    array = text(b"/a") + struct.pack("<QQ", kind, rank) + shape(0, *dims)[8:]
    return struct.pack("<Q", 1) + array + struct.pack("<QQQ", 8, 8, 0) + 8 * text(b"") + bytes(8)


def make_nonsense():
    """Answers that no process gives as long as it has its wits."""
    opened, invalid = answer(struct.pack("<QQ", 0, 1000)), 1
    error = struct.pack("<I512s1024s512s", invalid, b"a" * 512, b"b" * 1024, b"c" * 512)
    numbers = answer(listing(0, 1, 4)) + answer(shape(1, 4)) + answer(bytes(32))

    def keep(name, part, answers):
        put("answers", f"nonsense-{name}", bytes([part, 0]) + answers)

    keep("many-axes", ARRAYS, opened + answer(listing(0, 1, 4)) + answer(shape(1000, 5)))
    keep("other-part", STATE, opened + answer(shape(1, 64)) + answer(shape(1, 9000))
         + answer(bytes(9000)))
    keep("axes-in-list", ARRAYS, opened + answer(listing(0, 100, 1, 1)) + answer(shape(1, 1)))
    keep("other-slice", ARRAYS, opened + numbers + answer(shape(1, 4)) + answer(shape(1, 400))
         + answer(bytes(3200)))
    keep("dims-of-none", ARRAYS, opened + answer(listing(0, 0)) + answer(shape(0, 5)) + answer(bytes(8)))
    keep("endless-text", SUMMARY, opened + answer(error, invalid))
    keep("short-error", SUMMARY, opened + answer(b"", invalid, 0))
    keep("no-error", SUMMARY, opened + answer(error[:4] + bytes(len(error) - 4), invalid))
    keep("vast", SUMMARY, opened + answer(b"", 0, 1 << 61))
    keep("relative-path", ARRAYS, opened + answer(listing(0, 1, 4).replace(b"/a", b"ab")))


class Structure:
    """An input of the target `structure`, as structure.c and structure_type.c read it."""

    TYPES = {"double": 0, "int": 4, "u8": 6, "class": 16, "text": 31}

    def __init__(self, kind=0):
        source = (HERE / "structure.c").read_text()
        self.lists = {
            name: re.findall(r'"([^"]*)"', re.search(name + r"\[\] = \{(.*?)\};", source, re.S)[1])
            for name in ("paths", "names")
        }
        self.bytes = bytes([kind])

    def path(self, path, new=False):
        """What is to be made is not the root, the first of them."""
        return bytes([self.lists["paths"].index(path) - new])

    def value(self, kind, shape):
        """A type and a shape."""
        return bytes([self.TYPES[kind], len(shape), *shape])

    def array(self, path, kind="double", shape=(2,), layout=0, values=b""):
        self.bytes += b"\0" + self.path(path, True) + self.value(kind, shape) + bytes([layout, 0])
        self.bytes += self.stored(kind, shape, values)
        return self

    def attribute(self, path, name, kind="text", shape=(), values=b""):
        self.bytes += b"\4" + self.path(path) + bytes([self.lists["names"].index(name)])
        self.bytes += self.value(kind, shape) + self.stored(kind, shape, values)
        return self

    def stored(self, kind, shape, values):
        """48 - 1 bytes of what texts point at, then where each begins, or numbers as they are."""
        count = int(numpy.prod(shape)) if shape else 1
        size = {"double": 8, "int": 4, "class": 16}.get(kind, 1) * count
        if count == 0:
            return b""
        if kind == "text":
            return values.ljust(47, b"\0") + bytes([16] * size)
        return b"\0" * 47 + values.ljust(size, b"\0")

    def group(self, path):
        self.bytes += b"\5" + self.path(path, True)
        return self

    def link(self, kind, to, at):
        self.bytes += bytes([6, kind]) + self.path(to) + self.path(at, True)
        return self

    def scale(self, of, along, kind):
        self.bytes += b"\7" + self.path(of) + self.path(along) + bytes([kind])
        return self


def make_structure():
    def keep(name, made, *parts):
        for part in parts:
            put("structure", f"{name}-{part}", bytes([part]) + made.bytes)

    keep("empty", Structure(), SUMMARY, STATE, SERIES)
    keep("no-record", Structure().array("/packed"), ARRAYS, 250 + SUMMARY)
    keep("newest", Structure(2).array("/packed", shape=(3, 2), layout=2 + 4 + 8), ARRAYS)
    keep("state", Structure().array("/state", "u8", (6,), values=b"abcdef"), STATE)
    keep("scales", Structure(1).array("/packed").array("/a/b").scale("/packed", "/a/b", 1)
         .scale("/packed", "/a/b", 3), ARRAYS, ATTRIBUTES)
    keep("links", Structure().array("/packed").link(0, "/packed", "/a/b").link(1, "/a/b", "/state")
         .link(2, "/", "/data"), ARRAYS, ATTRIBUTES)
    columns = ["pattern", "noise", "input_accuracy", "accuracy", "hit", "correct_rejection"]
    memory = Structure().group("/training").attribute("/training", "end", "double")
    for name in columns:
        memory.array(f"/summary/{name}")
    keep("memory", memory.array("/summary/pattern_name", "text", values=b"zero\0one")
         .array("/summary/frame").array("/summary/frame_accuracy", shape=(2, 2)), SUMMARY, SERIES)
    sweep = Structure().group("/trials").array("/summary/level").array("/summary/trials")
    sweep.array("/summary/noise")
    for name, text in (("varied", b"noise"), ("measure", b"accuracy"), ("interval", b"bootstrap")):
        sweep.attribute("/summary", name, values=text)
    sweep.attribute("/summary", "confidence", "double")
    for end in ("mean", "lower", "upper"):
        sweep.array(f"/summary/accuracy_{end}")
    keep("sweep", sweep, SUMMARY)
    sweep.array("/crossings/curve").attribute("/crossings", "varied", values=b"level")
    sweep.attribute("/crossings", "along", values=b"noise").attribute("/crossings", "below", "double")
    for end in ("", "_lower", "_upper"):
        sweep.array(f"/crossings/falls_below{end}")
    keep("crossings", sweep, SUMMARY)
    keep("response", Structure().array("/response/spikes/cells/timestamps")
         .array("/response/crossings/time", shape=()), SUMMARY)
    keep("wrong", Structure().array("/summary/level", shape=(2, 0)).array("/packed", "text", (2,))
         .attribute("/packed", "units", "int").attribute("/packed", "DIMENSION_LIST", "double", (2, 6)),
         ARRAYS, ATTRIBUTES)
    columns = Structure().group("/trials").array("/summary/level").array("/summary/trials", shape=(1,))
    for name in ("varied", "measure", "interval"):
        columns.attribute("/summary", name, values=b"accuracy")
    keep("short-column", columns.attribute("/summary", "confidence", "double"), SUMMARY)
    flat = Structure().array("/response/spikes/cells/timestamps", shape=(5, 0), layout=2)
    keep("flat-column", flat, SUMMARY)
    keep("wrong-scale", Structure().array("/packed")
         .attribute("/packed", "CLASS", "class", (2, 6), b"DIMENSION_SCALE"), ARRAYS)


if __name__ == "__main__":
    for make in (make_png, make_pnm, make_idx, make_npz, make_csv, make_scenario,
                 make_record, make_answers, make_structure):
        make()
