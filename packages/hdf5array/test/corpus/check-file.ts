// One file of the corpus: everything that h5py found in it, asked of this package's reader and of h5wasm.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { DelayedArrayError, NdArray, type TypedArray } from "delayedarray";
import type { DecodedArray } from "../../../../tooling/fixtures/read.mjs";
import { openH5wasmFile } from "../../src/file/h5wasm-file.js";
import type { FallbackFile, Hdf5Attribute, Hdf5Dataset, Hdf5File } from "../../src/file/hdf5-file.js";
import { undoMetadataFilters } from "../../src/file/metadata-filters.js";
import { openHdf5File } from "../../src/file/open-file.js";
import { readStoredDataset } from "../../src/format/dataset-header.js";
import type { Hdf5Space } from "../../src/format/hdf5-space.js";
import { resolvePath } from "../../src/format/resolve-path.js";
import { openSpace } from "../../src/format/superblock.js";
import { Hdf5DenseArray } from "../../src/index.js";
import type { ByteSource, Hdf5Source } from "../../src/source/byte-source.js";
import { openSource } from "../../src/source/open-source.js";
import { pagedReader } from "../../src/source/page-cache.js";
import { pick, randomEntry } from "../helpers.js";
import { assemble, everySpan, pickSpans, randomSpans } from "./assemble.js";
import {
  arrayOf,
  bytesDifference,
  decodedDifference,
  numbersDifference,
  textsDifference,
  typeDifference,
} from "./compare.js";
import type { ExpectedAlias, ExpectedAttribute, ExpectedDataset, ExpectedFile, ValueFiles } from "./expected.js";
import { mayFallBack, mayRefuse } from "./fallback.js";

/** What was compared. */
export interface Checked {
  datasets: number;
  attributes: number;
  links: number;
  direct: number;
  fallback: number;
  refused: number;
  /** Datasets whose values h5wasm gave too. */
  byH5wasm: number;
  /** Datasets and attributes that h5py could not read. */
  unknown: number;
}

/** Attributes of one object that are looked at when it has thousands. */
const MOST_ATTRIBUTES = 150;

/** Checks a file and returns what is wrong, one line each. */
export async function checkFile(
  expected: ExpectedFile,
  folder: string,
  values: ValueFiles,
  next: () => number,
  checked: Checked,
): Promise<string[]> {
  const path = resolve(folder, expected.file);
  const problems: string[] = [];
  const report = (object: string, problem: string) =>
    problems.push(`${expected.file} (${expected.again}) ${JSON.stringify(object)}: ${problem}`);
  if (expected.error !== undefined) {
    const outcome = await outcomeOf(openHdf5File(path, {}));
    if (!("error" in outcome)) {
      outcome.value.close();
      report("/", `it was opened, though h5py says ${expected.error}`);
    } else if (!isTyped(outcome.error)) report("/", `opening: ${outcome.error}`);
    checked.unknown++;
    return problems;
  }
  const opened = await outcomeOf(openHdf5File(await someSource(path, next), {}));
  if ("error" in opened) return [`${expected.file} (${expected.again}): opening: ${opened.error}`];
  const source = await openSource(path, {});
  const check = new FileCheck(expected, path, opened.value, source, values, next, checked, report);
  try {
    await check.run();
  } finally {
    check.close();
  }
  return problems;
}

/** The file in one of the ways in which it can be given. */
async function someSource(path: string, next: () => number): Promise<Hdf5Source> {
  const kind = next();
  if (kind < 0.6) return path;
  const bytes = await readFile(path);
  if (kind < 0.75) return bytes;
  if (kind < 0.9) return new Blob([bytes]);
  return {
    size: bytes.length,
    read: async (offset: number, length: number) => bytes.subarray(offset, offset + length),
  };
}

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

async function outcomeOf<T>(promise: Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await promise };
  } catch (error) {
    return { error };
  }
}

function isTyped(error: unknown): error is DelayedArrayError {
  return error instanceof DelayedArrayError;
}

const absolute = (group: string, name: string) => `${group === "/" ? "" : group}/${name}`;

class FileCheck {
  readonly #expected: ExpectedFile;
  readonly #path: string;
  readonly #file: Hdf5File;
  readonly #source: ByteSource;
  readonly #values: ValueFiles;
  readonly #next: () => number;
  readonly #checked: Checked;
  readonly #report: (object: string, problem: string) => void;
  #space: Promise<Hdf5Space> | undefined;
  #h5wasm: Promise<FallbackFile> | undefined;

  constructor(
    expected: ExpectedFile,
    path: string,
    file: Hdf5File,
    source: ByteSource,
    values: ValueFiles,
    next: () => number,
    checked: Checked,
    report: (object: string, problem: string) => void,
  ) {
    this.#expected = expected;
    this.#path = path;
    this.#file = file;
    this.#source = source;
    this.#values = values;
    this.#next = next;
    this.#checked = checked;
    this.#report = report;
  }

