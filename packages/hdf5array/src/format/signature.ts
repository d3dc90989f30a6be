import { DelayedArrayError } from "delayedarray";

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** Bytes by which other kinds of file are told apart. */
const START_BYTES = 512;

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
 * @param read - gives bytes from an offset
 * @returns where the signature is
 * @throws `FILE_INVALID` saying what it looks like instead, `FILE_TRUNCATED` when it ends within the signature
 * @see HDF5 File Format Specification, section II.A, "Disk Format: Level 0A"
 */
export async function findSignature(
  name: string,
  size: number,
  read: (offset: number, length: number) => Promise<Uint8Array>,
): Promise<number> {
  const start = await read(0, Math.min(START_BYTES, size));
  checkStart(name, size, start);
  if (isSignature(start)) return 0;
  // All at once, for they lie far apart and may be far away; the first that fits counts.
  const places = candidates(size).filter((offset) => offset > 0);
  const fits = await Promise.all(places.map(async (offset) => isSignature(await read(offset, SIGNATURE.length))));
  const offset = places.find((_, i) => fits[i]);
  if (offset === undefined) throw notHdf5(name, start);
  return offset;
}

/** Where a signature may be in a file of this size. */
function candidates(size: number): number[] {
  const offsets: number[] = [];
  for (let offset = 0; offset + SIGNATURE.length <= size; offset = offset === 0 ? 512 : offset * 2)
    offsets.push(offset);
  return offsets;
}

function isSignature(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => bytes[i] === byte);
}

/** Checks what can be told from a file's first bytes. */
function checkStart(name: string, size: number, start: Uint8Array): void {
  if (size === 0) throw new DelayedArrayError("FILE_INVALID", `${name}: not an HDF5 file: it is empty`);
  if (size < SIGNATURE.length && start.every((byte, i) => byte === SIGNATURE[i])) {
    throw new DelayedArrayError(
      "FILE_TRUNCATED",
      `${name}: the file ends after ${size} bytes, within the HDF5 signature`,
    );
  }
}

/** An error that says what the file looks like. */
function notHdf5(name: string, start: Uint8Array): DelayedArrayError {
  const text = Array.from(start, (byte) =>
    (byte > 31 && byte < 127) || byte === 10 || byte === 13 || byte === 9
      ? String.fromCharCode(byte)
      : `\\x${hexOf(byte)}`,
  ).join("");
  const [, guess] = OTHERS.find(([pattern]) => pattern.test(text)) ?? [];
  const hex = Array.from(start.subarray(0, 8), hexOf).join(" ");
  return new DelayedArrayError(
    "FILE_INVALID",
    `${name}: not an HDF5 file: it starts with ${hex}${guess === undefined ? "" : ` (${guess})`}`,
  );
}

function hexOf(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
