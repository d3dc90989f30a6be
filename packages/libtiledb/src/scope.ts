import type { Pointer } from "./c-types.js";
import { type ContextArguments, type ContextFunction, call } from "./call.js";
import type { Context } from "./context.js";
import type { FunctionName } from "./declarations/index.js";
import { addressCell, addressIn, addressOf } from "./memory.js";
import { native } from "./native.js";

/** C functions that free one object and clear the address of it. */
export type FreeFunction = Extract<FunctionName, `tiledb_${string}_free`>;

/**
 * C objects that are needed for the length of one task, such as the parts of a schema while it is read: freed together,
 * the latest first, when the scope ends.
 */
export class Scope implements Disposable {
  readonly #context: Pointer<"tiledb_ctx_t">;
  readonly #frees: (() => void)[];
  readonly #memory: Uint8Array[] = [];

  constructor(context: Context) {
    const { resource } = context;
    resource.hold();
    this.#context = resource.pointer;
    this.#frees = [() => resource.release()];
  }

  /** Calls a C function of the context. */
  call<K extends ContextFunction>(name: K, ...args: ContextArguments<K>): void {
    call(this.#context, name, ...args);
  }

  /** A cell for the address of an object that the scope frees. */
  cell(free: FreeFunction): BigUint64Array {
    const cell = addressCell();
    this.#frees.push(() => {
      if (addressIn(cell) !== 0n) (native()[free] as (cell: BigUint64Array) => unknown)(cell);
    });
    return cell;
  }

  /** The address of memory, which stays referenced until the scope ends: an address alone does not keep it. */
  addressOf(memory: Uint8Array): bigint {
    this.#memory.push(memory);
    return addressOf(memory);
  }

  [Symbol.dispose](): void {
    for (const free of this.#frees.reverse()) free();
    this.#frees.length = 0;
    this.#memory.length = 0;
  }
}

/** Runs a task with a scope that ends with it. */
export function scoped<T>(context: Context, task: (scope: Scope) => T): T {
  const scope = new Scope(context);
  try {
    return task(scope);
  } finally {
    scope[Symbol.dispose]();
  }
}

/** Runs an asynchronous task with a scope that ends with it. */
export async function scopedAsync<T>(context: Context, task: (scope: Scope) => Promise<T>): Promise<T> {
  const scope = new Scope(context);
  try {
    return await task(scope);
  } finally {
    scope[Symbol.dispose]();
  }
}
