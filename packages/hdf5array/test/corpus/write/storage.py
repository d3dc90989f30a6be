"""Datasets: every way in which HDF5 can store one."""

import itertools

import numpy
from h5py import h5d, h5p, h5s, h5t, h5z

import elements
import library
import pipeline

UNLIMITED = h5s.UNLIMITED

ALLOCATION = {
    "default": h5d.ALLOC_TIME_DEFAULT,
    "early": h5d.ALLOC_TIME_EARLY,
    "late": h5d.ALLOC_TIME_LATE,
    "incremental": h5d.ALLOC_TIME_INCR,
}

FILL_TIMES = {"allocation": h5d.FILL_TIME_ALLOC, "never": h5d.FILL_TIME_NEVER, "if set": h5d.FILL_TIME_IFSET}


# Bytes.
LARGEST_CHUNK = 100_000
LARGEST_DATASET = 24_000


class Plan:
    """What a dataset is to be like; what is None is chosen at random."""

    def __init__(self, **given):
        self.element = None
        self.shape = None
        self.maximum = None
        self.layout = None
        self.chunk = None
        self.allocation = None
        self.fill = None
        self.fill_time = None
        self.filters = None
        self.plain_edges = None
        self.write = None
        self.resize = None
        self.size = 1500
        for name, value in given.items():
            if not hasattr(self, name):
                raise TypeError(name)
            setattr(self, name, value)


def random_filters(choices, size):
    """A pipeline of the filters that the direct reader knows, in any order, some mandatory, a few twice."""
    kinds = choices.weighted(
        {
            (): 25,
            ("gzip",): 25,
            ("shuffle", "gzip"): 25,
            ("shuffle",): 4,
            ("fletcher32",): 6,
            ("gzip", "fletcher32"): 4,
            ("shuffle", "gzip", "fletcher32"): 6,
            ("fletcher32", "shuffle", "gzip"): 3,
            ("gzip", "shuffle"): 2,
            ("gzip", "gzip"): 2,
            ("fletcher32", "gzip", "fletcher32"): 1,
        }
    )
    numbers = {"gzip": h5z.FILTER_DEFLATE, "shuffle": h5z.FILTER_SHUFFLE, "fletcher32": h5z.FILTER_FLETCHER32}
    parameters = {"gzip": (choices.between(0, 9),), "shuffle": (size,), "fletcher32": ()}
    return [(numbers[kind], parameters[kind]) for kind in kinds]


