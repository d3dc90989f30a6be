/**
 * The checksum of metadata: Bob Jenkins' lookup3 (`hashlittle`), with which all blocks of newer HDF5 formats end.
 *
 * @see HDF5 File Format Specification, section III, "Disk Format: Level 1 - File Infrastructure", on checksums
 */
export function metadataChecksum(bytes: Uint8Array): number {
  let left = bytes.length;
  let a = (0xdeadbeef + left) | 0;
  let b = a;
  let c = a;
  let at = 0;
  while (left > 12) {
    a = (a + word(bytes, at)) | 0;
    b = (b + word(bytes, at + 4)) | 0;
    c = (c + word(bytes, at + 8)) | 0;
    a = (a - c) ^ ((c << 4) | (c >>> 28));
    c = (c + b) | 0;
    b = (b - a) ^ ((a << 6) | (a >>> 26));
    a = (a + c) | 0;
    c = (c - b) ^ ((b << 8) | (b >>> 24));
    b = (b + a) | 0;
    a = (a - c) ^ ((c << 16) | (c >>> 16));
    c = (c + b) | 0;
    b = (b - a) ^ ((a << 19) | (a >>> 13));
    a = (a + c) | 0;
    c = (c - b) ^ ((b << 4) | (b >>> 28));
    b = (b + a) | 0;
    at += 12;
    left -= 12;
  }
  if (left === 0) return c >>> 0;
  // What is missing of the last twelve bytes counts as zeros.
  a = (a + wordOf(bytes, at, left)) | 0;
  b = (b + wordOf(bytes, at + 4, left - 4)) | 0;
  c = (c + wordOf(bytes, at + 8, left - 8)) | 0;
  c = (c ^ b) - ((b << 14) | (b >>> 18));
  a = (a ^ c) - ((c << 11) | (c >>> 21));
  b = (b ^ a) - ((a << 25) | (a >>> 7));
  c = (c ^ b) - ((b << 16) | (b >>> 16));
  a = (a ^ c) - ((c << 4) | (c >>> 28));
  b = (b ^ a) - ((a << 14) | (a >>> 18));
  c = (c ^ b) - ((b << 24) | (b >>> 8));
  return c >>> 0;
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

function wordOf(bytes: Uint8Array, at: number, left: number): number {
  let value = 0;
  for (let i = 0; i < 4 && i < left; i++) value |= bytes[at + i]! << (8 * i);
  return value;
}
