"""Random choices: every one hangs on the file's seed alone."""


class Choices:
    """Choices from a NumPy generator."""

    def __init__(self, generator):
        self.generator = generator

    def chance(self, probability):
        return bool(self.generator.random() < probability)

    def pick(self, items):
        return items[int(self.generator.integers(len(items)))]

    def weighted(self, weights):
        """A key of a dict, as often as its value says."""
        total = sum(weights.values())
        at = self.generator.random() * total
        for key, weight in weights.items():
            at -= weight
            if at < 0:
                return key
        return key

    def between(self, least, most):
        """An integer, both ends included."""
        return int(self.generator.integers(least, most + 1))

    def some(self, items, least=0):
        """Some of the items, at least `least`, in their order."""
        count = self.between(least, len(items))
        chosen = sorted(self.generator.permutation(len(items))[:count].tolist())
        return [items[i] for i in chosen]

    def shuffled(self, items):
        return [items[i] for i in self.generator.permutation(len(items)).tolist()]

    def shape(self, rank, most):
        """Extents whose product is about `most` at most, odd ones preferred to round ones."""
        room = most
        extents = []
        for left in range(rank, 0, -1):
            limit = max(1, round(room ** (1 / left) * 1.6))
            extent = min(self.between(1, limit), max(1, room))
            extents.append(extent)
            room = max(1, room // extent)
        return tuple(self.shuffled(extents))

    def rank(self):
        return self.weighted({0: 4, 1: 30, 2: 34, 3: 18, 4: 8, 5: 6})
