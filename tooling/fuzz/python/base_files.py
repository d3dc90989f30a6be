"""The files that mutants are made from: small, and together of every structure that the direct reader knows.

Each function below writes one file. They are written anew in each run, with the same bytes each time: nothing in them
depends on the time or on chance.
"""

import ctypes
import os

import h5py
import numpy
from h5py import h5d, h5f, h5g, h5p, h5s, h5t

from hdf5_library import call
from lookup3 import checksum

UNLIMITED = None


class Writer:
    """How a base file is created: the versions of the format it may use, and settings of the file as a whole."""

    def __init__(self, low, high="latest"):
        self.access = h5p.create(h5p.FILE_ACCESS)
        self.access.set_libver_bounds(h5py._hl.files.libver_dict[low], h5py._hl.files.libver_dict[high])
        # Small blocks: less of the file is padding, where a mutation changes nothing.
        call("H5Pset_meta_block_size", self.access, ctypes.c_uint64(256))
        call("H5Pset_small_data_block_size", self.access, ctypes.c_uint64(128))
        self.creation = h5p.create(h5p.FILE_CREATE)
        self.creation.set_obj_track_times(False)

    def open(self, path):
        return h5py.File(h5f.create(os.fsencode(path), h5f.ACC_TRUNC, self.creation, self.access))


BASES = {}


def base(*args, **options):
    def add(function):
        BASES[function.__name__.replace("_", "-")] = (function, args, options)
        return function

    return add


def write_all(folder):
    """Writes every base file; returns their names."""
    for name, (function, args, options) in BASES.items():
        writer = Writer(*args)
        for setting, values in options.items():
            if setting == "userblock":
                writer.creation.set_userblock(values)
            elif setting == "pages":
                writer.creation.set_file_space_strategy(h5f.FSPACE_STRATEGY_PAGE, True, 1)
                writer.creation.set_file_space_page_size(values)
            elif setting == "shared":
                share_messages(writer.creation, *values)
            elif setting == "root_order":
                writer.creation.set_link_creation_order(values)
                writer.creation.set_attr_creation_order(values)
            elif setting == "sizes":
                writer.creation.set_sizes(*values)
            elif setting == "symbol_nodes":
                call("H5Pset_sym_k", writer.creation, ctypes.c_uint(values[0]), ctypes.c_uint(values[1]))
            elif setting == "chunk_nodes":
                call("H5Pset_istore_k", writer.creation, ctypes.c_uint(values))
            else:
                raise KeyError(setting)
        path = os.path.join(folder, f"{name}.h5")
        with writer.open(path) as file:
            function(file)
        with open(path, "r+b") as raw:
            content = without_times(raw.read())
            if writer.creation.get_userblock() > 0:
                comment = b"% a comment in front of the file\n"
                content = comment + content[len(comment) :]
            raw.seek(0)
            raw.write(content)
    return list(BASES)


def without_times(content):
    """The same file with 1 instead of the times in headers; those of some objects cannot be switched off."""
    content = bytearray(content)
    at = content.find(b"OHDR\2")
    while at >= 0:
        flags = content[at + 5]
        if flags & 32:
            content[at + 6 : at + 22] = (1).to_bytes(4, "little") * 4
            size_at = at + 22 + (4 if flags & 16 else 0)
            size_bytes = 1 << (flags & 3)
            end = size_at + size_bytes + int.from_bytes(content[size_at : size_at + size_bytes], "little")
            content[end : end + 4] = checksum(content[at:end]).to_bytes(4, "little")
        at = content.find(b"OHDR\2", at + 1)
    return content


def share_messages(creation, list_limit, tree_limit, flags):
    """Has messages of the kinds in `flags` stored once for all objects, in a list or in a B-tree."""
    call("H5Pset_shared_mesg_nindexes", creation, ctypes.c_uint(1))
    call("H5Pset_shared_mesg_index", creation, ctypes.c_uint(0), ctypes.c_uint(flags), ctypes.c_uint(1))
    call("H5Pset_shared_mesg_phase_change", creation, ctypes.c_uint(list_limit), ctypes.c_uint(tree_limit))


