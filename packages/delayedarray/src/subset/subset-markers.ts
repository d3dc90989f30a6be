/** In a subset: an axis of extent 1 is added here, as `numpy.newaxis` does. */
export const newAxis: unique symbol = Symbol.for("delayedarray.newAxis") as never;

/** In a subset, at most once: as many whole axes as are left over, as Python's `...`. */
export const ellipsis: unique symbol = Symbol.for("delayedarray.ellipsis") as never;
