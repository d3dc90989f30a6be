import { isList } from "../base/shape.js";
import type { Grid } from "./grid.js";

/** Whether a value is a grid as far as blocks need one: another package may have made it. */
export function isGrid(value: unknown): value is Grid {
  if (typeof value !== "object" || value === null) return false;
  const grid = value as Partial<Grid>;
  // Boundaries are not looked at: those of a composite grid are only worked out when they are.
  return isList(grid.shape) && "boundaries" in grid && typeof grid.iterate === "function";
}