def group(parent, name, order=None, dense=None):
    """A group, its times not stored; `dense`: (most links in its header, fewest in a heap)."""
    settings = h5p.create(h5p.GROUP_CREATE)
    settings.set_obj_track_times(False)
    if order is not None:
        settings.set_link_creation_order(order)
        settings.set_attr_creation_order(order)
    if dense is not None:
        call("H5Pset_link_phase_change", settings, ctypes.c_uint(dense[0]), ctypes.c_uint(dense[1]))
    return h5py.Group(h5g.create(parent.id, name.encode(), gcpl=settings))


def low_level(parent, name, values, settings, maximum=None, stored=None):
    """A dataset with settings that h5py's own function does not take."""
    settings.set_obj_track_times(False)
    space = h5s.create_simple(values.shape, maximum)
    stored = h5t.py_create(values.dtype, logical=True) if stored is None else stored
    dataset = h5py.Dataset(h5d.create(parent.id, name.encode(), stored, space, dcpl=settings))
    dataset[...] = values
    return dataset


def settings_of(chunks=None, **filters):
    settings = h5p.create(h5p.DATASET_CREATE)
    settings.set_obj_track_times(False)
    if chunks is not None:
        settings.set_chunk(chunks)
    if filters.get("shuffle"):
        settings.set_shuffle()
    if "gzip" in filters:
        settings.set_deflate(filters["gzip"])
    if filters.get("fletcher32"):
        settings.set_fletcher32()
    return settings


def ramp(*shape, dtype="i4"):
    return (numpy.arange(int(numpy.prod(shape))) % 251).reshape(shape).astype(dtype)


def sparse(parent, name, by_column, compression=None, chunks=(7,), index="i4"):
    """A compressed sparse matrix of 12 x 9, as anndata writes it."""
    target = group(parent, name)
    values = numpy.where(ramp(12, 9) % 4 == 0, ramp(12, 9), 0)
    lines = values.T if by_column else values
    parts = [numpy.nonzero(line)[0] for line in lines]
    settings = {"chunks": chunks, "compression": compression} if chunks else {}
    target.create_dataset("data", data=lines[lines != 0].astype("f4"), **settings)
    target.create_dataset("indices", data=numpy.concatenate(parts).astype(index), **settings)
    target.create_dataset("indptr", data=numpy.cumsum([0, *map(len, parts)]).astype(index))
    target.attrs["encoding-type"] = "csc_matrix" if by_column else "csr_matrix"
    target.attrs["encoding-version"] = "0.1.0"
    target.attrs["shape"] = numpy.array([12, 9], "i8")


# Version 0 and 1 of the superblock: groups by symbol table, headers without checksums.


@base("earliest")
def symbol_tables(file):
    file["a"] = ramp(6, 5)
    inner = group(file, "inner")
    inner["b"] = ramp(4, dtype="f8")
    deeper = group(inner, "deeper")
    deeper["c"] = numpy.float32(1.5)
    deeper["back"] = h5py.SoftLink("/a")
    file["soft"] = h5py.SoftLink("inner/deeper")
    file["dangling"] = h5py.SoftLink("/nowhere")
    file["hard"] = deeper["c"]


@base("earliest", symbol_nodes=(1, 1))
def symbol_table_of_many(file):
    for i in range(13):
        file[f"link{i * 7 % 13:02d}"] = numpy.int16(i)
    inner = group(file, "inner")
    for i in range(9):
        inner[f"x{i}"] = h5py.SoftLink(f"/link0{i}")


@base("earliest", sizes=(4, 4))
def short_addresses(file):
    file["a"] = ramp(6, 5, dtype="u2")
    file.create_dataset("b", data=ramp(9, 4), chunks=(4, 4), compression="gzip")
    group(file, "g").attrs["text"] = "variable"
    file.attrs["n"] = numpy.arange(4.0)


@base("earliest", chunk_nodes=1)
def chunk_trees_deep(file):
    file.create_dataset("a", data=ramp(9, 8), chunks=(2, 3), maxshape=(UNLIMITED, 8))
    file.create_dataset("b", data=ramp(10, dtype="f8"), chunks=(3,), compression="gzip", shuffle=True)


