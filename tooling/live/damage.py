"""Writes small arrays, dense and sparse, with several filters, as TileDB-Py does, into the folder FOLDER: those of damage.test.ts."""

import json
import os
import sys

import numpy
import tiledb
from tiledb.sparse_array import _setitem_impl_sparse

folder = sys.argv[1]
rng = numpy.random.default_rng(7)
MD5 = tiledb.ChecksumMD5Filter()
FILTERS = {
    "none": [],
    "zstd": [tiledb.ZstdFilter(3)],
    "gzip": [tiledb.GzipFilter(5)],
    "lz4": [tiledb.BitShuffleFilter(), tiledb.LZ4Filter()],
    "bzip2": [tiledb.ByteShuffleFilter(), tiledb.Bzip2Filter()],
    "rle": [tiledb.RleFilter()],
    "double-delta": [tiledb.DoubleDeltaFilter()],
    "bit-width": [tiledb.BitWidthReductionFilter()],
    "md5": [tiledb.ZstdFilter(1), MD5],
}
TEXTS = ["none", "zstd", "gzip", "md5"]
# Of the offsets of texts.
OFFSETS = {
    "noop": [tiledb.NoOpFilter()],
    "lz4": [tiledb.LZ4Filter()],
    "bzip2": [tiledb.Bzip2Filter()],
    "rle": [tiledb.RleFilter()],
    "delta": [tiledb.DeltaFilter()],
    "double-delta": [tiledb.DoubleDeltaFilter()],
    "positive-delta": [tiledb.PositiveDeltaFilter()],
    "bit-width": [tiledb.BitWidthReductionFilter()],
    "xor": [tiledb.XORFilter()],
    "sha256": [tiledb.ChecksumSHA256Filter(), tiledb.LZ4Filter()],
    "bytes-zstd": [tiledb.ByteShuffleFilter(), tiledb.ZstdFilter(1)],
    "bits-lz4": [tiledb.BitShuffleFilter(), tiledb.LZ4Filter()],
    "windows": [tiledb.PositiveDeltaFilter(), tiledb.BitWidthReductionFilter(), tiledb.ZstdFilter(1)],
    "zstd-gzip": [tiledb.ZstdFilter(1), tiledb.GzipFilter(1)],
}
ROWS, COLUMNS, CELLS = 20, 30, 160


