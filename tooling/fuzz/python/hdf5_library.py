"""The HDF5 library that h5py has loaded, for settings that h5py does not offer."""

import ctypes
import os
import sys

import h5py


def _library() -> ctypes.CDLL:
    if sys.platform == "win32":
        return ctypes.CDLL(os.path.join(os.path.dirname(h5py.__file__), "hdf5.dll"))
    # Symbols are looked for in what a library was linked with, too.
    return ctypes.CDLL(h5py.h5p.__file__)


_hdf5 = _library()


def call(name, identifier, *arguments):
    """Calls a function that takes an identifier and integers, and returns a status."""
    function = getattr(_hdf5, name)
    function.restype = ctypes.c_int
    status = function(ctypes.c_int64(identifier.id), *arguments)
    if status < 0:
        raise RuntimeError(f"{name} failed")