@base("earliest")
def chunk_trees(file):
    file.create_dataset("gzip", data=ramp(20, 12, dtype="f8"), chunks=(8, 5), compression="gzip", shuffle=True)
    file.create_dataset("fletcher32", data=ramp(30, dtype=">i2"), chunks=(8,), fletcher32=True, compression="gzip")
    partly = file.create_dataset("partly", (9, 9, 4), "i4", chunks=(3, 4, 4), fillvalue=-7)
    partly[4:6, 2:, 1:3] = 5
    file.create_dataset("none", (0, 4), "f4", chunks=(2, 2), maxshape=(UNLIMITED, 4))


@base("earliest")
def attributes_in_headers(file):
    dataset = file.create_dataset("a", data=ramp(3, 4))
    dataset.attrs["int"] = 7
    dataset.attrs["float"] = numpy.array([[1.5, -2.5], [3.5, numpy.nan]], ">f4")
    dataset.attrs["text"] = "variable, with ünïcode"
    dataset.attrs["texts"] = ["one", "", "three"]
    dataset.attrs["fixed"] = numpy.array([b"ab", b"abc", b""], "S3")
    dataset.attrs["flag"] = True
    dataset.attrs["nothing"] = h5py.Empty("f4")
    dataset.attrs["pair"] = numpy.array((1, 2.5), dtype=[("x", "i4"), ("y", "f8")])
    file.attrs["root"] = numpy.arange(5, dtype="u1")


@base("earliest", userblock=512)
def user_block(file):
    for i in range(7):
        file.attrs[f"attribute {i}"] = numpy.arange(i, dtype="i8")
    file.create_dataset("a", data=ramp(5, 6, dtype="i8"), chunks=(5, 2), compression="gzip")
    file["b"] = ramp(7, dtype="u4")


@base("earliest")
def numbers(file):
    compact = settings_of()
    compact.set_layout(h5d.COMPACT)
    low_level(file, "compact", ramp(3, 5, dtype="i2"), compact)
    file["big"] = ramp(6, dtype=">f8") / 3
    file["half"] = numpy.array([0, 1, -2.5, 65504, numpy.inf, numpy.nan], "f2")
    file["flags"] = numpy.array([True, False, True])
    file["wide"] = numpy.array([-(2**63), 2**63 - 1, 2**53 + 1], ">i8")
    colours = h5py.enum_dtype({"red": 1, "green": 2, "blue": 300}, "i2")
    file.create_dataset("enum", data=numpy.array([1, 300, 2], "i2"), dtype=colours)
    twelve = h5t.STD_U16LE.copy()
    twelve.set_precision(12)
    twelve.set_offset(3)
    low_level(file, "bits", ramp(5, dtype="u2"), settings_of(), stored=twelve)
    file.create_dataset("filled", (4,), "i4", fillvalue=11)
    file.create_dataset("null", data=h5py.Empty("i4"))


@base("earliest")
def texts(file):
    variable = file.create_dataset("variable", (7,), h5py.string_dtype())
    variable[:5] = ["one", "", "drei — three", "x" * 40, "last"]
    for name, padding in (("terminated", h5t.STR_NULLTERM), ("padded", h5t.STR_NULLPAD), ("spaces", h5t.STR_SPACEPAD)):
        kind = h5t.C_S1.copy()
        kind.set_size(6)
        kind.set_strpad(padding)
        dataset = h5py.Dataset(h5d.create(file.id, name.encode(), kind, h5s.create_simple((3,)), dcpl=settings_of()))
        dataset[...] = numpy.array([b"ab", b"abcde", b""], "S6")
    file.create_dataset("chunked", data=[["a", "bc"], ["def", "g"]], dtype=h5py.string_dtype(), chunks=(1, 2))


