import { DelayedArrayError } from "delayedarray";
import { describeType, type Hdf5Field, type Hdf5Type } from "./hdf5-type.js";

/** A part of each element of a dataset: all of it, or a field of a compound. */
export interface ElementPart {
  readonly type: Hdf5Type;
  /** Where it begins in the element, in bytes. */
  readonly offset: number;
}

/** The fields of a compound as messages list them: `"a" (32-bit integer), "b" (64-bit float)`. */
export function listFields(fields: readonly Hdf5Field[]): string {
  return fields.map(({ name, type }) => `"${name}" (${describeType(type)})`).join(", ");
}

/**
 * The field that a path leads to: names of fields within one another, joined by slashes. A field whose name has slashes
 * in it is found by that name, too.
 *
 * @param what - the dataset, for messages
 * @throws `INVALID_ARGUMENT` for a part of something that has no fields, `NOT_FOUND` naming the fields that there are
 */
export function compoundField(type: Hdf5Type, path: string, what: string): ElementPart {
  let part: ElementPart = { type, offset: 0 };
  let rest = path;
  let done = "";
  do {
    const holder = done === "" ? "it" : `its field "${done}"`;
    if (part.type.kind !== "compound") {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `${what}: field "${path}" was asked for, but ${holder} is ${describeType(part.type)}, which has no fields`,
      );
    }
    const { fields } = part.type;
    const left = rest;
    const found = fields.find(({ name }) => name === left) ?? fields.find(({ name }) => left.startsWith(`${name}/`));
    if (found === undefined) {
      throw new DelayedArrayError(
        "NOT_FOUND",
        `${what}: there is no field "${path}": the fields of ${holder} are ${listFields(fields)}`,
      );
    }
    part = { type: found.type, offset: part.offset + found.offset };
    done = done === "" ? found.name : `${done}/${found.name}`;
    rest = left.slice(found.name.length + 1);
  } while (rest !== "");
  return part;
}
