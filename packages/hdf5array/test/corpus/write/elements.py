"""What the elements of datasets and attributes are: a type of HDF5's and random values of it."""

import h5py
import numpy
from h5py import h5t

STANDARD_INTEGERS = [f"STD_{sign}{bits}{order}" for sign in "IU" for bits in (8, 16, 32, 64) for order in ("LE", "BE")]
STANDARD_FLOATS = [f"IEEE_F{bits}{order}" for bits in (16, 32, 64) for order in ("LE", "BE")]

_LETTERS = list("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _-.,;:!?/\\'\"<>&%#")
_WIDE_LETTERS = ["é", "ß", "Ω", "ж", "漢", "字", "한", "ا", "\u0301", "€", "😀", "𝄞", "\u200b", "\ufeff", "\n", "\t"]


class Elements:
    """A stored type, and `make(choices, count)`, which gives an array and the type it has in memory (None: the array's own)."""

    def __init__(self, label, stored, make):
        self.label = label
        self.stored = stored
        self.make = make


def is_elsewhere(tid):
    """Whether values lie elsewhere, so that elements are addresses."""
    kind = tid.get_class()
    if kind in (h5t.VLEN, h5t.REFERENCE):
        return True
    if kind == h5t.STRING:
        return bool(tid.is_variable_str())
    if kind == h5t.ARRAY:
        return is_elsewhere(tid.get_super())
    if kind == h5t.COMPOUND:
        return any(is_elsewhere(tid.get_member_type(i)) for i in range(tid.get_nmembers()))
    return False


def text(choices, most, wide):
    letters = _LETTERS + _WIDE_LETTERS * 3 if wide else _LETTERS
    return "".join(choices.pick(letters) for _ in range(choices.between(0, most)))


