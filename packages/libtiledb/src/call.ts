import type { Pointer } from "./c-types.js";
import type { declarations, FunctionName } from "./declarations/index.js";
import { codeOfFailure, TileDbError } from "./errors.js";
import { addressCell, addressIn, textIn } from "./memory.js";
import { type ArgumentsOf, type NativeFunction, native } from "./native.js";
import type { AnyResource } from "./resource.js";

type ParametersOf<K extends FunctionName> = (typeof declarations)[K][1];
type Status = "int32_t" | "capi_return_t";

/** C functions that take a context first and return a status. */
export type ContextFunction = {
  [K in FunctionName]: (typeof declarations)[K][0] extends Status
    ? ParametersOf<K> extends readonly ["tiledb_ctx_t*", ...string[]]
      ? K
      : never
    : never;
}[FunctionName];

/** C functions that return a status and report by an error object, their last parameter. */
export type ErrorFunction = {
  [K in FunctionName]: ParametersOf<K> extends readonly [...string[], "tiledb_error_t**"] ? K : never;
}[FunctionName];

type AfterFirst<T extends readonly unknown[]> = T extends readonly [unknown, ...infer Rest] ? Rest : never;
type BeforeLast<T extends readonly unknown[]> = T extends readonly [...infer Rest, unknown] ? Rest : never;

/** The arguments of a C function after its context. */
export type ContextArguments<K extends ContextFunction> = AfterFirst<ArgumentsOf<K>>;

const OK = 0;

/**
 * More calls than this wait on our side: libuv's pool has four threads unless told otherwise, and the foreign function
 * interface refuses calls beyond its own limit.
 */
const MOST_IN_FLIGHT = 32;
let inFlight = 0;
const waiting: (() => void)[] = [];

/** Calls a C function of a context. @throws TileDbError with TileDB's message when the status is not OK. */
export function call<K extends ContextFunction>(
  context: Pointer<"tiledb_ctx_t">,
  name: K,
  ...args: ContextArguments<K>
): void {
  const status = functionNamed(name)(context, ...args);
  if (status !== OK) throw contextError(context, name, status);
}

/** Calls a C function that reports by an error object. @throws TileDbError with TileDB's message. */
export function callWithError<K extends ErrorFunction>(name: K, ...args: BeforeLast<ArgumentsOf<K>>): void {
  const error = addressCell();
  const status = functionNamed(name)(...args, error);
  if (status !== OK) throw failure(name, status, takeMessage(error));
}

/**
 * Calls a C function of a context on another thread. The resources and the arguments stay alive until it returns.
 * TileDB keeps one last error for each context: of two calls that fail at the same moment on one context, both may report
 * the message of the later one.
 *
 * @throws (rejects) TileDbError with TileDB's message when the status is not OK.
 */
export async function callAsync<K extends ContextFunction>(
  context: Pointer<"tiledb_ctx_t">,
  uses: readonly AnyResource[],
  name: K,
  ...args: ContextArguments<K>
): Promise<void> {
  for (const resource of uses) resource.hold();
  // Asking a view for its buffer moves small views out of the collected heap, where C's addresses would not last.
  const buffers = args.map((argument: unknown) => (ArrayBuffer.isView(argument) ? argument.buffer : undefined));
  try {
    if (inFlight >= MOST_IN_FLIGHT) await new Promise<void>((resolve) => waiting.push(resolve));
    else inFlight++;
    try {
      const status = await new Promise<number>((resolve, reject) => {
        functionNamed(name).async(context, ...args, (error: Error | null, result: number) => {
          if (error === null) resolve(result);
          else reject(error);
        });
      });
      if (status !== OK) throw contextError(context, name, status);
    } finally {
      const next = waiting.shift();
      if (next === undefined) inFlight--;
      else next();
    }
  } finally {
    buffers.length = 0;
    for (const resource of uses) resource.release();
  }
}

function functionNamed(name: FunctionName): NativeFunction<readonly unknown[], number> {
  return native()[name] as unknown as NativeFunction<readonly unknown[], number>;
}

function contextError(context: Pointer<"tiledb_ctx_t">, name: string, status: number): TileDbError {
  const error = addressCell();
  const known = native().tiledb_ctx_get_last_error(context, error) === OK;
  return failure(name, status, known ? takeMessage(error) : "");
}

/** The message of an error object, which is freed. */
function takeMessage(cell: BigUint64Array): string {
  const error = addressIn<"tiledb_error_t">(cell);
  if (error === 0n) return "";
  const message = addressCell();
  const text = native().tiledb_error_message(error, message) === OK ? textIn(message) : "";
  native().tiledb_error_free(cell);
  return text;
}

function failure(name: string, status: number, message: string): TileDbError {
  const text = message === "" ? `${name} failed with status ${status}` : message;
  return new TileDbError(codeOfFailure(status, text, name), text, { status, function: name });
}
