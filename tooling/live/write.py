"""Writes HDF5 files and TileDB arrays with random contents, and what NumPy says about them: `write.py SEED FOLDER`.

Unlike the committed fixtures these are new in each run. cases.json lists them, in the encoding of
fixtures/generate/encode.py.
"""

import json
import os
import sys

import h5py
import numpy
import scipy.sparse
import tables
import tiledb

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fixtures", "generate"))
from encode import DTYPES, INTEGERS, binary, plain  # noqa: E402
from pipelines import h5py_pipelines, tables_pipelines  # noqa: E402

seed, folder = int(sys.argv[1]), sys.argv[2]
rng = numpy.random.default_rng(seed)


def pick(items):
    return items[int(rng.integers(len(items)))]


def values(shape, dtype):
    """Random values that reach the ends of the dtype; floats of many magnitudes, some not finite."""
    if dtype == "bool":
        return rng.random(shape) < 0.5
    if dtype in INTEGERS:
        ends = numpy.iinfo(dtype)
        return rng.integers(ends.min, ends.max, shape, dtype=dtype, endpoint=True)
    exponents = rng.integers(-4, 5, shape)
    x = numpy.asarray(rng.standard_normal(shape) * 10.0**exponents)
    if rng.random() < 0.3 and x.size > 0:
        x.flat[rng.integers(x.size)] = pick([numpy.nan, numpy.inf, -numpy.inf, -0.0])
    return x.astype(dtype)


def subset(shape):
    """A subset as JSON, and the indices that it means along each axis; None for an axis that it drops."""
    spec, indices = [], []
    for extent in shape:
        kind = pick(["all", "slice", "list", "mask", "integer" if extent > 0 else "all"])
        positions = numpy.arange(extent)
        if kind == "all":
            spec.append(None)
        elif kind == "slice":
            start, stop = (int(v) for v in rng.integers(-extent - 1, extent + 2, 2))
            step = pick([1, 2, 3, -1, -2])
            spec.append({"slice": [start, stop, step]})
            positions = positions[start:stop:step]
        elif kind == "list":
            positions = rng.integers(extent, size=int(rng.integers(8))) if extent > 0 else positions
            spec.append({"list": positions.tolist()})
        elif kind == "mask":
            mask = rng.random(extent) < 0.5
            spec.append({"mask": mask.tolist()})
            positions = positions[mask]
        else:
            positions = int(rng.integers(extent))
            spec.append(positions)
        indices.append(positions)
    return spec, indices


def take(x, indices):
    for axis in reversed(range(x.ndim)):
        x = numpy.take(x, indices[axis], axis=axis)
    return x


cases = []


def case(kind, path, x, **rest):
    """`x` is what the whole array must read as."""
    spec, indices = subset(x.shape)
    with numpy.errstate(all="ignore"):
        mean = float(x.astype(numpy.float64).mean()) if x.size > 0 and numpy.isfinite(x).all() else None
    cases.append(
        {
            "title": f"{len(cases)}: {kind} {x.dtype} {list(x.shape)}",
            "kind": kind,
            "path": path,
            "values": binary(x),
            "subset": spec,
            "part": binary(take(x, indices)),
            "mean": mean if mean is None else plain(mean),
            "scale": float(numpy.abs(x.astype(numpy.float64)).max()) if mean is not None else None,
            **rest,
        }
    )


def shape_of(rank, most):
    return tuple(int(v) for v in rng.integers(0 if rng.random() < 0.1 else 1, most + 1, rank))


with h5py.File(os.path.join(folder, "dense.h5"), "w") as file:
    for i in range(60):
        shape = shape_of(int(rng.integers(0, 5)), 12)
        dtype = pick([*DTYPES, "float16", ">i4", ">f8", ">u2"])
        native = numpy.dtype(dtype).newbyteorder("=").name
        x = values(shape, native)
        options = {}
        if len(shape) > 0 and x.size > 0 and rng.random() < 0.7:
            options["chunks"] = tuple(int(rng.integers(1, n + 1)) for n in shape)
            options["shuffle"] = bool(rng.random() < 0.5)
            options["fletcher32"] = bool(rng.random() < 0.3)
            if rng.random() < 0.7:
                options["compression"] = "gzip"
        file.create_dataset(f"x{i}", data=x.astype(dtype), **options)
        case("hdf5 dense", "dense.h5", x.astype("float32") if native == "float16" else x, name=f"x{i}")

