/**
 * What is selected on one axis, after all checks: indices in arithmetic progression (any step but 0), or a list in any
 * order with repeats. Indices are plain numbers, exact up to 2^53.
 */
export type AxisSelection = RangeSelection | ListSelection;

export interface RangeSelection {
  readonly kind: "range";
  readonly start: number;
  /** Not 0; negative runs backwards. */
  readonly step: number;
  readonly length: number;
}

export interface ListSelection {
  readonly kind: "list";
  readonly indices: Float64Array;
  readonly length: number;
}

/** All of an axis. */
export function fullSelection(extent: number): RangeSelection {
  return { kind: "range", start: 0, step: 1, length: extent };
}

/** An arithmetic progression; an empty one is written in one way only. */
export function rangeSelection(start: number, step: number, length: number): RangeSelection {
  return length === 0
    ? { kind: "range", start: 0, step: 1, length: 0 }
    : { kind: "range", start, step: length === 1 ? 1 : step, length };
}

/** A list; one in arithmetic progression becomes a range, so that seeds can read it as one. */
export function listSelection(indices: Float64Array): AxisSelection {
  const { length } = indices;
  if (length === 0) return rangeSelection(0, 1, 0);
  if (length === 1) return rangeSelection(indices[0]!, 1, 1);
  const step = indices[1]! - indices[0]!;
  if (step !== 0) {
    let i = 2;
    while (i < length && indices[i]! - indices[i - 1]! === step) i++;
    if (i === length) return rangeSelection(indices[0]!, step, length);
  }
  return { kind: "list", indices, length };
}

/** Whether the selection is the whole axis in its order. */
export function isFullSelection(selection: AxisSelection, extent: number): boolean {
  return (
    selection.kind === "range" &&
    selection.length === extent &&
    (extent === 0 || (selection.start === 0 && selection.step === 1))
  );
}

/** The `i`-th selected index. */
export function selectionAt(selection: AxisSelection, i: number): number {
  return selection.kind === "range" ? selection.start + i * selection.step : selection.indices[i]!;
}

/** The selected indices, one by one. */
export function selectionIndices(selection: AxisSelection): Float64Array {
  if (selection.kind === "list") return selection.indices;
  const indices = new Float64Array(selection.length);
  for (let i = 0, at = selection.start; i < indices.length; i++, at += selection.step) indices[i] = at;
  return indices;
}

/** What `inner` selects from an axis of which `outer` has been selected: `outer[inner]`. */
export function composeSelections(outer: AxisSelection, inner: AxisSelection): AxisSelection {
  if (outer.kind === "range") {
    if (inner.kind === "range") {
      return rangeSelection(outer.start + inner.start * outer.step, outer.step * inner.step, inner.length);
    }
    if (outer.start === 0 && outer.step === 1) return inner;
    return listSelection(inner.indices.map((i) => outer.start + i * outer.step));
  }
  if (isFullSelection(inner, outer.length)) return outer;
  const indices = new Float64Array(inner.length);
  for (let i = 0; i < indices.length; i++) indices[i] = outer.indices[selectionAt(inner, i)]!;
  return listSelection(indices);
}

/** Whether two selections select the same indices in the same order. */
export function sameSelection(a: AxisSelection, b: AxisSelection): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || a.length !== b.length) return false;
  if (a.kind === "range") return a.start === (b as RangeSelection).start && a.step === (b as RangeSelection).step;
  return a.indices.every((index, i) => index === (b as ListSelection).indices[i]);
}