  close(): void {
    this.#file.close();
    this.#h5wasm?.then(
      (file) => file.close(),
      () => {},
    );
    this.#source.close();
  }

  async run(): Promise<void> {
    const { objects, aliases } = this.#expected;
    for (const object of objects) {
      await this.#try(object.path, async () => {
        if (object.kind === "error") {
          await this.#refusedOrNot(object.path);
          return;
        }
        const kind = await this.#file.kind(object.path, {});
        if (kind !== object.kind) this.#report(object.path, `kind ${kind}, expected ${object.kind}`);
        await this.#checkAttributes(object.path, object.attributes);
        if (object.kind === "group") await this.#checkMembers(object.path, object.members);
        else if ((await this.#file.kind(`${object.path}/x`, {})) !== null)
          this.#report(object.path, "it has members, which only groups have");
        if (object.kind === "dataset") await this.#checkDataset(object);
      });
    }
    for (const alias of aliases) await this.#try(alias.path, () => this.#checkAlias(alias));
  }

  /** Reports an error as a problem of the object. */
  async #try(object: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#report(object, isTyped(error) ? String(error) : `${(error as Error).stack ?? error}`);
    }
  }

  /** What h5py cannot open may be opened or refused, but must not end in another error. */
  async #refusedOrNot(path: string): Promise<void> {
    this.#checked.unknown++;
    const outcome = await outcomeOf(
      this.#file.kind(path, {}).then((kind) => (kind === "dataset" ? this.#file.dataset(path, {}) : undefined)),
    );
    if ("error" in outcome && !isTyped(outcome.error)) this.#report(path, String(outcome.error));
  }

  async #checkMembers(path: string, members: readonly string[]): Promise<void> {
    const names = [...(await this.#file.children(path, {}))].sort();
    const difference = textsDifference(names, [...members].sort());
    if (difference !== undefined) this.#report(path, `members: ${difference}`);
    const absent = absolute(path, "there is nothing of this name");
    if ((await this.#file.kind(absent, {})) !== null) this.#report(path, "it has a member that nobody gave it");
  }

  async #checkAlias({ path, link, same, error }: ExpectedAlias): Promise<void> {
    this.#checked.links++;
    const outcome = await outcomeOf(this.#file.kind(path, {}));
    if ("error" in outcome && !isTyped(outcome.error)) throw outcome.error;
    if (link === "external") {
      if (!("error" in outcome && isTyped(outcome.error) && outcome.error.code === "UNSUPPORTED_FEATURE"))
        this.#report(path, `an external link: ${"error" in outcome ? outcome.error : outcome.value}`);
      return;
    }
    if (same === null) {
      if ("value" in outcome && outcome.value !== null)
        this.#report(path, `kind ${outcome.value}, though h5py says ${error ?? "nothing"}`);
      return;
    }
    if ("error" in outcome) throw outcome.error;
    const target = this.#expected.objects.find((one) => one.path === same)!;
    if (outcome.value !== target.kind) this.#report(path, `kind ${outcome.value}, expected ${target.kind} as ${same}`);
    if (this.#next() > 0.2) return;
    if (target.kind === "group") await this.#checkMembers(path, target.members);
    if (target.kind === "dataset" && !mayRefuse(target)) {
      const { info } = await this.#file.dataset(path, {});
      const difference = typeDifference(info.type, target.type);
      if (difference !== undefined) this.#report(path, difference);
      if (info.path !== path) this.#report(path, `it says that its path is ${info.path}`);
    }
  }

  async #checkAttributes(path: string, attributes: readonly ExpectedAttribute[]): Promise<void> {
    const share = MOST_ATTRIBUTES / attributes.length;
    for (const attribute of attributes) {
      if (this.#next() > share) continue;
      const { name, type, shape } = attribute;
      const place = `${path} @ ${name}`;
      this.#checked.attributes++;
      await this.#try(place, async () => {
        const outcome = await outcomeOf(this.#file.attribute(path, name, {}));
        if (attribute.form === "error") {
          this.#checked.unknown++;
          if ("error" in outcome && !isTyped(outcome.error)) throw outcome.error;
          return;
        }
        if ("error" in outcome) throw outcome.error;
        const found = outcome.value;
        if (found === null) {
          this.#report(place, "there is no such attribute");
          return;
        }
        const difference =
          typeDifference(found.type, type) ??
          (JSON.stringify(found.shape) === JSON.stringify(shape)
            ? this.#attributeDifference(found, attribute)
            : `shape [${found.shape}], expected [${shape}]`);
        if (difference !== undefined) this.#report(place, difference);
      });
    }
    const absent = await this.#file.attribute(path, "there is nothing of this name", {});
    if (absent !== null) this.#report(path, "it has an attribute that nobody gave it");
  }

  #attributeDifference({ type, value }: Hdf5Attribute, expected: ExpectedAttribute): string | undefined {
    if (expected.form === "texts") {
      if (value instanceof Uint8Array) return "bytes, expected strings";
      return textsDifference(value, expected.texts);
    }
    if (expected.form !== "numbers" && expected.form !== "raw") return undefined;
    if (!(value instanceof Uint8Array)) return "strings, expected bytes";
    const bytes = this.#values.read(this.#expected.values, expected.bytes);
    return expected.form === "raw"
      ? bytesDifference(value, bytes)
      : decodedDifference(type, value, expected.dtype, bytes);
  }

  async #checkDataset(expected: ExpectedDataset): Promise<void> {
    const { path } = expected;
    this.#checked.datasets++;
    await this.#checkHeader(expected);
    const outcome = await outcomeOf(this.#file.dataset(path, {}));
    if ("error" in outcome) {
      if (!isTyped(outcome.error)) throw outcome.error;
      const refused = outcome.error.code === "UNSUPPORTED_FEATURE" && mayRefuse(expected);
      if (refused) this.#checked.refused++;
      else if (expected.form === "error") this.#checked.unknown++;
      else throw outcome.error;
      return;
    }
    const dataset = outcome.value;
    if (dataset.reader === "h5wasm") {
      this.#checked.fallback++;
      if (!mayFallBack(expected)) this.#report(path, "h5wasm reads it, though this package can");
    } else {
      this.#checked.direct++;
    }
    const { info } = dataset;
    const got = { shape: info.shape, chunks: info.chunks, filters: info.filters.map(({ id }) => id) };
    const wanted = {
      shape: expected.shape,
      chunks: expected.chunks,
      filters: expected.filters.map(([number]) => number),
    };
    if (JSON.stringify(got) !== JSON.stringify(wanted))
      this.#report(path, `${JSON.stringify(got)}, expected ${JSON.stringify(wanted)}`);
    if (dataset.reader === "direct") {
      const difference = typeDifference(info.type, expected.type);
      if (difference !== undefined) this.#report(path, difference);
    }
    if (expected.form === undefined || expected.form === "error") {
      if (expected.form === "error") this.#checked.unknown++;
      await this.#readBlindly(dataset);
      return;
    }
    if (mayRefuse(expected)) {
      // What lies in another file is looked for when it is read.
      const read = await outcomeOf(this.#checkValues(dataset, expected));
      if ("error" in read && !(isTyped(read.error) && read.error.code === "UNSUPPORTED_FEATURE")) throw read.error;
      if ("error" in read) this.#checked.refused++;
      return;
    }
    await this.#checkValues(dataset, expected);
    if (dataset.reader === "direct") await this.#checkWithH5wasm(dataset, expected);
    if (this.#next() < 0.3) await this.#checkArray(expected);
  }

  /** What h5py does not give values of must not end in an error of another kind. */
  async #readBlindly({ info, ...dataset }: Hdf5Dataset): Promise<void> {
    if (info.shape === null) return;
    const outcome = await outcomeOf(assemble({ info, ...dataset }, everySpan(info.shape)));
    if ("error" in outcome && !isTyped(outcome.error)) throw outcome.error;
  }

  /** What the dataset's header says besides. */
  async #checkHeader(expected: ExpectedDataset): Promise<void> {
    const { path } = expected;
    this.#space ??= openSpace(
      {
        name: this.#source.name,
        size: this.#source.size,
        reader: pagedReader(this.#source),
        undoFilters: undoMetadataFilters,
      },
      {},
    );
    const space = await this.#space;
    const header = await resolvePath(space, path, {});
    if (header === null) throw new Error("there is nothing");
    const { maxShape, layout, filters } = await readStoredDataset(space, header.address, path, {});
    const got = {
      maximum: maxShape?.map((extent) => (extent === Number.POSITIVE_INFINITY ? null : extent)) ?? null,
      layout: layout.kind,
      index: layout.kind === "chunked" ? layout.index.kind : null,
      filters: filters.map(({ id, parameters }) => [id, parameters]),
      plainEdges: layout.kind === "chunked" ? layout.plainEdgeChunks : null,
    };
    const { maximum, layout: kind, index, filters: pipeline, plainEdges = null } = expected;
    const wanted = { maximum, layout: kind, index, filters: pipeline, plainEdges };
    if (JSON.stringify(got) !== JSON.stringify(wanted))
      this.#report(path, `header ${JSON.stringify(got)}, expected ${JSON.stringify(wanted)}`);
  }

  async #checkValues(dataset: Hdf5Dataset, expected: ExpectedDataset): Promise<void> {
    const { path } = expected;
    const shape = expected.shape!;
    if (expected.form === "texts") {
      const strings = await this.#file.strings(path, {});
      const difference =
        textsDifference(strings.values, expected.texts) ??
        (JSON.stringify(strings.shape) === JSON.stringify(shape) ? undefined : `shape [${strings.shape}]`);
      if (difference !== undefined) this.#report(path, difference);
      return;
    }
    const { type } = dataset.info;
    const all = await assemble(dataset, everySpan(shape));
    if (expected.form !== "numbers" && expected.form !== "raw") return;
    const bytes = this.#values.read(this.#expected.values, expected.bytes);
    const difference =
      expected.form === "numbers"
        ? decodedDifference(type, all, expected.dtype, bytes)
        : bytesDifference(all, dataset.reader === "direct" ? bytes : all);
    if (difference !== undefined) {
      this.#report(path, `[${shape}] ${difference}`);
      return;
    }
    const spans = randomSpans(shape, this.#next);
    const part = await assemble(dataset, spans);
    const partDifference = bytesDifference(part, pickSpans(all, type.size, shape, spans));
    if (partDifference !== undefined) this.#report(path, `spans ${JSON.stringify(spans)}: ${partDifference}`);
  }

  /** The values as h5wasm reads them. */
  async #checkWithH5wasm(direct: Hdf5Dataset, expected: ExpectedDataset): Promise<void> {
    // h5wasm leaves in memory what was there before where nothing was ever written.
    if (expected.form === "elsewhere" || expected.neverFilled === true) return;
    this.#h5wasm ??= openH5wasmFile(this.#source, {});
    const { path } = expected;
    const shape = expected.shape!;
    const outcome = await outcomeOf(
      this.#h5wasm.then(async (file) => {
        if (expected.form === "texts") return { texts: (await file.strings(direct.info, {})).values };
        const dataset = await file.dataset(direct.info, {});
        return { dataset, bytes: await assemble(dataset, everySpan(shape)) };
      }),
    );
    if ("error" in outcome) {
      if (!isTyped(outcome.error)) throw outcome.error;
      // Its HDF5 is older than h5py's.
      return;
    }
    const { texts, dataset, bytes } = outcome.value;
    let difference: string | undefined;
    if (expected.form === "texts") difference = textsDifference(texts ?? [], expected.texts);
    else if (expected.form === "numbers" && dataset !== undefined)
      difference = decodedDifference(
        dataset.info.type,
        bytes,
        expected.dtype,
        this.#values.read(this.#expected.values, expected.bytes),
      );
    this.#checked.byH5wasm++;
    if (difference !== undefined) this.#report(path, `by h5wasm: ${difference}`);
  }

  /** The values through the public class, and a random part of them. */
  async #checkArray(expected: ExpectedDataset): Promise<void> {
    const outcome = await outcomeOf(Hdf5DenseArray.open(this.#path, expected.path));
    if (expected.form === "texts") {
      if ("error" in outcome) throw outcome.error;
      await this.#checkTexts(outcome.value, expected.path, expected.shape!, expected.texts);
      return;
    }
    if (expected.form !== "numbers") {
      if ("value" in outcome) {
        await outcome.value.close();
        if (expected.type.kind !== "array")
          this.#report(expected.path, `a dense array was opened, of ${expected.form}`);
      } else if (!isTyped(outcome.error) || outcome.error.code !== "DTYPE_UNSUPPORTED") throw outcome.error;
      return;
    }
    if ("error" in outcome) throw outcome.error;
    await using array = outcome.value;
    const shape = expected.shape!;
    if (array.dtype !== expected.dtype) this.#report(expected.path, `dtype ${array.dtype}`);
    const data = arrayOf(this.#values.read(this.#expected.values, expected.bytes), array.dtype);
    const subset = shape.map((extent) => randomEntry(extent, this.#next));
    const part = await array.seed.extractDense(subset, {});
    const difference = numbersDifference(
      part.data as TypedArray,
      pick({ shape: [...shape], data: data as DecodedArray["data"] }, subset),
    );
    if (difference !== undefined) this.#report(expected.path, `subset ${JSON.stringify(subset)}: ${difference}`);
  }

  /** Strings through the public class: a random part of them. */
  async #checkTexts(array: Hdf5DenseArray, path: string, shape: readonly number[], texts: string[]): Promise<void> {
    await using opened = array;
    if (opened.dtype !== "string") this.#report(path, `dtype ${opened.dtype}`);
    const whole = new NdArray({ data: texts, shape, dtype: "string" });
    const subset = shape.map((extent) => randomEntry(extent, this.#next));
    const part = await opened.seed.extractDense(subset, {});
    const difference = textsDifference(part.data as string[], whole.extractDense(subset).data);
    if (difference !== undefined) this.#report(path, `subset ${JSON.stringify(subset)}: ${difference}`);
  }
}
