"""How a result is told to the other side: a shape and plain arrays; sparse ones as compressed columns, rows in order.

None of this is timed.
"""

import numpy
import scipy.sparse


def dense(result):
    values = numpy.asarray(result)
    return list(values.shape), {"data": values.reshape(-1)}


def columns(matrix):
    """A SciPy matrix."""
    matrix = matrix.tocsc()
    matrix.sort_indices()
    return list(matrix.shape), {"data": matrix.data, "indices": matrix.indices, "indptr": matrix.indptr}


def contents(array):
    """BiocPy's `SparseNdarray`: for each column `None`, or its rows and values."""
    nothing = (numpy.zeros(0, array.index_dtype), numpy.zeros(0, array.dtype))
    filled = [nothing if one is None else one for one in array.contents or [None] * array.shape[1]]
    arrays = {
        "data": numpy.concatenate([values for _, values in filled]),
        "indices": numpy.concatenate([rows for rows, _ in filled]),
        "indptr": numpy.cumsum([0, *(len(rows) for rows, _ in filled)]),
    }
    return list(array.shape), arrays


def coordinates(result):
    """A shape, and what TileDB-Py returns for a sparse array: a dictionary of dimensions and attributes."""
    shape, cells = result
    attribute, *_ = (name for name in cells if name not in ("row", "column"))
    return columns(scipy.sparse.coo_matrix((cells[attribute], (cells["row"], cells["column"])), shape=shape))
