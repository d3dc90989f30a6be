"""Operations that are not element-wise, and those that take a parameter."""

import numpy

from operands import Dull
from oracle import cast, lifted, rounded
from packing import DTYPES, FLOATS, INTEGERS
from subsets import subset
from values import Value


def structural(function, parts, masks=True):
    """A function that only moves elements, applied to values and masks."""
    value = lifted(function, parts)
    if masks and any(v.mask is not None for v in parts):
        value.mask = numpy.asarray(function(*[numpy.zeros(v.shape, bool) if v.mask is None else v.mask for v in parts]))
    return value


class Structure:
    """A part of `Tree`: methods that add a node to it and give its number."""

    def map(self, at, _):
        """A function of the user's: those that `mapped.ts` has."""
        value = self.values[at]
        name, dtype = self.random.choice([("half", "float64"), ("aboveOne", "bool"), ("same", None), ("half", "int16")])
        functions = {"half": lambda x: x.astype("float64") / 2, "aboveOne": lambda x: x > 1, "same": lambda x: x}
        result = lifted(lambda x: cast(functions[name](x), dtype or value.dtype), [value], value.mask)
        return self.finish(["map", at, name, dtype], result, [at])

    def astype(self, at, _):
        dtype = self.random.choice(DTYPES)
        value = lifted(lambda x: cast(x, dtype), [self.values[at]], self.values[at].mask)
        return self.finish(["astype", at, dtype], value, [at])

    def round(self, at, _):
        value = self.values[at]
        decimals = self.random.choice([0, 0, 1, 2, 3, -1, -2])
        if value.dtype == "bool":
            decimals = 0
        result = lifted(lambda x: rounded(x, decimals), [value], value.mask)
        return self.finish(["round", at, decimals], result, [at])

    def subset(self, at, _):
        chosen = subset(self.random, self.values[at].shape, shrink=self.random.random() < 0.6)
        if len(chosen.axes) > 5 or (0 in chosen.target and self.random.random() < 0.7):
            raise Dull
        return self.finish(["subset", at, chosen.text], structural(chosen.take, [self.values[at]]), [at])

    def transpose(self, at, _):
        value = self.values[at]
        axes = None if self.random.random() < 0.4 else self.random.sample(range(value.data.ndim), value.data.ndim)
        given = axes if axes is None else [a - value.data.ndim if self.random.random() < 0.1 else a for a in axes]
        return self.finish(["transpose", at, given], structural(lambda x: x.transpose(axes), [value]), [at])

    def reshape(self, at, _):
        value = self.values[at]
        shape = [n for n in value.shape if n != 1 or self.random.random() < 0.5]
        while len(shape) < 5 and self.random.random() < 0.5:
            shape.insert(self.random.randint(0, len(shape)), 1)
        result = structural(lambda x: x.reshape(shape), [value])
        given = list(shape)
        if given and value.data.size > 0 and self.random.random() < 0.3:
            given[self.random.randrange(len(given))] = -1
        return self.finish(["reshape", at, given], result, [at])

    def concatenate(self, at, depth):
        value = self.values[at]
        if value.data.ndim == 0:
            raise Dull
        axis = self.random.randrange(value.data.ndim)
        parts = [at]
        for _ in range(self.random.choice([0, 1, 1, 1, 2])):
            shape = list(value.shape)
            shape[axis] = self.random.randint(0, 3)
            parts.insert(self.random.randint(0, len(parts)), self.branch(tuple(shape), depth - 1))
        return self.combine("concatenate", numpy.concatenate, parts, axis, value.data.ndim)

    def stack(self, at, depth):
        value = self.values[at]
        if value.data.ndim > 3:
            raise Dull
        parts = [at]
        for _ in range(self.random.choice([0, 1, 1, 2])):
            parts.insert(self.random.randint(0, len(parts)), self.branch(value.shape, depth - 1))
        return self.combine("stack", numpy.stack, parts, self.random.randint(0, value.data.ndim), value.data.ndim + 1)

    def combine(self, name, function, parts, axis, rank):
        given = axis - rank if self.random.random() < 0.3 else axis
        result = structural(lambda *xs: function(xs, axis=axis), [self.values[i] for i in parts])
        return self.finish([name, parts, given], result, parts)

    def set(self, at, depth):
        value = self.values[at]
        chosen = subset(self.random, value.shape, shrink=True, markers=self.random.random() < 0.3)
        kind = self.random.random()
        if kind < 0.4:
            text, number = self.literal_scalar("add", value)
            if isinstance(number, int) and not isinstance(number, bool) and value.dtype in INTEGERS:
                ends = numpy.iinfo(value.dtype)
                if not ends.min <= number <= ends.max:
                    raise Dull
            new = Value(numpy.asarray(float(number) if value.dtype in FLOATS and not isinstance(number, bool) else number))
            if new.data.dtype == object:
                new = Value(numpy.asarray(float(number)))
            operand = text
        else:
            shape = tuple(n if self.random.random() < 0.75 else 1 for n in chosen.target)
            shape = shape[self.random.randint(0, len(shape)) if self.random.random() < 0.4 else 0 :]
            if kind < 0.55 and len(shape) == 1 and shape[0] > 0:
                operand, new = self.literal_array(shape, "set")
            else:
                operand = self.branch(shape, depth - 1)
                new = self.values[operand]
        converted = lifted(lambda x: cast(x, value.dtype), [new], new.mask)
        result = structural(chosen.put, [value, converted])
        operands = [at, operand] if isinstance(operand, int) else [at]
        return self.finish(["set", at, chosen.text, operand], result, operands)
