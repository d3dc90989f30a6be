// What a probe found, as a line that is equal to python/outcome.py's where the finding is.
import { createHash } from "node:crypto";

/** Beyond this many bytes values are not read: a mutant may claim any shape. */
export const LARGE = 2 ** 20;

/** Longer findings are told by their length and digest, unless one is looked at closely. */
const SHOWN = Number(process.env.FUZZ_SHOWN ?? 120);

/** The finding itself if it is short, else its length and digest. */
export function found(text: string): string {
  // Python counts code points.
  if ([...text].length <= SHOWN) return `=${text}`;
  const raw = Buffer.from(text, "utf8");
  return `=#${raw.length}:${createHash("sha1").update(raw).digest("hex").slice(0, 16)}`;
}

export const ABSENT = "!absent";

export function extents(shape: readonly number[] | null): string {
  return shape === null ? "null" : shape.join("x") || "scalar";
}

export function product(counts: readonly number[]): number {
  return counts.reduce((total, count) => total * count, 1);
}
