"""Arrays laid out as R's TileDBArray lays them out: `tiledb-r.py make FOLDER` writes those of FOLDER/cases.json, `tiledb-r.py show URI...`
prints what there is at each URI, as JSON.

From `TileDBRealizationSink` of TileDBArray 1.19.1: domains from 1, INT32, tiles of 100, orders of columns, capacity 10,000, the attribute x, the
packed dimnames among the metadata; logical values as integers, of which the smallest is NA, and "logical" as the type among the metadata.
"""

import json
import os
import sys

import numpy
import tiledb

NA = -(2**31)
STORED = {"double": "float64", "integer": "int32", "logical": "int32"}


def make(folder):
    with open(os.path.join(folder, "cases.json"), encoding="utf8") as file:
        cases = json.load(file)
    for case in cases:
        shape, kind = case["shape"], case["type"]
        dims = [tiledb.Dim(f"d{i + 1}", domain=(1, n), tile=min(n, 100), dtype="int32") for i, n in enumerate(shape)]
        attribute = tiledb.Attr("x", dtype=STORED[kind], filters=[tiledb.ZstdFilter()])
        schema = tiledb.ArraySchema(tiledb.Domain(*dims), [attribute], cell_order="col-major", tile_order="col-major", capacity=10000, sparse=case["sparse"])
        tiledb.Array.create(case["uri"], schema)
        values = numpy.array([NA if v is None else v for v in case["values"]], STORED[kind]).reshape(shape)
        with tiledb.open(case["uri"], "w") as array:
            if case["sparse"]:
                where = numpy.nonzero(values)
                array[tuple((c + 1).astype("int32") for c in where)] = values[where]
            else:
                array[:] = values
            if kind == "logical":
                array.meta["type"] = kind
            if case["packed"] is not None:
                array.meta["dimnames"] = tuple(case["packed"])


def show(uri):
    with tiledb.open(uri) as array:
        schema = array.schema
        dims = [schema.domain.dim(i) for i in range(schema.domain.ndim)]
        cells = array[:]
        values = cells["x"] if isinstance(cells, dict) else cells
        if schema.sparse:
            full = numpy.zeros([int(d.size) for d in dims], values.dtype)
            full[tuple(cells[d.name] - 1 for d in dims)] = values
            values = full
        return {
            "dimensions": [[d.name, d.dtype.name, int(d.domain[0]), int(d.domain[1]), int(d.tile)] for d in dims],
            "attributes": [[schema.attr(i).name, schema.attr(i).dtype.name, schema.attr(i).isnullable] for i in range(schema.nattr)],
            "orders": [schema.cell_order, schema.tile_order],
            "capacity": schema.capacity,
            "sparse": schema.sparse,
            "values": values.ravel().tolist(),
            "packed": [int(v) for v in array.meta["dimnames"]] if "dimnames" in array.meta else None,
        }


if sys.argv[1] == "make":
    make(sys.argv[2])
else:
    print(json.dumps([show(uri) for uri in sys.argv[2:]]))
