import { DelayedArrayError } from "../base/errors.js";
import { type Shape, sameShape, shapeText } from "../base/shape.js";

/** How an error says what could not be done with operands. */
function attempt(name: string, [left, right, ...rest]: readonly string[]): string {
  switch (name) {
    case "add":
      return `cannot add ${right} to ${left}`;
    case "subtract":
      return `cannot subtract ${right} from ${left}`;
    case "multiply":
      return `cannot multiply ${left} by ${right}`;
    case "divide":
    case "floorDivide":
      return `cannot divide ${left} by ${right}`;
    default:
      return `cannot take ${name} of ${[left, right, ...rest].join(" and ")}`;
  }
}

/** Whether an array of one shape broadcasts to another, as in NumPy: equal extents or 1, aligned at the last axis. */
function broadcastsTo(small: Shape, large: Shape): boolean {
  const lead = large.length - small.length;
  return lead >= 0 && small.every((extent, axis) => extent === 1 || extent === large[lead + axis]);
}

/**
 * The shape of the result: that of one operand, to which the others broadcast as in NumPy.
 *
 * @throws `SHAPE_MISMATCH` naming all shapes, and for a vector its length and the one expected
 */
export function broadcastShape(name: string, shapes: readonly Shape[]): Shape {
  const [first, ...others] = shapes as [Shape, ...Shape[]];
  if (others.every((shape) => sameShape(shape, first))) return first;
  const largest = shapes.find((large) => shapes.every((shape) => broadcastsTo(shape, large)));
  if (largest !== undefined) return largest;
  const describe = (shape: Shape) => (shape.length === 1 ? `a vector of length ${shape[0]}` : shapeText(shape));
  const vectors = shapes.filter((shape) => shape.length === 1);
  const array = shapes.find((shape) => shape.length > 1) ?? first;
  const rule = "(equal extents or 1, aligned at the last axis)";
  const expected =
    shapes.length > 2
      ? `expected shapes that broadcast to one of them ${rule}`
      : vectors.length > 0
        ? `expected ${array[array.length - 1]} (the last axis)`
        : `expected equal shapes, or one that broadcasts to the other ${rule}`;
  throw new DelayedArrayError("SHAPE_MISMATCH", `${attempt(name, shapes.map(describe))}: ${expected}`);
}
