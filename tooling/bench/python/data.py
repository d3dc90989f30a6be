"""Writes the files that are measured: `python data.py FOLDER`, sizes as JSON on stdin. The same sizes give the same
values."""

import json
import pathlib
import sys

import h5py
import numpy
import tiledb

folder = pathlib.Path(sys.argv[1])
sizes = json.load(sys.stdin)
rng = numpy.random.default_rng(20240229)


def counts(*shape):
    return rng.poisson(2, shape).astype(numpy.int32)


def compressed_columns(rows, columns, per_column):
    """As many entries in each column, at rows drawn without replacement, in order."""
    indices = numpy.empty((columns, per_column), dtype=numpy.int64)
    for column in range(columns):
        indices[column] = numpy.sort(rng.choice(rows, per_column, replace=False, shuffle=False))
    return 1 + counts(columns * per_column), indices.ravel(), numpy.arange(columns + 1, dtype=numpy.int64) * per_column


def dimensions(shape, tiles, filters):
    return tiledb.Domain(
        *[
            tiledb.Dim(name=name, domain=(0, extent - 1), tile=min(extent, tile), dtype=numpy.int32, filters=filters)
            for name, extent, tile in zip(("row", "column"), shape, tiles)
        ]
    )


def create_tiledb(name, shape, tiles, sparse):
    zstd = tiledb.FilterList([tiledb.ZstdFilter()])
    schema = tiledb.ArraySchema(
        domain=dimensions(shape, tiles, zstd if sparse else None),
        attrs=[tiledb.Attr(name="count", dtype=numpy.int32, filters=zstd)],
        sparse=sparse,
    )
    uri = str(folder / name)
    tiledb.Array.create(uri, schema)
    return tiledb.open(uri, "w")


def write_tiledb_sparse(name, shape, matrix):
    data, indices, indptr = matrix
    columns = numpy.repeat(numpy.arange(shape[1]), numpy.diff(indptr))
    with create_tiledb(name, shape, (1000, 500), sparse=True) as array:
        array[indices.astype(numpy.int32), columns.astype(numpy.int32)] = data


# Chunks as h5py chooses them, and the compression level that it takes for gzip.
dense = counts(*sizes["dense"])
with h5py.File(folder / "dense.h5", "w") as file:
    file.create_dataset("counts", data=dense, compression="gzip")

# Normalised counts, as floats; shuffling puts their bytes in an order that deflate can make more of.
with h5py.File(folder / "shuffle.h5", "w") as file:
    file.create_dataset("counts", data=numpy.log1p(dense), compression="gzip", shuffle=True)

with h5py.File(folder / "contiguous.h5", "w") as file:
    file.create_dataset("counts", data=dense)

# As in the files of 10x Genomics: 32-bit values, 64-bit indices, all in gzip.
shape, per_column = sizes["sparse"]["shape"], sizes["sparse"]["perColumn"]
sparse = compressed_columns(*shape, per_column)
with h5py.File(folder / "sparse.h5", "w") as file:
    group = file.create_group("matrix")
    for name, values in zip(("data", "indices", "indptr"), sparse):
        group.create_dataset(name, data=values, compression="gzip")
    group["shape"] = numpy.array(shape, dtype=numpy.int32)

with create_tiledb("dense.tiledb", dense.shape, (500, 500), sparse=False) as array:
    array[:] = dense

write_tiledb_sparse("sparse.tiledb", shape, sparse)

shape, per_column = sizes["smallSparse"]["shape"], sizes["smallSparse"]["perColumn"]
write_tiledb_sparse("small-sparse.tiledb", shape, compressed_columns(*shape, per_column))

# Rows repeat, so that 1 GB takes little room.
rows, columns = sizes["large"]
with create_tiledb("large.tiledb", (rows, columns), (1024, 1024), sparse=False) as array:
    some = numpy.tile(counts(columns), (min(1024, rows), 1))
    for start in range(0, rows, len(some)):
        array[start : start + len(some), :] = some
