# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a record of `test_record --write FILE` as its users do: by h5py and by xarray."""

import sys
import warnings

import h5py
import numpy
import xarray

NETCDF_BARE = "This is a netCDF dimension but not a netCDF variable.%10d"


def expect(found, expected, what):
    if isinstance(found, numpy.ndarray) or isinstance(expected, (list, numpy.ndarray)):
        equal = numpy.array_equal(numpy.asarray(found), numpy.asarray(expected))
    else:
        equal = type(found) is type(expected) and found == expected
    if not equal:
        sys.exit(f"{what}: found {found!r}, expected {expected!r}")


def open_group(name, group):
    return xarray.open_dataset(name, group=group, engine="h5netcdf")


def check_attributes(file):
    expect(file.attrs["title"], "Zwei Muster für 5 µM", "title")
    expect(file.attrs["empty"], "", "an empty text")
    expect(len(file.attrs["scenario"]), 100000, "length of the scenario")
    expect(int(file.attrs["seed"]), 2**64 - 1, "seed")
    spikes = file["training/spikes/neurons"]
    expect(float(spikes.attrs["tick"]), 0.1, "tick")
    expect(int(spikes.attrs["sorting"]), 2, "sorting")
    names = h5py.check_enum_dtype(spikes.attrs.get_id("sorting").dtype)
    expect(names, {"none": 0, "by_id": 1, "by_time": 2}, "names of sorting")


def check_array(path, array):
    """Every array says what it is, and each of its axes has a scale."""
    if array.attrs.get("NAME", b"").startswith(b"This is a netCDF dimension"):
        expect(array.attrs["NAME"].decode(), NETCDF_BARE % array.shape[0], f"NAME of {path}")
        expect(array.dtype.str, ">f4", f"type of {path}")
        return
    for name in ("units", "long_name"):
        expect(type(array.attrs.get(name)), str, f"type of {name} of {path}")
    if array.attrs.get("CLASS") == b"DIMENSION_SCALE":
        expect(array.attrs["NAME"].decode(), path.rsplit("/", 1)[-1], f"NAME of {path}")
        return
    for axis, dimension in enumerate(array.dims):
        expect(len(dimension), 1, f"number of scales of axis {axis} of {path}")
        expect(dimension[0].shape[0], array.shape[axis], f"length of axis {axis} of {path}")


def check_neurons(data):
    expect(data["v"].dims, ("time", "row", "column"), "axes of v")
    expect(sorted(data.coords), ["row", "time"], "coordinates of v")
    expect(data["time"].values, 0.5 * numpy.arange(11), "time")
    expect(data["row"].values, numpy.arange(3.0), "row")
    expect(data.sizes["column"], 4, "length of the bare axis")
    expect(data["v"].attrs["units"], "mV", "units of v")
    expect(data["v"].attrs["long_name"], "v of the neurons", "long_name of v")
    expect(data["time"].attrs["units"], "ms", "units of time")
    expect(data["v"].dtype, numpy.dtype("float32"), "type of v")
    cells = numpy.arange(12).reshape(3, 4) / 64
    expect(data["v"].values, numpy.arange(11)[:, None, None] + cells, "v")
    expect(data["v"].sel(time=2.5, row=2).values, 5 + cells[2], "v at 2.5 ms in row 2")


def check_patterns(data):
    names = data["sample"].values.tolist()
    expect(names, ["zero", "größer", ""], "sample")
    expect({type(name) for name in names}, {str}, "type of sample")
    expect(data["image"].dims, ("sample", "pixel"), "axes of image")
    expect(data["image"].sel(sample="größer").values, [1, 2], "an image by name")
    expect(data["label"].dtype, numpy.dtype("int32"), "type of label")
    expect(float(data["lone"]), 3.14159, "lone")
    expect(data["never_fed"].shape, (0, 5), "shape of a stream without rows")


def check_spikes(data):
    expect(data["node_ids"].dims, ("spike",), "axes of node_ids")
    expect(data["node_ids"].dtype, numpy.dtype("uint64"), "type of node_ids")
    expect(data.sizes["spike"], 40000, "number of spikes")
    expect(int(data.attrs["sorting"]), 2, "sorting, by xarray")


def main(name):
    warnings.simplefilter("error", UserWarning)
    with h5py.File(name, "r") as file:
        check_attributes(file)
        expect(file["patterns/sample"].asstr()[1], "größer", "a string, by h5py")
        file.visititems(
            lambda path, item: check_array(path, item) if isinstance(item, h5py.Dataset) else None
        )
    checks = {
        "training/neurons": check_neurons,
        "patterns": check_patterns,
        "training/spikes/neurons": check_spikes,
    }
    for group, check in checks.items():
        with open_group(name, group) as data:
            check(data)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: read_layout.py RECORD")
    main(sys.argv[1])