def write(name, filters, sparse):
    uri = os.path.join(folder, name)
    of = tiledb.FilterList(filters)
    # Among coordinates, which are stored sorted, there are no runs for RLE.
    along = of if sparse and "rle" not in name else None
    dims = [tiledb.Dim(name=n, domain=(1, extent), tile=tile, dtype="int32", filters=along) for n, extent, tile in (("i", ROWS, 7), ("j", COLUMNS, 10))]
    attributes = [tiledb.Attr(name="n", dtype="int32", filters=of), tiledb.Attr(name="maybe", dtype="int64", nullable=True, filters=of), tiledb.Attr(name="colour", dtype="int8", enum_label="colours", filters=of)]
    shape = (CELLS,) if sparse else (ROWS, COLUMNS)
    size = CELLS if sparse else ROWS * COLUMNS
    options = {"capacity": 50} if sparse else {}
    if any(key in name for key in TEXTS):
        attributes.append(tiledb.Attr(name="text", dtype="ascii", var=True, filters=of))
        options["offsets_filters"] = of
    colours = tiledb.Enumeration("colours", False, values=["red", "green", "blue"])
    tiledb.Array.create(uri, tiledb.ArraySchema(domain=tiledb.Domain(*dims), attrs=attributes, sparse=sparse, enums=[colours], **options))
    for timestamp in (1, 2):
        values = {"n": rng.integers(0, 1000, size).astype("int32"), "maybe": numpy.sort(rng.integers(0, 10**12, size)), "colour": rng.integers(0, 3, size).astype("int8")}
        if any(key in name for key in TEXTS):
            values["text"] = numpy.array(["t" * int(k) for k in rng.integers(0, 6, size)], dtype="O")
        values = {key: value.reshape(shape) for key, value in values.items()}
        with tiledb.open(uri, "w", timestamp=timestamp) as out:
            out.meta["about"] = "x" * 50
            out.meta["list"] = (1.5, 2.5)
            if sparse:
                at = numpy.sort(rng.choice(ROWS * COLUMNS, size, replace=False))
                out[at // COLUMNS + 1, at % COLUMNS + 1] = values
            else:
                out[:] = values
    if "md5" in name:
        tiledb.consolidate(uri, config=tiledb.Config({"sm.consolidation.mode": "fragment_meta"}))
        tiledb.consolidate(uri, config=tiledb.Config({"sm.consolidation.mode": "commits"}))
        tiledb.vacuum(uri, config=tiledb.Config({"sm.vacuum.mode": "commits"}))


def dimensions():
    return tiledb.Domain(*[tiledb.Dim(name=n, domain=(1, extent), tile=tile, dtype="int32") for n, extent, tile in (("i", ROWS, 7), ("j", COLUMNS, 10))])


def put(uri, sparse, timestamp, names, nullable=()):
    """Writes a fragment of random texts."""
    size = CELLS if sparse else ROWS * COLUMNS
    shape = (CELLS,) if sparse else (ROWS, COLUMNS)
    values = {name: numpy.array(["tuvw"[int(k) % 4] * int(k) for k in rng.integers(0, 6, size)], "O").reshape(shape) for name in names}
    valid = {name: (rng.random(size) < 0.8).astype("uint8").reshape(shape) for name in nullable}
    with tiledb.open(uri, "w", timestamp=timestamp) as out:
        # Only these functions are told which texts are valid.
        if sparse:
            at = numpy.sort(rng.choice(ROWS * COLUMNS, size, replace=False)).astype("int32")
            _setitem_impl_sparse(out, (at // COLUMNS + 1, at % COLUMNS + 1), values, valid)
        else:
            where = tiledb.Subarray(out)
            where.add_ranges([[(1, ROWS)], [(1, COLUMNS)]])
            out._setitem_impl(where, values, valid)


def write_texts(name, offsets, sparse):
    """Texts of every kind, whose offsets go through some filters."""
    uri = os.path.join(folder, name)
    dictionary = tiledb.DictionaryFilter()
    attributes = [
        tiledb.Attr(name="text", dtype="ascii", var=True, filters=tiledb.FilterList([tiledb.ZstdFilter(1)])),
        tiledb.Attr(name="maybe", dtype="U0", var=True, nullable=True),
        tiledb.Attr(name="kind", dtype="ascii", var=True, filters=tiledb.FilterList([dictionary])),
        tiledb.Attr(name="other", dtype="ascii", var=True, nullable=True, filters=tiledb.FilterList([dictionary, tiledb.ZstdFilter(1)])),
    ]
    options = {"capacity": 50} if sparse else {}
    tiledb.Array.create(uri, tiledb.ArraySchema(domain=dimensions(), attrs=attributes, sparse=sparse, offsets_filters=tiledb.FilterList(offsets), **options))
    for timestamp in (1, 2):
        put(uri, sparse, timestamp, [one.name for one in attributes], ["maybe", "other"])
    return [one.name for one in attributes]


def write_evolved(name, sparse):
    """Two schemas: the files of the first fragment are numbered by the one, those of the second by the other."""
    uri = os.path.join(folder, name)
    attributes = [tiledb.Attr(name=one, dtype="ascii", var=True) for one in ("dropped", "text", "kept")]
    options = {"capacity": 50} if sparse else {}
    tiledb.Array.create(uri, tiledb.ArraySchema(domain=dimensions(), attrs=attributes, sparse=sparse, **options))
    put(uri, sparse, 1, ["dropped", "text", "kept"])
    evolution = tiledb.ArraySchemaEvolution(tiledb.default_ctx())
    evolution.drop_attribute("dropped")
    evolution.add_attribute(tiledb.Attr(name="late", dtype="ascii", var=True))
    evolution.array_evolve(uri)
    put(uri, sparse, 3, ["text", "kept", "late"])
    return ["text", "kept", "late"]


names = {}
for key, filters in FILTERS.items():
    for kind in ("dense", "sparse"):
        write(f"{kind}-{key}", filters, kind == "sparse")
        names[f"{kind}-{key}"] = ["n", "maybe", "colour", *(["text"] if key in TEXTS else [])]
for kind in ("dense", "sparse"):
    for key, filters in OFFSETS.items():
        names[f"texts-{kind}-{key}"] = write_texts(f"texts-{kind}-{key}", filters, kind == "sparse")
    names[f"evolved-{kind}"] = write_evolved(f"evolved-{kind}", kind == "sparse")
print(json.dumps(names))
