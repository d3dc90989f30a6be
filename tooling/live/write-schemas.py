"""Writes TileDB arrays of random schemas with TileDB-Py, and what is in them: `write-schemas.py SEED FOLDER COUNT`."""

import json
import os
import sys

import numpy
import tiledb
from tiledb.sparse_array import _setitem_impl_sparse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fixtures", "generate"))
from encode import DTYPES, INTEGERS, binary  # noqa: E402

seed, folder, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
rng = numpy.random.default_rng(seed)
ctx = tiledb.Ctx({"sm.query.sparse_global_order.preprocess_tile_merge": "0"})

FILTERS = [
    lambda: tiledb.ZstdFilter(level=int(rng.integers(1, 10))),
    lambda: tiledb.GzipFilter(level=int(rng.integers(1, 10))),
    lambda: tiledb.LZ4Filter(),
    lambda: tiledb.Bzip2Filter(),
    lambda: tiledb.ByteShuffleFilter(),
    lambda: tiledb.BitShuffleFilter(),
    lambda: tiledb.ChecksumMD5Filter(),
    lambda: tiledb.ChecksumSHA256Filter(),
]


def pick(items):
    return items[int(rng.integers(len(items)))]


def chance(p):
    return bool(rng.random() < p)


def filters(is_text=False):
    # Of long texts as runs TileDB crashes, and empty ones that are shuffled it does not find with a checksum. Runs are found among values only, not among the bytes that another filter made.
    return tiledb.FilterList(
        [tiledb.RleFilter()] if chance(0.1) and not is_text else [pick(FILTERS[:6] if is_text else FILTERS)() for _ in range(int(rng.integers(0, 3)))]
    )


# Of where texts begin, which never decreases.
OFFSETS = [
    *FILTERS,
    tiledb.NoOpFilter,
    tiledb.RleFilter,
    tiledb.DeltaFilter,
    tiledb.DoubleDeltaFilter,
    tiledb.PositiveDeltaFilter,
    tiledb.BitWidthReductionFilter,
    tiledb.XORFilter,
]


def offsets_filters():
    first = pick(OFFSETS)()
    return tiledb.FilterList([first, pick(FILTERS)()] if chance(0.5) else [first])


def text_filters():
    """A dictionary brings the offsets along. Empty texts alone, or none, TileDB-Py does not write with one."""
    return tiledb.FilterList([tiledb.DictionaryFilter(), *([pick(FILTERS[:4])()] if chance(0.5) else [])]) if chance(0.3) else filters(True)


def values(shape, dtype):
    if dtype == "string":
        words = ["", "a", "gène", "日本語", "🧬", "x" * 300, "z\0y"]
        return numpy.array([pick(words) for _ in range(int(numpy.prod(shape)))], "O").reshape(shape)
    if dtype == "bool":
        return rng.random(shape) < 0.5
    if dtype in INTEGERS:
        ends = numpy.iinfo(dtype)
        return rng.integers(ends.min, ends.max, shape, dtype=dtype, endpoint=True)
    return (rng.standard_normal(shape) * 10.0 ** rng.integers(-4, 5, shape)).astype(dtype)


def texts(data, mask):
    """As `binary`, of texts."""
    flags = {} if mask is None else {"mask": mask.astype(int).ravel().tolist()}
    return {"dtype": "string", "shape": list(data.shape), "values": data.ravel().tolist(), **flags}


def start_in(dtype, extent):
    """A first coordinate: at an end of the type, at 0 or 1, or anywhere. Room is left for a last tile that sticks out."""
    ends = numpy.iinfo(dtype)
    least, most = int(ends.min), int(ends.max) - 3 * extent
    start = pick([least, most, 0, 1, int(rng.integers(least, most, dtype=numpy.int64 if dtype != "uint64" else numpy.uint64))])
    return max(least, min(most, start))


def box(shape):
    """A part of an array: a slice per axis."""
    corners = [sorted(int(v) for v in rng.integers(0, n, 2)) for n in shape]
    return tuple(slice(a, b + 1) for a, b in corners)