def random_chunk(choices, shape, maximum, most):
    """Odd extents, which seldom divide the dataset's; beyond those only where it may grow that far; `most` elements."""
    chunk = []
    for extent, end in zip(shape, maximum):
        limit = extent + 3 if end == UNLIMITED else max(1, min(end, extent + 3))
        chunk.append(choices.pick([1, choices.between(1, limit), choices.between(1, max(1, (limit + 1) // 2)), limit]))
    while numpy.prod(chunk, dtype=float) > max(1, most):
        chunk = [max(1, extent // 2) for extent in chunk]
    return tuple(chunk)


def random_maximum(choices, shape, unlimited):
    """`unlimited` axes may grow without end, some of the others to a limit."""
    axes = set(choices.generator.permutation(len(shape))[:unlimited].tolist())
    # Where room for all chunks is made at once it must not be too much.
    spare = [0, 0, 0, 1, 7] if len(shape) < 6 else [0]
    return tuple(UNLIMITED if axis in axes else extent + choices.pick(spare) for axis, extent in enumerate(shape))


def create(choices, group, name, plan):
    """Makes a dataset in a group (a low-level id) and writes some of it."""
    if plan.element is None:
        plan.element = elements.any_fixed(choices)
    stored = plan.element.stored
    if plan.shape is None:
        rank = max(1 if plan.layout == "chunked" else 0, choices.rank())
        plan.shape = choices.shape(rank, max(4, min(plan.size, LARGEST_DATASET // stored.get_size())))
    rank = len(plan.shape)
    if plan.layout is None:
        plan.layout = "contiguous" if rank == 0 else choices.weighted({"chunked": 6, "contiguous": 3, "compact": 1})
    if plan.layout == "compact" and stored.get_size() * numpy.prod(plan.shape, dtype=int) > 60000:
        plan.layout = "contiguous"
    creation = h5p.create(h5p.DATASET_CREATE)
    if plan.layout == "chunked":
        if plan.maximum is None:
            plan.maximum = random_maximum(choices, plan.shape, choices.weighted({0: 3, 1: 3, rank: 1}))
        if plan.chunk is None:
            plan.chunk = random_chunk(choices, plan.shape, plan.maximum, LARGEST_CHUNK // stored.get_size())
        creation.set_chunk(plan.chunk)
        if plan.filters is None:
            plan.filters = random_filters(choices, stored.get_size())
        for number, parameters in plan.filters:
            # HDF5 wants filters of what lies elsewhere to be optional, a checksum never.
            optional = number != h5z.FILTER_FLETCHER32 and (elements.is_elsewhere(stored) or choices.chance(0.5))
            creation.set_filter(number, h5z.FLAG_OPTIONAL if optional else 0, () if number == h5z.FILTER_SHUFFLE else parameters)
        if choices.chance(0.1) if plan.plain_edges is None else plan.plain_edges:
            library.set_plain_edge_chunks(creation)
    else:
        creation.set_layout(h5d.COMPACT if plan.layout == "compact" else h5d.CONTIGUOUS)
        plan.filters = []
        plan.maximum = None
    _set_fill(choices, creation, plan)
    allocation = plan.allocation or choices.weighted({"default": 5, "early": 2, "late": 2, "incremental": 2})
    if plan.layout == "compact":
        allocation = "early"
    elif plan.layout == "contiguous" and allocation == "incremental":
        allocation = "late"
    creation.set_alloc_time(ALLOCATION[allocation])
    creation.set_obj_track_times(choices.chance(0.3))
    space = h5s.create(h5s.SCALAR) if rank == 0 else h5s.create_simple(plan.shape, plan.maximum or plan.shape)
    dataset = h5d.create(group, name.encode(), stored, space, creation)
    how = plan.write or choices.weighted({"all": 6, "parts": 3, "nothing": 1})
    _write(choices, dataset, plan.element, how)
    if plan.resize is not None:
        for shape in plan.resize:
            dataset.set_extent(shape)
            _write(choices, dataset, plan.element, choices.pick(["nothing", "parts"]))
    return dataset


def _set_fill(choices, creation, plan):
    fill = plan.fill or choices.weighted({"default": 5, "value": 4, "undefined": 1})
    if elements.is_elsewhere(plan.element.stored):
        # Without a fill value the addresses of what was never written would be noise.
        fill = "default" if fill == "undefined" else fill
        plan.fill_time = plan.fill_time or "if set"
        plan.fill_time = "if set" if plan.fill_time == "never" else plan.fill_time
    if fill == "undefined":
        library.set_undefined_fill(creation)
    elif fill == "value":
        set_random_fill(choices, creation, plan.element)
    time = plan.fill_time or choices.weighted({"if set": 6, "allocation": 2, "never": 1})
    # HDF5 refuses fill values that are undefined and yet to be written.
    creation.set_fill_time(FILL_TIMES["if set" if fill == "undefined" and time == "allocation" else time])


def set_random_fill(choices, creation, element):
    """A fill value of the element's type; none where values are lists that lie elsewhere."""
    if not elements.is_elsewhere(element.stored):
        values, memory = element.make(choices, 1)
        library.set_fill(creation, memory, values.tobytes())
    elif element.stored.get_class() == h5t.STRING:
        library.set_text_fill(creation, element.stored, elements.text(choices, 6, False).encode())


def _write(choices, dataset, element, how):
    shape = dataset.shape
    if how == "nothing" or 0 in shape:
        return
    if how == "all" or len(shape) == 0:
        write_box(choices, dataset, element, (0,) * len(shape), shape)
        return
    for _ in range(choices.between(1, 4)):
        start = tuple(choices.between(0, extent - 1) for extent in shape)
        count = tuple(choices.between(1, extent - first) for first, extent in zip(start, shape))
        write_box(choices, dataset, element, start, count)


def write_box(choices, dataset, element, start, count):
    values, memory = element.make(choices, int(numpy.prod(count, dtype=int)))
    target = dataset.get_space()
    if len(count) > 0:
        target.select_hyperslab(start, count)
        space = h5s.create_simple(count)
    else:
        space = h5s.create(h5s.SCALAR)
    dataset.write(space, target, values.reshape(count) if memory is None else values, memory)


def write_chunks_directly(choices, dataset, plan, share=1.0):
    """Writes chunks past HDF5's filters, each with other filters left out."""
    size = plan.element.stored.get_size()
    length = int(numpy.prod(plan.chunk, dtype=int))
    steps = [range(0, extent, chunk) for extent, chunk in zip(dataset.shape, plan.chunk)]
    for offset in itertools.product(*steps):
        if not choices.chance(share):
            continue
        mask = choices.pick([0, 0, choices.between(0, 2 ** len(plan.filters) - 1), 2 ** len(plan.filters) - 1])
        values, _ = plan.element.make(choices, length)
        dataset.write_direct_chunk(offset, pipeline.apply(values.tobytes(), plan.filters, mask), mask)
