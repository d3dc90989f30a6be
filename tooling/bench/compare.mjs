// Whether two results are equal, value by value; the peers are measured only if they are.
import { readFileSync } from "node:fs";
import { Failure } from "../process.mjs";

const arrayTypes = {
  uint8: Uint8Array,
  int32: Int32Array,
  int64: BigInt64Array,
  float32: Float32Array,
  float64: Float64Array,
};

/** Positions may be held in any integer type; values must have the same one. */
const positions = ["indices", "indptr"];

/** Transcendental functions need not be rounded correctly; two good ones differ in the last place now and then. */
const maximumUlps = 2;

/** Sums of floats depend on the order. */
const maximumRelative = 1e-12;

const agreements = {
  exact: Object.is,
  ulps: (a, b) => a === b || (Number.isNaN(a) && Number.isNaN(b)) || ulpsBetween(a, b) <= maximumUlps,
  relative: (a, b) => Math.abs(a - b) <= maximumRelative * Math.abs(b),
};

/** @throws Failure naming the first difference */
export function compareResults(agreement, [nameA, a], [nameB, b]) {
  const both = `${nameA} and ${nameB}`;
  if (a.shape.join() !== b.shape.join()) throw new Failure(`${both}: shapes (${a.shape}) and (${b.shape})`);
  const names = Object.keys(a.arrays).sort();
  if (names.join() !== Object.keys(b.arrays).sort().join()) throw new Failure(`${both}: not the same arrays`);
  for (const name of names) {
    const [one, other] = [a.arrays[name], b.arrays[name]];
    if (one.dtype !== other.dtype && !positions.includes(name))
      throw new Failure(`${both}: ${name} is ${one.dtype} and ${other.dtype}`);
    compareArrays(agreements[agreement], `${both}: ${name}`, valuesOf(one), valuesOf(other));
  }
}

function compareArrays(agree, what, a, b) {
  if (a.length !== b.length) throw new Failure(`${what} has ${a.length} and ${b.length} values`);
  for (let i = 0; i < a.length; i++) {
    const [one, other] = [Number(a[i]), Number(b[i])];
    if (!agree(one, other)) throw new Failure(`${what}[${i}] is ${one} and ${other}`);
  }
}

function valuesOf({ dtype, file, base64 }) {
  const type = arrayTypes[dtype];
  if (type === undefined) throw new Failure(`values of type ${dtype} cannot be compared`);
  const bytes = base64 === undefined ? readFileSync(file) : Buffer.from(base64, "base64");
  // A copy starts at a multiple of 8, as 64-bit values need it; a `Buffer` may start anywhere.
  return new type(new Uint8Array(bytes).buffer);
}

const float = new Float64Array(1);
const bits = new BigInt64Array(float.buffer);

/** How many float64 lie between two of them, plus one: their bits, taken as integers, are in the order of the values. */
export function ulpsBetween(a, b) {
  const distance = orderOf(a) - orderOf(b);
  return Number(distance < 0n ? -distance : distance);
}

function orderOf(value) {
  float[0] = value;
  return bits[0] < 0n ? -(bits[0] & 0x7fffffffffffffffn) : bits[0];
}
