# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds an NWB file to the schema: what each type and each place must and may have.

The rules are the part of the schema that the exported files use, in words of its own: of the NWB
core schema 2.6.0 nwb.file.yaml (NWBFile), nwb.base.yaml (TimeSeries), nwb.misc.yaml (Units) and
nwb.epoch.yaml (TimeIntervals), https://github.com/NeurodataWithoutBorders/nwb-schema; of HDMF's
common schema table.yaml (DynamicTable and its columns),
https://github.com/hdmf-dev/hdmf-common-schema; and of NWB's storage in HDF5,
https://nwb-storage.readthedocs.io (namespace, neurodata_type, object_id, references)."""

import datetime
import re
import uuid

import h5py
import numpy

TEXT, NUMBER, FLOAT64, INTEGER, DATE, REFERENCE = "text", "number", "float64", "integer", "date", "ref"

# Attributes and datasets: name: (type, number of axes, required).
SERIES_DATA = {"unit": (TEXT, 0, True), "conversion": ("float32", 0, False),
               "offset": ("float32", 0, False), "resolution": ("float32", 0, False),
               "continuity": (TEXT, 0, False)}
SERIES_TIME = {"interval": ("int32", 0, True), "unit": (TEXT, 0, True)}
TABLE = {"colnames": (TEXT, 1, True), "description": (TEXT, 0, True)}
TYPES = {
    "NWBFile": {
        "space": "core", "attributes": {"nwb_version": (TEXT, 0, True)},
        "datasets": {
            "file_create_date": (DATE, (1,), True), "identifier": (TEXT, (0,), True),
            "session_description": (TEXT, (0,), True), "session_start_time": (DATE, (0,), True),
            "timestamps_reference_time": (DATE, (0,), True)},
        "groups": {"acquisition": True, "analysis": True, "general": True, "processing": True,
                   "stimulus": True, "stimulus/presentation": True, "stimulus/templates": True,
                   "intervals": False},
        "children": {"acquisition": {"TimeSeries"}, "stimulus/presentation": {"TimeSeries"},
                     "intervals": {"TimeIntervals"}},
        "free": {"general/source_script": (TEXT, {"file_name": (TEXT, 0, True)}),
                 "general/protocol": (TEXT, {}), "general/data_collection": (TEXT, {}),
                 "general/notes": (TEXT, {})}},
    "TimeSeries": {
        "space": "core",
        "attributes": {"description": (TEXT, 0, False), "comments": (TEXT, 0, False)},
        "datasets": {"data": (NUMBER, (1, 2, 3, 4), True), "timestamps": (FLOAT64, (1,), True)},
        "of": {"data": SERIES_DATA, "timestamps": SERIES_TIME}},
    "Units": {"space": "core", "attributes": TABLE,
              "columns": {"spike_times": (FLOAT64, 1), "obs_intervals": (FLOAT64, 2)}},
    "TimeIntervals": {"space": "core", "attributes": TABLE,
                      "columns": {"start_time": ("float", 1), "stop_time": ("float", 1)},
                      "required": {"start_time", "stop_time"}},
    "ElementIdentifiers": {"space": "hdmf-common", "attributes": {}, "dtype": (INTEGER, (1,))},
    "VectorData": {"space": "hdmf-common", "attributes": {"description": (TEXT, 0, True)}},
    "VectorIndex": {"space": "hdmf-common", "dtype": (INTEGER, (1,)),
                    "attributes": {"description": (TEXT, 0, True), "target": (REFERENCE, 0, True)}},
    "DynamicTableRegion": {
        "space": "hdmf-common", "dtype": (INTEGER, (1,)),
        "attributes": {"description": (TEXT, 0, True), "table": (REFERENCE, 0, True)}},
}
TYPE_ATTRIBUTES = {"namespace", "neurodata_type", "object_id"}


class NotValid(Exception):
    """What breaks which rule."""


def need(condition, where, *what):
    if not condition:
        raise NotValid(f"{where}: {' '.join(map(str, what))}")


def text_of(value):
    return value.decode() if isinstance(value, bytes) else value


def check_value(kind, value, dtype, where):
    if kind in (TEXT, DATE):
        need(h5py.check_string_dtype(dtype) is not None, where, "is", dtype, "expected text")
        if kind == DATE:
            for one in numpy.atleast_1d(value):
                date = datetime.datetime.fromisoformat(text_of(one).replace("Z", "+00:00"))
                need(date.tzinfo is not None, where, "has no time zone")
    elif kind == REFERENCE:
        need(h5py.check_ref_dtype(dtype) is h5py.Reference, where, "is no reference")
    elif kind == NUMBER:
        need(dtype.kind in "iuf", where, "is", dtype, "expected numbers")
    elif kind == INTEGER:
        need(dtype.kind in "iu", where, "is", dtype, "expected integers")
    else:
        wanted = numpy.dtype({"float": "float32"}.get(kind, kind))
        need(dtype.kind == wanted.kind and dtype.itemsize >= wanted.itemsize, where, "is", dtype,
             "expected", kind)


def check_attributes(item, rules, typed):
    found = set(item.attrs)
    allowed = set(rules) | (TYPE_ATTRIBUTES if typed else set())
    need(found <= allowed, item.name, "has attributes", found - allowed)
    for name, (kind, axes, required) in rules.items():
        if name not in found:
            need(not required, item.name, "lacks the attribute", name)
            continue
        attribute = item.attrs.get_id(name)
        need(len(attribute.shape) == axes, item.name, name, "has shape", attribute.shape)
        check_value(kind, item.attrs[name], attribute.dtype, f"{item.name}@{name}")


