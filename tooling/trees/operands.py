"""What stands beside a node in an element-wise operation."""

import math

import numpy

import values
from oracle import COMPARISONS
from packing import DTYPES, INTEGERS, SAFE, packed, scalar
from values import Value


class Dull(Exception):
    """An operation that cannot be tried here, or whose result shows nothing."""


class Operands:
    """A part of `Tree`: methods that give the number of a node, or a literal as (text, value)."""

    def operand(self, name, at, depth):
        """What stands beside a node: a scalar, a vector, an array in memory, or a tree."""
        random, value = self.random, self.values[at]
        kind = random.random()
        if kind < 0.35 or value.data.size == 0 and kind < 0.6:
            return self.literal_scalar(name, value)
        if kind < 0.5 and value.data.ndim > 0:
            return self.literal_array((value.shape[-1] if random.random() < 0.8 else 1,), name)
        shape = self.partner(value.shape)
        if kind < 0.75:
            dtype = value.dtype if random.random() < 0.5 else None
            return self.leaf(shape, dtype)
        return self.branch(shape, depth - 1)

    def literal_scalar(self, name, value):
        random, dtype = self.random, value.dtype
        kind = random.random()
        if kind < 0.12:
            number = random.random() < 0.5
        elif name in COMPARISONS and kind < 0.5 and value.data.size > 0:
            number = self.element_of(value)
        elif kind < 0.45:
            number = values.python_float(random)
        elif name == "power" and random.random() < 0.8:
            number = random.choice([0, 1, 2, 3, 4, 5, 0.5, 0.5])
        else:
            number = values.python_int(random, dtype, name not in COMPARISONS and random.random() < 0.9)
        return scalar(number, random.random() < 0.3), number

    def element_of(self, value):
        """One of the values; a whole float as an int, which is what JavaScript's numbers are then."""
        number = self.random.choice(value.data.ravel()).item()
        if isinstance(number, float) and number.is_integer() and abs(number) <= SAFE and (number != 0 or math.copysign(1, number) > 0):
            return int(number)
        return number

    def literal_array(self, shape, name):
        """Plain arrays (float64, bool, int64 by what they hold) and typed arrays along the last axis."""
        random = self.random
        if random.random() < 0.5:
            dtype = random.choice(["float64", "bool", "int64"])
            way = "plain"
        else:
            dtype = random.choice([d for d in DTYPES if d != "bool"])
            way = "typed"
        x = values.elements(random, self.rng, shape, dtype)
        if name in ("divide", "remainder", "floorDivide") and random.random() < 0.6:
            x = numpy.where(x == 0, numpy.ones((), x.dtype), x).astype(x.dtype)
        if x.size == 0:
            raise Dull  # an empty plain array has no dtype of its own
        return {way: packed(x)}, Value(x)

    def partner(self, shape):
        """A shape such that one of the two broadcasts to the other."""
        random = self.random
        kind = random.random()
        if kind < 0.45:
            return shape
        if kind < 0.8:
            shape = tuple(1 if random.random() < 0.4 else n for n in shape)
            return shape[random.randint(0, len(shape)) :]
        larger = tuple(random.randint(2, 4) if n == 1 else n for n in shape)
        if len(shape) < 4 and random.random() < 0.6:
            larger = (random.randint(1, 3), *larger)
        if numpy.prod(larger) > self.most:
            raise Dull
        return larger

    def smaller(self, name, at, depth):
        """An operand of a shape that broadcasts to the node's."""
        random, value = self.random, self.values[at]
        kind = random.random()
        if kind < 0.4:
            return self.literal_scalar(name, value)
        if kind < 0.5 and value.data.ndim > 0:
            return self.literal_array((value.shape[-1],), name)
        shape = tuple(1 if random.random() < 0.2 else n for n in value.shape)
        if kind < 0.75:
            return self.leaf(shape, value.dtype if random.random() < 0.5 else None)
        return self.branch(shape, depth - 1)

    def check_fit(self, operand, all_operands):
        """NumPy's `where` wraps around what does not fit an integer dtype; here that is refused."""
        if isinstance(operand, int) or isinstance(operand[1], (Value, bool, float)):
            return
        for other in all_operands:
            given = self.values[other] if isinstance(other, int) else other[1]
            if isinstance(given, Value) and given.dtype in INTEGERS:
                ends = numpy.iinfo(given.dtype)
                if not ends.min <= operand[1] <= ends.max:
                    raise Dull
        if not -(2**63) <= operand[1] < 2**63:
            raise Dull