@base("earliest")
def other_types(file):
    inner = numpy.dtype([("p", "i2"), ("q", "f4", (2,))])
    file["compound"] = numpy.zeros(3, [("a", "i4"), ("b", "S4"), ("c", inner), ("d", "f8")])
    file["complex"] = numpy.array([1 + 2j, 3 - 4j])
    file["array"] = numpy.zeros(2, [("m", "i2", (2, 3))])
    file["opaque"] = numpy.array([b"abcd"], "V4")
    file.create_dataset("ragged", (2,), h5py.vlen_dtype("i4"))[0] = [1, 2, 3]
    file.create_dataset("reference", data=numpy.array([file.ref], object), dtype=h5py.ref_dtype)
    file["type"] = numpy.dtype("i4")
    file.create_dataset("typed", data=ramp(4), dtype=file["type"])
    file["typed"].attrs.create("also", ramp(2), dtype=file["type"])


@base("earliest")
def records(file):
    inner = numpy.dtype([("p", ">i2"), ("q", "f4", (2,)), ("word", "S3")])
    kinds = [("a", "i4"), ("fixed", "S4"), ("text", h5py.string_dtype()), ("flag", "?"), ("inner", inner), ("d", "f8", (2, 2))]
    rows = numpy.zeros(5, kinds)
    for i in range(5):
        rows[i] = (i, b"abcd"[:i], "ü" * i, i % 2, (3 * i, (i / 2, -i), b"xyz"[i // 2 :]), ((i, 1), (2, i)))
    file["whole"] = rows
    file.create_dataset("chunked", data=rows.reshape(5, 1), chunks=(2, 1), compression="gzip", maxshape=(UNLIMITED, 1))
    compact = settings_of()
    compact.set_layout(h5d.COMPACT)
    low_level(file, "compact", rows[["a", "fixed", "inner"]], compact)
    file.create_dataset("bytes", data=numpy.array([[b"a", b"bc", b"def"], [b"", b"ghi", b"j"]]), chunks=(2, 2), shuffle=True)


@base("latest")
def records_latest(file):
    rows = numpy.zeros(6, [("i", "u2"), ("t", h5py.string_dtype("ascii")), ("s", "S5"), ("m", "i1", (3,))])
    for i in range(6):
        rows[i] = (i, "abc" * i, b"hello"[:i], (i, -i, i))
    file.create_dataset("r", data=rows, chunks=(4,), compression="gzip", fletcher32=True)


@base("earliest")
def sparse_by_column(file):
    sparse(file, "X", True, "gzip")
    sparse(file, "Y", False, None, None, "i8")


@base("earliest")
def sparse_of_10x(file):
    matrix = group(file, "matrix")
    values = numpy.where(ramp(8, 6) % 3 == 0, ramp(8, 6) + 1, 0)
    parts = [numpy.nonzero(column)[0] for column in values.T]
    settings = {"chunks": (6,), "compression": "gzip", "shuffle": True}
    matrix.create_dataset("data", data=values.T[values.T != 0].astype("i4"), **settings)
    matrix.create_dataset("indices", data=numpy.concatenate(parts).astype("i8"), **settings)
    matrix.create_dataset("indptr", data=numpy.cumsum([0, *map(len, parts)]).astype("i8"), **settings)
    matrix.create_dataset("shape", data=numpy.array([8, 6], "i4"))
    matrix.create_dataset("barcodes", data=numpy.array([b"AAC-1", b"AAG-1"] * 3))


@base("earliest")
def header_continued(file):
    dataset = file.create_dataset("a", data=ramp(4, 6), chunks=(2, 6))
    for i in range(12):
        dataset.attrs[f"added later {i}"] = numpy.arange(i % 5, dtype="i4")
    inner = group(file, "inner")
    for i in range(6):
        inner.attrs[f"n{i}"] = i


# Version 2 of the superblock: headers with checksums, links in messages and in heaps.


@base("v108", "v108")
def links_in_headers(file):
    file["a"] = ramp(6, 5)
    inner = group(file, "inner", h5p.CRT_ORDER_TRACKED)
    inner["b"] = ramp(4, dtype="f8")
    inner["soft"] = h5py.SoftLink("/a")
    deeper = group(inner, "deeper")
    deeper["ünï"] = numpy.float32(1.5)
    file["external"] = h5py.ExternalLink("elsewhere.h5", "/there")


@base("v108", "v108")
def links_in_heaps(file):
    dense = group(file, "dense", dense=(0, 0))
    for i in range(12):
        dense[f"link {i * 5 % 12:02d}"] = numpy.int32(i)
    dense["soft"] = h5py.SoftLink("/dense/link 03")
    ordered = group(file, "ordered", h5p.CRT_ORDER_TRACKED | h5p.CRT_ORDER_INDEXED, (0, 0))
    for name in "zyxw":
        ordered[name] = h5py.SoftLink("/dense")


@base("v108", "v108")
def links_in_large_heaps(file):
    dense = group(file, "dense", dense=(0, 0))
    long = "a name that fills the blocks of the heap, of which there are several then, "
    for i in range(45):
        dense[f"{long}{i * 11 % 45:03d}"] = h5py.SoftLink("/target")
    dense["k" * 700] = h5py.SoftLink("/target")
    dense["n"] = h5py.SoftLink("/" + "v" * 4200)
    file["target"] = ramp(3)


@base("v108", "v108", root_order=h5p.CRT_ORDER_TRACKED | h5p.CRT_ORDER_INDEXED)
def attributes_in_heaps(file):
    dataset = file.create_dataset("a", data=ramp(3, 4))
    for i in range(11):
        dataset.attrs[f"dense {i * 7 % 11:02d}"] = numpy.arange(i, dtype="i4")
    dataset.attrs["text"] = "variable"
    dataset.attrs["texts"] = numpy.array([b"ab", b"abc"], "S4")
    for i in range(9):
        file.attrs[f"r{i}"] = float(i)


@base("v108", "v108", shared=(50, 40, 0b11111))
def shared_by_list(file):
    for name in "abc":
        dataset = file.create_dataset(name, data=ramp(6, 4), chunks=(3, 4), compression="gzip", fillvalue=3)
        dataset.attrs["same"] = "the same text for all of them"
        dataset.attrs["number"] = numpy.arange(3, dtype="i8")


@base("v108", "v108", shared=(2, 1, 0b11111))
def shared_by_tree(file):
    for name in "abcd":
        dataset = file.create_dataset(name, data=ramp(6, dtype="f4"), chunks=(4,), shuffle=True, compression="gzip")
        dataset.attrs["same"] = numpy.arange(4.0)
        dataset.attrs[f"own {name}"] = name


# Version 3 of the superblock: the newer indexes of chunks.


@base("v110", "v110")
def single_chunk(file):
    file.create_dataset("plain", data=ramp(6, 5), chunks=(6, 5))
    file.create_dataset("gzip", data=ramp(6, 5, dtype="f8"), chunks=(6, 5), compression="gzip", shuffle=True)
    file.create_dataset("larger", data=ramp(3, 2), chunks=(3, 2), maxshape=(3, 2), fletcher32=True)
    file.create_dataset("missing", (4, 4), "i2", chunks=(4, 4), compression="gzip", fillvalue=9)


@base("v110", "v110")
def implicit_index(file):
    early = settings_of((3, 4))
    early.set_alloc_time(h5d.ALLOC_TIME_EARLY)
    low_level(file, "a", ramp(10, 9), early)
    cube = settings_of((2, 2, 2))
    cube.set_alloc_time(h5d.ALLOC_TIME_EARLY)
    low_level(file, "b", ramp(3, 4, 5, dtype="u1"), cube)


@base("v110", "v110")
def fixed_array(file):
    file.create_dataset("plain", data=ramp(10, 9), chunks=(3, 4))
    file.create_dataset("gzip", data=ramp(10, 9, dtype="i8"), chunks=(4, 4), compression="gzip", fletcher32=True)
    file.create_dataset("growing", (6, 4), "i2", chunks=(2, 2), maxshape=(10, 8), fillvalue=4)[2:4] = 1


@base("v110", "v110")
def fixed_array_of_pages(file):
    paged = file.create_dataset("paged", (1030, 2), "u1", chunks=(1, 2), fillvalue=5)
    paged[1:4] = 1
    paged[1022:1028] = 2


@base("v110", "v110")
def extensible_array(file):
    file.create_dataset("plain", data=ramp(66), chunks=(1,), maxshape=(UNLIMITED,))
    gzip = file.create_dataset("gzip", (40, 3), "i4", chunks=(2, 3), maxshape=(UNLIMITED, 3), compression="gzip")
    gzip[:12] = ramp(12, 3)
    gzip[30:] = 8
    file.create_dataset("second", data=ramp(4, 12, dtype="f4"), chunks=(2, 2), maxshape=(4, UNLIMITED))


@base("v110", "v110")
def extensible_array_far(file):
    far = file.create_dataset("far", (20000,), "u1", chunks=(1,), maxshape=(UNLIMITED,), fillvalue=3)
    far[:4] = 1
    far[300] = 7
    far[10000:10003] = 9
    far[19995:] = 2


@base("v110", "v110")
def tree_of_chunks(file):
    both = (UNLIMITED, UNLIMITED)
    file.create_dataset("plain", data=ramp(9, 8), chunks=(3, 3), maxshape=both)
    file.create_dataset("gzip", data=ramp(9, 8, dtype="f8"), chunks=(4, 4), maxshape=both, compression="gzip")


@base("v110", "v110")
def tree_of_chunks_deep(file):
    both = (UNLIMITED, UNLIMITED)
    file.create_dataset("deep", data=ramp(16, 10, dtype="u1"), chunks=(1, 1), maxshape=both)


@base("v112", "v112")
def edges_unfiltered(file):
    settings = settings_of((4, 4), gzip=6, shuffle=True)
    call("H5Pset_chunk_opts", settings, ctypes.c_uint(2))
    low_level(file, "fixed", ramp(9, 10), settings)
    low_level(file, "growing", ramp(9, 10), settings, (h5s.UNLIMITED, 10))
    low_level(file, "tree", ramp(5, 6, dtype="f8"), settings, (h5s.UNLIMITED, h5s.UNLIMITED))


@base("v110", "v110", pages=512)
def file_of_pages(file):
    file["a"] = ramp(6, 5)
    file.create_dataset("b", data=ramp(9, 4), chunks=(4, 4), compression="gzip")
    group(file, "g").attrs["text"] = "variable"


@base("latest")
def newest(file):
    file.create_dataset("fixed", data=ramp(9, 6), chunks=(4, 4), compression="gzip", shuffle=True)
    file.create_dataset("growing", data=ramp(30, dtype="f4"), chunks=(8,), maxshape=(UNLIMITED,), compression="gzip")
    file.create_dataset("single", data=ramp(5, 5), chunks=(5, 5), compression="gzip")
    file.create_dataset("tree", data=ramp(5, 5), chunks=(2, 2), maxshape=(UNLIMITED, UNLIMITED))
    file.create_dataset("text", data=["one", "two"], dtype=h5py.string_dtype())
    file["type"] = numpy.dtype("f8")
    file.create_dataset("typed", data=ramp(4), dtype=file["type"])


@base("latest")
def sparse_by_row(file):
    sparse(file, "X", False, "gzip")
    group(file, "obs")["index"] = numpy.array([b"a", b"b"])


@base("latest")
def left_to_the_fallback(file):
    settings = settings_of((10,))
    settings.set_scaleoffset(h5py.h5z.SO_INT, 0)
    low_level(file, "scaled", ramp(30), settings)
    file.create_dataset("szip", data=ramp(40, dtype="u2"), chunks=(20,), compression="szip")
    packed = h5t.STD_I32LE.copy()
    packed.set_precision(9)
    nbit = settings_of((10,))
    nbit.set_filter(h5py.h5z.FILTER_NBIT, h5py.h5z.FLAG_OPTIONAL)
    low_level(file, "packed", ramp(30), nbit, stored=packed)
    file["beside"] = ramp(3, 4)
    layout = h5py.VirtualLayout((3, 4), "i4")
    layout[...] = h5py.VirtualSource(".", "beside", (3, 4))
    file.create_virtual_dataset("virtual", layout, fillvalue=-1)
