import { brand } from "../base/brand.js";
import { DelayedArrayError } from "../base/errors.js";
import { shown } from "../base/shown.js";
import type { Ticks } from "./grid.js";

/**
 * End points at equal distances, the last one cut at `final`: `RegularTicks(10, 25)` is 10, 20, 25. Nothing is stored,
 * so any extent up to 2^53 will do.
 */
export class RegularTicks implements Ticks {
  /** Distance between end points, in elements. */
  readonly spacing: number;
  /** The last end point: the axis's extent. */
  readonly final: number;
  /** How many end points there are. */
  readonly length: number;

  /**
   * @param spacing - positive integer
   * @param final - non-negative integer
   * @throws `INVALID_ARGUMENT` otherwise
   */
  constructor(spacing: number, final: number) {
    if (!Number.isSafeInteger(spacing) || spacing <= 0) {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `RegularTicks: spacing ${shown(spacing)}, expected a positive integer`,
      );
    }
    if (!Number.isSafeInteger(final) || final < 0) {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `RegularTicks: final ${shown(final)}, expected a non-negative integer`,
      );
    }
    this.spacing = spacing;
    this.final = final;
    this.length = Math.floor(final / spacing) + (final % spacing > 0 ? 1 : 0);
    Object.freeze(this);
  }

  /** The end point at `index`, from the end if negative; `undefined` if there is none. */
  at(index: number): number | undefined {
    const i = index < 0 ? index + this.length : index;
    return i >= 0 && i < this.length ? Math.min(this.final, this.spacing * (i + 1)) : undefined;
  }

  /** The ends, in order. */
  *[Symbol.iterator](): Generator<number, void, void> {
    for (let i = 0; i < this.length; i++) yield Math.min(this.final, this.spacing * (i + 1));
  }
}
brand(RegularTicks, "delayedarray.RegularTicks");
