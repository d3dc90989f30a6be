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
  [32004, "lz4"],
  [32008, "bitshuffle"],
  [32013, "zfp"],
  [32015, "zstd"],
  [32017, "sz"],
  [32022, "jpeg"],
  [32026, "blosc2"],
]);

/** A filter's registered name, else what the file calls it. */
export function filterName(id: number, stored: string): string {
  return NAMES.get(id) ?? (stored === "" ? "unknown" : stored);
}
