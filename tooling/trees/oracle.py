"""What NumPy gives for one operation, with this project's rules on top.

* A float16 result: the operands are cast to float32 first, and so is the result.
* Floats to integers truncate; nan gives 0, out of range saturates.
* Comparisons with ints that no integer dtype holds are exact for bools as well, which NumPy refuses.
* Missing wherever an operand is missing, and nowhere else; what stands under a mask matters to nobody.
* Transcendental functions and powers of floats are rounded from a wider float, not taken from NumPy, whose last bits depend
  on the machine. A result may be `STEP` units in the last place away from that.
"""

import numpy

import choices
from packing import DTYPES, FLOATS, INTEGERS
from values import Value

numpy.seterr(all="ignore")

COMPARISONS = {
    "equal": numpy.equal,
    "notEqual": numpy.not_equal,
    "less": numpy.less,
    "lessEqual": numpy.less_equal,
    "greater": numpy.greater,
    "greaterEqual": numpy.greater_equal,
}
CURVES = [
    *["log", "log1p", "log2", "log10", "exp", "expm1", "exp2", "cbrt", "sin", "cos", "tan", "sinh", "cosh", "tanh"],
    *["arcsin", "arccos", "arctan", "arcsinh", "arccosh", "arctanh"],
]
SAME_NAME = [*CURVES, "sqrt", "rint", "ceil", "floor", "trunc", "sign", "isnan", "isinf", "isfinite", "abs", "negative", "square"]
ONE = {
    **{name: getattr(numpy, name) for name in SAME_NAME},
    "logicalNot": numpy.logical_not,
    "reciprocal": choices.reciprocal,
}
TWO = {
    **{name: getattr(numpy, name) for name in ["add", "subtract", "multiply", "divide", "remainder", "power"]},
    "floorDivide": numpy.floor_divide,
    **COMPARISONS,
    "logicalAnd": numpy.logical_and,
    "logicalOr": numpy.logical_or,
    "logicalXor": numpy.logical_xor,
    "minimum": choices.minimum,
    "maximum": choices.maximum,
    "hypot": numpy.hypot,
    "arctan2": numpy.arctan2,
    "logaddexp": numpy.logaddexp,
}
THREE = {"clip": choices.clip, "where": numpy.where}
ELEMENTWISE = {**ONE, **TWO, **THREE}
INEXACT = {*CURVES, "power", "hypot", "arctan2", "logaddexp"}

EXTENDED = numpy.finfo(numpy.longdouble).nmant > 60
"""Units in the last place by which one transcendental result may be off. Without a wider float the answer here is off as well."""
STEP = 2 if EXTENDED else 4
MOST_SPREAD = 64
WIDER = {"float32": numpy.float64, "float64": numpy.longdouble}


class Unstable(Exception):
    """One ulp in the middle shows in the end."""


def is_array(x):
    return isinstance(x, (numpy.ndarray, numpy.generic))


def apply(name, operands):
    """The answer for plain arrays and Python scalars."""
    function = ELEMENTWISE[name]
    if name == "power":
        # An exponent is a constant to NumPy where its stride is 0: here where it is one value, not where a view repeats one.
        operands = [numpy.array(x, order="C") if is_array(x) else x for x in operands]
    if name in COMPARISONS and any(type(x) is int and not -(2**63) <= x < 2**63 for x in operands):
        operands = [x.astype("int8") if is_array(x) and x.dtype == "bool" else x for x in operands]
    y = numpy.asarray(function(*operands))
    if y.dtype == "float16":
        operands = [x.astype("float32") if is_array(x) else x for x in operands]
        y = numpy.asarray(function(*operands))
    if name in INEXACT and y.dtype.name in FLOATS:
        dtype = y.dtype
        wide = [numpy.asarray(x).astype(y.dtype).astype(WIDER[y.dtype.name]) for x in operands]
        exact, y = y, numpy.asarray(function(*wide))
        if name == "power":
            y = numpy.where(numpy.isinf(wide[0]), exact, y)  # C's powl is wrong for -inf to the power of some huge numbers
        if name == "logaddexp" and cancelled(y, wide):
            raise Unstable
        y = y.astype(dtype)
    if y.dtype.name not in DTYPES:
        raise TypeError(f"{name} gives {y.dtype}")
    return y


def cancelled(y, operands):
    """Whether a sum in logaddexp comes so near to zero that the wider float is not wide enough."""
    size = numpy.maximum(*[numpy.abs(x) for x in operands])
    return bool((numpy.isfinite(y) & (numpy.abs(y) < size / 64)).any())


