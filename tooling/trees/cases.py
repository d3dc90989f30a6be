"""Random trees, with what each must give: the form of the result is `TreeCase` in case.ts."""

from collections import Counter
from random import Random

import numpy

from mistakes import mistake
from oracle import ELEMENTWISE, Unstable, allowed, tolerance
from packing import DTYPES, packed
from structure import structural
from subsets import subset
from tree import ENOUGH, STRUCTURAL, Refused, Tree

DEEPEST = 8
LARGE = 5000


def pairs():
    """Every operation with the dtypes that NumPy takes for it."""
    elementwise = {name: [dtype for dtype in DTYPES if allowed(name, dtype)] for name in ELEMENTWISE}
    return {**elementwise, **{name: DTYPES for name in STRUCTURAL}}


class Generator:
    """An endless supply of cases that depend on the seed alone.

    `tried` counts operations and dtypes, `aside` the steps that would not bear one ulp before them.
    """

    def __init__(self, seed, most=60, large=0.0):
        """`most` elements in an array; a share of `large` trees has arrays beyond what is computed in one go."""
        self.random, self.rng = Random(seed), numpy.random.default_rng(seed)
        self.most, self.large = most, large
        self.tried, self.aside = Counter(), Counter()

    def cases(self, count):
        """At least so many, and more until every pair had its turn."""
        wanted = [(name, dtype) for name, dtypes in pairs().items() for dtype in dtypes]
        made = 0
        while made < count or min(self.tried[pair] for pair in wanted) < ENOUGH:
            yield self.case()
            made += 1

    def case(self):
        while True:
            most = LARGE if self.random.random() < self.large else self.most
            tree = Tree(self.random, self.rng, self.tried, self.aside, most)
            depth = self.random.randint(1, DEEPEST)
            try:
                if self.random.random() < 0.05:
                    mistake(tree, tree.grow(depth - 1))
                    continue
                return self.finished(tree, tree.grow(depth))
            except Refused as refused:
                return {"nodes": [*tree.nodes, refused.node], "codes": refused.codes, "when": refused.when}
            except Unstable:
                continue

    def finished(self, tree, root):
        value = tree.values[root]
        ulps = tolerance(value)
        chosen = subset(self.random, value.shape)
        part = structural(chosen.take, [value])
        for node, inputs in zip(tree.nodes, tree.inputs):
            for dtype in {tree.values[at].dtype for at in inputs}:
                self.tried[node[0], dtype] += 1
        out = {"nodes": tree.nodes, "result": packed(value.data, value.mask)}
        if ulps > 0:
            out["ulps"] = ulps
        return {**out, "subset": chosen.text, "part": packed(part.data, part.mask)}
