"""What HDF5 can do and h5py has no words for, asked of the very library that h5py has loaded."""

import ctypes
import glob
import os

import h5py

# H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS
_PLAIN_EDGE_CHUNKS = 2

# H5D_chunk_index_t
_CHUNK_INDEXES = ["btree1", "single", "implicit", "fixed-array", "extensible-array", "btree2"]


def _load():
    package = os.path.dirname(h5py.__file__)
    places = ["../h5py.libs/libhdf5-*.so*", ".dylibs/libhdf5.*dylib", "hdf5.dll", "../h5py.libs/hdf5-*.dll"]
    found = [path for place in places for path in sorted(glob.glob(os.path.join(package, place)))]
    if not found:
        raise RuntimeError(f"HDF5's library was not found beside h5py in {package}")
    return ctypes.CDLL(found[0])


_hdf5 = _load()


def _call(name, identifier, *arguments):
    if getattr(_hdf5, name)(ctypes.c_int64(identifier.id), *arguments) < 0:
        raise RuntimeError(f"{name} failed")


def set_shared_messages(creation, indexes, phases):
    """`indexes`: pairs of the kinds of messages to share (bits) and of the bytes from which on they are shared."""
    _call("H5Pset_shared_mesg_nindexes", creation, ctypes.c_uint(len(indexes)))
    for i, (kinds, least) in enumerate(indexes):
        _call("H5Pset_shared_mesg_index", creation, ctypes.c_uint(i), ctypes.c_uint(kinds), ctypes.c_uint(least))
    if phases is not None:
        _call("H5Pset_shared_mesg_phase_change", creation, *(ctypes.c_uint(one) for one in phases))


def set_symbol_sizes(creation, internal, leaf):
    """Half the most entries of a node of symbol tables' B-trees, and of its leaves."""
    _call("H5Pset_sym_k", creation, ctypes.c_uint(internal), ctypes.c_uint(leaf))


def set_chunk_tree_size(creation, half):
    """Half the most entries of a node of B-trees of chunks."""
    _call("H5Pset_istore_k", creation, ctypes.c_uint(half))


def set_link_phases(creation, most_compact, least_dense):
    """From how many links on a group holds them in a heap, and below how many no more."""
    _call("H5Pset_link_phase_change", creation, ctypes.c_uint(most_compact), ctypes.c_uint(least_dense))


def set_plain_edge_chunks(creation):
    """Chunks that stick out over the edge are stored without filters."""
    _call("H5Pset_chunk_opts", creation, ctypes.c_uint(_PLAIN_EDGE_CHUNKS))


def set_undefined_fill(creation):
    """No fill value at all."""
    _call("H5Pset_fill_value", creation, ctypes.c_int64(-1), None)


def has_plain_edge_chunks(creation):
    """Whether chunks that stick out over the edge are stored without filters."""
    options = ctypes.c_uint()
    _call("H5Pget_chunk_opts", creation, ctypes.byref(options))
    return bool(options.value & _PLAIN_EDGE_CHUNKS)


def set_fill(creation, stored, data):
    """The bytes of a value of a type, which need no conversion."""
    _call("H5Pset_fill_value", creation, ctypes.c_int64(stored.id), ctypes.c_char_p(data))


def set_text_fill(creation, stored, text):
    """A fill value of variable length."""
    pointer = ctypes.c_char_p(text)
    _call("H5Pset_fill_value", creation, ctypes.c_int64(stored.id), ctypes.byref(pointer))


def set_nbit(creation):
    _call("H5Pset_nbit", creation)


def chunk_index(dataset):
    """How the chunks of a dataset are found."""
    kind = ctypes.c_int()
    _call("H5Dget_chunk_index_type", dataset, ctypes.byref(kind))
    return _CHUNK_INDEXES[kind.value]
