/** An unsigned little-endian integer of 1 to 8 bytes; beyond 2^53 it is rounded. */
export function unsignedAt(view: DataView, at: number, size: number): number {
  if (size === 8) return view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
  if (size === 4) return view.getUint32(at, true);
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 256 + view.getUint8(at + i);
  return value;
}

/** An address of 1 to 8 bytes; -1 where all bits are set, which means that nothing is there. */
export function addressAt(view: DataView, at: number, size: number): number {
  // By its bytes: rounding makes other large numbers equal to 2^64.
  let i = 0;
  while (i < size && view.getUint8(at + i) === 0xff) i++;
  return i === size ? -1 : unsignedAt(view, at, size);
}

/** The largest `n` with `2 ** n <= value`, for integers from 1 to 2^53. */
export function floorLog2(value: number): number {
  const high = Math.floor(value / 2 ** 32);
  return high > 0 ? 63 - Math.clz32(high) : 31 - Math.clz32(value);
}

/** Bytes in which an integer up to `limit` is noted. */
export function bytesForLimit(limit: number): number {
  return Math.floor(floorLog2(Math.max(1, limit)) / 8) + 1;
}
