"""TileDB-Py, and SciPy where a matrix is made of coordinates."""

import scipy
import tiledb
from scipy.sparse import coo_matrix

import results

VERSIONS = {
    "TileDB-Py": tiledb.__version__,
    "TileDB": ".".join(str(part) for part in tiledb.libtiledb.version()),
    "SciPy": scipy.__version__,
}


def tiledb_dense(uri, attribute):
    with tiledb.open(uri, attr=attribute) as array:
        return array[:]


def tiledb_coordinates(uri, attribute):
    with tiledb.open(uri) as array:
        # "U": in whatever order is quickest.
        return array.shape, array.query(attrs=[attribute], order="U")[:]


def tiledb_sparse(uri, attribute):
    shape, cells = tiledb_coordinates(uri, attribute)
    return coo_matrix((cells[attribute], (cells["row"], cells["column"])), shape=shape).tocsc()


def tiledb_sparse_columns(uri, attribute, count):
    with tiledb.open(uri) as array:
        shape = (array.shape[0], count)
        cells = array.query(attrs=[attribute], order="U")[:, 0:count]
    return coo_matrix((cells[attribute], (cells["row"], cells["column"])), shape=shape).tocsc()


def tiledb_sum(uri, attribute):
    return float(tiledb_dense(uri, attribute).sum())


def tiledb_sparse_sum(uri, attribute):
    _, cells = tiledb_coordinates(uri, attribute)
    return float(cells[attribute].sum())


TASKS = {
    "tiledb-dense": (tiledb_dense, results.dense),
    "tiledb-coordinates": (tiledb_coordinates, results.coordinates),
    "tiledb-sparse": (tiledb_sparse, results.columns),
    "tiledb-sparse-columns": (tiledb_sparse_columns, results.columns),
    "tiledb-sum": (tiledb_sum, results.dense),
    "tiledb-sparse-sum": (tiledb_sparse_sum, results.dense),
}
