/** Names of filters, for those that write none into the file. @see the HDF Group's registry of filters */
const NAMES: ReadonlyMap<number, string> = new Map([
  [1, "deflate"],
  [2, "shuffle"],
  [3, "fletcher32"],
  [4, "szip"],
  [5, "nbit"],
  [6, "scaleoffset"],
  [305, "lzo"],
  [307, "bzip2"],
  [32000, "lzf"],
  [32001, "blosc"],
  [32002, "mafisc"],
  [32003, "snappy"],
  [32004, "lz4"],
  [32008, "bitshuffle"],
  [32009, "spdp"],
  [32012, "jpeg-ls"],
  [32013, "zfp"],
  [32014, "fpzip"],
  [32015, "zstd"],
  [32017, "sz"],
  [32018, "fcidecomp"],
  [32019, "jpeg"],
  [32020, "vbz"],
  [32022, "bitgroom"],
  [32023, "granular bitround"],
  [32024, "sz3"],
  [32026, "blosc2"],
  [32028, "sperr"],
]);

/** A filter's registered name, else what the file calls it. */
export function filterName(id: number, stored: string): string {
  return NAMES.get(id) ?? (stored === "" ? "unknown" : stored);
}
