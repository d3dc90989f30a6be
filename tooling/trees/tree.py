"""One random expression: its nodes as JSON (`TreeNode` in case.ts), and NumPy's answer to each."""

import numpy

import values
from operands import Dull, Operands
from oracle import CURVES, ONE, THREE, TWO, Unstable, allowed, elementwise, spread
from packing import DTYPES, INTEGERS, packed
from structure import Structure
from values import Value

STRUCTURAL = ["astype", "round", "map", "subset", "transpose", "reshape", "concatenate", "stack", "set"]
NAMES = [*STRUCTURAL, *ONE, *TWO, *THREE]
REFUSED = {(name, dtype) for name in ONE for dtype in DTYPES if not allowed(name, dtype)}
LAYOUTS = ["C", "C", "F", "F", "rotated", "gaps", "reversed"]

WEIGHTS = {
    **{name: 0.3 for name in CURVES},
    **{name: 1.5 for name in [*TWO, *THREE]},
    **{name: 4 for name in STRUCTURAL},
    "subset": 8,
    "map": 1,
}


ENOUGH = 6
"""How often each operation must be in the trees of a run with each dtype that NumPy takes for it."""


class Refused(Exception):
    """NumPy raises: `codes` are what may be thrown instead."""

    def __init__(self, node, codes, when):
        self.node, self.codes, self.when = node, codes, when


def codes_of(error):
    if isinstance(error, TypeError):
        return ["DTYPE_UNSUPPORTED"]
    if isinstance(error, (OverflowError, ValueError)):
        return ["INVALID_ARGUMENT"]
    raise error


def is_huge(x):
    return type(x) is int and not -(2**63) <= x < 2**63


