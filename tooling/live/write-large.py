"""Writes files with holes, larger than they take room on the disk: `write-large.py FOLDER`.

Each begins with 4.8 GB in one piece, of which little is written; everything else lies behind. large.json lists windows
of datasets of 20 GB (logical size), of which the chunks in these windows are stored, with a digest of what h5py reads
from each and statistics of what it reads from one of them.
"""

import hashlib
import json
import os
import subprocess
import sys

import h5py
import numpy
from h5py import h5d, h5p, h5s, h5t
from scipy.sparse import csc_matrix

folder = sys.argv[1]
EXTENT, CHUNK = 50_000, 500
# In one piece: rows of 64 KiB, of which row 65536 begins 2^32 bytes after the first.
FIRST_ROWS, FIRST_COLUMNS = 9 * 2**13, 2**13
# Bytes: 20 GB in chunks of a size that divides nothing else.
BYTES, PIECE = 20_000_000_000, 1_000_003
# CSC: 10,000 columns of 250,000 entries, 20 GB together.
ROWS, COLUMNS, ENTRIES = 3_000_000, 10_000, 250_000


def values(rows, columns):
    """What is at each place: multiples of 1/8, so that sums of millions of them are exact in any order."""
    i, j = numpy.arange(rows.start, rows.stop)[:, None], numpy.arange(columns.start, columns.stop)[None, :]
    return (i * 31 + j * 17) % 1009 + j / 8


def digest(*arrays):
    return "".join(hashlib.sha1(numpy.ascontiguousarray(one).tobytes()).hexdigest() for one in arrays)


def case(dataset, kind, windows, summary=None):
    name, file = dataset.name, os.path.basename(dataset.file.filename)
    nbytes = sum(one.nbytes for one in dataset.values()) if kind == "sparse" else dataset.nbytes
    return {"kind": kind, "file": file, "name": name, "bytes": nbytes, "windows": windows, "summary": summary}


