import { type DType, isBigDType } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import type { Awaitable } from "../base/options.js";
import { sameShape, shapeText } from "../base/shape.js";
import { isSeed, type Seed } from "../seed/seed.js";
import { isIndexRange, type SeedSubset, type SeedSubsetEntry, seedEntrySelection } from "../subset/seed-subset.js";
import { gather } from "../values/gather.js";
import type { NdArrayParts } from "../values/nd-array-parts.js";

/** What {@link checkSeed} did. */
export interface SeedReport {
  /** Requests made, dense and sparse. */
  readonly requests: number;
}

/** Requests on one axis: all, nothing, ranges, strides, single indices, lists. */
function entriesFor(extent: number): SeedSubsetEntry[] {
  const entries: SeedSubsetEntry[] = [
    { start: 0, stop: extent, step: 1 },
    { start: 0, stop: 0, step: 1 },
  ];
  if (extent === 0) return entries;
  const last = extent - 1;
  const middle = Math.floor(extent / 2);
  entries.push({ start: last, stop: extent, step: 1 }, { start: 0, stop: 1, step: 1 }, [middle]);
  if (extent > 1) {
    entries.push(
      { start: 0, stop: extent, step: 2 },
      { start: 1, stop: extent, step: 3 },
      { start: middle, stop: extent, step: 1 },
    );
    entries.push(
      [0, last],
      Float64Array.of(0, last),
      Array.from({ length: extent }, (_, i) => i),
      [],
    );
  }
  if (extent > 3)
    entries.push(
      [1, 2, last],
      Array.from({ length: Math.ceil(extent / 3) }, (_, i) => i * 3),
    );
  return entries;
}

/** Every entry of every axis with the others whole, and then entries of all axes together in many combinations. */
function* requestsFor(shape: readonly number[]): Generator<SeedSubset> {
  const whole = shape.map((extent): SeedSubsetEntry => ({ start: 0, stop: extent, step: 1 }));
  const entries = shape.map(entriesFor);
  yield whole;
  for (let axis = 0; axis < shape.length; axis++) {
    for (const entry of entries[axis]!) yield whole.map((other, k) => (k === axis ? entry : other));
  }
  const most = Math.max(0, ...entries.map((list) => list.length));
  for (let shift = 0; shift < most; shift++) {
    for (let i = 0; i < most; i++) yield entries.map((list, axis) => list[(i + axis * (shift + 1)) % list.length]!);
  }
}

function describe(subset: SeedSubset): string {
  return `[${subset.map((entry) => (isIndexRange(entry) ? `${entry.start}:${entry.stop}:${entry.step}` : `[${Array.from(entry).join(",")}]`)).join(", ")}]`;
}

function fail(message: string): never {
  throw new DelayedArrayError("INVALID_ARGUMENT", `checkSeed: ${message}`);
}

function elementText(element: number | bigint | string): string {
  return typeof element === "string" ? JSON.stringify(element) : String(element);
}

/** Compares an answer with the reference, element by element; missing entries compare by their mask alone. */
function compare(answer: NdArrayParts, expected: NdArrayParts, what: string): void {
  if (!sameShape(answer.shape, expected.shape))
    fail(`${what} gave ${shapeText(answer.shape)}, expected ${shapeText(expected.shape)}`);
  if (answer.dtype !== expected.dtype) fail(`${what} gave dtype ${answer.dtype}, expected ${expected.dtype}`);
  const whole = answer.shape.map(() => null);
  const [a, b] = [gather(answer, whole), gather(expected, whole)];
  for (let i = 0; i < b.data.length; i++) {
    if ((a.mask?.[i] ?? 0) !== (b.mask?.[i] ?? 0)) fail(`${what}: element ${i} is ${a.mask?.[i] ? "" : "not "}missing`);
    if (b.mask?.[i]) continue;
    const [left, right] = [a.data[i]!, b.data[i]!];
    if (left !== right && !(Number.isNaN(left) && Number.isNaN(right)))
      fail(`${what}: element ${i} is ${elementText(left)}, expected ${elementText(right)}`);
  }
}

