"""Sparse matrices for hdf5array to write again, and what other libraries find in what it wrote.

`sparse-written.py make SEED FOLDER` writes random matrices as h5py users do (`originals.h5`), and `cases.json`.
`sparse-written.py check FOLDER` compares each `<case>.<layout>.h5` with its original, as SciPy, h5py and anndata read
it, and prints the differences: a list of [case, layout, what is wrong].
"""

import json
import os
import sys
import warnings

import anndata
import h5py
import numpy
import scipy.sparse
from anndata.io import read_elem

DTYPES = ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"]
SHAPES = [(31, 17), (17, 31), (1, 40), (40, 1), (0, 5), (5, 0), (3, 3), (200, 150)]


def random_values(rng, dtype, count):
    if dtype == "bool":
        return rng.random(count) < 0.8  # explicit False now and then
    if dtype.startswith("float"):
        x = rng.standard_normal(count) * 10.0 ** rng.integers(-30, 30, count)
        if count > 3:
            x[:4] = [numpy.nan, numpy.inf, -numpy.inf, 0.0]
        return x.astype(dtype)
    ends = numpy.iinfo(dtype)
    x = rng.integers(ends.min, ends.max, count, dtype=dtype, endpoint=True)
    x[: count // 10] = 0
    return x


def make(seed, folder):
    rng = numpy.random.default_rng(seed)
    cases = []
    with h5py.File(os.path.join(folder, "originals.h5"), "w") as file:
        for number in range(3 * len(SHAPES)):
            shape = SHAPES[number % len(SHAPES)]
            dtype = DTYPES[int(rng.integers(len(DTYPES)))] if number >= len(DTYPES) else DTYPES[number]
            kind = ["csc", "csr", "dense"][int(rng.integers(3))]
            size = shape[0] * shape[1]
            places = numpy.sort(rng.choice(size, int(size * rng.choice([0.02, 0.2, 0.9])), replace=False))
            values = random_values(rng, dtype, len(places))
            rows, columns = numpy.divmod(places, max(shape[1], 1))
            coo = scipy.sparse.coo_matrix((values, (rows, columns)), shape=shape)
            name = f"{number}-{kind}-{dtype}"
            if kind == "dense":
                dense = numpy.zeros(shape, dtype)
                dense[rows, columns] = values
                chunks = tuple(max(1, min(extent, int(rng.integers(1, 40)))) for extent in shape) if size else None
                file.create_dataset(name, data=dense, chunks=chunks, maxshape=shape if size else None)
            else:
                matrix = coo.tocsc() if kind == "csc" else coo.tocsr()
                matrix.sort_indices()
                group = file.create_group(name)
                group["data"], group["indices"], group["indptr"] = matrix.data, matrix.indices, matrix.indptr
            cases.append({"name": name, "kind": kind, "dtype": dtype, "shape": shape})
    with open(os.path.join(folder, "cases.json"), "w") as file:
        json.dump(cases, file)


def original(file, case, layout):
    """What is expected, as SciPy has it."""
    format = scipy.sparse.csc_matrix if layout in ("csc", "tenx", "h5ad-csc") else scipy.sparse.csr_matrix
    node = file[case["name"]]
    if case["kind"] == "dense":
        return format(node[()])
    own = scipy.sparse.csc_matrix if case["kind"] == "csc" else scipy.sparse.csr_matrix
    matrix = own((node["data"][()], node["indices"][()], node["indptr"][()]), shape=tuple(case["shape"]))
    matrix = format(matrix)
    matrix.sort_indices()
    return matrix


def compare(got, expected, what):
    problems = []
    if type(got) is not type(expected):
        problems.append(f"{what}: {type(got).__name__}, expected {type(expected).__name__}")
    if got.shape != expected.shape:
        problems.append(f"{what}: shape {got.shape}, expected {expected.shape}")
    if got.dtype != expected.dtype:
        problems.append(f"{what}: dtype {got.dtype}, expected {expected.dtype}")
    for part in ("indptr", "indices", "data"):
        a, b = getattr(got, part), getattr(expected, part)
        if not numpy.array_equal(a, b, equal_nan=a.dtype.kind == "f"):
            problems.append(f"{what}: {part} differs")
    return problems


def names(letter, extent):
    return [f"{letter}{i}" for i in range(extent)]


def text(dataset):
    return dataset.asstr()[()].tolist()


def check(folder, case, layout, expected):
    path = os.path.join(folder, f"{case['name']}.{layout}.h5")
    rows, columns = expected.shape
    format = type(expected)
    problems = []
    if layout.startswith("h5ad"):
        adata = anndata.read_h5ad(path)
        problems += compare(adata.X, expected, "read_h5ad")
        if list(adata.obs_names) != names("r", rows) or list(adata.var_names) != names("c", columns):
            problems.append("read_h5ad: other names")
        # What was read can be written, and used: the parts agree with each other.
        adata.write_h5ad(path + ".again")
        problems += compare(anndata.read_h5ad(path + ".again").X, expected, "written again")
        if rows > 0 and columns > 0:
            backed = anndata.read_h5ad(path, backed="r")
            part = backed[: rows // 2 + 1].to_memory().X
            problems += compare(part, expected[: rows // 2 + 1], "backed")
            backed.file.close()
            numpy.testing.assert_array_equal(adata.X.toarray(), expected.toarray())
        return problems
    with h5py.File(path) as file:
        group = file["matrix"]
        arrays = tuple(group[part][()] for part in ("data", "indices", "indptr"))
        problems += compare(format(arrays, shape=(rows, columns)), expected, "h5py")
        if layout in ("csc", "csr"):
            problems += compare(read_elem(group), expected, "read_elem")
            return problems
        if group["shape"][()].tolist() != [rows, columns]:
            problems.append(f"shape is {group['shape'][()]}")
        features = group["features"]
        found = {name: text(features[name]) for name in ("id", "name", "feature_type", "genome", "_all_tag_keys")}
        wanted = {
            "id": names("r", rows),
            "name": [f"gene {i}" for i in range(rows)],
            "feature_type": ["Gene Expression"] * rows,
            "genome": ["GRCh38"] * rows,
            "_all_tag_keys": ["genome"],
        }
        if found != wanted:
            problems.append(f"features are {found}")
        if text(group["barcodes"]) != names("c", columns):
            problems.append("other barcodes")
    return problems


def main():
    if sys.argv[1] == "make":
        make(int(sys.argv[2]), sys.argv[3])
        return
    warnings.simplefilter("ignore")
    folder = sys.argv[2]
    found = []
    with open(os.path.join(folder, "cases.json")) as file:
        cases = json.load(file)
    with h5py.File(os.path.join(folder, "originals.h5")) as file:
        for case in cases:
            for layout in ("csc", "csr", "tenx", "h5ad", "h5ad-csc"):
                expected = original(file, case, layout)
                try:
                    problems = check(folder, case, layout, expected)
                except Exception as error:  # each is a finding, not the end
                    problems = [f"{type(error).__name__}: {error}"]
                found.append([case["name"], layout, problems])
            # For R, which reads no other file: the values as text.
            numpy.savetxt(os.path.join(folder, f"{case['name']}.txt"), original(file, case, "csc").toarray(), fmt="%.17g")
    print(json.dumps(found))


main()
