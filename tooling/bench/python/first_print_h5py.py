import sys

import h5py
import numpy

with h5py.File(sys.argv[1]) as file:
    dataset = file[sys.argv[2]]
    # The header that the others print, so that the texts can be compared.
    print(f"<{dataset.shape[0]} x {dataset.shape[1]}> Hdf5DenseArray object of type '{dataset.dtype.name}'")
    print(numpy.array2string(dataset[:], separator=", ", threshold=0))
