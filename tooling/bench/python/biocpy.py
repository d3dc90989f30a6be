"""BiocPy: the Python packages that this project follows."""

from importlib.metadata import version
from platform import python_version

import numpy
from delayedarray import to_dense_array, to_sparse_array
from hdf5array import Hdf5CompressedSparseMatrix, Hdf5DenseArray
from tiledbarray import TileDbArray

import results
from scaling import scaling_for

VERSIONS = {"Python": python_version()} | {name: version(name) for name in ("delayedarray", "hdf5array", "tiledbarray")}


def hdf5_dense(path, name):
    return to_dense_array(Hdf5DenseArray(path, name, native_order=True))


def hdf5_sparse(path, group, shape):
    return to_sparse_array(Hdf5CompressedSparseMatrix(path, group, shape=tuple(shape), by_column=True))


def hdf5_columns(path, name, count, step):
    return to_dense_array(Hdf5DenseArray(path, name, native_order=True)[:, range(0, count * step, step)])


def hdf5_sparse_columns(path, group, shape, count):
    matrix = Hdf5CompressedSparseMatrix(path, group, shape=tuple(shape), by_column=True)
    return to_sparse_array(matrix[:, 0:count])


def hdf5_sparse_rows(path, group, shape, count):
    matrix = Hdf5CompressedSparseMatrix(path, group, shape=tuple(shape), by_column=True)
    return to_sparse_array(matrix[0:count, :])


def tiledb_dense(uri, attribute):
    return to_dense_array(TileDbArray(uri, attribute))


def tiledb_sparse(uri, attribute):
    return to_sparse_array(TileDbArray(uri, attribute))


def tiledb_sparse_columns(uri, attribute, count):
    return to_sparse_array(TileDbArray(uri, attribute)[:, 0:count])


def tiledb_sum(uri, attribute):
    return float(TileDbArray(uri, attribute).sum())


def transformed(path, name):
    array = Hdf5DenseArray(path, name, native_order=True)
    return numpy.log1p(array / scaling_for(array.shape[1]))


def hdf5_log1p(path, name):
    return to_dense_array(transformed(path, name))


def hdf5_sum(path, name):
    return transformed(path, name).sum()


TASKS = {
    "hdf5-dense": (hdf5_dense, results.dense),
    "hdf5-sparse": (hdf5_sparse, results.contents),
    "hdf5-columns": (hdf5_columns, results.dense),
    "hdf5-sparse-columns": (hdf5_sparse_columns, results.contents),
    "hdf5-sparse-rows": (hdf5_sparse_rows, results.contents),
    "tiledb-dense": (tiledb_dense, results.dense),
    "tiledb-sparse": (tiledb_sparse, results.contents),
    "tiledb-sparse-columns": (tiledb_sparse_columns, results.contents),
    "tiledb-sum": (tiledb_sum, results.dense),
    "hdf5-log1p": (hdf5_log1p, results.dense),
    "hdf5-sum": (hdf5_sum, results.dense),
}
