import { type ArraySchema, readSchema } from "./array-schema.js";
import type { Pointer } from "./c-types.js";
import { callAsync } from "./call.js";
import { type Config, type ConfigValues, withConfig } from "./config.js";
import { type Context, defaultContext } from "./context.js";
import { decodeRange } from "./current-domain.js";
import { datatypeSize } from "./datatype.js";
import type { Range } from "./domain.js";
import { type ArrayMode, codeIn, queryTypes } from "./enumerations.js";
import { invalidArgument } from "./errors.js";
import { Handle } from "./handle.js";
import { addressCell, addressIn, checkText, valueIn } from "./memory.js";
import type { Resource } from "./resource.js";
import { scoped } from "./scope.js";

/** Milliseconds since 1970, or a date. */
export type Timestamp = number | bigint | Date;

/** How an array is opened. */
export interface OpenOptions {
  /** By default the one context that this process shares. */
  readonly context?: Context;
  /** Settings for this array alone, such as `sm.encryption_key`. */
  readonly config?: Config | ConfigValues;
  /** Reading: what was written until then, inclusive. Writing: the time that the cells get. Now if left out. */
  readonly timestamp?: Timestamp;
  /** Reading: what was written since then, inclusive. */
  readonly timestampStart?: Timestamp;
}

/** An array that is open (`tiledb_array_t`). */
export class ArrayHandle extends Handle<"tiledb_array_t"> implements AsyncDisposable {
  /** Where the array is. */
  readonly uri: string;
  /** What the array was opened for. */
  readonly mode: ArrayMode;
  /** The context that the array was opened in. */
  readonly context: Context;
  /** The schema that the array was opened with. */
  readonly schema: ArraySchema;
  readonly #running = new Set<Promise<unknown>>();
  readonly #contextPointer: Pointer<"tiledb_ctx_t">;
  #turn: Promise<unknown> = Promise.resolve();
  #reopening = false;
  #closing: Promise<void> | undefined;

  private constructor(
    resource: Resource<"tiledb_array_t">,
    uri: string,
    mode: ArrayMode,
    context: Context,
    contextPointer: Pointer<"tiledb_ctx_t">,
    schema: ArraySchema,
  ) {
    super(resource, `array ${uri}`);
    this.uri = uri;
    this.mode = mode;
    this.context = context;
    this.#contextPointer = contextPointer;
    this.schema = schema;
  }

  /**
   * Opens the array at a URI (`tiledb_array_open`).
   *
   * @throws (rejects) TileDbError NOT_FOUND when there is no array.
   */
  static async open(uri: string, mode: ArrayMode = "read", options: OpenOptions = {}): Promise<ArrayHandle> {
    const context = options.context ?? defaultContext();
    const code = codeIn(queryTypes, mode);
    const cell = addressCell();
    context.use();
    // The array keeps this C context, which need not be the one that the handle has later.
    const contextPointer = context.pointer;
    context.call("tiledb_array_alloc", checkText(uri, "the URI"), cell);
    const resource = context.own<"tiledb_array_t">(cell, "tiledb_array_free");
    try {
      const { pointer } = resource;
      if (options.config !== undefined) {
        withConfig(options.config, (config) => context.call("tiledb_array_set_config", pointer, config.pointer));
      }
      if (options.timestampStart !== undefined) {
        context.call("tiledb_array_set_open_timestamp_start", pointer, milliseconds(options.timestampStart));
      }
      if (options.timestamp !== undefined) {
        context.call("tiledb_array_set_open_timestamp_end", pointer, milliseconds(options.timestamp));
      }
      await context.callAsync([resource], "tiledb_array_open", pointer, code);
      const schema = scoped(context, (scope) => {
        const schemaCell = scope.cell("tiledb_array_schema_free");
        scope.call("tiledb_array_get_schema", pointer, schemaCell);
        return readSchema(scope, addressIn(schemaCell));
      });
      return new ArrayHandle(resource, uri, mode, context, contextPointer, schema);
    } catch (error) {
      resource.release();
      throw error;
    }
  }

