/** Names under which recipes ask for the openers of this package. */
export const DENSE_OPENER = "hdf5array.dense";
export const COMPRESSED_SPARSE_OPENER = "hdf5array.compressed-sparse";