/**
 * Puts a seed through the exam that every backend has to pass: all kinds of requests, dense and (if it says that it is
 * sparse) sparse, one at a time and all at once, compared with a reference; its facts; its chunk grid; that answers are
 * its caller's own; and that an aborted request does not hang. It is bound to no test runner.
 *
 * @param open - opens a new seed; called several times, and what it gives is closed if it has `close`
 * @param reference - the same values in memory, from a source other than the seed
 * @returns how many requests were made
 * @throws `INVALID_ARGUMENT` that names the request and the first element that differs
 */
export async function checkSeed<D extends DType>(
  open: () => Awaitable<Seed<D>>,
  reference: NdArrayParts<D>,
): Promise<SeedReport> {
  const seed = await open();
  let requests = 0;
  try {
    checkFacts(seed, reference);
    const expect = (subset: SeedSubset) => gather(reference, subset.map(seedEntrySelection));
    const all = [...requestsFor(seed.shape)];
    const ask = async (subset: SeedSubset): Promise<void> => {
      compare(await seed.extractDense(subset, {}), expect(subset), `extractDense(${describe(subset)})`);
      requests++;
      if (!seed.isSparse) return;
      const sparse = await seed.extractSparse!(subset, {});
      compare(sparse.toDense(), expect(subset), `extractSparse(${describe(subset)})`);
      requests++;
    };
    for (const subset of all) await ask(subset);
    await Promise.all(all.slice(0, 24).map(ask));
    await checkOwnership(seed, all[0]!, expect(all[0]!));
    await checkAbort(seed, all[0]!);
  } finally {
    await (seed as { close?: () => Awaitable<void> }).close?.();
  }
  return { requests };
}

function checkFacts(seed: Seed, reference: NdArrayParts): void {
  if (!isSeed(seed)) fail("what open gave does not implement the seed protocol");
  if (!sameShape(seed.shape, reference.shape))
    fail(`shape is ${shapeText(seed.shape)}, expected ${shapeText(reference.shape)}`);
  if (seed.dtype !== reference.dtype) fail(`dtype is ${seed.dtype}, expected ${reference.dtype}`);
  if (reference.mask?.includes(1) && !seed.isMasked) fail("entries are missing, but isMasked is false");
  if (seed.isSparse && seed.extractSparse === undefined) fail("isSparse is true, but there is no extractSparse");
  const grid = seed.chunkGrid();
  if (!sameShape(grid.shape, seed.shape))
    fail(`the chunk grid is for ${shapeText(grid.shape)}, expected ${shapeText(seed.shape)}`);
  grid.boundaries.forEach((ticks, axis) => {
    let previous = 0;
    for (const tick of ticks) {
      if (!(tick > previous)) fail(`chunk boundaries on axis ${axis} do not increase at ${tick}`);
      previous = tick;
    }
    if (previous !== seed.shape[axis])
      fail(`chunk boundaries on axis ${axis} end at ${previous}, expected ${seed.shape[axis]}`);
  });
}

/** Changing one answer must not change the next, if the seed promises arrays that nobody else holds. */
async function checkOwnership(seed: Seed, subset: SeedSubset, expected: NdArrayParts): Promise<void> {
  if (!seed.givesFreshArrays) return;
  const first = await seed.extractDense(subset, {});
  const other = first.dtype === "string" ? "changed" : isBigDType(first.dtype) ? 1n : 1;
  first.data.fill(other as never);
  compare(await seed.extractDense(subset, {}), expected, "extractDense after an earlier answer was changed");
}

/** A request that is aborted before it starts may answer or reject with the signal's reason, and nothing else. */
async function checkAbort(seed: Seed, subset: SeedSubset): Promise<void> {
  const reason = new Error("aborted by checkSeed");
  try {
    await seed.extractDense(subset, { signal: AbortSignal.abort(reason) });
  } catch (error) {
    if (error !== reason) fail(`an aborted request rejected with ${String(error)}, expected the signal's reason`);
  }
}
