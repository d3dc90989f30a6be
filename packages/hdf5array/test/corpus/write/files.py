"""New files: versions of the format, user blocks, sizes of addresses, file space, shared messages."""

import os

from h5py import h5f, h5p

import library

VERSIONS = {
    "earliest": h5f.LIBVER_EARLIEST,
    "v108": h5f.LIBVER_V18,
    "v110": h5f.LIBVER_V110,
    "v112": h5f.LIBVER_V112,
    "v114": h5f.LIBVER_V114,
    "v200": h5f.LIBVER_LATEST,
}

OLD = ["earliest", "v108"]
NEW = ["v110", "v112", "v114", "v200"]

STRATEGIES = {
    "free space managers": h5f.FSPACE_STRATEGY_FSM_AGGR,
    "pages": h5f.FSPACE_STRATEGY_PAGE,
    "aggregation": h5f.FSPACE_STRATEGY_AGGR,
    "none": h5f.FSPACE_STRATEGY_NONE,
}

# H5O_SHMESG_*_FLAG: dataspaces, datatypes, fill values, filter pipelines, attributes.
SHARED_KINDS = [2, 8, 32, 2048, 4096]


class Settings:
    """How a file is made; what is None is chosen at random, mostly the usual."""

    def __init__(self, low=None, high=None, user_block=None, sizes=None, shared=None, strategy=None, trees=None):
        self.low, self.high, self.user_block, self.sizes = low, high, user_block, sizes
        self.shared, self.strategy, self.trees = shared, strategy, trees


def create(choices, path, settings):
    """A new file as a low-level id."""
    low = settings.low or choices.weighted({"earliest": 4, "v108": 2, "v110": 2, "v112": 1, "v114": 1, "v200": 3})
    names = list(VERSIONS)
    high = settings.high or choices.pick([names[-1], choices.pick(names[max(names.index(low), 1) :])])
    access = h5p.create(h5p.FILE_ACCESS)
    access.set_libver_bounds(VERSIONS[low], VERSIONS[high])
    access.set_fclose_degree(h5f.CLOSE_STRONG)
    creation = h5p.create(h5p.FILE_CREATE)
    user_block = settings.user_block
    if user_block is None:
        user_block = choices.weighted({0: 30, 512: 1, 1024: 1, 2048: 1})
    creation.set_userblock(user_block)
    sizes = settings.sizes or choices.weighted({(8, 8): 20, (4, 8): 1})
    creation.set_sizes(*sizes)
    if settings.trees or (settings.trees is None and choices.chance(0.1)):
        library.set_symbol_sizes(creation, choices.between(1, 20), choices.between(1, 6))
        if low in OLD:
            # With fewer than three HDF5's trees grow so tall that it cannot write them.
            library.set_chunk_tree_size(creation, choices.between(3, 40))
    if settings.shared or (settings.shared is None and choices.chance(0.04)):
        _share(choices, creation)
    strategy = settings.strategy
    if strategy is None and choices.chance(0.1):
        strategy = choices.pick(list(STRATEGIES))
    if strategy:
        creation.set_file_space_strategy(STRATEGIES[strategy], choices.chance(0.5), choices.pick([1, 1, 64]))
        if choices.chance(0.5):
            creation.set_file_space_page_size(choices.pick([512, 1024, 4096, 8192]))
    if choices.chance(0.2):
        creation.set_link_creation_order(h5p.CRT_ORDER_TRACKED | (h5p.CRT_ORDER_INDEXED if choices.chance(0.7) else 0))
    if choices.chance(0.1):
        creation.set_attr_creation_order(h5p.CRT_ORDER_TRACKED | (h5p.CRT_ORDER_INDEXED if choices.chance(0.7) else 0))
    file = h5f.create(path.encode(), h5f.ACC_TRUNC, creation, access)
    return file


def _share(choices, creation):
    kinds = choices.some(SHARED_KINDS, 1)
    indexes = choices.between(1, min(3, len(kinds)))
    groups = [sum(kinds[i::indexes]) for i in range(indexes)]
    # A list turns into a B-tree beyond so many messages.
    most = choices.pick([0, 1, 3, 50])
    library.set_shared_messages(creation, [(kinds, choices.pick([0, 10, 40])) for kinds in groups], (most, max(0, most - 1)))


def fill_user_block(choices, path):
    """Writes what a program keeps in front of an HDF5 file."""
    with open(path, "r+b") as file:
        head = file.read(8)
        if head != b"\x89HDF\r\n\x1a\n" and os.path.getsize(path) >= 512:
            file.seek(0)
            file.write(choices.pick([b"#!/bin/sh\n", b"PK\x03\x04", b"\x1f\x8b", bytes(range(256)) * 2]))
