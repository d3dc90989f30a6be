/** What the negative results of the inflate kernel mean, from -1 on; see tooling/wasm/inflate.ts. */
const FAULTS: readonly string[] = [
  "it does not begin like a zlib stream",
  "it ends too early",
  "it goes on",
  "a block is of a kind that does not exist",
  "the length of a stored block contradicts itself",
  "the lengths of a block's codes make no codes",
  "a code stands for nothing",
  "a distance leads to before the beginning",
  "its checksum is wrong",
];

/** Number of the fault that there is more than expected. */
export const TOO_LONG = -3;

/** A negative result of the inflate kernel in words. */
export function faultText(result: number): string {
  return FAULTS[-1 - result] ?? `fault ${result}`;
}
