import type { Ticks } from "./grid.js";

/** The ticks of several axes laid end to end, without writing them out. */
export class JoinedTicks implements Ticks {
  readonly parts: readonly Ticks[];
  readonly length: number;
  /** For each part, the number of ticks and of elements before it. */
  readonly #ticksBefore: readonly number[];
  readonly #elementsBefore: readonly number[];

  constructor(parts: readonly Ticks[]) {
    // Parts that are joined themselves are taken apart, so that looking a tick up never goes through several levels.
    const flat = parts
      .flatMap((part) => (part instanceof JoinedTicks ? part.parts : [part]))
      .filter((part) => part.length > 0);
    const ticksBefore: number[] = [];
    const elementsBefore: number[] = [];
    let ticks = 0;
    let elements = 0;
    for (const part of flat) {
      ticksBefore.push(ticks);
      elementsBefore.push(elements);
      ticks += part.length;
      elements += part.at(-1)!;
    }
    this.parts = flat;
    this.length = ticks;
    this.#ticksBefore = ticksBefore;
    this.#elementsBefore = elementsBefore;
    Object.freeze(this);
  }

  at(index: number): number | undefined {
    const i = index < 0 ? index + this.length : index;
    if (!(i >= 0 && i < this.length)) return undefined;
    let low = 0;
    let high = this.parts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#ticksBefore[middle]! <= i) low = middle;
      else high = middle - 1;
    }
    return this.#elementsBefore[low]! + this.parts[low]!.at(i - this.#ticksBefore[low]!)!;
  }

  *[Symbol.iterator](): Generator<number, void, void> {
    for (let p = 0; p < this.parts.length; p++) {
      for (const tick of this.parts[p]!) yield this.#elementsBefore[p]! + tick;
    }
  }
}
