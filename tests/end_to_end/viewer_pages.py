# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages of the viewer for tests that look at what the program puts into them, not at the viewer:
they need no Node.js."""

import base64
import html.parser
import json
import os
import zlib

import numpy

PLACE = "<!-- the record -->"
# The place is named before, as in a program: only the last one counts.
TEMPLATE = f"<!doctype html><title>page</title><!-- not {PLACE} --><body>before\n{PLACE}\nafter"


def make_pages(folder):
    """Writes them, and returns an environment in which the program finds them."""
    folder.mkdir()
    for page in ("report.html", "index.html"):
        (folder / page).write_text(TEMPLATE, encoding="utf-8")
    return {**os.environ, "TRIPARTITE_VIEWER": str(folder)}


class Elements(html.parser.HTMLParser):
    """Every element of a page, with its attributes, and the text of its scripts."""

    def __init__(self, text):
        super().__init__()
        self.found, self.scripts, self.within = [], {}, None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        if tag == "script":
            self.within = dict(attributes)["id"]
            self.scripts[self.within] = ""

    def handle_endtag(self, tag):
        if tag == "script":
            self.within = None

    def handle_data(self, data):
        if self.within:
            self.scripts[self.within] += data


def read_page(path):
    """The elements of a page, and the record in it."""
    page = Elements(path.read_text(encoding="utf-8"))
    return page, json.loads(page.scripts["record"])


def unpack(entry):
    """The array that a page's entry holds, by the description in src/report/encode.h."""
    if entry["type"] == "text":
        return numpy.array(entry["values"], dtype=object)
    kind = numpy.dtype("<f4" if entry["type"] == "float32" else "<f8")
    bits = numpy.dtype(f"<u{kind.itemsize}")
    shape = entry["shape"]
    rows = shape[0] if shape else 1
    raw = numpy.frombuffer(zlib.decompress(base64.b64decode(entry["data"])), numpy.uint8)
    words = raw.reshape(kind.itemsize, -1).T.copy().view(bits).reshape(-1)
    columns = words.reshape(-1, rows) if rows else words.reshape(0, 0)
    values = numpy.cumsum(columns, axis=1, dtype=bits).T.copy().view(kind)
    return values.reshape(shape)