def compressible(rank):
    """Values of which a codec finds something to leave out, or noise; as many as several blocks of one hold, or few."""
    shape = tuple(int(v) for v in rng.integers(1, [0, 20000, 140, 27][rank], rank))
    x = values(shape, pick([d for d in DTYPES if d != "bool"]))
    if rng.random() < 0.7:
        x = numpy.sort(x.ravel()).reshape(shape) if rng.random() < 0.5 else x * (rng.random(shape) < 0.1).astype(x.dtype)
    return x, tuple(int(rng.integers(max(1, n // 3), n + 1)) for n in shape)


with h5py.File(os.path.join(folder, "plugins.h5"), "w") as file:
    for name, options in h5py_pipelines().items():
        with numpy.errstate(all="ignore"):
            x, chunks = compressible(int(rng.integers(1, 4)))
        file.create_dataset(name, data=x, chunks=chunks, **options)
        case("hdf5 dense", "plugins.h5", x, name=name)

with tables.open_file(os.path.join(folder, "tables.h5"), "w") as file:
    for i, filters in enumerate(tables_pipelines(tables).values()):
        with numpy.errstate(all="ignore"):
            x, chunks = compressible(int(rng.integers(1, 4)))
        file.create_carray("/", f"x{i}", obj=x, filters=filters, chunkshape=chunks)
        case("hdf5 dense", "tables.h5", x, name=f"x{i}")

with h5py.File(os.path.join(folder, "sparse.h5"), "w") as file:
    for i in range(20):
        shape = tuple(int(v) for v in rng.integers(1, 40, 2))
        by_column = bool(rng.random() < 0.5)
        dtype = pick(["int32", "float32", "float64", "int16", "uint8"])
        keep = rng.random(shape) < 0.2
        x = numpy.where(keep, values(shape, dtype), numpy.zeros((), dtype=dtype)).astype(dtype)
        x = numpy.where(x == 0, numpy.zeros((), dtype=dtype), x)  # SciPy stores no zeros, and so no -0.0
        stored = scipy.sparse.csc_array(x) if by_column else scipy.sparse.csr_array(x)
        group = file.create_group(f"x{i}")
        for part in ["data", "indices", "indptr"]:
            group.create_dataset(part, data=getattr(stored, part))
        case("hdf5 sparse", "sparse.h5", x, name=f"x{i}", shape=list(shape), byColumn=by_column)

for i in range(30):
    sparse = i % 2 == 1
    shape = tuple(max(1, n) for n in shape_of(int(rng.integers(1, 4)), 15))
    dtype = pick([d for d in DTYPES if d != "bool"])
    starts = [int(v) for v in rng.integers(-20, 20, len(shape))]
    domain = tiledb.Domain(
        *(
            tiledb.Dim(f"d{k}", domain=(start, start + n - 1), tile=int(rng.integers(1, n + 1)), dtype=numpy.int32)
            for k, (start, n) in enumerate(zip(starts, shape))
        )
    )
    orders = {"cell_order": pick(["row-major", "col-major"]), "tile_order": pick(["row-major", "col-major"])}
    attribute = tiledb.Attr(name="a", dtype=numpy.dtype(dtype), filters=[tiledb.ZstdFilter()])
    uri = os.path.join(folder, f"x{i}.tiledb")
    tiledb.Array.create(uri, tiledb.ArraySchema(domain=domain, attrs=[attribute], sparse=sparse, **orders))
    x = values(shape, dtype)
    with tiledb.open(uri, "w") as array:
        if sparse:
            keep = rng.random(shape) < 0.3
            x = numpy.where(keep, x, numpy.zeros((), dtype=dtype)).astype(dtype)
            x = numpy.where(x == 0, numpy.zeros((), dtype=dtype), x)  # a sparse array has no -0.0 where it stores nothing
            cells = numpy.nonzero(keep)
            if len(cells[0]) > 0:
                array[tuple(c + start for c, start in zip(cells, starts))] = x[cells]
        else:
            array[:] = x
    case("tiledb sparse" if sparse else "tiledb dense", f"x{i}.tiledb", x)

with open(os.path.join(folder, "cases.json"), "w", encoding="ascii") as out:
    json.dump({"seed": seed, "cases": cases}, out)