def check_typed(item, ids):
    """An object says what it is, and by an id that nothing else has."""
    need(TYPE_ATTRIBUTES <= set(item.attrs), item.name, "is of no type")
    kind = item.attrs["neurodata_type"]
    need(kind in TYPES, item.name, "is of the type", kind, "which no rule knows")
    rules = TYPES[kind]
    need(item.attrs["namespace"] == rules["space"], item.name, "is of", item.attrs["namespace"])
    need(str(uuid.UUID(item.attrs["object_id"])) == item.attrs["object_id"], item.name, "has no id")
    need(item.attrs["object_id"] not in ids, item.name, "has the id of another")
    ids.add(item.attrs["object_id"])
    check_attributes(item, rules["attributes"], True)
    if "dtype" in rules:
        check_dataset(item, *rules["dtype"])
    return kind, rules


def check_dataset(item, kind, axes):
    need(isinstance(item, h5py.Dataset), item.name, "is a group")
    need(item.ndim in axes, item.name, "has", item.ndim, "axes, expected", axes)
    check_value(kind, item[()], item.dtype, item.name)


def check_series(group, ids):
    _, rules = check_typed(group, ids)
    need(set(group) == set(rules["datasets"]), group.name, "has", set(group))
    for name, (kind, axes, _) in rules["datasets"].items():
        check_dataset(group[name], kind, axes)
        check_attributes(group[name], rules["of"][name], False)
    need(len(group["data"]) == len(group["timestamps"]), group.name, "has times for other data")
    need(group["timestamps"].attrs["unit"] == "seconds", group.name, "is not in seconds")
    need(group["timestamps"].attrs["interval"] == 1, group.name, "has another interval than 1")


def check_table(group, ids):
    _, rules = check_typed(group, ids)
    names = list(group.attrs["colnames"])
    need(len(names) == len(set(names)), group.name, "names a column twice")
    need(rules.get("required", set()) <= set(names), group.name, "lacks columns")
    need("id" in group, group.name, "lacks its ids")
    need(check_typed(group["id"], ids)[0] == "ElementIdentifiers", group.name, "has other ids")
    rows, seen = len(group["id"]), {"id"}
    for name in names:
        need(name in group, group.name, "lacks the column", name)
        column = group[name]
        kind, _ = check_typed(column, ids)
        need(kind in ("VectorData", "DynamicTableRegion"), column.name, "is no column")
        if name in rules["columns"]:
            check_dataset(column, rules["columns"][name][0], (rules["columns"][name][1],))
        seen.add(name)
        length = len(column)
        if f"{name}_index" in group:
            index = group[f"{name}_index"]
            need(check_typed(index, ids)[0] == "VectorIndex", index.name, "is no index")
            need(group.file[index.attrs["target"]] == column, index.name, "is of another column")
            ends = index[:].astype(numpy.int64)
            need((numpy.diff(ends) >= 0).all(), index.name, "goes back")
            need((ends[-1] if rows else 0) == length, index.name, "does not end with its column")
            seen.add(f"{name}_index")
            length = len(index)
        need(length == rows, column.name, "has", length, "rows, expected", rows)
        if kind == "DynamicTableRegion":
            table = group.file[column.attrs["table"]]
            need((column[:] < len(table["id"])).all(), column.name, "names no row")
    need(set(group) == seen, group.name, "has more than its columns:", set(group) - seen)


def check_group(file, path, allowed, ids, seen):
    """Every object in a group that holds objects of some types."""
    for item in file[path].values():
        kind = item.attrs.get("neurodata_type")
        need(kind in allowed, item.name, "is", kind, "expected one of", allowed)
        (check_series if kind == "TimeSeries" else check_table)(item, ids)
        seen.add(item.name.strip("/"))
        seen.update(f"{item.name.strip('/')}/{name}" for name in item)


def check(path):
    """Raises NotValid where the file is none. Answers the names of all that was looked at."""
    ids, seen = set(), set()
    with h5py.File(path) as file:
        _, rules = check_typed(file["/"], ids)
        need(re.fullmatch(r"2\.\d+\.\d+", file.attrs["nwb_version"]), "/", "is of no version 2")
        for name, required in rules["groups"].items():
            need(name in file or not required, "/", "lacks the group", name)
            seen.update([name] if name in file else [])
        for name, (kind, axes, _) in rules["datasets"].items():
            need(name in file, "/", "lacks", name)
            check_dataset(file[name], kind, axes)
            seen.add(name)
        for name, (kind, attributes) in rules["free"].items():
            if name in file:
                check_dataset(file[name], kind, (0,))
                check_attributes(file[name], attributes, False)
                seen.add(name)
        for name, allowed in rules["children"].items():
            if name in file:
                check_group(file, name, allowed, ids, seen)
        if "units" in file:
            need(file["units"].attrs["neurodata_type"] == "Units", "/units", "is another table")
            check_table(file["units"], ids)
            seen.add("units")
            seen.update(f"units/{name}" for name in file["units"])
        there = set()
        file.visit(there.add)
        need(there <= seen, path, "has what the schema does not know:", there - seen)
    return seen
