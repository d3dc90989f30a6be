import { type AxisSelection, listSelection, type RangeSelection, rangeSelection } from "../subset/axis-selection.js";

/** Which of the requested indices of one axis are replaced, and by what; as many of the one as of the other. */
export interface Hits {
  /** Positions in the request, each once. */
  readonly positions: AxisSelection;
  /** For each of them the index in the value. */
  readonly sources: AxisSelection;
}

/** Takes time by the shorter of both, and of two ranges none: an axis may be far longer than what is stored on it. */
export function hitsOf(request: AxisSelection, replaced: AxisSelection): Hits {
  if (request.kind === "list") return searched(request.indices, replaced);
  return replaced.kind === "list" ? placed(request, replaced.indices) : crossed(request, replaced);
}

/** Where a range has an index; -1 if nowhere. */
export function positionIn({ start, step, length }: RangeSelection, index: number): number {
  const at = (index - start) / step;
  return Number.isInteger(at) && at >= 0 && at < length ? at + 0 : -1; // 0, not -0
}

/** The last place at which each index of a list stands. */
function lastPlaces(indices: Float64Array): Map<number, number> {
  const last = new Map<number, number>();
  indices.forEach((index, at) => {
    last.set(index, at);
  });
  return last;
}

/** Looks every requested index up. */
function searched(request: Float64Array, replaced: AxisSelection): Hits {
  const last = replaced.kind === "list" ? lastPlaces(replaced.indices) : undefined;
  const find = (index: number) => (replaced.kind === "range" ? positionIn(replaced, index) : (last!.get(index) ?? -1));
  const hits: Pair[] = [];
  request.forEach((index, position) => {
    const source = find(index);
    if (source >= 0) hits.push([position, source]);
  });
  return hitsFrom(hits);
}

/** Looks up where every replaced index was requested. */
function placed(request: RangeSelection, replaced: Float64Array): Hits {
  const hits: Pair[] = [];
  for (const [index, source] of lastPlaces(replaced)) {
    const position = positionIn(request, index);
    if (position >= 0) hits.push([position, source]);
  }
  return hitsFrom(hits.sort(([a], [b]) => a - b));
}

type Pair = readonly [position: number, source: number];

function hitsFrom(hits: readonly Pair[]): Hits {
  return {
    positions: listSelection(Float64Array.from(hits, ([position]) => position)),
    sources: listSelection(Float64Array.from(hits, ([, source]) => source)),
  };
}

/** What two progressions have in common is one too. In bigints: products of indices are beyond 2^53. */
function crossed(request: RangeSelection, replaced: RangeSelection): Hits {
  const [a, s, n] = [BigInt(request.start), BigInt(request.step), BigInt(request.length)];
  const [b, t, m] = [BigInt(replaced.start), BigInt(replaced.step), BigInt(replaced.length)];
  const none = { positions: rangeSelection(0, 1, 0), sources: rangeSelection(0, 1, 0) };
  // a + i s = b + j t, for every `every`-th i from `first` on.
  const { divisor, inverse } = euclid(s, t);
  if ((b - a) % divisor !== 0n) return none;
  const every = magnitude(t / divisor);
  const first = modulo(((b - a) / divisor) * inverse, every);
  const source = (a + first * s - b) / t;
  const step = (every * s) / t;
  // The k-th has i = first + k every < n and 0 <= j = source + k step < m.
  let low = 0n;
  let high = ceilDivide(n - first, every);
  if (step > 0n) {
    low = ceilDivide(-source, step);
    high = smaller(high, ceilDivide(m - source, step));
  } else {
    low = ceilDivide(source - m + 1n, -step);
    high = smaller(high, source / -step + (source < 0n ? 0n : 1n));
  }
  if (low < 0n) low = 0n;
  const count = Number(high - low);
  if (count <= 0) return none;
  return {
    positions: rangeSelection(Number(first + low * every), Number(every), count),
    sources: rangeSelection(Number(source + low * step), Number(step), count),
  };
}

/** The greatest common divisor of `s` and `t`, positive, and `x` such that `s x` is the divisor modulo `t`. */
function euclid(s: bigint, t: bigint): { divisor: bigint; inverse: bigint } {
  let [r0, r1, x0, x1] = [s, t, 1n, 0n];
  while (r1 !== 0n) {
    const quotient = r0 / r1;
    [r0, r1, x0, x1] = [r1, r0 - quotient * r1, x1, x0 - quotient * x1];
  }
  return r0 < 0n ? { divisor: -r0, inverse: -x0 } : { divisor: r0, inverse: x0 };
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function modulo(value: bigint, by: bigint): bigint {
  const rest = value % by;
  return rest < 0n ? rest + by : rest;
}

/** Rounded up; `by` is positive. */
function ceilDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by > 0n ? quotient + 1n : quotient;
}
