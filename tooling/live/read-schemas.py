"""Reads TileDB arrays with TileDB-Py and compares them with what a list says of them: `read-schemas.py LIST`.

Prints a JSON list with one line for each that differs.
"""

import json
import os
import sys

import numpy
import tiledb

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fixtures", "generate"))

ctx = tiledb.Ctx({"sm.query.sparse_global_order.preprocess_tile_merge": "0"})


def check(case):
    shape, is_text = tuple(case["shape"]), case["dtype"] == "string"
    dtype = numpy.dtype("O" if is_text else case["dtype"])
    elements = case["values"] if is_text else [int(v) if isinstance(v, str) else v for v in case["values"]]
    expected = numpy.array(elements, "O" if is_text else None).astype(dtype).reshape(shape)
    zero = "" if is_text else 0
    mask = numpy.array(case["mask"] or numpy.zeros(shape), bool).reshape(shape)
    starts = [int(v) for v in case["starts"]]
    with tiledb.open(case["uri"], ctx=ctx) as array:
        schema = array.schema
        domain = schema.domain
        attribute = schema.attr(case["attributeName"])
        found = {
            "sparse": schema.sparse,
            "dtype": "U0" if attribute.dtype == numpy.dtype("U0") and attribute.isvar else attribute.dtype.name,
            "nullable": attribute.isnullable,
            "dimensions": [domain.dim(k).name for k in range(domain.ndim)],
            "dimensionType": domain.dim(0).dtype.name,
            "starts": [int(domain.dim(k).domain[0]) for k in range(domain.ndim)],
            "tile": [int(domain.dim(k).tile) for k in range(domain.ndim)],
            "extents": [int(domain.dim(k).domain[1]) - int(domain.dim(k).domain[0]) + 1 for k in range(domain.ndim)],
        }
        wanted = {
            "sparse": case["sparse"],
            "dtype": "U0" if is_text else dtype.name,
            "nullable": case["mask"] is not None,
            "dimensions": case["dimensionNames"],
            "dimensionType": case["dimensionType"],
            "starts": starts,
            "tile": case["tile"],
            "extents": case.get("reserved", case["shape"]),
        }
        if found != wanted:
            return f"schema {found}, expected {wanted}"
        # Of a domain that is larger than what is used, the part that is used.
        used = tuple(slice(start, start + n) for start, n in zip(starts, shape))
        cells = array[used] if "reserved" in case and not schema.sparse else array[:]
        values = cells[case["attributeName"]] if isinstance(cells, dict) else cells
        hidden = numpy.ma.getmaskarray(values)
        data = numpy.ma.getdata(values)
        if schema.sparse:
            where = tuple(
                numpy.array([int(v) - start for v in cells[name]], int) for name, start in zip(case["dimensionNames"], starts)
            )
            full, holes = numpy.full(shape, zero, dtype), numpy.zeros(shape, bool)
            full[where], holes[where] = data, hidden
            stored = len(data)
            if stored != numpy.count_nonzero((expected != zero) | mask):
                return f"{stored} cells"
            data, hidden = full, holes
        if data.dtype != dtype:
            return f"values of {data.dtype}"
        if not numpy.array_equal(hidden, mask):
            return f"missing {hidden.tolist()}, expected {mask.tolist()}"
        if not numpy.array_equal(data[~mask], expected[~mask], equal_nan=dtype.kind == "f"):
            return f"values {data.tolist()}, expected {expected.tolist()}"
    return None


with open(sys.argv[1], encoding="utf8") as file:
    cases = json.load(file)
problems = []
for case in cases:
    try:
        problem = check(case)
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
    if problem is not None:
        problems.append(f"{case['uri']}: {problem}")
print(json.dumps(problems))
