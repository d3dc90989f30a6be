"""How arrays and Python's values are written: the types are in case.ts."""

import base64
import math

import numpy

DTYPES = ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"]
INTEGERS = [d for d in DTYPES if "int" in d]
FLOATS = ["float32", "float64"]
SAFE = 2**53 - 1


def packed(data, mask=None):
    """`[dtype, shape, base64, missing?]`: little-endian C order; `missing` is a text of 0 and 1."""
    if data.dtype.name not in DTYPES:
        raise TypeError(f"no encoding for {data.dtype}")
    raw = numpy.array(data, dtype=data.dtype.newbyteorder("<"), order="C").tobytes()
    out = [data.dtype.name, list(data.shape), base64.b64encode(raw).decode("ascii")]
    if mask is not None:
        out.append("".join("1" if m else "0" for m in mask.ravel().tolist()))
    return out


def number(value):
    """A float as JSON has it."""
    value = float(value)
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return value


def scalar(value, big=False):
    """A Python scalar: `{ b }`, `{ f }`, `{ i }` (a number where that is exact, else a bigint) or `{ I }` (a bigint)."""
    if isinstance(value, bool):
        return {"b": value}
    if isinstance(value, int):
        return {"I" if big else "i": str(value)}
    return {"f": number(value)}
