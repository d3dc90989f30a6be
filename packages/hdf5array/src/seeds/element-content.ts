import { DelayedArrayError, type DType } from "delayedarray";
import { checkCast } from "delayedarray/internal";
import { convertedDecoder, type Decoder, decoderOf } from "../decode/decoder.js";
import { compoundField, listFields } from "../format/compound-field.js";
import { describeType, type Hdf5Type } from "../format/hdf5-type.js";

/** A string type of the file. */
export type StringType = Hdf5Type & { readonly kind: "string" };

/** What is read of each element of a dataset, and what becomes of its bytes. */
export interface ElementContent {
  readonly dtype: DType;
  /** Where it begins in the element, in bytes. */
  readonly offset: number;
  /** Bytes of a value. */
  readonly size: number;
  /** Extents of an array type, which become axes after those of the dataset; none for any other. */
  readonly extents: readonly number[];
  /** Whether it is all of the element. */
  readonly isWhole: boolean;
  /** What makes numbers of bytes, or the type of strings. */
  readonly decoder: Decoder | StringType;
}

/**
 * What a dataset's elements are read as.
 *
 * @param field - path of a field of a compound
 * @param dtype - converts
 * @param what - the dataset, for messages
 * @throws `DTYPE_UNSUPPORTED` naming what the type is, of a compound its fields; `NOT_FOUND`, `INVALID_ARGUMENT` for
 * a field that is not there
 */
export function elementContent(
  type: Hdf5Type,
  field: string | undefined,
  dtype: DType | undefined,
  what: string,
): ElementContent {
  const part = field === undefined ? { type, offset: 0 } : compoundField(type, field, what);
  const where = field === undefined ? what : `${what}, field "${field}"`;
  if (part.type.kind === "compound") {
    const { fields } = part.type;
    const example = field === undefined ? fields[0]!.name : `${field}/${fields[0]!.name}`;
    throw new DelayedArrayError(
      "DTYPE_UNSUPPORTED",
      `${where} holds values of type ${describeType(part.type)}: give one of its fields, such as { field: ${JSON.stringify(example)} }; there are ${listFields(fields)}`,
    );
  }
  let value: Hdf5Type = part.type;
  const extents: number[] = [];
  for (; value.kind === "array"; value = value.element) extents.push(...value.extents);
  const decoder = value.kind === "string" ? value : decoderOf(value, where);
  const own = "kind" in decoder ? "string" : decoder.dtype;
  if (dtype !== undefined) checkCast(own, dtype);
  return {
    dtype: dtype ?? own,
    offset: part.offset,
    size: value.size,
    extents,
    isWhole: field === undefined && extents.length === 0,
    decoder: "kind" in decoder || dtype === undefined ? decoder : convertedDecoder(decoder, dtype),
  };
}
