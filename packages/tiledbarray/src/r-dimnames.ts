import { promisify } from "node:util";
import { deflate, unzipSync } from "node:zlib";
import { DelayedArrayError, type Dimnames } from "delayedarray";
import { Pacer } from "delayedarray/internal";

/*
 * R's TileDBArray keeps the names of an array's indices in the metadata under "dimnames": the bytes of
 * `memCompress(serialize(dimnames, NULL), "gzip")`, each as an integer. That is a zlib stream of R's serialisation format:
 * https://cran.r-project.org/doc/manuals/r-release/R-ints.html#Serialization-Formats
 */

const NILSXP = 254;
const NULLSXP = 0;
const SYMSXP = 1;
const LISTSXP = 2;
const CHARSXP = 9;
const LGLSXP = 10;
const INTSXP = 13;
const REALSXP = 14;
const STRSXP = 16;
const VECSXP = 19;
const REFSXP = 255;
const ALTREP = 238;
const HAS_ATTRIBUTES = 1 << 9;
const HAS_TAG = 1 << 10;
const LATIN1 = 1 << (2 + 12);
const UTF8 = 1 << (3 + 12);
const ASCII = 1 << (6 + 12);
/** R 4.0.0, and R 2.3.0 as the first that reads version 2 of the format. */
const R_VERSION = 0x040000;
const R_LEAST = 0x020300;

/** On another thread. */
const deflated = promisify(deflate);

/** Made once: there may be a million texts. */
const decoders = { latin1: new TextDecoder("latin1"), utf8: new TextDecoder("utf-8") };

/** Names between looks at the clock. */
const BATCH = 2 ** 14;

/** The bytes that R keeps for dimnames. */
export async function packDimnames(dimnames: Dimnames, pacer = new Pacer()): Promise<Uint8Array> {
  const lists = dimnames.filter((names) => names !== null);
  // Of the head, of each axis and of each text: integers, and the bytes of the texts.
  let size = 2 + 4 * (5 + 2 * dimnames.length);
  for (const names of lists) for (const name of names) size += 8 + Buffer.byteLength(name, "utf8");
  const bytes = Buffer.alloc(size);
  let end = bytes.write("X\n", "latin1");
  const integer = (value: number): void => {
    end = bytes.writeInt32BE(value, end);
  };
  for (const value of [2, R_VERSION, R_LEAST]) integer(value);
  integer(VECSXP);
  integer(dimnames.length);
  for (const names of dimnames) {
    if (names === null) {
      integer(NILSXP);
      continue;
    }
    integer(STRSXP);
    integer(names.length);
    for (const [i, name] of names.entries()) {
      const length = bytes.write(name, end + 8, "utf8");
      integer(CHARSXP | (length === name.length ? ASCII : UTF8));
      integer(length);
      end += length;
      if (i % BATCH === 0 && pacer.isDue) await pacer.rest();
    }
  }
  return deflated(bytes.subarray(0, end));
}

/** What R's serialisation of dimnames can hold, as far as it matters. */
type RValue = null | readonly (string | null)[] | readonly RValue[] | { readonly numbers: readonly number[] };

/**
 * Names from the bytes that R keeps for them.
 *
 * @param rank - how many axes there are
 * @throws `FILE_INVALID` for anything that R's TileDBArray does not write
 */