def spread(value):
    """How far the evaluations are apart, in units in the last place; raises if that is a change of another kind."""
    if value.others is None:
        return 0
    seen = numpy.ones(value.shape, bool) if value.mask is None else ~value.mask
    base = value.data[seen]
    widest = 0
    for other in value.others:
        other = other[seen]
        if value.dtype not in FLOATS:
            if not numpy.array_equal(base, other):
                raise Unstable
            continue
        same = (base == other) | (numpy.isnan(base) & numpy.isnan(other))
        if not numpy.array_equal(numpy.signbit(base) & ~numpy.isnan(base), numpy.signbit(other) & ~numpy.isnan(other)):
            raise Unstable
        if same.all():
            continue
        a, b = base[~same], other[~same]
        if not (numpy.isfinite(a).all() and numpy.isfinite(b).all()):
            raise Unstable
        wide = WIDER[value.dtype]
        unit = numpy.spacing(numpy.minimum(numpy.abs(a), numpy.abs(b)))
        distance = numpy.abs(a.astype(wide) - b.astype(wide)) / unit
        widest = max(widest, float(distance.max()))
        if not widest <= MOST_SPREAD:
            raise Unstable
    return int(numpy.ceil(widest))


def tolerance(value):
    """Units in the last place by which a result may differ; 0: not at all."""
    if value.others is None or value.dtype not in FLOATS:
        spread(value)
        return 0
    return STEP + 2 * spread(value)


def nudged(rng, results):
    """The results a little higher, lower, and either. Zeros, infinities and nan are what they are."""
    out = []
    for k, y in enumerate(results):
        up, down = y, y
        for _ in range(STEP):
            up, down = numpy.nextafter(up, y.dtype.type(numpy.inf)), numpy.nextafter(down, y.dtype.type(-numpy.inf))
        moved = up if k == 0 else down if k == 1 else numpy.where(rng.random(y.shape) < 0.5, up, down)
        out.append(numpy.where(numpy.isfinite(y) & (y != 0), moved, y).astype(y.dtype))
    return out


def lifted(function, values, mask=None):
    """The same function for each evaluation of the values."""
    data = function(*[v.data for v in values])
    if all(v.others is None for v in values):
        return Value(data, mask)
    return Value(data, mask, [numpy.asarray(function(*row)) for row in zip(*[v.evaluations() for v in values])])


def merged(values, shape):
    masks = [numpy.broadcast_to(v.mask, shape) for v in values if v.mask is not None]
    return numpy.logical_or.reduce(masks) if masks else None


def elementwise(rng, name, operands):
    """`operands` are Values and Python scalars. Raises what NumPy raises."""
    arrays = [x for x in operands if isinstance(x, Value)]
    shape = numpy.broadcast_shapes(*[v.shape for v in arrays])
    mask = chosen_mask(operands, shape) if name == "where" else merged(arrays, shape)
    if name == "power":
        operands = without_hidden_exponents(operands)
        arrays = [x for x in operands if isinstance(x, Value)]

    def function(*data):
        given = iter(data)
        return apply(name, [next(given) if isinstance(x, Value) else x for x in operands])

    value = lifted(function, arrays, mask)
    if name in INEXACT and value.dtype in FLOATS:
        value.others = nudged(rng, value.evaluations())
    return value


def chosen_mask(operands, shape):
    """Missing where the condition is, or the one of the two that it chooses."""
    if all(x.mask is None for x in operands if isinstance(x, Value)):
        return None
    flags = [x.mask if isinstance(x, Value) and x.mask is not None else numpy.False_ for x in operands]
    condition = operands[0].data if isinstance(operands[0], Value) else operands[0]
    return numpy.broadcast_to(flags[0] | numpy.where(condition, flags[1], flags[2]), shape)


def without_hidden_exponents(operands):
    """Integers to negative powers are refused, but not where the exponent is missing."""
    base, exponent = operands
    if not isinstance(exponent, Value) or exponent.dtype not in INTEGERS or exponent.mask is None:
        return operands
    clean = lambda x: numpy.where(exponent.mask, numpy.zeros((), x.dtype), x).astype(x.dtype)
    return [base, lifted(clean, [exponent], exponent.mask)]


def cast(x, dtype):
    if x.dtype.kind != "f" or dtype not in INTEGERS:
        return x.astype(dtype)
    ends = numpy.iinfo(dtype)
    whole = numpy.trunc(x.astype("float64"))
    high, low = whole >= float(int(ends.max) + 1), whole < float(ends.min)
    y = numpy.where(high | low | numpy.isnan(whole), 0.0, whole).astype(dtype)
    return numpy.where(high, ends.max, numpy.where(low, ends.min, y)).astype(dtype)


def rounded(x, decimals):
    """`numpy.round`. Integers that leave their dtype wrap around (8 and 16 bits) or saturate, where NumPy leaves it open."""
    if x.dtype == "bool":
        if decimals != 0:
            raise TypeError("round of bool to decimals")
        x = x.astype("float32")
    if x.dtype.kind == "f" or decimals >= 0:
        return numpy.asarray(numpy.round(x, decimals))
    factor = 10.0**-decimals
    y = numpy.rint(x.astype("float64") / factor) * factor
    return y.astype("int64").astype(x.dtype) if x.dtype.itemsize <= 2 else cast(numpy.asarray(y), x.dtype.name)


def allowed(name, dtype):
    """Whether NumPy takes the operation for arrays of the dtype."""
    operands = [numpy.ones(2, dtype)] * (1 if name in ONE else 2 if name in TWO else 3)
    try:
        apply(name, operands)
    except TypeError:
        return False
    return True
