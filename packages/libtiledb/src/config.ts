import type { Pointer } from "./c-types.js";
import { callWithError } from "./call.js";
import { TileDbError } from "./errors.js";
import { Handle } from "./handle.js";
import { addressCell, addressIn, checkText, textIn, valueIn } from "./memory.js";
import { native } from "./native.js";
import { Resource } from "./resource.js";

/** Settings by name, as in TileDB's configuration reference: `{ "sm.memory_budget": "1000000" }`. */
export type ConfigValues = Readonly<Record<string, string | number | bigint | boolean>>;

/**
 * What differs from TileDB's own defaults.
 *
 * Before it reads cells of a sparse array, TileDB 2.28 to 2.30 brings the tiles of all fragments into one order, in a task
 * that it does not wait for: the end of that task can give memory back to a query that was freed meanwhile, which corrupts
 * the heap when threads are short of time (https://github.com/TileDB-Inc/TileDB/pull/5723). Zero leaves that step out.
 */
const ownDefaults: ReadonlyMap<string, string> = new Map([["sm.query.sparse_global_order.preprocess_tile_merge", "0"]]);

/** TileDB's settings (`tiledb_config_t`). What is made from a config copies it. */
export class Config extends Handle<"tiledb_config_t"> {
  /**
   * @param values what differs from the defaults.
   * @throws TileDbError INVALID_ARGUMENT when TileDB refuses a value.
   */
  constructor(values: ConfigValues = {}) {
    const cell = addressCell();
    callWithError("tiledb_config_alloc", cell);
    super(configResource(addressIn(cell)), "config");
    try {
      for (const [name, value] of ownDefaults) this.set(name, value);
      for (const [name, value] of Object.entries(values)) this.set(name, value);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Sets one parameter (`tiledb_config_set`); returns this config. @throws TileDbError when TileDB refuses the value. */
  set(name: string, value: string | number | bigint | boolean): this {
    const text = checkText(String(value), `the value of ${name}`);
    callWithError("tiledb_config_set", this.pointer, checkText(name, "the parameter's name"), text);
    return this;
  }

  /** The value of a parameter as text, or undefined when there is none (`tiledb_config_get`). */
  get(name: string): string | undefined {
    const cell = addressCell();
    callWithError("tiledb_config_get", this.pointer, checkText(name, "the parameter's name"), cell);
    return addressIn(cell) === 0n ? undefined : textIn(cell);
  }

  /** Gives a parameter its default back (`tiledb_config_unset`); returns this config. */
  unset(name: string): this {
    callWithError("tiledb_config_unset", this.pointer, checkText(name, "the parameter's name"));
    const value = ownDefaults.get(name);
    return value === undefined ? this : this.set(name, value);
  }

  /** Reads parameters from a text file (`tiledb_config_load_from_file`). The file is read at once. */
  loadFromFile(path: string): this {
    callWithError("tiledb_config_load_from_file", this.pointer, checkText(path, "the path"));
    return this;
  }

  /** Writes the parameters to a text file, secrets excepted (`tiledb_config_save_to_file`). */
  saveToFile(path: string): void {
    callWithError("tiledb_config_save_to_file", this.pointer, checkText(path, "the path"));
  }

  /** Every parameter whose name starts with `prefix`, names without it (`tiledb_config_iter_alloc`). */
  entries(prefix = ""): Record<string, string> {
    const iterator = addressCell();
    callWithError("tiledb_config_iter_alloc", this.pointer, checkText(prefix, "the prefix"), iterator);
    try {
      const pointer = addressIn<"tiledb_config_iter_t">(iterator);
      const values: Record<string, string> = {};
      const done = new Int32Array(1);
      const name = addressCell();
      const value = addressCell();
      for (;;) {
        callWithError("tiledb_config_iter_done", pointer, done);
        if (valueIn(done) !== 0) return values;
        callWithError("tiledb_config_iter_here", pointer, name, value);
        values[textIn(name)] = textIn(value);
        callWithError("tiledb_config_iter_next", pointer);
      }
    } finally {
      native().tiledb_config_iter_free(iterator);
    }
  }
}

/**
 * Runs `use` with a config made of `values`, or with the given one, and closes what it made.
 *
 * @internal
 */
export function withConfig<T>(values: Config | ConfigValues, use: (config: Config) => T): T {
  if (values instanceof Config) return use(values);
  const config = new Config(values);
  try {
    return use(config);
  } finally {
    config.close();
  }
}

function configResource(pointer: Pointer<"tiledb_config_t">): Resource<"tiledb_config_t"> {
  if (pointer === 0n)
    throw new TileDbError("LIMIT_EXCEEDED", "TileDB made no config", { function: "tiledb_config_alloc" });
  return new Resource(pointer, (address) => native().tiledb_config_free(addressCell(address)));
}
