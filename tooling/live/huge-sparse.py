"""Sparse matrices of more than 2^31 non-zeros.

`huge-sparse.py make FOLDER` writes matrices of 2.4e9 entries, none of whose chunks are stored, for columns or rows to be
appended to. `huge-sparse.py check FOLDER` prints what h5py finds in them and in `huge-sparse.h5`: dtypes and lengths, and
the last pointers, indices and values.
"""

import json
import os
import sys

import h5py
import numpy

ENTRIES, FIBRES, EXTENT = 2_400_000_000, 3, 1_000_000


def make(folder):
    for name, format, index, count in [
        ("csc", "csc_matrix", "i8", ENTRIES),
        ("csr", "csr_matrix", "i8", ENTRIES),
        # Pointers of 32 bits that can count a few more, but not many.
        ("narrow", "csc_matrix", "i4", 2**31 - 11),
    ]:
        with h5py.File(os.path.join(folder, f"{name}.h5"), "w") as file:
            group = file.create_group("m")
            settings = {"maxshape": (None,), "chunks": (2**16,), "compression": "gzip"}
            group.create_dataset("data", (count,), "f4", **settings)
            group.create_dataset("indices", (count,), index, **settings)
            pointers = numpy.linspace(0, count, FIBRES + 1).astype(index)
            group.create_dataset("indptr", data=pointers, maxshape=(None,), chunks=(1024,))
            shape = (EXTENT, FIBRES) if format == "csc_matrix" else (FIBRES, EXTENT)
            group.attrs.update({"encoding-type": format, "encoding-version": "0.1.0", "shape": shape})


def last(dataset, count):
    return dataset[max(0, dataset.shape[0] - count) :].tolist()


def describe(path, group):
    with h5py.File(path) as file:
        parts = {name: file[group][name] for name in ("data", "indices", "indptr")}
        return {
            "dtypes": {name: str(part.dtype) for name, part in parts.items()},
            "lengths": {name: part.shape[0] for name, part in parts.items()},
            "shape": file[group].attrs["shape"].tolist(),
            "data": last(parts["data"], 4),
            "indices": last(parts["indices"], 4),
            "indptr": last(parts["indptr"], 4),
        }


if sys.argv[1] == "make":
    make(sys.argv[2])
else:
    folder = sys.argv[2]
    names = [(f"{name}.h5", "m") for name in ("csc", "csr", "narrow")] + [("huge-sparse.h5", "matrix")]
    print(json.dumps({name: describe(os.path.join(folder, name), group) for name, group in names}))
