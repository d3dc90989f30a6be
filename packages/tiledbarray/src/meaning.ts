import { NdArray, type TypedArray } from "delayedarray";
import { allocate, cStrides, sizeOf } from "delayedarray/internal";
import type { Cells } from "./read-sparse.js";

/** How R writes NA among logical values, which are integers of 32 bits. */
const NA = -(2 ** 31);

/** R's logical values, as integers, as booleans; NA is missing. */
export function logicalArray({ data, shape, mask }: NdArray<"int32">): NdArray<"bool"> {
  const missing = Uint8Array.from(data, (value, i) => (value === NA || mask?.[i] === 1 ? 1 : 0));
  const values = Uint8Array.from(data, (value) => (value === 0 || value === NA ? 0 : 1));
  return new NdArray({ data: values, shape, dtype: "bool", mask: missing });
}

/** The same for cells of a sparse array. */
export function logicalCells({ keep: _, ...cells }: Cells): Cells {
  const { count, values, validity } = cells;
  const numbers = values.subarray(0, count) as Int32Array;
  return {
    ...cells,
    values: Uint8Array.from(numbers, (value) => (value === 0 || value === NA ? 0 : 1)),
    validity: Uint8Array.from(numbers, (value, i) => (value === NA || validity?.[i] === 0 ? 0 : 1)),
  };
}

/** Codes as the texts that they stand for; a code without one, such as -1, is missing. */
export function labelledArray({ data, shape, mask }: NdArray, labels: readonly string[]): NdArray<"string"> {
  const collector = new LabelCollector(labels, shape);
  const codes = data as TypedArray;
  for (let i = 0; i < codes.length; i++) collector.put(i, codes[i]!, mask?.[i] !== 1);
  return collector.finish();
}

/** Collects texts by their codes; what no code is given for is an empty text. */
export class LabelCollector {
  readonly #labels: readonly string[];
  readonly #shape: readonly number[];
  readonly #data: string[];
  readonly #mask: Uint8Array;

  constructor(labels: readonly string[], shape: readonly number[]) {
    this.#labels = labels;
    this.#shape = shape;
    this.#data = allocate("string", sizeOf(shape)).fill("");
    this.#mask = allocate("uint8", this.#data.length);
  }

  put(at: number, code: number | bigint, isValid: boolean): void {
    const label = isValid ? this.#labels[Number(code)] : undefined;
    this.#data[at] = label ?? "";
    this.#mask[at] = label === undefined ? 1 : 0;
  }

  /** Takes cells of a sparse array. */
  add({ count, positions, values, validity }: Cells): void {
    const strides = cStrides(this.#shape);
    for (let i = 0; i < count; i++) {
      let at = 0;
      for (let axis = 0; axis < positions.length; axis++) {
        const position = positions[axis]![i]!;
        at = position < 0 ? Number.NaN : at + position * strides[axis]!;
      }
      if (!Number.isNaN(at)) this.put(at, values[i]!, validity?.[i] !== 0);
    }
  }

  finish(): NdArray<"string"> {
    return new NdArray({ data: this.#data, shape: this.#shape, dtype: "string", mask: this.#mask });
  }
}
