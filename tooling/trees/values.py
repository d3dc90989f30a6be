"""Random shapes and values, and what an expression's value is."""

import numpy

from packing import FLOATS, INTEGERS


class Value:
    """NumPy's answer so far.

    `mask` is where it is missing (None: it cannot be); what `data` holds there is not specified. `others` are the answers
    when the results of transcendental functions come out a little higher, a little lower, or either at random; None if
    there were no such functions.
    """

    __slots__ = ("data", "mask", "others")

    def __init__(self, data, mask=None, others=None):
        self.data = numpy.asarray(data)
        self.mask = None if mask is None else numpy.asarray(mask)
        self.others = others

    @property
    def shape(self):
        return self.data.shape

    @property
    def dtype(self):
        return self.data.dtype.name

    def evaluations(self):
        return self.others if self.others is not None else [self.data] * 3


def shape_of(random, most=60):
    """0-d to 4-d, sometimes without elements."""
    if most > 1000:
        return random.choice([(most,), (4099,), (65, 67), (19, 17, 16), (4097, 1), (1, 5000)])
    while True:
        rank = random.choices([0, 1, 2, 3, 4], [6, 18, 42, 24, 10])[0]
        longest = {0: 0, 1: 12, 2: 8, 3: 5, 4: 4}[rank]
        shape = [random.randint(1, longest) for _ in range(rank)]
        if rank > 0 and random.random() < 0.05:
            shape[random.randrange(rank)] = 0
        if numpy.prod(shape) <= most:
            return tuple(shape)


def integers(random, rng, shape, dtype):
    ends = numpy.iinfo(dtype)
    kind = random.random()
    if kind < 0.5:
        return rng.integers(max(ends.min, -6), 13, shape).astype(dtype)
    if kind < 0.75:
        return rng.integers(max(ends.min, -100), 101, shape).astype(dtype)
    x = rng.integers(ends.min, ends.max, shape, dtype=dtype, endpoint=True)
    if kind < 0.9:
        edges = [ends.min, ends.max, ends.min + 1, ends.max - 1, 0, 1]
        edges += [2**53 + 1, 2**53, 2**62] if ends.bits == 64 else []
        flags = rng.random(shape) < 0.5
        x = numpy.where(flags, numpy.array(edges, dtype)[rng.integers(len(edges), size=shape)], x).astype(dtype)
    return x


def floats(random, rng, shape, dtype):
    kind = random.random()
    if kind < 0.35:
        x = rng.integers(-24, 41, shape) / 4
    elif kind < 0.6:
        x = rng.random(shape)
    elif kind < 0.85:
        x = rng.standard_normal(shape) * 10.0 ** random.randint(-2, 3)
    else:
        x = rng.standard_normal(shape) * 10.0 ** rng.integers(-30, 31, shape)
    x = numpy.asarray(x).astype(dtype)
    if x.size > 0 and random.random() < 0.3:
        ends = numpy.finfo(dtype)
        special = [numpy.nan, numpy.inf, -numpy.inf, -0.0, 0.0, ends.max, ends.smallest_subnormal, ends.tiny, 2.0**31, -(2.0**63), 2.0**64]
        flags = rng.random(shape) < random.choice([0.1, 0.4])
        x = numpy.where(flags, numpy.array(special, dtype)[rng.integers(len(special), size=shape)], x).astype(dtype)
    return x


def elements(random, rng, shape, dtype):
    if dtype == "bool":
        return numpy.asarray(rng.random(shape) < 0.5)
    if dtype in INTEGERS:
        return numpy.asarray(integers(random, rng, shape, dtype))
    return numpy.asarray(floats(random, rng, shape, dtype))


def thinned(random, rng, x):
    """Mostly zeros. A sparse array has no -0 where it stores nothing, so there is none here."""
    keep = rng.random(x.shape) < random.choice([0.0, 0.15, 0.3, 0.6])
    zero = numpy.zeros((), x.dtype)
    x = numpy.where(keep, x, zero).astype(x.dtype)
    return numpy.where(x == 0, zero, x).astype(x.dtype)


def flags(random, rng, shape):
    return numpy.asarray(rng.random(shape) < random.choice([0.1, 0.3, 1.0] if random.random() < 0.1 else [0.1, 0.3]))


def python_float(random):
    """A float that is none in JavaScript's eyes is an int: no whole numbers but those beyond 2^53, and -0."""
    kind = random.random()
    if kind < 0.55:
        return random.choice([0.5, -1.5, 2.25, 0.1, -0.3, 1e-3, 7.75, 1 / 3])
    if kind < 0.7:
        return random.choice([float("nan"), float("inf"), float("-inf"), -0.0])
    if kind < 0.85:
        return random.choice([1e300, -1e300, 3.5e38, 1e-320, 1e-45, 2.0**63, -(2.0**64), 1e20])
    return random.uniform(-50, 50)


def python_int(random, dtype, fits):
    """An int near what matters for a dtype; only one that the dtype holds if `fits`."""
    own = "int64" if dtype in ("bool", *FLOATS) else dtype
    ends = numpy.iinfo(own)
    kind = random.random()
    if fits or kind < 0.5:
        low = max(int(ends.min), -4)
        if kind < 0.8:
            return random.randint(low, 9)
        return random.choice([int(ends.min), int(ends.max), int(ends.max) // 2, int(ends.max) - 1, 100, 0])
    big = [2**31, 2**32, 2**53 - 1, 2**53, 2**53 + 1, 2**63 - 1, 2**63, 2**64 - 1, 2**64, -(2**63), -(2**63) - 1, -(2**31), 2**70]
    return random.choice([int(ends.min) - 1, int(ends.max) + 1, -1, 128, 256, 300, -129, 40000, *big])
