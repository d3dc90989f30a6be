"""Elements as this project gives them: dtypes that JavaScript has, strings decoded."""

import numpy
from h5py import h5t

from describe_type import float_format
from outcome import numbers, texts


def is_boolean(kind):
    members = {kind.get_member_name(i): kind.get_member_value(i) for i in range(kind.get_nmembers())}
    return members == {b"FALSE": 0, b"TRUE": 1}


def memory_dtype(kind):
    """What h5py reads elements as; `None` for types whose values this project does not give."""
    if isinstance(kind, (h5t.TypeEnumID, h5t.TypeIntegerID, h5t.TypeBitfieldID)):
        return kind.dtype if kind.get_size() in (1, 2, 4, 8) else None
    if isinstance(kind, h5t.TypeFloatID):
        return kind.dtype if float_format(kind) != "other" else None
    if isinstance(kind, h5t.TypeStringID):
        return kind.dtype
    return None


def own_if_bits(kind):
    """Bit fields are read as such: HDF5 makes no integers of those of one byte that say that they are big-endian."""
    return kind if isinstance(kind, h5t.TypeBitfieldID) else None


def as_text(kind, array):
    if isinstance(kind, h5t.TypeStringID):
        # NumPy takes the zeros at the end of strings of a fixed size away; here all bytes are wanted.
        size = array.dtype.itemsize
        raw = array.reshape(-1) if kind.is_variable_str() else array.reshape(-1).view(f"V{size}")
        return texts([decoded(kind, one if kind.is_variable_str() else bytes(one)) for one in raw])
    if isinstance(kind, h5t.TypeEnumID) and is_boolean(kind):
        return numbers("bool", array.view("u1") != 0)
    if isinstance(kind, (h5t.TypeEnumID, h5t.TypeIntegerID, h5t.TypeBitfieldID)):
        return numbers(array.dtype.name, array.astype(array.dtype.newbyteorder("<")))
    if float_format(kind) == "binary16":
        wide = array.astype("<f4")
        wide[numpy.isnan(wide)] = numpy.nan
        return numbers("float32", wide)
    return numbers(array.dtype.name, array.astype(array.dtype.newbyteorder("<")))


def decoded(kind, one):
    raw = one if isinstance(one, bytes) else str(one).encode() if one else b""
    if not kind.is_variable_str():
        padding = kind.get_strpad()
        if padding == h5t.STR_SPACEPAD:
            raw = raw.rstrip(b" ")
        elif padding == h5t.STR_NULLTERM:
            raw = raw.split(b"\0")[0]
        raw = raw.rstrip(b"\0")
    return raw.decode("utf-8", "replace")
