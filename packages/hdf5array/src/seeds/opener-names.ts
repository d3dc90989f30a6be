/** Names under which recipes ask for the openers of this package. */
export const DENSE_OPENER = "hdf5array.dense";
export const COMPRESSED_SPARSE_OPENER = "hdf5array.compressed-sparse";
export const TENX_OPENER = "hdf5array.tenx";
export const H5AD_OPENER = "hdf5array.h5ad";
export const LOOM_OPENER = "hdf5array.loom";
export const ANY_OPENER = "hdf5array.any";
