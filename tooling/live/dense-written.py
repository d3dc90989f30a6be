"""What h5py and PyTables find in arrays that hdf5array wrote: `dense-written.py make SEED FOLDER` writes random originals,
`dense-written.py check FOLDER` prints, as JSON, what is not as in the original, by case."""

import json
import os
import sys

import h5py
import numpy
import tables

DTYPES = ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"]
SHAPES = [(), (0,), (3, 0), (7,), (1000,), (13, 17), (100, 70), (5, 6, 7), (2, 3, 4, 5)]


def make(seed, folder):
    rng = numpy.random.default_rng(seed)
    cases = []
    with h5py.File(os.path.join(folder, "originals.h5"), "w") as file:
        for shape in SHAPES:
            for dtype in DTYPES:
                if dtype == "bool":
                    values = rng.random(shape) < 0.5
                elif dtype.startswith("float"):
                    values = numpy.asarray(rng.standard_normal(shape) * 10.0 ** rng.integers(-30, 30)).astype(dtype)
                    if values.size > 3:
                        values.flat[:3] = [numpy.nan, -numpy.inf, -0.0]
                else:
                    ends = numpy.iinfo(dtype)
                    values = rng.integers(ends.min, ends.max, shape, dtype=dtype, endpoint=True)
                name = f"{dtype} {'x'.join(map(str, shape))}"
                file[name] = values
                cases.append({"name": name, "dtype": dtype, "shape": list(shape)})
    with open(os.path.join(folder, "cases.json"), "w") as out:
        json.dump(cases, out)


def problems(original, written, options, names):
    found = []
    for what, one, other in [
        ("shape", original.shape, written.shape),
        ("dtype", original.dtype, written.dtype),
        ("bytes", original[()].tobytes(), written[()].tobytes()),
        ("chunks", tuple(options["chunks"]) if options.get("chunks") else written.chunks, written.chunks),
        ("level", options["level"] if written.chunks and "level" in options else written.compression_opts, written.compression_opts),
        ("checksum", bool(written.chunks and options.get("fletcher32")), written.fletcher32),
    ]:
        if one != other:
            found.append(f"{what}: {str(one)[:80]} became {str(other)[:80]}")
    if options.get("grows") and written.maxshape[0] is not None:
        found.append("it cannot grow")
    rank = written.ndim
    for axis, expected in enumerate(names or []):
        # As R's HDF5Array: its axes count from the other end, also those that scales are attached to.
        scale = written.dims[rank - 1 - axis]["dimnames"]
        if scale.name != f"{os.path.dirname(written.name)}/.{os.path.basename(written.name)}_dimnames/{rank - axis}":
            found.append(f"the names of axis {axis} are in {scale.name}")
        if list(scale.asstr()[()]) != expected:
            found.append(f"the names of axis {axis} differ")
    return found


def tables_problems(original, path, name):
    """PyTables has types of its own for booleans, which it finds as an enumeration; its values are bytes of 0 and 1."""
    with tables.open_file(path) as file:
        values = numpy.asarray(file.get_node(f"/{name}").read())
    if values.shape != original.shape or values.tobytes() != original[()].tobytes():
        return [f"PyTables reads {values.dtype} {values.shape}"]
    return []


def check(folder):
    with open(os.path.join(folder, "written.json")) as listed:
        cases = json.load(listed)
    found = []
    with h5py.File(os.path.join(folder, "originals.h5")) as originals:
        for case in cases:
            path, original = os.path.join(folder, case["file"]), originals[case["name"]]
            with h5py.File(path) as file:
                bad = problems(original, file[case["path"]], case["options"], case["names"])
            bad += tables_problems(original, path, case["path"].lstrip("/"))
            found.append([case["name"], case["path"], bad])
    json.dump(found, sys.stdout)


if sys.argv[1] == "make":
    make(int(sys.argv[2]), sys.argv[3])
else:
    check(sys.argv[2])
