import type { ArrayHandle } from "./array-handle.js";
import type { Pointer } from "./c-types.js";
import { type Datatype, datatypeOf, datatypeSize, decodeScalars, isText, type Scalar } from "./datatype.js";
import { addressCell, addressIn, bytesAt, checkText, valueIn } from "./memory.js";
import { type Scope, scopedAsync } from "./scope.js";

const VARIABLE = 0xffffffff;

/** The values that codes stand for, as a value (`tiledb_enumeration_t`): code 0 is the first of them. */
export interface EnumerationValues {
  /** Type of the values. */
  readonly datatype: Datatype;
  /** Texts for text of one byte per character, otherwise exact numbers; lists of them where a value is several. */
  readonly values: readonly (string | Scalar | readonly Scalar[])[];
}

/** Reads an enumeration by its name, which attributes have (`tiledb_array_get_enumeration`). */
export async function readEnumeration(array: ArrayHandle, name: string): Promise<EnumerationValues> {
  return array.inTurn((resource) =>
    scopedAsync(array.context, async (scope) => {
      const cell = scope.cell("tiledb_enumeration_free");
      const get = "tiledb_array_get_enumeration";
      await array.context.callAsync([resource], get, resource.pointer, checkText(name, "the name"), cell);
      return readValues(scope, addressIn(cell));
    }),
  );
}

function readValues(scope: Scope, enumeration: Pointer<"tiledb_enumeration_t">): EnumerationValues {
  const number = new Uint32Array(1);
  scope.call("tiledb_enumeration_get_type", enumeration, number);
  const datatype = datatypeOf(valueIn(number));
  scope.call("tiledb_enumeration_get_cell_val_num", enumeration, number);
  const perValue = valueIn(number);
  const address = addressCell();
  const size = new BigUint64Array(1);
  scope.call("tiledb_enumeration_get_data", enumeration, address, size);
  const data = bytesAt(addressIn(address), Number(size[0]));
  const starts: number[] = [];
  if (perValue === VARIABLE) {
    scope.call("tiledb_enumeration_get_offsets", enumeration, address, size);
    const offsets = decodeScalars("uint64", bytesAt(addressIn(address), Number(size[0])));
    for (const offset of offsets) starts.push(Number(offset));
  } else {
    for (let at = 0; at < data.length; at += perValue * datatypeSize(datatype)) starts.push(at);
  }
  const isSimpleText = isText(datatype) && datatypeSize(datatype) === 1;
  const values = starts.map((start, i) => {
    const bytes = data.subarray(start, starts[i + 1] ?? data.length);
    if (isSimpleText) return new TextDecoder().decode(bytes);
    const scalars = decodeScalars(datatype, bytes);
    return perValue === 1 ? (scalars[0] as Scalar) : scalars;
  });
  return { datatype, values };
}
