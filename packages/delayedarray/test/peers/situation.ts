import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  DelayedArray,
  DelayedArrayError,
  type ErrorCode,
  isNdArray,
  isSparseNdarray,
  ndarray,
  type Seed,
  SparseNdarray,
  wrap,
} from "../../src/index.js";

/*
 * Situations in which BiocPy crashes, answers wrongly or differs from NumPy: a test for each, with what this project
 * gives instead. `fixtures/peers.py` says what the peers give. The guide has them all in a table, which its own tests
 * compare with what these tests report.
 */

interface Situation {
  readonly name: string;
  readonly numpy: string;
}

declare module "vitest" {
  interface TaskMeta {
    /** What this project gives in the situation. */
    here?: string;
  }
}

const golden = JSON.parse(readFileSync(new URL("fixtures/peers.json", import.meta.url), "utf8")) as Situation[];
const situations = new Map(golden.map((situation) => [situation.name, situation]));

function situationOf(name: string): Situation {
  const situation = situations.get(name);
  if (situation === undefined) throw new Error(`fixtures/peers.py has no situation "${name}"`);
  return situation;
}

/** In this situation the answer is NumPy's. */
export function asNumpy(name: string, run: () => unknown): void {
  gives(name, situationOf(name).numpy, run);
}

/** In this situation the answer is this one, in the words of {@link textOf}. */
export function gives(name: string, expected: string, run: () => unknown): void {
  situationOf(name);
  test(name, async ({ task }) => {
    const text = await textOf(await run());
    task.meta.here = text;
    expect(text).toBe(expected);
  });
}

/** In this situation there is no answer but an error with this code. */
export function refuses(name: string, code: ErrorCode, run: () => unknown): void {
  situationOf(name);
  test(name, async ({ task }) => {
    const error = await (async () => textOf(await run()))().catch((reason: unknown) => reason);
    if (!(error instanceof DelayedArrayError)) expect.fail(`expected ${code}, got ${String(error)}`);
    task.meta.here = error.code;
    expect(error.code).toBe(code);
  });
}

/** A value in the words of the golden file: nested lists, `--` for what is missing. Arrays are read. */
export async function textOf(value: unknown): Promise<string> {
  if (value instanceof DelayedArray) return textOf(await value.toDense());
  if (isSparseNdarray(value)) return textOf(value.toDense());
  if (isNdArray(value)) return textOf(value.toNested());
  if (value === null) return "--";
  if (Array.isArray(value)) return `[${(await Promise.all(value.map(textOf))).join(", ")}]`;
  if (typeof value !== "number") return String(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  return Object.is(value, -0) ? "-0" : String(value);
}

const count = (length: number) => Int32Array.from({ length }, (_, i) => i);

/** 0 to 11 in three rows. */
export const x = wrap(ndarray(count(12), [3, 4]));

/** 0 to 23 in two layers of three rows. */
export const y = wrap(ndarray(count(24), [2, 3, 4]));

const entries = [
  [0, 1, 0],
  [2, 0, 0],
  [0, 0, 3],
  [0, 4, 0],
];

/** A sparse matrix: 4 rows, 3 columns, 4 entries. */
export const S = SparseNdarray.fromDense(ndarray(entries, null, "float64"));

/** The same, delayed. */
export const s = wrap(S);

/** The same with its 2 missing. */
export const M = SparseNdarray.fromCoo({ ...S.toCoo(), mask: Array.from(S.data, (value) => value === 2) });

/** A seed of complex numbers, which there are not. */
export const complexSeed = {
  shape: [3],
  dtype: "complex128",
  isSparse: false,
  isMasked: false,
  chunkGrid: () => ndarray([0, 0, 0]).chunkGrid(),
  extractDense: () => ndarray([0, 0, 0]),
} as unknown as Seed;
