"""Attributes: small and large, few and thousands."""

import numpy
from h5py import h5a, h5s

import elements
import names


def add(choices, target, name, element=None, shape=None):
    """`shape`: None for a null dataspace chosen at random among others, else extents."""
    element = element or elements.anything(choices)
    if shape is None:
        rank = choices.weighted({0: 5, 1: 4, 2: 1, 3: 1})
        shape = choices.shape(rank, 20)
        if choices.chance(0.05):
            h5a.create(target, name.encode(), element.stored, h5s.create(h5s.NULL))
            return
        if rank > 0 and choices.chance(0.03):
            shape = (0, *shape[1:])
    space = h5s.create(h5s.SCALAR) if shape == () else h5s.create_simple(shape)
    attribute = h5a.create(target, name.encode(), element.stored, space)
    count = int(numpy.prod(shape, dtype=int))
    # Also attributes that were never written.
    if count > 0 and choices.chance(0.97):
        values, memory = element.make(choices, count)
        attribute.write(values.reshape(shape) if memory is None else values, memory)


def add_some(choices, target, most=4):
    taken = set()
    for _ in range(choices.between(0, most)):
        add(choices, target, names.name(choices, taken, slashes=True))


def add_many(choices, target, count):
    """Small ones, so that thousands take no time; then some are deleted and some renamed."""
    kinds = [elements.standard("STD_I32LE"), elements.standard("IEEE_F64LE"), elements.fixed_string(choices)]
    for i in range(count):
        add(choices, target, f"attribute {i}" if i % 7 else f"é{i}", kinds[i % 3], choices.pick([(), (), (2,)]))
    for i in range(1, count, 50):
        if i % 7 and choices.chance(0.3):
            h5a.delete(target, f"attribute {i}".encode())
        elif i % 7 and choices.chance(0.3):
            h5a.rename(target, f"attribute {i}".encode(), f"renamed {i}".encode())
