import type { ArrayHandle } from "./array-handle.js";
import type { Pointer } from "./c-types.js";
import { type ContextFunction, call, callAsync, callWithError } from "./call.js";
import { type Config, type ConfigValues, withConfig } from "./config.js";
import { type Datatype, fits, type TypedArray } from "./datatype.js";
import {
  codeIn,
  type IncompleteReason,
  incompleteReasons,
  type Layout,
  layouts,
  nameIn,
  type QueryStatus,
  queryStatuses,
  queryTypes,
} from "./enumerations.js";
import { invalidArgument } from "./errors.js";
import { Handle } from "./handle.js";
import { addressCell, addressIn, textIn, valueIn } from "./memory.js";
import { native } from "./native.js";
import { Subarray } from "./subarray.js";
import { handBackWhenIdle, keepFreedMemory } from "./system-memory.js";

/** Sizes in bytes of the buffers of one attribute or dimension. */
export interface BufferSizes {
  /** Bytes of values. */
  readonly data: bigint;
  /** For cells with any number of values. */
  readonly offsets?: bigint;
  /** For nullable attributes. */
  readonly validity?: bigint;
}

/** How many elements of each buffer of one attribute or dimension hold results. */
export interface ResultElements {
  /** Values. */
  readonly data: number;
  /** Offsets of values of variable length. */
  readonly offsets?: number;
  /** Flags that say which values are null. */
  readonly validity?: number;
}

type Part = "data" | "offsets" | "validity";

interface Field {
  readonly datatype: Datatype;
  readonly nullable: boolean;
  readonly variable: boolean;
}

/** A buffer and the cell in which TileDB keeps the number of bytes of it that are in use. */
interface Binding {
  readonly view: TypedArray;
  /** Held by itself: it is what C has the address of. */
  readonly buffer: ArrayBufferLike;
  readonly byteLength: number;
  readonly size: BigUint64Array;
}

/** Reads cells into buffers, or writes cells from them (`tiledb_query_t`). */
export class Query extends Handle<"tiledb_query_t"> {
  /** The array that is asked. */
  readonly array: ArrayHandle;
  readonly #bindings = new Map<string, Map<Part, Binding>>();
  #running = false;
  #hasSubarray: boolean;
  #keepsMemory = false;

