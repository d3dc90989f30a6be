// How much memory is asked for at once. The system gives memory out only as it is touched, so that what a process holds
// does not show an array that is too large and stays empty. To be imported before everything else.

let largest = 0;

/** Bytes of the largest array made since the last call. */
export function largestAllocation(): number {
  const value = largest;
  largest = 0;
  return value;
}

const names = [
  ...["ArrayBuffer", "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array"],
  ...["Uint32Array", "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array"],
];

type ArrayMaker = (new (...args: unknown[]) => object) & { readonly BYTES_PER_ELEMENT?: number };

for (const name of names) {
  const original = Reflect.get(globalThis, name) as ArrayMaker;
  const bytes = original.BYTES_PER_ELEMENT ?? 1;
  const watched = new Proxy(original, {
    construct(target, args, newTarget) {
      const [length] = args;
      if (typeof length === "number" && length * bytes > largest) largest = length * bytes;
      return Reflect.construct(target, args, newTarget) as object;
    },
  });
  Reflect.set(original.prototype as object, "constructor", watched);
  Reflect.set(globalThis, name, watched);
}