  /** The C object. @throws TileDbError INVALID_ARGUMENT after `close()` and while the array is reopened. @internal */
  override get resource(): Resource<"tiledb_array_t"> {
    if (this.#reopening)
      throw invalidArgument(`the array ${this.uri} is being reopened: wait for the promise of reopen()`);
    return super.resource;
  }

  /** The C context, which the array keeps alive also when the context's handle is closed. @internal */
  get contextPointer(): Pointer<"tiledb_ctx_t"> {
    return this.#contextPointer;
  }

  /** The time until which, or at which, the array is open, in milliseconds (`tiledb_array_get_open_timestamp_end`). */
  get timestamp(): bigint {
    const cell = new BigUint64Array(1);
    this.context.call("tiledb_array_get_open_timestamp_end", this.pointer, cell);
    return cell[0] as bigint;
  }

  /** The time since which the array is open, in milliseconds (`tiledb_array_get_open_timestamp_start`). */
  get timestampStart(): bigint {
    const cell = new BigUint64Array(1);
    this.context.call("tiledb_array_get_open_timestamp_start", this.pointer, cell);
    return cell[0] as bigint;
  }

  /**
   * The smallest box that holds every cell that was written, one range for each dimension; undefined when nothing was
   * written (`tiledb_array_get_non_empty_domain_from_index`).
   */
  async nonEmptyDomain(): Promise<readonly Range[] | undefined> {
    return this.inTurn((resource) => this.#nonEmptyDomain(resource));
  }

  async #nonEmptyDomain(resource: Resource<"tiledb_array_t">): Promise<readonly Range[] | undefined> {
    const ranges: Range[] = [];
    const empty = new Int32Array(1);
    for (const [index, dimension] of this.schema.domain.dimensions.entries()) {
      let first: Uint8Array;
      let last: Uint8Array;
      if (dimension.isString) {
        const sizes = [new BigUint64Array(1), new BigUint64Array(1)] as const;
        const sizeOf = "tiledb_array_get_non_empty_domain_var_size_from_index";
        await this.context.callAsync([resource], sizeOf, resource.pointer, index, ...sizes, empty);
        if (valueIn(empty) !== 0) return undefined;
        first = new Uint8Array(Number(sizes[0][0]));
        last = new Uint8Array(Number(sizes[1][0]));
        const valuesOf = "tiledb_array_get_non_empty_domain_var_from_index";
        await this.context.callAsync([resource], valuesOf, resource.pointer, index, first, last, empty);
      } else {
        const size = datatypeSize(dimension.datatype);
        const pair = new Uint8Array(2 * size);
        const valuesOf = "tiledb_array_get_non_empty_domain_from_index";
        await this.context.callAsync([resource], valuesOf, resource.pointer, index, pair, empty);
        first = pair.subarray(0, size);
        last = pair.subarray(size);
      }
      if (valueIn(empty) !== 0) return undefined;
      ranges.push(decodeRange(dimension, first, last));
    }
    return ranges;
  }

  /**
   * Sees what was written since the array was opened for reading (`tiledb_array_reopen`). The schema is not read again. What
   * is running comes to its end first; meanwhile nothing new can be asked of the array.
   */
  async reopen(): Promise<void> {
    const running = Promise.allSettled(this.#running);
    return this.track(async (resource) => {
      this.#reopening = true;
      try {
        await running;
        await callAsync(this.#contextPointer, [resource], "tiledb_array_reopen", resource.pointer);
      } finally {
        this.#reopening = false;
      }
    });
  }

  /**
   * Closes the array, which for one that is open for writing stores its metadata (`tiledb_array_close`), and frees it.
   * From now on nothing new can be asked of it or its queries; what is running comes to its end first. Calling it again
   * gives the same promise.
   *
   * @throws (rejects) TileDbError when the metadata cannot be stored; the array is freed all the same.
   */
  override close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Starts `close()` without telling how it ends. */
  override [Symbol.dispose](): void {
    this.close().catch(() => {});
  }

  /** Closes, as `close` does. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /**
   * Runs a task with the C object, which is neither closed nor reopened before the task ends: TileDB expects neither in the
   * middle of another call.
   *
   * @throws TileDbError INVALID_ARGUMENT when the array is closed or being reopened. @internal
   */
  track<T>(task: (resource: Resource<"tiledb_array_t">) => Promise<T>): Promise<T> {
    const { resource } = this;
    const running = task(resource);
    const ended = () => {
      this.#running.delete(running);
      resource.release();
    };
    resource.hold();
    this.#running.add(running);
    running.then(ended, ended);
    return running;
  }

  /**
   * As `track`, after the tasks that were given before: what TileDB loads when it is first asked for it, two calls at once
   * would both load into the same place. @internal
   */
  inTurn<T>(task: (resource: Resource<"tiledb_array_t">) => Promise<T>): Promise<T> {
    return this.track((resource) => {
      const result = this.#turn.then(() => task(resource));
      this.#turn = result.catch(() => {});
      return result;
    });
  }

  async #close(): Promise<void> {
    const resource = super.resource;
    resource.hold();
    this.letGo();
    try {
      await Promise.allSettled(this.#running);
      await callAsync(this.#contextPointer, [resource], "tiledb_array_close", resource.pointer);
    } finally {
      resource.release();
    }
  }
}

/** Milliseconds since 1970 as C takes them. */
export function milliseconds(timestamp: Timestamp): bigint {
  const value = timestamp instanceof Date ? timestamp.getTime() : timestamp;
  if (typeof value === "bigint" ? BigInt.asUintN(64, value) !== value : !Number.isSafeInteger(value) || value < 0) {
    throw invalidArgument(`the timestamp ${String(timestamp)} is not a whole number of milliseconds since 1970`);
  }
  return BigInt(value);
}
