import { hasBrand } from "../base/brand.js";
import type { Grid } from "./grid.js";

/** What composite grids are known by, also those of another copy of this package. */
export const COMPOSITE = "delayedarray.CompositeGrid";

/** Grids laid end to end along one axis. */
export interface Composite extends Grid {
  readonly components: readonly Grid[];
  readonly along: number;
}

/**
 * Whether a grid is made of others. Combining an array over and over makes composites of composites, as deep as there
 * are operations: what goes through them keeps a stack of its own, so that no depth overflows the runtime's.
 */
export function isComposite(grid: Grid): grid is Composite {
  return hasBrand(grid, COMPOSITE);
}
