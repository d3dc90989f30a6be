import type { DType, TypedArray } from "delayedarray";
import { itemSize } from "delayedarray/internal";
import { allocateEntries, type Entries, entriesBetween } from "./entry-buffer.js";
import type { Scratch } from "./scratch.js";

/** The least number of entries of a run that are in memory while runs are merged. */
const LEAST_WINDOW = 16;

interface Run {
  /** First entry that has not been read, and end of the run, in entries from the beginning of the scratch. */
  next: number;
  readonly end: number;
  /** The part of the windows that holds entries of this run. */
  from: number;
  to: number;
}

/**
 * Sorted runs of entries in temporary files, one file for each of the three parts. They are merged a window of each at a
 * time: all entries up to the smallest last one of the windows are known to be there.
 */
export class Runs {
  readonly #dtype: DType;
  readonly #indexExtent: number;
  readonly #fibres: Scratch;
  readonly #indices: Scratch;
  readonly #data: Scratch;
  #ends: number[] = [];

  private constructor(
    dtype: DType,
    indexExtent: number,
    [fibres, indices, data]: readonly [Scratch, Scratch, Scratch],
  ) {
    this.#dtype = dtype;
    this.#indexExtent = indexExtent;
    this.#fibres = fibres;
    this.#indices = indices;
    this.#data = data;
  }

  static async open(dtype: DType, indexExtent: number, scratch: () => Promise<Scratch>): Promise<Runs> {
    const opened: Scratch[] = [];
    try {
      for (let i = 0; i < 3; i++) opened.push(await scratch());
      return new Runs(dtype, indexExtent, opened as [Scratch, Scratch, Scratch]);
    } catch (error) {
      await Promise.all(opened.map((one) => one.close()));
      throw error;
    }
  }

  /** Writes a run, given piece by piece. */
  async write(pieces: Iterable<Entries>): Promise<void> {
    let end = this.#ends.at(-1) ?? 0;
    for (const { fibres, indices, data } of pieces) {
      await this.#fibres.append(bytesOf(fibres));
      await this.#indices.append(bytesOf(indices));
      await this.#data.append(bytesOf(data));
      end += fibres.length;
    }
    this.#ends.push(end);
  }

  /**
   * Merges all runs: gives what lies between two places of the order, the part of each run in turn; `round` tells that
   * the next entries all come after those that were given.
   *
   * @param capacity - entries that may be in memory
   */
  async merge(capacity: number, add: (part: Entries) => void, round: () => Promise<void>): Promise<void> {
    const window = Math.max(LEAST_WINDOW, Math.floor(capacity / this.#ends.length));
    const windows = allocateEntries(this.#dtype, this.#indexExtent, window * this.#ends.length);
    let runs: Run[] = this.#ends.map((end, i) => ({
      next: this.#ends[i - 1] ?? 0,
      end,
      from: i * window,
      to: i * window,
    }));
    const starts = new Map(runs.map((run) => [run, run.from]));
    while (runs.length > 0) {
      for (const run of runs) await this.#refill(windows, run, starts.get(run)!, window);
      const last = leastLast(windows, runs);
      for (const run of runs) {
        const until = last === undefined ? run.to : firstAfter(windows, run.from, run.to, last);
        if (until > run.from) add(entriesBetween(windows, run.from, until));
        run.from = until;
      }
      await round();
      runs = runs.filter((run) => run.from < run.to || run.next < run.end);
    }
    this.#ends = [];
  }

  async #refill(windows: Entries, run: Run, start: number, window: number): Promise<void> {
    const { fibres, indices, data } = windows;
    const rest = run.to - run.from;
    const more = Math.min(window - rest, run.end - run.next);
    // What is left of a window is moved to its beginning; little as a rule, since runs are used up side by side.
    if (more === 0 || rest > window / 2) return;
    for (const part of [fibres, indices, data]) part.copyWithin(start, run.from, run.to);
    run.from = start;
    run.to = start + rest + more;
    const [first, end] = [start + rest, run.to];
    const { next } = run;
    await this.#fibres.readInto(4 * next, bytesOf(fibres.subarray(first, end)));
    await this.#indices.readInto(indices.BYTES_PER_ELEMENT * next, bytesOf(indices.subarray(first, end)));
    await this.#data.readInto(itemSize(this.#dtype) * next, bytesOf(data.subarray(first, end)));
    run.next += more;
  }

  async close(): Promise<void> {
    await Promise.all([this.#fibres.close(), this.#indices.close(), this.#data.close()]);
  }
}

type Place = readonly [fibre: number, index: number];

/** The smallest of the last entries in the windows of runs that go on; `undefined` if all runs are there to their ends. */
function leastLast({ fibres, indices }: Entries, runs: readonly Run[]): Place | undefined {
  let least: Place | undefined;
  for (const { next, end, to } of runs) {
    if (next === end) continue;
    const last: Place = [fibres[to - 1]!, indices[to - 1]!];
    if (least === undefined || last[0] < least[0] || (last[0] === least[0] && last[1] < least[1])) least = last;
  }
  return least;
}

/** First entry between two that comes after a place. */
function firstAfter({ fibres, indices }: Entries, from: number, to: number, [fibre, index]: Place): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = fibres[middle]!;
    if (at < fibre || (at === fibre && indices[middle]! <= index)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function bytesOf(part: TypedArray): Uint8Array {
  return new Uint8Array(part.buffer as ArrayBuffer, part.byteOffset, part.byteLength);
}
