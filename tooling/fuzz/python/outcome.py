"""What a probe found, as a line that is equal to ../reader/outcome.ts's where the finding is."""

import hashlib
import json
import os

import numpy

# Beyond this many bytes values are not read: a mutant may claim any shape.
LARGE = 2**20

# Longer findings are told by their length and digest, unless one is looked at closely.
SHOWN = int(os.environ.get("FUZZ_SHOWN", "120"))


def found(text):
    """The finding itself if it is short, else its length and digest."""
    if len(text) <= SHOWN:
        return f"={text}"
    raw = text.encode("utf-8", "surrogatepass")
    return f"=#{len(raw)}:{hashlib.sha1(raw).hexdigest()[:16]}"


def absent():
    return "!absent"


def failed(error):
    return f"!{type(error).__name__}: {str(error)[:200]}"


def numbers(dtype, values):
    return f"{dtype}:{numpy.ascontiguousarray(values).tobytes().hex()}"


def texts(values):
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def extents(shape):
    return "null" if shape is None else "x".join(map(str, shape)) or "scalar"