def raw_bytes(choices, count, size):
    """Bytes of elements: noise, few different elements, steps, or hardly anything but zeros."""
    generator = choices.generator
    pattern = choices.weighted({"noise": 3, "few": 3, "steps": 3, "zeros": 1})
    if pattern == "noise":
        return generator.integers(0, 256, (count, size), dtype=numpy.uint8)
    if pattern == "few":
        return generator.integers(0, 256, (4, size), dtype=numpy.uint8)[generator.integers(0, 4, count)]
    if pattern == "steps":
        steps = numpy.arange(count, dtype="<u8") * choices.between(1, 300) + choices.between(0, 2**40)
        wide = numpy.zeros((count, max(size, 8)), numpy.uint8)
        wide[:, :8] = steps.view(numpy.uint8).reshape(count, 8)
        return wide[:, :size] if choices.chance(0.5) else wide[:, :size][:, ::-1]
    sparse = numpy.zeros((count, size), numpy.uint8)
    if count > 0:
        sparse[generator.integers(0, count, max(1, count // 20))] = generator.integers(1, 256, size, dtype=numpy.uint8)
    return sparse


def _fixed(label, stored):
    """Any bytes are a value of this type."""

    def make(choices, count):
        return numpy.ascontiguousarray(raw_bytes(choices, count, stored.get_size())), stored

    return Elements(label, stored, make)


def standard(name):
    return _fixed(name, getattr(h5t, name).copy())


def numbers(choices):
    """A number that every reader knows."""
    return standard(choices.pick(STANDARD_INTEGERS + STANDARD_FLOATS * 2))


def odd_integer(choices):
    """An integer that fills its bytes not quite, or has an odd number of them."""
    size = choices.pick([1, 2, 3, 4, 4, 5, 6, 7, 8, 8])
    # Of one byte HDF5 takes, high byte first, the bits that do not count for ones that do.
    order = "LE" if size == 1 else choices.pick(["LE", "BE"])
    stored = getattr(h5t, f"STD_{choices.pick('IU')}64{order}").copy()
    precision = 8 * size if choices.chance(0.2) else choices.between(1, 8 * size)
    stored.set_precision(precision)
    stored.set_size(size)
    stored.set_offset(choices.between(0, 8 * size - precision))
    return _fixed(f"integer of {precision} bits in {size} bytes", stored)


def bfloat16(choices):
    stored = getattr(h5t, choices.pick(["IEEE_F32LE", "IEEE_F32BE"])).copy()
    stored.set_fields(15, 7, 8, 0, 7)
    stored.set_size(2)
    stored.set_ebias(127)
    return _fixed("bfloat16", stored)


def odd_float(choices):
    kind = choices.pick(["long double", "8 bits", "24 bits", "offset"])
    if kind == "long double":
        return _fixed(kind, choices.pick([h5t.LDOUBLE_LE, h5t.LDOUBLE_BE, h5t.IEEE_F128LE, h5t.IEEE_F128BE]).copy())
    stored = h5t.IEEE_F32LE.copy()
    if kind == "8 bits":
        stored.set_fields(7, 3, 4, 0, 3)
        stored.set_size(1)
        stored.set_ebias(7)
    elif kind == "24 bits":
        stored.set_fields(23, 16, 7, 0, 16)
        stored.set_size(3)
        stored.set_ebias(63)
    else:
        stored.set_size(8)
        stored.set_offset(choices.between(1, 32))
    return _fixed(f"float, {kind}", stored)


def boolean(choices):
    stored = h5t.py_create(numpy.dtype(bool), logical=True)

    def make(choices, count):
        return choices.generator.integers(0, 2, count, dtype=numpy.int8), stored

    return Elements("boolean", stored, make)


def enumeration(choices):
    name = choices.pick(STANDARD_INTEGERS)
    base = getattr(h5t, name).dtype
    ends = numpy.iinfo(base)
    stored = h5t.enum_create(getattr(h5t, name))
    members = choices.between(1, 9)
    values = {0, min(ends.max, 2**63 - 1), ends.min} | {int(v) for v in choices.generator.integers(0, 100, members)}
    names = ["FALSE", "TRUE"] if choices.chance(0.1) else None
    for i, value in enumerate(choices.shuffled(sorted(values))[: 2 if names else members]):
        stored.enum_insert((names[i] if names else f"{text(choices, 8, True)}#{i}").encode(), value)
    return _fixed(f"enum of {name}", stored)


def fixed_string(choices):
    size = choices.pick([1, 2, 3, 5, 8, 13, 40, 300])
    wide = choices.chance(0.5)
    stored = h5t.C_S1.copy()
    stored.set_size(size)
    padding = choices.pick([h5t.STR_NULLTERM, h5t.STR_NULLPAD, h5t.STR_SPACEPAD])
    stored.set_strpad(padding)
    stored.set_cset(h5t.CSET_UTF8 if wide else h5t.CSET_ASCII)
    filler = b" " if padding == h5t.STR_SPACEPAD else b"\0"

    def make(choices, count):
        texts = [text(choices, size, wide).encode()[:size] for _ in range(min(count, 50))]
        # A string that fills its bytes has no terminator, a cut one may end within a letter.
        padded = [one.ljust(size, filler) for one in texts] or [b""]
        if padding != h5t.STR_NULLTERM and choices.chance(0.1):
            padded = [one[: size // 3] + b"\0" + one[size // 3 + 1 :] for one in padded]
        chosen = [padded[i] for i in choices.generator.integers(0, len(padded), count)]
        return numpy.frombuffer(bytearray(b"".join(chosen)), numpy.uint8), stored

    return Elements(f"string of {size} bytes, padding {padding}, {'utf-8' if wide else 'ascii'}", stored, make)


def variable_string(choices):
    wide = choices.chance(0.5)
    dtype = h5py.string_dtype("utf-8" if wide else "ascii")
    stored = h5t.py_create(dtype, logical=True)
    most = choices.weighted({0: 2, 3: 4, 12: 20, 100: 2, 4000: 1})

    def make(choices, count):
        texts = [text(choices, most, wide).encode() for _ in range(min(count, 30 if most < 100 else 3))] or [b""]
        values = numpy.empty(count, dtype)
        values[:] = [texts[i] for i in choices.generator.integers(0, len(texts), count)]
        return values, None

    return Elements(f"variable string, {'utf-8' if wide else 'ascii'}", stored, make)


def variable_sequence(choices):
    base = numpy.dtype(choices.pick(["i1", "<i4", ">i4", "<f8", "u2"]))
    dtype = h5py.vlen_dtype(base)
    stored = h5t.py_create(dtype, logical=True)

    def make(choices, count):
        values = numpy.empty(count, dtype)
        for i in range(count):
            values[i] = choices.generator.integers(0, 100, choices.between(0, 6)).astype(base)
        return values, None

    return Elements(f"sequence of {base}", stored, make)


def opaque(choices):
    size = choices.pick([1, 2, 7, 16, 100])
    stored = h5t.create(h5t.OPAQUE, size)
    stored.set_tag(text(choices, 20, False).encode())
    return _fixed(f"opaque of {size} bytes", stored)


def bit_field(choices):
    return standard(f"STD_B{choices.pick([8, 16, 32, 64])}{choices.pick(['LE', 'BE'])}")


def time(choices):
    return standard(f"UNIX_D{choices.pick([32, 64])}{choices.pick(['LE', 'BE'])}")


def simple(choices, depth):
    """A type of fixed size, for the insides of other types."""
    makers = [numbers, numbers, odd_integer, bfloat16, boolean, enumeration, fixed_string, opaque, bit_field]
    if depth > 0:
        makers += [lambda one: compound(one, depth - 1), lambda one: array(one, depth - 1)]
    return choices.pick(makers)(choices)


def compound(choices, depth=2):
    if choices.chance(0.2):
        return complex_pair(choices)
    fields = [simple(choices, depth).stored for _ in range(choices.between(1, 6))]
    gaps = [choices.pick([0, 0, 0, 1, 5]) for _ in fields]
    size = sum(field.get_size() + gap for field, gap in zip(fields, gaps)) + choices.pick([0, 0, 3])
    stored = h5t.create(h5t.COMPOUND, size)
    at = 0
    for i, (field, gap) in enumerate(zip(fields, gaps)):
        stored.insert(f"{text(choices, 10, True)}#{i}".encode(), at + gap, field)
        at += field.get_size() + gap
    return _fixed(f"compound of {len(fields)} fields", stored)


def complex_pair(choices):
    """A complex number as h5py stores it."""
    part = getattr(h5t, choices.pick([one for one in STANDARD_FLOATS if "16" not in one])).copy()
    stored = h5t.create(h5t.COMPOUND, 2 * part.get_size())
    stored.insert(b"r", 0, part)
    stored.insert(b"i", part.get_size(), part)
    return _fixed("complex number as a compound", stored)


def native_complex(choices):
    """A complex number as HDF5 2.0 stores it."""
    return standard(f"COMPLEX_IEEE_F{choices.pick([16, 32, 64])}{choices.pick(['LE', 'BE'])}")


def array(choices, depth=2):
    base = simple(choices, depth).stored
    extents = tuple(choices.between(1, 4) for _ in range(choices.between(1, 3)))
    return _fixed(f"array of {extents}", h5t.array_create(base, extents))


def mixed_compound(choices):
    """A compound with parts that lie elsewhere in the file."""
    fields = [("number", choices.pick(["<i4", ">f8"])), ("text", h5py.string_dtype())]
    if choices.chance(0.5):
        fields.append(("list", h5py.vlen_dtype(numpy.dtype("<i2"))))
    dtype = numpy.dtype(fields)
    stored = h5t.py_create(dtype, logical=True)

    def make(choices, count):
        values = numpy.zeros(count, dtype)
        for i in range(count):
            values[i]["number"] = i
            values[i]["text"] = text(choices, 10, True)
            if len(fields) > 2:
                values[i]["list"] = numpy.arange(choices.between(0, 4), dtype="<i2")
        return values, None

    return Elements("compound with a variable string", stored, make)


def any_fixed(choices):
    return choices.weighted(
        {
            numbers: 50,
            odd_integer: 8,
            bfloat16: 4,
            odd_float: 3,
            boolean: 6,
            enumeration: 6,
            fixed_string: 6,
            opaque: 2,
            bit_field: 2,
            compound: 4,
            complex_pair: 2,
            array: 3,
        }
    )(choices)


def anything(choices):
    return choices.weighted({any_fixed: 80, variable_string: 12, variable_sequence: 4, mixed_compound: 2, time: 1})(choices)
