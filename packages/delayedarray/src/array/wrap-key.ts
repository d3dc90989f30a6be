/** Key under which a seed offers its own class of delayed array: a method that makes one. */
export const WRAP: unique symbol = Symbol.for("delayedarray.wrap") as never;
