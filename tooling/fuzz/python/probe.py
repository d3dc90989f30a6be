"""Looks one thing up in a file, as h5py does."""

import ctypes
import re

import numpy
from h5py import h5a, h5d, h5g, h5o, h5s, h5t

from describe_type import describe, has_texts, text, utf16
from hdf5_library import call
from outcome import LARGE, absent, extents, failed, found, numbers, texts
from values import as_text, memory_dtype, own_if_bits

ABSENT = re.compile(r"object '.*' doesn't exist|component not found", re.DOTALL)


def run(file, probe):
    """One line: what was found, or the error."""
    try:
        return RUN[probe["what"]](file, probe)
    except RecursionError:
        raise
    except MemoryError as error:
        return failed(error)
    except Exception as error:
        if probe["what"] == "kind" and isinstance(error, KeyError) and ABSENT.search(str(error)):
            return absent()
        return failed(error)


def opened(file, path, wanted=None):
    thing = h5o.open(file, path.encode())
    if wanted is not None and not isinstance(thing, wanted):
        raise TypeError(f"{type(thing).__name__} instead of {wanted.__name__}")
    return thing


def kind(file, probe):
    """What an object is can be told without opening it; h5py then looks at its size as well, which may fail in turn."""
    path = probe["path"].encode()
    try:
        return found(KINDS.get(type(h5o.open(file, path)), "datatype"))
    except Exception as error:
        try:
            return found(KINDS[h5o.get_info(file, path).type])
        except Exception:
            raise error from None


KINDS = {
    h5o.TYPE_GROUP: "group",
    h5o.TYPE_DATASET: "dataset",
    h5o.TYPE_NAMED_DATATYPE: "datatype",
    h5g.GroupID: "group",
    h5d.DatasetID: "dataset",
}


def children(file, probe):
    names = []
    group = opened(file, probe["path"], h5g.GroupID)  # Kept while its links are gone through.
    group.links.iterate(lambda name: names.append(text(name)))
    return found(texts(sorted(names, key=utf16)))


def shape_of(space):
    extent = space.get_simple_extent_type()
    return None if extent == h5s.NULL else () if extent == h5s.SCALAR else space.get_simple_extent_dims()


def dataset(file, probe):
    thing = opened(file, probe["path"], h5d.DatasetID)
    settings = thing.get_create_plist()
    chunked = settings.get_layout() == h5d.CHUNKED
    chunks = extents(settings.get_chunk()) if chunked else "whole"
    filters = ",".join(str(settings.get_filter(i)[0]) for i in range(settings.get_nfilters()))
    return found(f"{extents(shape_of(thing.get_space()))} {chunks} [{filters}] {describe(thing.get_type())}")


def window(shape, start, stop):
    """The part of a dataset that is read: the base file's, as far as it is there."""
    if len(start) != len(shape):
        start, stop = [0] * len(shape), [4] * len(shape)
    first = [min(low, extent) for low, extent in zip(start, shape)]
    return first, [min(high, extent) - low for low, high, extent in zip(first, stop, shape)]


def product(counts):
    total = 1
    for count in counts:
        total *= count
    return total


def is_large(counts, stored):
    if has_texts(stored):
        return product(counts) > LARGE // 256
    return product(counts) * stored.get_size() > LARGE


def values(file, probe):
    thing = opened(file, probe["path"], h5d.DatasetID)
    return found(read(thing, probe["start"], probe["stop"]))


def read(thing, start, stop):
    stored = thing.get_type()
    space = thing.get_space()
    shape = shape_of(space)
    if shape is None:
        return "null"
    first, count = window(shape, start, stop)
    # Strings are read whole, as this project does.
    if is_large(shape if isinstance(stored, h5t.TypeStringID) else count, stored):
        return "large"
    dtype = memory_dtype(stored)
    if dtype is None:
        return "-"
    array = read_window(thing, space, shape, first, count, dtype)
    return f"{extents(count)} {as_text(stored, array)}"


def read_window(thing, space, shape, first, count, dtype, plainly=False):
    array = numpy.zeros(count, dtype)
    # A dataset of 0 dimensions has nothing to select from.
    if len(shape) == 0:
        read_into(array, thing, h5s.create(h5s.SCALAR), space, plainly)
    elif array.size > 0:
        space.select_hyperslab(tuple(first), tuple(count))
        read_into(array, thing, h5s.create_simple(tuple(count)), space, plainly)
    return array


def read_into(array, thing, memory, space, plainly):
    if not plainly:
        thing.read(memory, space, array, own_if_bits(thing.get_type()))
        return
    kind = h5t.py_create(array.dtype)
    identifiers = [ctypes.c_int64(one) for one in (kind.id, memory.id, space.id, 0)]
    call("H5Dread", thing, *identifiers, array.ctypes.data_as(ctypes.c_void_p))


