import koffi from "koffi";
import type { Pointer } from "./c-types.js";
import { invalidArgument } from "./errors.js";

/** A cell that receives an address, or holds one to be cleared. */
export function addressCell(value = 0n): BigUint64Array {
  return BigUint64Array.of(value);
}

/** The address in a cell. */
export function addressIn<Name extends string>(cell: BigUint64Array): Pointer<Name> {
  return cell[0] as Pointer<Name>;
}

/** A null pointer, where C takes one for "none". */
export function nullPointer<Name extends string>(): Pointer<Name> {
  return 0n as Pointer<Name>;
}

/** The first element of a cell that C filled. */
export function valueIn(cell: Uint32Array | Int32Array | Uint8Array): number {
  return cell[0] as number;
}

/** The NUL-terminated UTF-8 text at the address in a cell; empty for a null address. */
export function textIn(cell: BigUint64Array): string {
  const address = cell[0] as bigint;
  return address === 0n ? "" : koffi.decode.string(address);
}

/** A copy of `length` bytes at an address. */
export function bytesAt(address: bigint, length: number): Uint8Array {
  if (address === 0n || length === 0) return new Uint8Array(0);
  // Not by an array type of that length: koffi keeps every type that is made.
  return Uint8Array.from(koffi.decode(address, "uint8_t", length) as ArrayLike<number>);
}

/** The address of memory, which must stay referenced for as long as C uses it. */
export function addressOf(memory: Uint8Array): bigint {
  return koffi.address(memory);
}

/** Text for C, which ends at the first NUL: one inside would silently cut it short. */
export function checkText(text: string, what: string): string {
  if (text.includes("\0")) throw invalidArgument(`${what} holds a NUL character: ${JSON.stringify(text)}`);
  return text;
}

/** Text as C has it: UTF-8 with a NUL at its end. */
export function textBytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(`${text}\0`, "utf8"));
}

const visitText = koffi.proto("int32_t tiledb_visit_text(const char *text, void *data)");

/**
 * Registers a function that C calls with one text after another, for the length of a task.
 *
 * @param visit must not throw
 */
export async function withTextVisitor<T>(
  visit: (text: string) => void,
  task: (visitor: bigint) => Promise<T>,
): Promise<T> {
  const GO_ON = 1;
  const registered = koffi.register((text: string) => {
    visit(text);
    return GO_ON;
  }, koffi.pointer(visitText));
  try {
    return await task(koffi.address(registered));
  } finally {
    koffi.unregister(registered);
  }
}
