# SPDX-License-Identifier: GPL-3.0-or-later
"""Image files written byte by byte, so that no library's idea of them comes between."""

import gzip
import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, COLOUR = 0, 2


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def header(width, height, depth=8, kind=GREY):
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0))


def png(pixels):
    """Grey where pixels are [row][column], colour where they are [row][column][3]; 0 to 255."""
    rows = b"".join(b"\0" + row.tobytes() for row in pixels.astype("u1"))
    kind = COLOUR if pixels.ndim == 3 else GREY
    return (SIGNATURE + header(pixels.shape[1], pixels.shape[0], kind=kind)
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def pgm(pixels, largest=255):
    head = f"P5\n# made by hand\n{pixels.shape[1]} {pixels.shape[0]}\n{largest}\n"
    return head.encode() + pixels.astype("u1").tobytes()


def plain_pbm(pixels):
    """In PBM, 1 is black."""
    lines = (" ".join("0" if white else "1" for white in row) for row in pixels)
    return f"P1\n{pixels.shape[1]} {pixels.shape[0]}\n".encode() + "\n".join(lines).encode()


def idx(images):
    return struct.pack(">IIII", 0x803, *images.shape) + images.astype("u1").tobytes()


def packed(content):
    return gzip.compress(content, mtime=0)
