import sys

from hdf5array import Hdf5DenseArray

print(Hdf5DenseArray(sys.argv[1], sys.argv[2], native_order=True))
