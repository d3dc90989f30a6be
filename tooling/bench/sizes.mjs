// How large the measured files are. Changing a number writes them anew.

/** What is recorded in the documentation. */
export const full = {
  dense: [4000, 4000],
  sparse: { shape: [20_000, 4000], perColumn: 1000 },
  // BiocPy's reader of sparse TileDB arrays searches a list for the place of each cell: too slow for 4 million.
  smallSparse: { shape: [2000, 400], perColumn: 50 },
  // 1 GB: what is read while a timer fires.
  large: [16_384, 16_384],
};

/** Large enough to go through the same code (several chunks, several tiles), small enough for every CI run. */
export const quick = {
  dense: [1000, 1000],
  sparse: { shape: [5000, 1000], perColumn: 250 },
  smallSparse: { shape: [500, 100], perColumn: 20 },
  large: [4096, 4096],
};
