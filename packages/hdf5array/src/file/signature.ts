import { DelayedArrayError } from "delayedarray";

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** Beginnings of what people take for an HDF5 file; bytes that are not printable as `\\x1f`. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/^\s*<(!doctype|html|\?xml|head|body)/i, "an HTML or XML page, perhaps a server's error message"],
  [/^\\x1f\\x8b/, "a gzip file: decompress it first"],
  [/^version https:\/\/git-lfs/, "a Git LFS pointer: fetch the file itself with `git lfs pull`"],
  [/^PK\\x03\\x04/, "a zip file: extract it first"],
  [/^CDF\\x0[125]/, "a classic netCDF file, which is not HDF5"],
  [/^\s*[[{]/, "JSON"],
];

/**
 * Checks that a file begins as HDF5 files do: with the signature at byte 0, 512, 1024, 2048 …
 *
 * @param name - the file, for messages
 * @param size - its length in bytes
 * @param read - fills an array from an offset
 * @returns where the signature is
 * @throws `FILE_INVALID` saying what it looks like instead, `FILE_TRUNCATED` when it ends within the signature
 * @see HDF5 File Format Specification, section II.A, "Disk Format: Level 0A"
 */
export function checkSignature(name: string, size: number, read: (offset: number, target: Uint8Array) => void): number {
  const start = new Uint8Array(Math.min(512, size));
  read(0, start);
  if (size === 0) throw new DelayedArrayError("FILE_INVALID", `${name}: not an HDF5 file: it is empty`);
  if (size < SIGNATURE.length && start.every((byte, i) => byte === SIGNATURE[i])) {
    throw new DelayedArrayError(
      "FILE_TRUNCATED",
      `${name}: the file ends after ${size} bytes, within the HDF5 signature`,
    );
  }
  const bytes = new Uint8Array(SIGNATURE.length);
  for (let offset = 0; offset + bytes.length <= size; offset = offset === 0 ? 512 : offset * 2) {
    read(offset, bytes);
    if (bytes.every((byte, i) => byte === SIGNATURE[i])) return offset;
  }
  const text = Array.from(start, (byte) =>
    (byte > 31 && byte < 127) || byte === 10 || byte === 13 || byte === 9
      ? String.fromCharCode(byte)
      : `\\x${hexOf(byte)}`,
  ).join("");
  const [, guess] = OTHERS.find(([pattern]) => pattern.test(text)) ?? [];
  const hex = Array.from(start.subarray(0, 8), hexOf).join(" ");
  throw new DelayedArrayError(
    "FILE_INVALID",
    `${name}: not an HDF5 file: it starts with ${hex}${guess === undefined ? "" : ` (${guess})`}`,
  );
}

function hexOf(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