class Tree(Operands, Structure):
    """`tried` counts operation and dtype over all trees, so that rare pairs get their turn; `aside` what was unstable."""

    def __init__(self, random, rng, tried, aside, most):
        self.random, self.rng, self.tried, self.aside, self.most = random, rng, tried, aside, most
        self.nodes, self.values, self.inputs = [], [], []

    # Seeds.

    def add(self, node, value, inputs=()):
        self.nodes.append(node)
        self.values.append(value)
        self.inputs.append([at for at in inputs if isinstance(at, int)])
        return len(self.nodes) - 1

    def back_to(self, size):
        del self.nodes[size:], self.values[size:], self.inputs[size:]

    def leaf(self, shape=None, dtype=None):
        random, rng = self.random, self.rng
        shape = values.shape_of(random, self.most) if shape is None else shape
        dtype = random.choice(DTYPES) if dtype is None else dtype
        x = values.elements(random, rng, shape, dtype)
        mask = values.flags(random, rng, shape) if random.random() < 0.22 else None
        kind = random.random()
        if kind < (0.28 if len(shape) in (2, 3) else 0.12) and len(shape) > 0:
            x = values.thinned(random, rng, x)
            ways = ["dense", "coo", "coo0", "seed"] + (["csc", "csr"] if len(shape) == 2 else [])
            return self.add(["sparse", packed(x, mask), random.choice(ways)], Value(x, mask))
        if kind < 0.45:
            chunks = [random.randint(1, max(1, n)) for n in shape]
            return self.add(["seed", packed(x, mask), chunks], Value(x, mask))
        return self.add(["ndarray", packed(x, mask), random.choice(LAYOUTS)], Value(x, mask))

    def branch(self, shape, depth):
        """A tree of exactly this shape: something that is there already, or a new one."""
        same = [i for i, value in enumerate(self.values) if value.shape == shape]
        if same and self.random.random() < 0.25:
            return self.random.choice(same)
        at = self.leaf(shape)
        for _ in range(self.random.randint(0, max(0, min(3, depth)))):
            before = len(self.nodes)
            next_at = self.step(at, 0, [*ONE, *TWO, "astype", "round"])
            if self.values[next_at].shape != shape:  # it was broadcast
                self.back_to(before)
            else:
                at = next_at
        return at

    # Operations.

    def grow(self, depth):
        """A tree of that many operations from its root to its deepest seed."""
        at = self.leaf()
        for k in range(depth):
            at = self.step(at, k)
        return at

    def step(self, at, depth, names=None):
        """One more operation on a node; one that shows nothing is tried again with another."""
        for attempt in range(40):
            name = self.pick(at, names)
            before = len(self.nodes)
            try:
                result = self.operate(name, at, depth)
            except (Dull, Unstable) as error:
                if isinstance(error, Unstable):
                    self.aside[name] += 1
                self.back_to(before)
                continue
            if attempt < 3 and dull(self.values[result]) and not dull(self.values[at]) and not self.is_rare(name, at):
                self.back_to(before)
                continue
            return result
        return at

    def pick(self, at, names):
        """Rare pairs first, then as often as an operation deserves."""
        dtype = self.values[at].dtype
        names = [name for name in names or NAMES if (name, dtype) not in REFUSED]
        weights = [WEIGHTS.get(name, 1) + (60 if self.is_rare(name, at) else 0) for name in names]
        return self.random.choices(names, weights)[0]

    def is_rare(self, name, at):
        return self.tried[name, self.values[at].dtype] < ENOUGH

    def operate(self, name, at, depth):
        if name in ONE:
            return self.apply(name, [at])
        if name in TWO:
            other = self.operand(name, at, depth)
            return self.apply(name, [at, other] if self.random.random() < 0.6 else [other, at])
        return getattr(self, name)(at, depth)

    def finish(self, node, value, operands):
        """Keeps a result that is small enough and does not hang on one ulp."""
        if value.data.size > self.most:
            raise Dull
        spread(value)
        return self.add(node, value, operands)

    def apply(self, name, operands):
        """`operands`: nodes by number, and literals as (text, value)."""
        if name.startswith("logical") and any(not isinstance(x, int) and is_huge(x[1]) for x in operands):
            raise Dull  # NumPy refuses ints beyond int64 even where they are as true as any other
        texts = [x if isinstance(x, int) else x[0] for x in operands]
        given = [self.values[x] if isinstance(x, int) else x[1] for x in operands]
        node = [name, *texts]
        try:
            value = elementwise(self.rng, name, given)
        except (TypeError, OverflowError, ValueError) as error:
            if any(isinstance(x, Value) and x.others is not None for x in given):
                raise Dull from error
            if name == "power" and isinstance(given[0], Value) and given[0].mask is not None:
                raise Dull from error  # a negative exponent beside a missing base may pass unnoticed
            if self.random.random() < 0.93:
                raise Dull from error
            # What a delayed exponent holds is known when it is read.
            when = "read" if name == "power" and isinstance(error, ValueError) else "build"
            raise Refused(node, codes_of(error), when) from error
        if name == "power" and value.data.size == 0 and value.dtype in INTEGERS:
            raise Dull  # without elements NumPy does not look at the exponent
        return self.finish(node, value, operands)

    def clip(self, at, depth):
        bounds = [self.smaller("clip", at, depth) for _ in range(2)]
        if self.random.random() < 0.25:
            bounds[self.random.randrange(2)] = (None, None)
        return self.apply("clip", [at, *bounds])

    def where(self, at, depth):
        """The node is the condition or one of the two choices."""
        others = [self.smaller("where", at, depth) for _ in range(2)]
        place = self.random.randrange(3)
        if place > 0 and not isinstance(others[0], int):
            others[0] = self.branch(self.values[at].shape, depth - 1)  # a condition that is an array
        for other in others[0 if place == 0 else 1 :]:
            self.check_fit(other, [at, *others])
        return self.apply("where", [*others[:place], at, *others[place:]])

def dull(value):
    """Whether nothing of a result can be told apart."""
    if value.data.size < 2:
        return False
    seen = value.data if value.mask is None else value.data[~value.mask]
    if seen.size == 0:
        return True
    return bool((numpy.isnan(seen) if seen.dtype.kind == "f" else seen == seen.ravel()[0]).all())
