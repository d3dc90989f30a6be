// What h5py found in the files, as write/oracle.py notes it.
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";

/** As `Hdf5Type`, with the members of an enum as a list. */
export type ExpectedType =
  | {
      kind: "integer";
      size: number;
      precision: number;
      bitOffset: number;
      signed: boolean;
      littleEndian: boolean;
      isBitField?: true;
    }
  | { kind: "float"; format: string; size: number; littleEndian: boolean }
  | { kind: "enum"; base: ExpectedType; members: [string, number][]; size: number }
  | { kind: "string"; size: number; variable: boolean }
  | { kind: "compound"; fields: { name: string; type: ExpectedType }[]; size: number }
  | { kind: "array"; element: ExpectedType; extents: number[]; size: number }
  | { kind: "other"; name: string; size: number };

/** Values in one of several forms; `bytes` are position and length in the file of values. */
export type ExpectedValues =
  /** Without values: a null dataspace. */
  | { form?: undefined }
  | { form: "numbers"; dtype: string; bytes: [number, number] }
  | { form: "texts"; texts: string[] }
  /** As they are stored. */
  | { form: "raw"; bytes: [number, number] }
  /** Addresses of what lies elsewhere. */
  | { form: "elsewhere" }
  /** h5py failed to read them. */
  | { form: "error"; error: string };

export type ExpectedAttribute = ExpectedValues & { name: string; type: ExpectedType; shape: number[] | null };

export type ChunkIndexKind = "btree1" | "single" | "implicit" | "fixed-array" | "extensible-array" | "btree2";

export type ExpectedDataset = ExpectedValues & {
  path: string;
  kind: "dataset";
  attributes: ExpectedAttribute[];
  type: ExpectedType;
  shape: number[] | null;
  /** `null` for an axis without a limit. */
  maximum: (number | null)[] | null;
  layout: "compact" | "contiguous" | "chunked" | "virtual" | "external";
  chunks: number[] | null;
  index: ChunkIndexKind | null;
  /** Numbers and parameters. */
  filters: [number, number[]][];
  /** When room for the values is made. */
  allocation: "early" | "late" | "incremental";
  /** Whether chunks that stick out are stored without filters; absent unless there are chunks, as is the next. */
  plainEdges?: boolean;
  /** Chunks that were stored without some of the filters. */
  masked?: number;
  /** The files that a virtual dataset has its values from. */
  files?: string[];
  /** Absent for a null dataspace. */
  fill?: "undefined" | "default" | "value";
  /** Whether HDF5 leaves memory as it is where nothing was written. */
  neverFilled?: boolean;
};

export type ExpectedObject =
  | ExpectedDataset
  | { path: string; kind: "group"; attributes: ExpectedAttribute[]; members: string[] }
  | { path: string; kind: "datatype"; attributes: ExpectedAttribute[] }
  /** h5py failed to open it. */
  | { path: string; kind: "error"; error: string };

/** A link that leads to an object that another path leads to as well, or to nothing. */
export interface ExpectedAlias {
  path: string;
  link: "hard" | "soft" | "external";
  target?: string;
  /** The path under which the object is described. */
  same: string | null;
  error?: string;
}

export interface ExpectedFile {
  file: string;
  theme: string;
  /** How the file is written again. */
  again: string;
  /** The file that holds the values. */
  values: string;
  /** h5py failed to open it. */
  error?: string;
  superblock: number;
  userBlock: number;
  sizes: [number, number];
  objects: ExpectedObject[];
  aliases: ExpectedAlias[];
}

/** What h5py found in the files that one process described. */
export function readExpected(folder: string, share: string): ExpectedFile[] {
  const lines = readFileSync(join(folder, `expected-${share}.jsonl`), "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
}

/** Reads bytes out of files of values. */
export class ValueFiles {
  readonly #folder: string;
  readonly #open = new Map<string, number>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  read(name: string, [position, length]: readonly [number, number]): Uint8Array<ArrayBuffer> {
    let descriptor = this.#open.get(name);
    if (descriptor === undefined) {
      descriptor = openSync(join(this.#folder, name), "r");
      this.#open.set(name, descriptor);
    }
    const bytes = new Uint8Array(length);
    const count = readSync(descriptor, bytes, 0, length, position);
    if (count !== length) throw new Error(`${name} ends at ${position + count}, before ${position + length}`);
    return bytes;
  }

  close(): void {
    for (const descriptor of this.#open.values()) closeSync(descriptor);
    this.#open.clear();
  }
}
