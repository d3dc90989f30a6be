"""Random subsets: as JSON (`SubsetText` in case.ts), and the indices that they mean."""

import numpy


class Subset:
    """`indices` has a list of positions for each axis; `axes` the axes of the result, None for a new one."""

    def __init__(self, text, indices, axes):
        self.text, self.indices, self.axes = text, indices, axes

    @property
    def target(self):
        """The shape of what is selected."""
        return tuple(1 if axis is None else len(self.indices[axis]) for axis in self.axes)

    def take(self, x):
        for axis, positions in enumerate(self.indices):
            x = numpy.take(x, positions, axis=axis)
        return x.reshape(self.target)

    def put(self, x, value):
        """A copy of `x` with the value in the selected places; of repeated ones the last counts."""
        x = numpy.array(x)
        value = numpy.broadcast_to(dropped(value, len(self.target)), self.target)
        value = value.reshape([len(positions) for positions in self.indices])
        last = [dict((p, k) for k, p in enumerate(positions)) for positions in self.indices]
        for axis, places in enumerate(last):
            value = numpy.take(value, numpy.array(list(places.values()), int), axis=axis)
        x[numpy.ix_(*[numpy.array(list(places), int) for places in last])] = value
        return x


def dropped(value, rank):
    """NumPy lets a value that is assigned have leading axes of extent 1 to spare."""
    while value.ndim > rank:
        value = value[0]
    return value


def entry(random, extent, shrink):
    """One entry, its positions, and whether it drops the axis. Integers only if `shrink`."""
    every = list(range(extent))
    kind = random.random()
    if kind < 0.18:
        return None, every, False
    if kind < 0.5 or extent == 0:
        bound = lambda: None if random.random() < 0.3 else random.randint(-extent - 3, extent + 3)
        step = random.choice([None, 1, 1, 2, 3, -1, -1, -2, -3, extent + 1, -extent - 1])
        start, stop = bound(), bound()
        return {"s": [start, stop, step]}, every[start:stop:step], False
    if kind < 0.72:
        most = 6 if extent > 3 else extent + 2
        chosen = [random.randint(-extent, extent - 1) for _ in range(random.randint(0 if random.random() < 0.2 else 1, most))]
        if random.random() < 0.3:
            chosen = sorted(set(i % extent for i in chosen))
        kinds = ["plain", "int32", "float64", "int64", "ndarray"]
        small = all(abs(i) < 128 for i in chosen)
        kinds += ["int8"] if small else []
        if all(i >= 0 for i in chosen):
            kinds += ["uint8", "uint32"] if small else ["uint32"]
        return {"l": chosen, "as": random.choice(kinds)}, [i % extent for i in chosen], False
    if kind < 0.85 or not shrink:
        flags = [random.random() < 0.6 for _ in range(extent)]
        text = {"m": "".join("01"[flag] for flag in flags), "as": random.choice(["plain", "ndarray"])}
        return text, [i for i in every if flags[i]], False
    chosen = random.randint(-extent, extent - 1)
    return chosen, [chosen % extent], True


def subset(random, shape, shrink=True, markers=True):
    """A subset of an array of a shape; integers (`shrink`), new axes and an ellipsis (`markers`) only on request."""
    entries, indices = [], []
    for axis, extent in enumerate(shape):
        text, positions, drops = entry(random, extent, shrink)
        indices.append(positions)
        entries.append((text, [] if drops else [axis]))
    if markers and random.random() < 0.2:
        shorten(random, entries)
    elif random.random() < 0.4:
        omitted = []
        while entries and entries[-1][0] is None:
            omitted = entries.pop()[1] + omitted
        result = [part for _, part in entries] + [omitted]
        return Subset([text for text, _ in entries], indices, [axis for part in result for axis in part])
    if markers and len(shape) < 4:
        while random.random() < 0.08:
            entries.insert(random.randint(0, len(entries)), ("new", [None]))
    axes = [axis for _, part in entries for axis in part]
    return Subset([text for text, _ in entries], indices, axes)


def shorten(random, entries):
    """Puts an ellipsis in the place of some whole axes, or of none."""
    at = random.randint(0, len(entries))
    end = at
    while end < len(entries) and entries[end][0] is None:
        end += 1
    entries[at:end] = [("...", [axis for _, part in entries[at:end] for axis in part])]
