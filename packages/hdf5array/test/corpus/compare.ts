// Types and values against those that h5py found. Each function says how they differ; `undefined` where they are equal.

import type { DType, TypedArray } from "delayedarray";
import { dtypeFacts } from "delayedarray/internal";
import { decoderOf } from "../../src/decode/decoder.js";
import type { Hdf5Type } from "../../src/format/hdf5-type.js";
import type { ExpectedType } from "./expected.js";

/** A type in the words of `ExpectedType`, without what does not count. */
function words(type: Hdf5Type | ExpectedType): unknown {
  switch (type.kind) {
    case "integer":
      return { ...type, littleEndian: type.size === 1 || type.littleEndian };
    case "float":
      return { kind: "float", format: type.format, size: type.size, littleEndian: type.littleEndian };
    case "enum":
      return { kind: "enum", base: words(type.base), members: [...type.members].map(String).sort(), size: type.size };
    case "string":
      // In memory, where h5py is asked, the address of a variable string has another size than in a file.
      return { kind: "string", variable: type.variable, size: type.variable ? 0 : type.size };
    case "compound":
      return { kind: "compound", fields: type.fields.map((field) => [field.name, words(field.type)]) };
    case "array":
      return { kind: "array", element: words(type.element), extents: [...type.extents] };
    case "other":
      return { kind: "other", name: type.name };
  }
}

export function typeDifference(actual: Hdf5Type, expected: ExpectedType): string | undefined {
  const [got, wanted] = [JSON.stringify(words(actual)), JSON.stringify(words(expected))];
  return got === wanted ? undefined : `type ${got}, expected ${wanted}`;
}

/** Bytes as an array of a dtype. */
export function arrayOf(bytes: Uint8Array<ArrayBuffer>, dtype: DType): TypedArray {
  const { array: TypedArrayOfDType } = dtypeFacts(dtype);
  return new (TypedArrayOfDType as unknown as new (buffer: ArrayBuffer) => TypedArray)(bytes.buffer);
}

export function numbersDifference(
  actual: ArrayLike<number | bigint>,
  expected: ArrayLike<number | bigint>,
): string | undefined {
  if (actual.length !== expected.length) return `${actual.length} values, expected ${expected.length}`;
  for (let i = 0; i < actual.length; i++) {
    const [got, wanted] = [actual[i], expected[i]];
    if (!Object.is(got, wanted)) return `value ${i} is ${got}, expected ${wanted}`;
  }
  return undefined;
}

export function bytesDifference(actual: Uint8Array, expected: Uint8Array): string | undefined {
  if (actual.length !== expected.length) return `${actual.length} bytes, expected ${expected.length}`;
  for (let i = 0; i < actual.length; i++)
    if (actual[i] !== expected[i]) return `byte ${i} of ${actual.length} is ${actual[i]}, expected ${expected[i]}`;
  return undefined;
}

export function textsDifference(actual: readonly string[], expected: readonly string[]): string | undefined {
  if (actual.length !== expected.length) return `${actual.length} strings, expected ${expected.length}`;
  const wrong = actual.findIndex((text, i) => text !== expected[i]);
  return wrong < 0
    ? undefined
    : `string ${wrong} is ${JSON.stringify(actual[wrong])}, expected ${JSON.stringify(expected[wrong])}`;
}

/** Bytes of elements, decoded, against numbers. */
export function decodedDifference(
  type: Hdf5Type,
  bytes: Uint8Array,
  dtype: string,
  expected: Uint8Array<ArrayBuffer>,
): string | undefined {
  const decoder = decoderOf(type, "a value");
  if (decoder.dtype !== dtype) return `dtype ${decoder.dtype}, expected ${dtype}`;
  return numbersDifference(decoder.decode(bytes), arrayOf(expected, decoder.dtype));
}