export function unpackDimnames(packed: Uint8Array, rank: number, where: string): Dimnames {
  let list: RValue;
  try {
    list = new RReader(unzipSync(packed)).read();
  } catch (cause) {
    throw damaged(where, cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (!Array.isArray(list) || list.length !== rank) {
    throw damaged(where, `expected a list of ${rank}, one entry per axis`, undefined);
  }
  return list.map((names: RValue | string, axis) => {
    if (names === null) return null;
    if (Array.isArray(names) && names.every((name) => typeof name === "string")) return names as string[];
    throw damaged(where, `the names of axis ${axis} are not texts`, undefined);
  });
}

function damaged(where: string, why: string, cause: unknown): DelayedArrayError {
  const options = cause === undefined ? {} : { cause };
  return new DelayedArrayError(
    "FILE_INVALID",
    `${where}: its dimnames, in the metadata, cannot be read: ${why}`,
    options,
  );
}

/**
 * A number as R's `as.character` writes it: 15 significant digits at most, and the shorter of decimal and scientific
 * notation, the former if both are as long.
 */
function numberText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "Inf" : "-Inf";
  const rounded = Number(value.toPrecision(15));
  const [digits = "0", exponent = "0"] = rounded.toExponential().split("e");
  const power = Number(exponent);
  const scientific = `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  const decimals = Math.max(0, digits.replace(/^-?\d\.?/, "").length - power);
  // Beyond this neither has a decimal form that could be the shorter one, and toFixed takes no more decimals.
  if (Math.abs(power) > 20) return scientific;
  const fixed = rounded.toFixed(decimals);
  return fixed.length <= scientific.length ? fixed : scientific;
}

/** Reads the values that names consist of: lists, vectors of texts, and what R abbreviates those to. */
class RReader {
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #references: RValue[] = [];
  #offset = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  read(): RValue {
    const format = String.fromCharCode(this.#byte(), this.#byte());
    if (format !== "X\n") throw new Error(`the format is ${JSON.stringify(format)}, expected "X\\n"`);
    const version = this.#integer();
    if (version !== 2 && version !== 3) throw new Error(`version ${version} of the format, expected 2 or 3`);
    this.#skip(8);
    if (version === 3) this.#skip(this.#length()); // The name of the encoding that R ran in.
    return this.#item();
  }

  #item(flags = this.#integer()): RValue {
    const type = flags & 0xff;
    if (type === NILSXP || type === NULLSXP) return null;
    if (type === REFSXP) return this.#references[(flags >> 8) - 1] ?? null;
    if (type === SYMSXP) {
      const name = [this.#text()];
      this.#references.push(name);
      return name;
    }
    if (type === ALTREP) return this.#abbreviated();
    if (type === LISTSXP) return this.#pairs(flags);
    const value = this.#vector(type);
    if ((flags & HAS_ATTRIBUTES) !== 0) this.#item();
    return value;
  }

  #vector(type: number): RValue {
    const length = this.#length();
    if (type === STRSXP) return Array.from({ length }, () => this.#text());
    if (type === VECSXP) return Array.from({ length }, () => this.#item());
    if (type === INTSXP || type === LGLSXP) return { numbers: Array.from({ length }, () => this.#integer()) };
    if (type === REALSXP) return { numbers: Array.from({ length }, () => this.#double()) };
    throw new Error(`it holds a value of R's type ${type}`);
  }

  /** A pairlist as a list of its values; the last may be a value instead of a list. */
  #pairs(flags: number): RValue {
    const values: RValue[] = [];
    let next = flags;
    for (; (next & 0xff) === LISTSXP; next = this.#integer()) {
      if ((next & HAS_ATTRIBUTES) !== 0) this.#item();
      if ((next & HAS_TAG) !== 0) this.#item();
      values.push(this.#item());
    }
    const last = this.#item(next);
    return last === null ? values : [...values, last];
  }

  /** A value that R keeps as how to make it: numbers to be written out, or another value in a wrapper. */
  #abbreviated(): RValue {
    const info = this.#item() as readonly RValue[];
    const kind = (info[0] as readonly string[])[0];
    const state = this.#item();
    this.#item();
    if (kind?.startsWith("wrap_")) return (state as readonly RValue[])[0] ?? null;
    if (kind === "deferred_string") {
      const { numbers } = (state as readonly RValue[])[0] as { numbers: readonly number[] };
      return numbers.map(numberText);
    }
    if (kind === "compact_intseq" || kind === "compact_realseq") {
      const [length = 0, first = 0, step = 1] = (state as { numbers: readonly number[] }).numbers;
      return { numbers: Array.from({ length }, (_, i) => first + i * step) };
    }
    throw new Error(`it holds a value of R's class ${String(kind)}`);
  }

  #text(): string | null {
    const flags = this.#integer();
    if ((flags & 0xff) !== CHARSXP) throw new Error(`R's type ${flags & 0xff} where there should be a text`);
    const length = this.#integer();
    if (length < 0) return null;
    const end = this.#skip(length);
    // Quicker where there are many, and the same for these letters.
    if ((flags & ASCII) !== 0) return this.#bytes.toString("utf8", end - length, end);
    const bytes = this.#bytes.subarray(end - length, end);
    return ((flags & LATIN1) !== 0 ? decoders.latin1 : decoders.utf8).decode(bytes);
  }

  /** Goes on by some bytes; gives where they end. */
  #skip(count: number): number {
    if (this.#offset + count > this.#bytes.length) throw new Error("it ends too early");
    this.#offset += count;
    return this.#offset;
  }

  #byte(): number {
    return this.#bytes[this.#skip(1) - 1]!;
  }

  #integer(): number {
    return this.#view.getInt32(this.#skip(4) - 4);
  }

  #double(): number {
    return this.#view.getFloat64(this.#skip(8) - 8);
  }

  #length(): number {
    const length = this.#integer();
    // Every element takes a byte at least: a damaged length must not have room made for it.
    if (length < 0 || length > this.#bytes.length) throw new Error(`a length of ${length}`);
    return length;
  }
}