cases = []
for i in range(count):
    sparse = chance(0.5)
    rank = int(rng.integers(1, 5))
    shape = tuple(int(v) for v in rng.integers(1, 7, rank))
    dimension_type = pick(INTEGERS)
    starts = [start_in(dimension_type, n) for n in shape]
    names = [f"{pick(['gene', 'cell', 'd', 'x y', 'é'])}{k}" for k in range(rank)]
    dims = [
        tiledb.Dim(name, domain=(start, start + n - 1), tile=int(rng.integers(1, n + 1)), dtype=dimension_type, ctx=ctx)
        for name, start, n in zip(names, starts, shape)
    ]
    nullable = chance(0.3)
    is_text = chance(0.2)
    duplicates = sparse and not nullable and chance(0.2)
    dtype = pick([d for d in DTYPES if not (duplicates and (d == "bool" or d.startswith("float")))])
    if is_text:
        # Beside other attributes, or with some missing in several dimensions, TileDB-Py does not write texts.
        dtype, duplicates, nullable = "string", False, nullable and (sparse or rank == 1)
    others = [] if is_text else [tiledb.Attr(f"other{k}", dtype=pick(["int8", "float64"])) for k in range(int(rng.integers(0, 3)))]
    attribute = tiledb.Attr(
        pick(["x", "the values"] if is_text else ["", "x", "the values"]),
        dtype="U0" if is_text else dtype,
        nullable=nullable,
        filters=text_filters() if is_text else filters(),
        **({"var": True} if is_text else {}),
    )
    attributes = [*others, attribute] if chance(0.5) else [attribute, *others]
    settings = {"cell_order": pick(["row-major", "col-major", *(["hilbert"] if sparse else [])])}
    if settings["cell_order"] != "hilbert":
        settings["tile_order"] = pick(["row-major", "col-major"])
    if is_text:
        settings["offsets_filters"] = offsets_filters()
    if sparse:
        settings.update(allows_duplicates=duplicates, capacity=int(rng.integers(1, 50)))
    schema = tiledb.ArraySchema(domain=tiledb.Domain(*dims), attrs=attributes, sparse=sparse, ctx=ctx, **settings)
    uri = os.path.join(folder, f"s{i}")
    tiledb.Array.create(uri, schema, ctx=ctx)

    data = numpy.full(shape, "", "O") if is_text else numpy.zeros(shape, dtype)
    mask = numpy.zeros(shape, bool)
    if not sparse and is_text:
        mask[...] = nullable
    elif not sparse:
        data = numpy.full(shape, attribute.fill if dtype != "bool" and not nullable else 0, dtype)
        mask[...] = nullable
    whole = not sparse and (dtype in ["bool", "string"] or chance(0.7))
    for fragment in range(int(rng.integers(1, 4))):
        # TileDB tells fragments apart by their milliseconds.
        with tiledb.open(uri, "w", ctx=ctx, timestamp=fragment + 1) as array:
            part = tuple(slice(0, n) for n in shape) if whole and fragment == 0 else box(shape)
            x = numpy.ascontiguousarray(values(shape, dtype)[part])
            hidden = (rng.random(x.shape) < 0.3) if nullable else numpy.zeros(x.shape, bool)
            if sparse:
                keep = rng.random(x.shape) < 0.4
                cells = [c + s.start for c, s in zip(numpy.nonzero(keep), part)]
                if len(cells[0]) == 0:
                    continue
                coordinates = tuple(
                    numpy.array([int(v) + start for v in c], dtype=dimension_type) for c, start in zip(cells, starts)
                )
                written = {a.name: numpy.zeros(len(cells[0]), a.dtype) for a in others}
                written[attribute.name] = x[keep]
                # A masked array would lose its mask here: only this function takes one.
                valid = {attribute.name: (~hidden[keep]).astype(numpy.uint8)} if nullable else {}
                _setitem_impl_sparse(array, coordinates, written, valid)
                with numpy.errstate(all="ignore"):
                    data[tuple(cells)] = data[tuple(cells)] + x[keep] if duplicates else x[keep]
                mask[tuple(cells)] = hidden[keep]
            else:
                written = {a.name: numpy.zeros(x.shape, a.dtype) for a in others}
                written[attribute.name] = numpy.ma.masked_array(x, hidden) if nullable and not is_text else x
                where = tiledb.Subarray(array)
                # Coordinates as Python's own numbers: sums of NumPy's would wrap around.
                where.add_ranges([[(start + s.start, start + s.stop - 1)] for s, start in zip(part, starts)])
                # Only this function is told which texts are valid.
                valid = {attribute.name: (~hidden).astype(numpy.uint8)} if nullable and is_text else {}
                array._setitem_impl(where, written, valid)
                data[part] = x
                mask[part] = hidden
    expected = numpy.ma.masked_array(data, mask) if nullable else data
    cases.append(
        {
            "uri": uri,
            "title": f"{i}: {'sparse' if sparse else 'dense'} {dtype} {list(shape)} by {dimension_type}",
            "sparse": sparse,
            "attributeName": attribute.name,
            "dimensionNames": names,
            "values": texts(data, mask if nullable else None) if is_text else binary(expected),
        }
    )

with open(os.path.join(folder, "schemas.json"), "w", encoding="ascii") as out:
    json.dump(cases, out)
