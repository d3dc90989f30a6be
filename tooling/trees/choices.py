"""Functions for which NumPy's answer hangs on the machine (which zero, 1 / 0 of integers), by this project's rule."""

import numpy


def minimum(a, b):
    """Of 0 and -0 the second."""
    y = numpy.minimum(a, b)
    return numpy.where(numpy.equal(a, b), numpy.asarray(b).astype(y.dtype), y).astype(y.dtype)


def maximum(a, b):
    y = numpy.maximum(a, b)
    return numpy.where(numpy.equal(a, b), numpy.asarray(b).astype(y.dtype), y).astype(y.dtype)


def clip(x, low, high):
    """What equals a bound stays as it is. Ints that no value of the array is beyond are no bounds, as in NumPy."""
    y = numpy.asarray(numpy.clip(x, low, high))
    if x.dtype.kind in "iu":
        ends = numpy.iinfo(x.dtype)
        low = None if type(low) is int and low <= ends.min else low
        high = None if type(high) is int and high >= ends.max else high
    if low is None or high is None:
        return x if low is None and high is None else maximum(x, low) if high is None else minimum(x, high)
    if y.dtype.kind != "f":
        return y
    x, low, high = (numpy.asarray(one).astype(y.dtype) for one in (x, low, high))
    raised = numpy.where(x < low, low, x)
    zero = numpy.where(raised > high, high, raised)
    return numpy.where(y == 0, zero, y).astype(y.dtype)


def reciprocal(x):
    """Of the integer 0 it is 0."""
    if x.dtype.kind == "f":
        return numpy.reciprocal(x)
    y = numpy.reciprocal(x)
    return numpy.where(x == 0, numpy.zeros((), y.dtype), y).astype(y.dtype)
