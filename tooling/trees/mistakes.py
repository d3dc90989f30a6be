"""Things that must be refused when they are built, with the codes that may be thrown."""

from packing import INTEGERS, packed, scalar
from tree import Refused
from values import elements

import numpy


def mistake(tree, at):
    """Raises `Refused` with one that fits the node; gives up (returns) where the choice does not fit."""
    random = tree.random
    kind = random.choice(KINDS)
    node, codes = kind(tree, random, at, tree.values[at]) or (None, None)
    if node is not None:
        raise Refused(node, codes, "build")


def number_out_of_range(tree, random, at, value):
    if value.dtype in INTEGERS:
        ends = numpy.iinfo(value.dtype)
        number = random.choice([int(ends.max) + 1, int(ends.min) - 1, 2**64, -(2**63) - 1])
        return [random.choice(["add", "multiply", "remainder"]), at, scalar(number)], ["INVALID_ARGUMENT"]


def assigned_out_of_range(tree, random, at, value):
    if value.dtype in INTEGERS and value.data.size > 0:
        return ["set", at, [], scalar(int(numpy.iinfo(value.dtype).max) + 1)], ["INVALID_ARGUMENT"]


def bools(tree, random, at, value):
    if value.dtype == "bool":
        choices = [["negative", at], ["sign", at], ["subtract", at, at], ["subtract", {"b": True}, at], ["round", at, 1]]
        return random.choice(choices), ["DTYPE_UNSUPPORTED"]


def negative_power(tree, random, at, value):
    if value.dtype in INTEGERS and value.data.size > 0 and "u" not in value.dtype and value.mask is None:
        return ["power", at, scalar(-1)], ["INVALID_ARGUMENT"]


def wrong_length(tree, random, at, value):
    if value.data.ndim > 1 and value.shape[-1] > 1:
        x = elements(random, tree.rng, (value.shape[-1] + 1,), "float64")
        pair = [at, {"typed": packed(x)}]
        return ["add", *(pair if random.random() < 0.5 else pair[::-1])], ["SHAPE_MISMATCH"]


def both_broadcast(tree, random, at, value):
    if value.data.ndim == 2 and value.shape[1] == 1 and value.shape[0] > 1:
        other = tree.leaf((1, 3))
        return ["less", at, other], ["SHAPE_MISMATCH"]


def index_out_of_range(tree, random, at, value):
    if value.data.ndim > 0:
        extent = value.shape[0]
        wrong = random.choice([extent, -extent - 1])
        return ["subset", at, [random.choice([wrong, {"l": [wrong], "as": "int32"}])]], ["INDEX_OUT_OF_RANGE"]


def no_index(tree, random, at, value):
    if value.data.ndim > 0:
        mask = {"m": "1" * (value.shape[0] + 1), "as": random.choice(["plain", "ndarray"])}
        return ["subset", at, [random.choice([0.5, {"l": [0.5], "as": "plain"}, {"s": [None, None, 0]}, mask])]], ["INVALID_ARGUMENT"]


def too_many_entries(tree, random, at, value):
    return ["subset", at, [None] * (value.data.ndim + 1)], ["SHAPE_MISMATCH"]


def two_ellipses(tree, random, at, value):
    return ["subset", at, ["...", "..."]], ["INVALID_ARGUMENT"]


def no_permutation(tree, random, at, value):
    if value.data.ndim > 0:
        rank = value.data.ndim
        return ["transpose", at, random.choice([[0] * (rank + 1), [rank, *range(1, rank)], [0] * max(2, rank)])], ["INVALID_ARGUMENT"]


def no_reshape(tree, random, at, value):
    if random.random() < 0.5:
        return ["reshape", at, [value.data.size + 1]], ["SHAPE_MISMATCH"]
    if value.data.ndim > 1 and min(value.shape) > 1:
        return ["reshape", at, [value.data.size]], ["INVALID_ARGUMENT"]


def no_combination(tree, random, at, value):
    rank = value.data.ndim
    if rank > 0 and random.random() < 0.5:
        return ["concatenate", [at, at], random.choice([rank, -rank - 1])], ["INVALID_ARGUMENT"]
    other = tree.leaf((*value.shape[:-1], value.shape[-1] + 1) if rank > 0 else (2,))
    return ["stack", [at, other], 0], ["SHAPE_MISMATCH"]


def value_does_not_fit(tree, random, at, value):
    if value.data.ndim > 0:
        other = tree.leaf((*value.shape[:-1], value.shape[-1] + 2))
        return ["set", at, [], other], ["SHAPE_MISMATCH"]


def no_dtype(tree, random, at, value):
    return ["astype", at, random.choice(["complex128", "float16", "str", "datetime64"])], ["DTYPE_UNSUPPORTED"]


KINDS = [
    *[number_out_of_range, assigned_out_of_range, bools, negative_power, wrong_length, both_broadcast, index_out_of_range],
    *[no_index, too_many_entries, two_ellipses, no_permutation, no_reshape, no_combination, value_does_not_fit, no_dtype],
]
