"""h5py with NumPy and SciPy, and nothing around them."""

import h5py
import numpy
import scipy
from scipy.sparse import csc_matrix

import results
from scaling import scaling_for

VERSIONS = {
    "h5py": h5py.__version__,
    "HDF5": h5py.version.hdf5_version,
    "NumPy": numpy.__version__,
    "SciPy": scipy.__version__,
}


def hdf5_dense(path, name):
    with h5py.File(path) as file:
        return file[name][:]


def hdf5_sparse(path, group, shape):
    with h5py.File(path) as file:
        parts = file[group]
        return csc_matrix((parts["data"][:], parts["indices"][:], parts["indptr"][:]), shape=shape)


def hdf5_columns(path, name, count, step):
    with h5py.File(path) as file:
        return file[name][:, 0 : count * step : step]


def hdf5_sparse_columns(path, group, shape, count):
    with h5py.File(path) as file:
        parts = file[group]
        indptr = parts["indptr"][: count + 1]
        return csc_matrix((parts["data"][: indptr[-1]], parts["indices"][: indptr[-1]], indptr), shape=(shape[0], count))


def hdf5_sparse_rows(path, group, shape, count):
    return hdf5_sparse(path, group, shape)[:count]


def hdf5_log1p(path, name):
    values = hdf5_dense(path, name)
    return numpy.log1p(values / scaling_for(values.shape[1]))


def hdf5_sum(path, name):
    return hdf5_log1p(path, name).sum()


TASKS = {
    "hdf5-dense": (hdf5_dense, results.dense),
    "hdf5-sparse": (hdf5_sparse, results.columns),
    "hdf5-columns": (hdf5_columns, results.dense),
    "hdf5-sparse-columns": (hdf5_sparse_columns, results.columns),
    "hdf5-sparse-rows": (hdf5_sparse_rows, results.columns),
    "hdf5-log1p": (hdf5_log1p, results.dense),
    "hdf5-sum": (hdf5_sum, results.dense),
}