def field(file, probe):
    """A field of a compound; the extents of an array type come after those of the dataset."""
    thing = opened(file, probe["path"], h5d.DatasetID)
    stored = thing.get_type()
    space = thing.get_space()
    shape = shape_of(space)
    if shape is None:
        return found("null")
    first, count = window(shape, probe["start"], probe["stop"])
    if is_large(count, stored):
        return found("large")
    names = probe["field"].split("/")
    value = stored
    for name in names:
        if not isinstance(value, h5t.TypeCompoundID):
            raise TypeError(f"no field {name} of {type(value).__name__}")
        value = value.get_member_type(value.get_member_index(name.encode()))
    dims = []
    while isinstance(value, h5t.TypeArrayID):
        dims += value.get_array_dims()
        value = value.get_super()
    if product([*count, *dims]) > LARGE:
        return found("large")
    dtype = memory_dtype(value)
    if dtype is None:
        return found("-")
    dtype = numpy.dtype((dtype, tuple(dims)))
    for name in reversed(names):
        dtype = numpy.dtype([(name, dtype)])
    # h5py reads all fields when there are texts among them, HDF5 what it is asked for.
    array = read_window(thing, space, shape, first, count, dtype, plainly=not has_texts(value))
    for name in names:
        array = array[name]
    return found(f"{extents([*count, *dims])} {as_text(value, numpy.ascontiguousarray(array))}")


def reshape(file, probe):
    """A part of a dataset under another shape."""
    thing = opened(file, probe["path"], h5d.DatasetID)
    stored = thing.get_type()
    space = thing.get_space()
    shape = shape_of(space)
    if shape is not None and is_large(shape, stored):
        return found("large")
    dtype = memory_dtype(stored)
    if dtype is None:
        return found("-")
    array = read_window(thing, space, shape, [0] * len(shape), shape, dtype).reshape(probe["shape"])
    part = array[tuple(map(slice, probe["start"], probe["stop"]))]
    return found(f"{extents(part.shape)} {as_text(stored, numpy.ascontiguousarray(part))}")


def attribute(file, probe):
    # By the object's path: an object that has this attribute need not be one that can be opened.
    path, name = probe["path"].encode(), probe["name"].encode()
    if not h5a.exists(file, name, obj_name=path):
        return absent()
    one = h5a.open(file, name, obj_name=path)
    stored = one.get_type()
    shape = shape_of(one.get_space())
    described = f"{extents(shape)} {describe(stored)}"
    if shape is None:
        return found(described)
    if is_large(shape, stored):
        return found("large")
    dtype = memory_dtype(stored)
    if dtype is None:
        return found(f"{described} -")
    array = numpy.zeros(shape, dtype)
    one.read(array, own_if_bits(stored))
    return found(f"{described} {as_text(stored, array)}")


def vector(file, path):
    thing = opened(file, path, h5d.DatasetID)
    shape = shape_of(thing.get_space())
    if shape is None or len(shape) != 1:
        raise ValueError("not one dimension")
    stored = thing.get_type()
    if not isinstance(stored, (h5t.TypeIntegerID, h5t.TypeFloatID, h5t.TypeEnumID, h5t.TypeBitfieldID)):
        raise TypeError("no numbers")
    if is_large(shape, stored):
        return None
    array = numpy.zeros(shape, memory_dtype(stored))
    thing.read(h5s.ALL, h5s.ALL, array, own_if_bits(stored))
    return array


def sparse(file, probe):
    """The whole matrix, with the layout that is known of the base file, if its parts agree with each other."""
    path = probe["path"]
    parts = [vector(file, f"{path}/{name}") for name in ("data", "indices", "indptr")]
    if any(part is None for part in parts):
        return found("large")
    data, indices, indptr = parts
    if indices.dtype.kind not in "iu" or indptr.dtype.kind not in "iu" or data.dtype.kind not in "iufb":
        raise TypeError("not integers")
    rows, columns = probe["shape"]
    lines, extent = (columns, rows) if probe["byColumn"] else (rows, columns)
    pointers = [int(one) for one in indptr]
    if len(pointers) != lines + 1 or pointers[0] != 0 or sorted(pointers) != pointers:
        raise ValueError("pointers")
    if pointers[-1] != len(data) or len(data) != len(indices):
        raise ValueError("lengths")
    if any(not 0 <= int(index) < extent for index in indices):
        raise ValueError("index out of range")
    if data.dtype == numpy.float16:
        data = data.astype("f4")
    matrix = numpy.zeros((lines, extent), data.dtype.newbyteorder("="))
    line = numpy.repeat(numpy.arange(lines), numpy.diff(pointers))
    numpy.add.at(matrix, (line, indices.astype("i8")), data)
    if probe["byColumn"]:
        matrix = matrix.T
    # Several entries of an element are added in any order: the last bits of a sum of three may differ, and -0 + 0.
    if data.dtype.kind == "f":
        matrix = matrix + 0
        matrix[numpy.isnan(matrix)] = numpy.nan
    return found(numbers(matrix.dtype.name, matrix))


RUN = {
    "kind": kind,
    "children": children,
    "dataset": dataset,
    "values": values,
    "field": field,
    "reshape": reshape,
    "attribute": attribute,
    "sparse": sparse,
}
