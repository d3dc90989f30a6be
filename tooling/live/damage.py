"""Writes small arrays, dense and sparse, with several filters, as TileDB-Py does, into the folder FOLDER: those of damage.test.ts."""

import os
import sys

import numpy
import tiledb

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


for key, filters in FILTERS.items():
    write(f"dense-{key}", filters, False)
    write(f"sparse-{key}", filters, True)