def stored(dataset, bounds):
    """Where the chunks of a window lie in the file, and that all of them are stored."""
    offset = dataset.id.get_offset()
    if offset is not None:
        return {"lowest": offset, "packed": False}
    places = [
        range(start // chunk * chunk, stop, chunk) for (start, stop), chunk in zip(bounds, dataset.chunks, strict=True)
    ]
    grid = numpy.stack(numpy.meshgrid(*places, indexing="ij"), axis=-1).reshape(-1, len(places))
    chunks = [dataset.id.get_chunk_info_by_coord(tuple(map(int, place))) for place in grid]
    assert all(chunk.byte_offset is not None and chunk.size > 0 for chunk in chunks), (dataset.name, bounds)
    return {"lowest": min(chunk.byte_offset for chunk in chunks), "packed": dataset.compression is not None}


def window(dataset, *bounds):
    part = dataset[tuple(slice(*one) for one in bounds)]
    return {"bounds": bounds, "digest": digest(part.astype(part.dtype.newbyteorder("<"))), **stored(dataset, bounds)}


def create(name, libver):
    path = os.path.join(folder, name)
    with h5py.File(path, "w", libver=libver):
        pass
    if sys.platform == "win32":
        # Elsewhere a file has holes where it was not written; there it has to be told.
        subprocess.run(["fsutil", "sparse", "setflag", path], check=True)
    return h5py.File(path, "r+", libver=libver)


def first(file):
    """What all others lie behind; some of it before and some of it after 2^32."""
    settings = h5p.create(h5p.DATASET_CREATE)
    settings.set_alloc_time(h5d.ALLOC_TIME_EARLY)
    settings.set_fill_time(h5d.FILL_TIME_NEVER)
    h5d.create(file.id, b"first", h5t.IEEE_F64LE, h5s.create_simple((FIRST_ROWS, FIRST_COLUMNS)), dcpl=settings)
    dataset = file["first"]
    windows = [((65_530, 65_540), (0, FIRST_COLUMNS)), ((70_000, 70_300), (8_001, 8_090))]
    for rows, columns in windows:
        dataset[slice(*rows), slice(*columns)] = values(slice(*rows), slice(*columns))
    return case(dataset, "dense", [window(dataset, *one) for one in windows])


def small(file, name, **settings):
    """A dataset of little behind that, in one piece or in chunks."""
    dataset = file.create_dataset(name, data=numpy.arange(300 * 70, dtype=">i4").reshape(300, 70), **settings)
    return case(dataset, "dense", [window(dataset, (0, 300), (0, 70)), window(dataset, (299, 300), (5, 6))])


def dense(file, name, with_row=False, **settings):
    """20 GB, of which the corners, some chunks between them and maybe a whole row of chunks are stored."""
    settings = {"chunks": (CHUNK, CHUNK), "compression": "gzip", "compression_opts": 1, "shuffle": True, **settings}
    dataset = file.create_dataset(name, (EXTENT, EXTENT), "f8", **settings)
    corners = [(0, 0), (0, 99), (99, 0), (99, 99), (37, 61), (38, 61), (38, 62), (37, 62)]
    row_of_chunks = [(40, column) for column in range(100)] if with_row else []
    for row, column in corners + row_of_chunks:
        rows, columns = (slice(one * CHUNK, (one + 1) * CHUNK) for one in (row, column))
        dataset[rows, columns] = values(rows, columns)
    windows = [
        window(dataset, (0, 40), (3, 60)),
        window(dataset, (10, 500), (49_500, 50_000)),
        window(dataset, (49_999, 50_000), (0, 500)),
        window(dataset, (49_501, 49_999), (49_502, 49_998)),
        window(dataset, (18_600, 19_400), (30_700, 31_300)),
    ]
    if not with_row:
        return case(dataset, "dense", windows)
    # 40 MB, from chunks of 200 MB.
    windows.append(window(dataset, (20_100, 20_200), (0, EXTENT)))
    # 200 MB, which are never in memory together.
    bounds = [[20_000, 20_500], [0, EXTENT]]
    part = dataset[20_000:20_500]
    assert (part == values(slice(20_000, 20_500), slice(0, EXTENT))).all()
    summary = {
        "bounds": bounds,
        "sum": part.sum(),
        "mean": part.mean(),
        "min": part.min(),
        "max": part.max(),
        "sums": digest(part.sum(axis=0)),
    }
    return case(dataset, "dense", windows, summary)


def vector(file, name, **settings):
    """20 GB on one axis: elements themselves are numbered past 2^32."""
    settings = {"chunks": (PIECE,), "compression": "gzip", "compression_opts": 1, **settings}
    dataset = file.create_dataset(name, (BYTES,), "u1", **settings)
    windows = [(2**32 - 1_500_000, 2**32 + 1_500_000), (2**32 - 3, 2**32 + 2), (BYTES - 20_000, BYTES)]
    for start, stop in windows:
        # Whole chunks, as far as there are any.
        low, high = start // PIECE * PIECE, min(-(-stop // PIECE) * PIECE, BYTES)
        dataset[low:high] = (numpy.arange(low, high) // 7 % 251).astype("u1")
    return case(dataset, "dense", [window(dataset, one) for one in windows])


def sparse(file, name):
    group = file.create_group(name)
    settings = {"chunks": (ENTRIES,), "compression": "gzip", "compression_opts": 1, "shuffle": True}
    data = group.create_dataset("data", (COLUMNS * ENTRIES,), "f4", **settings)
    indices = group.create_dataset("indices", (COLUMNS * ENTRIES,), "i4", **settings)
    group.create_dataset("indptr", data=numpy.arange(COLUMNS + 1, dtype="i8") * ENTRIES, compression="gzip")
    group.attrs["shape"] = [ROWS, COLUMNS]
    group.attrs["encoding-type"] = "csc_matrix"
    for column in (0, 4321, 4322, 4323, 4324, 9998, 9999):
        part = slice(column * ENTRIES, (column + 1) * ENTRIES)
        indices[part] = numpy.arange(ENTRIES, dtype="i4") * 12 + column % 12
        data[part] = (numpy.arange(ENTRIES) + column) % 997

    def columns(start, stop):
        part = slice(start * ENTRIES, stop * ENTRIES)
        pointers = numpy.arange(stop - start + 1) * ENTRIES
        return csc_matrix((data[part], indices[part], pointers), shape=(ROWS, stop - start))

    def columns_window(start, stop, step):
        matrix = columns(start, stop)[::step].sorted_indices()
        places = [stored(one, [(start * ENTRIES, stop * ENTRIES)]) for one in (data, indices)]
        return {
            "bounds": [[0, ROWS, step], [start, stop]],
            "digest": digest(matrix.indices.astype("i4"), matrix.data),
            "lowest": min(place["lowest"] for place in places),
            "packed": all(place["packed"] for place in places),
        }

    windows = [
        columns_window(0, 1, 1),
        columns_window(4321, 4325, 1),
        columns_window(4321, 4325, 900_001),
        columns_window(9998, 10_000, 7),
        columns_window(9999, 10_000, 1),
    ]
    matrix = columns(4321, 4325).astype("f8")
    summary = {
        "bounds": [[0, ROWS], [4321, 4325]],
        "sum": matrix.sum(),
        "mean": matrix.mean(),
        "min": matrix.min(),
        "max": matrix.max(),
        "sums": digest(numpy.asarray(matrix.sum(axis=0)).ravel()),
    }
    return case(group, "sparse", windows, summary)


with create("earliest.h5", "earliest") as file:
    cases = [
        first(file),
        small(file, "late/contiguous"),
        small(file, "late/chunked", chunks=(64, 64)),
        dense(file, "B-tree 1", with_row=True),
        vector(file, "bytes/B-tree 1"),
        sparse(file, "csc"),
    ]
with create("latest.h5", "latest") as file:
    cases += [
        first(file),
        small(file, "late/contiguous"),
        small(file, "late/implicit", chunks=(64, 64)),
        small(file, "late/single", chunks=(300, 70)),
        dense(file, "fixed array"),
        dense(file, "extensible array", maxshape=(None, EXTENT)),
        dense(file, "B-tree 2", with_row=True, maxshape=(None, None)),
        vector(file, "bytes/fixed array"),
        vector(file, "bytes/extensible array", maxshape=(None,)),
        sparse(file, "csc"),
    ]
with open(os.path.join(folder, "large.json"), "w") as out:
    json.dump(cases, out, default=lambda number: number.item())