  /** A query of the kind for which the array is open (`tiledb_query_alloc`). */
  constructor(array: ArrayHandle) {
    const cell = addressCell();
    array.context.use();
    array.context.call("tiledb_query_alloc", array.pointer, codeIn(queryTypes, array.mode), cell);
    super(array.context.own(cell, "tiledb_query_free", [array.resource]), "query");
    this.array = array;
    // TileDB wants to be told which cells a dense read is about, also when it is about all of them.
    this.#hasSubarray = array.mode !== "read" || array.schema.arrayType !== "dense";
    // The C object has the addresses of the buffers until it is freed, which may be later than this handle's end.
    this.resource.attachments.set("bindings", this.#bindings);
  }

  /** The order of cells in the buffers (`tiledb_query_set_layout`); returns this query. */
  setLayout(layout: Layout): this {
    this.array.context.call("tiledb_query_set_layout", this.#idle(), codeIn(layouts, layout));
    return this;
  }

  /**
   * The cells to read or write, copied (`tiledb_query_set_subarray_t`); returns this query. Without one, or with one that
   * has no ranges, all of them.
   */
  setSubarray(subarray: Subarray): this {
    this.array.context.call("tiledb_query_set_subarray_t", this.#idle(), subarray.pointer);
    this.#hasSubarray ||= subarray.hasRanges;
    return this;
  }

  /** Settings for this query, copied (`tiledb_query_set_config`); returns this query. */
  setConfig(config: Config | ConfigValues): this {
    const pointer = this.#idle();
    withConfig(config, (settings) => this.array.context.call("tiledb_query_set_config", pointer, settings.pointer));
    return this;
  }

  /**
   * Has the memory that the query frees kept for queries that follow, instead of handing it back to the system at once
   * (`sm.mem.malloc_trim`): that makes large reads quicker. It is handed back by the next query that does not keep it, or
   * after some seconds. To be called first; returns this query.
   */
  keepMemory(): this {
    this.#adjust({ "sm.mem.malloc_trim": "false" });
    this.#keepsMemory = true;
    keepFreedMemory();
    return this;
  }

  /**
   * Has the query hold no more than about this much of the array's tiles at a time (`sm.mem.total_budget`), instead of as much
   * as the context allows. One that cannot do with it fails when it is submitted. To be called first; returns this query.
   */
  limitMemory(bytes: number): this {
    this.#adjust({ "sm.mem.total_budget": String(bytes) });
    return this;
  }

  /**
   * Has the cells of a sparse array sorted, rather than relying on the order in which its files have them
   * (`sm.query.sparse_global_order.reader`): where damage has changed that order, TileDB 2.30 reads past the end of its tiles, and
   * cells of variable length end the process. Numbers take several times as long. To be called first; returns this query.
   */
  sortCells(): this {
    this.#adjust({ "sm.query.sparse_global_order.reader": "legacy" });
    return this;
  }

  /** Sets what differs from the context's settings for this query. */
  #adjust(settings: Readonly<Record<string, string>>): void {
    const { context } = this.array;
    const cell = addressCell();
    const pointer = this.#idle();
    context.call("tiledb_ctx_get_config", cell);
    try {
      for (const [name, value] of Object.entries(settings)) {
        callWithError("tiledb_config_set", addressIn(cell), name, value);
      }
      context.call("tiledb_query_set_config", pointer, addressIn(cell));
    } finally {
      native().tiledb_config_free(cell);
    }
  }

  /**
   * The buffer for the values of an attribute or dimension (`tiledb_query_set_data_buffer`); returns this query. It must
   * not be detached, nor be used while the query runs.
   *
   * @param buffer a typed array of the datatype, or bytes.
   */
  setDataBuffer(name: string, buffer: TypedArray): this {
    const { datatype } = this.#field(name);
    if (!fits(datatype, buffer) && !(buffer instanceof Uint8Array)) {
      throw invalidArgument(`the buffer of "${name}" is a ${buffer.constructor.name}, which does not hold ${datatype}`);
    }
    const { size } = this.#bind(name, "data", buffer);
    this.array.context.call("tiledb_query_set_data_buffer", this.#idle(), name, buffer, size);
    return this;
  }

  /** The buffer for where each cell starts, in bytes unless configured (`tiledb_query_set_offsets_buffer`). */
  setOffsetsBuffer(name: string, buffer: BigUint64Array): this {
    if (!this.#field(name).variable) throw invalidArgument(`"${name}" has cells of a fixed length: it has no offsets`);
    const { size } = this.#bind(name, "offsets", buffer);
    this.array.context.call("tiledb_query_set_offsets_buffer", this.#idle(), name, buffer, size);
    return this;
  }

  /** The buffer for which cells are valid, 1 or 0 for each (`tiledb_query_set_validity_buffer`). */
  setValidityBuffer(name: string, buffer: Uint8Array): this {
    if (!this.#field(name).nullable) throw invalidArgument(`"${name}" is not nullable: it has no validity`);
    const { size } = this.#bind(name, "validity", buffer);
    this.array.context.call("tiledb_query_set_validity_buffer", this.#idle(), name, buffer, size);
    return this;
  }

  /**
   * Runs the query on other threads (`tiledb_query_submit`). Reading: "incomplete" means that the buffers hold what fitted;
   * take it, then submit again for what follows. Writing: every submit writes the buffers.
   *
   * @throws (rejects) TileDbError with TileDB's message.
   */
  async submit(): Promise<QueryStatus> {
    return this.#run("tiledb_query_submit");
  }

  /** Writes the buffers and finishes a write in global order (`tiledb_query_submit_and_finalize`). */
  async submitAndFinalize(): Promise<QueryStatus> {
    return this.#run("tiledb_query_submit_and_finalize");
  }

  /** Finishes a write in global order (`tiledb_query_finalize`). */
  async finalize(): Promise<QueryStatus> {
    return this.#run("tiledb_query_finalize");
  }

  /** How far the query is (`tiledb_query_get_status`). */
  get status(): QueryStatus {
    const cell = new Uint32Array(1);
    this.array.context.call("tiledb_query_get_status", this.pointer, cell);
    return nameIn(queryStatuses, valueIn(cell));
  }

  /**
   * Why the query is incomplete (`tiledb_query_get_status_details`). "buffer-size" with no results means that not even one
   * cell fitted: larger buffers are needed.
   */
  get incompleteReason(): IncompleteReason {
    const cell = new Uint32Array(1);
    this.array.context.call("tiledb_query_get_status_details", this.pointer, cell);
    return nameIn(incompleteReasons, valueIn(cell));
  }

  /** URIs of the fragments that this query has written (`tiledb_query_get_fragment_uri`). */
  get fragmentUris(): string[] {
    const count = new Uint32Array(1);
    this.array.context.call("tiledb_query_get_fragment_num", this.pointer, count);
    return Array.from({ length: valueIn(count) }, (_, index) => {
      const cell = addressCell();
      this.array.context.call("tiledb_query_get_fragment_uri", this.pointer, index, cell);
      return textIn(cell);
    });
  }

  /** Whether the last submit gave results (`tiledb_query_has_results`). */
  get hasResults(): boolean {
    const cell = new Int32Array(1);
    this.array.context.call("tiledb_query_has_results", this.pointer, cell);
    return valueIn(cell) !== 0;
  }

  /**
   * Bytes that the results for an attribute or dimension are estimated to need (`tiledb_query_get_est_result_size` and its
   * kin). It may read from storage.
   */
  async estimateSizes(name: string): Promise<BufferSizes> {
    const { nullable, variable } = this.#field(name);
    const [data, offsets, validity] = [new BigUint64Array(1), new BigUint64Array(1), new BigUint64Array(1)] as const;
    await this.#alone(async (context, pointer) => {
      const uses = [this.resource];
      const estimate = "tiledb_query_get_est_result_size";
      if (variable && nullable) {
        await callAsync(context, uses, `${estimate}_var_nullable`, pointer, name, offsets, data, validity);
      } else if (variable) {
        await callAsync(context, uses, `${estimate}_var`, pointer, name, offsets, data);
      } else if (nullable) {
        await callAsync(context, uses, `${estimate}_nullable`, pointer, name, data, validity);
      } else {
        await callAsync(context, uses, estimate, pointer, name, data);
      }
    });
    return {
      data: data[0] as bigint,
      ...(variable ? { offsets: offsets[0] as bigint } : {}),
      ...(nullable ? { validity: validity[0] as bigint } : {}),
    };
  }

  /** How many elements of the buffers of an attribute or dimension hold results of the last submit. */
  resultElements(name: string): ResultElements {
    const bindings = this.#bindings.get(name);
    const data = bindings?.get("data");
    if (bindings === undefined || data === undefined) throw invalidArgument(`"${name}" has no data buffer`);
    const elements = (binding: Binding) => Number(binding.size[0]) / binding.view.BYTES_PER_ELEMENT;
    const offsets = bindings.get("offsets");
    const validity = bindings.get("validity");
    return {
      data: elements(data),
      ...(offsets === undefined ? {} : { offsets: elements(offsets) }),
      ...(validity === undefined ? {} : { validity: elements(validity) }),
    };
  }

  protected override letGo(): void {
    super.letGo();
    if (this.#keepsMemory) handBackWhenIdle();
  }

  async #run(name: Extract<ContextFunction, `tiledb_query_${"submit" | "submit_and_finalize" | "finalize"}`>) {
    return this.#alone(async (context, pointer) => {
      this.#checkBuffers();
      await callAsync(context, [this.resource], name, pointer);
      const cell = new Uint32Array(1);
      call(context, "tiledb_query_get_status", pointer, cell);
      return nameIn(queryStatuses, valueIn(cell));
    });
  }

  /**
   * Runs a task that calls C on another thread. Until it ends nothing else can be asked of the query, and the array stays
   * open. The task has the context by address, so that it comes to its end also when handles are closed meanwhile.
   */
  async #alone<T>(
    task: (context: Pointer<"tiledb_ctx_t">, query: Pointer<"tiledb_query_t">) => Promise<T>,
  ): Promise<T> {
    const pointer = this.#idle();
    const { array, resource } = this;
    this.#needSubarray();
    this.#running = true;
    resource.hold();
    try {
      return await array.track(() => task(array.contextPointer, pointer));
    } finally {
      this.#running = false;
      resource.release();
    }
  }

  #needSubarray(): void {
    if (this.#hasSubarray) return;
    using whole = Subarray.whole(this.array);
    this.setSubarray(whole);
  }

  /** C has the addresses of the buffers and writes their sizes: both must be as they were when they were set. */
  #checkBuffers(): void {
    for (const [name, parts] of this.#bindings) {
      for (const [part, { view, byteLength, size }] of parts) {
        if (view.byteLength !== byteLength) {
          throw invalidArgument(`the ${part} buffer of "${name}" was detached or resized after it was set`);
        }
        size[0] = BigInt(byteLength);
      }
    }
  }

  #bind(name: string, part: Part, view: TypedArray): Binding {
    this.#idle();
    const buffer = view.buffer;
    // Views under 64 bytes may live in the collected heap and move; a view of a buffer of its own does not.
    const size = new BigUint64Array(new ArrayBuffer(8));
    size[0] = BigInt(view.byteLength);
    const binding: Binding = { view, buffer, byteLength: view.byteLength, size };
    const parts = this.#bindings.get(name) ?? new Map<Part, Binding>();
    this.#bindings.set(name, parts.set(part, binding));
    return binding;
  }

  #field(name: string): Field {
    const { attributes, domain } = this.array.schema;
    const attribute = attributes.find((entry) => entry.name === name);
    if (attribute !== undefined) {
      const { datatype, nullable, cellValNum } = attribute;
      return { datatype, nullable, variable: cellValNum === "var" };
    }
    const { datatype, isString } = domain.dimension(name);
    return { datatype, nullable: false, variable: isString };
  }

  #idle(): Pointer<"tiledb_query_t"> {
    if (this.#running) throw invalidArgument("the query is running: wait for the promise that it gave");
    return this.pointer;
  }
}
