"""Filters done by hand, for chunks that are written past HDF5: each can leave out any of its filters."""

import zlib

import numpy
from h5py import h5z


def shuffle(data, size):
    whole = len(data) // size * size
    if size == 1 or whole == 0:
        return data
    planes = numpy.frombuffer(data[:whole], numpy.uint8).reshape(-1, size).T
    return planes.tobytes() + data[whole:]


def fletcher32(data):
    """HDF5's variant: 16-bit words, the high byte first; the last odd byte as a word's high one."""
    padded = data + b"\0" * (len(data) % 2)
    words = numpy.frombuffer(padded, ">u2").astype(object)
    first = second = 0
    for word in words:
        first = (first + int(word)) % 65535
        second = (second + first) % 65535
    # The sums are folded, not reduced: they are zero for zeros alone.
    if first == 0 and any(words):
        first = 65535
    if second == 0 and any(words):
        second = 65535
    return second << 16 | first


def apply(data, filters, mask):
    """`filters`: pairs of a filter's number and its parameters; a bit of `mask` leaves the filter of that place out."""
    for place, (number, parameters) in enumerate(filters):
        if mask >> place & 1:
            continue
        if number == h5z.FILTER_DEFLATE:
            data = zlib.compress(data, parameters[0])
        elif number == h5z.FILTER_SHUFFLE:
            data = shuffle(data, parameters[0])
        elif number == h5z.FILTER_FLETCHER32:
            data += fletcher32(data).to_bytes(4, "little")
        else:
            raise ValueError(f"filter {number}")
    return data
