import { type ChildProcess, spawn } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { deflateSync, inflateSync } from "node:zlib";
import { TileDbArray } from "tiledbarray";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { random } from "../fuzz/random.mjs";
import { capture } from "../process.mjs";
import { livePython } from "./environment.js";

/*
 * Damaged TileDB arrays: each file of an array deleted, cut off or changed. Whatever is asked of such an array gives a value or
 * an error with a code that names the array; the process lives on.
 */

/** Always the same mutants, so that the outcome can be repeated. */
const SEED = 5;
const MUTANTS = 600;

/** What a mutant may take above what reading the arrays as they are takes. */
const MEMORY = 2 ** 30;
/** Bytes of how many chunks a tile has, of the head of the first one, and of what its filters noted: numbers of 64 or 32 bits. */
const HEADS = [0, 2, 3, 5, 8, 11, 12, 15, 16, 19, 20, 23, 24, 27];
const HANG = 900_000;
const ONE = 60_000;

const folder = mkdtempSync(join(tmpdir(), "damage-"));
const whole = join(folder, "whole");
const at = join(folder, "damaged");
afterAll(() => rmSync(folder, { recursive: true, force: true }), HANG);
/** Attributes of each array. */
let attributesOf: Record<string, readonly string[]> = {};
beforeAll(() => {
  mkdirSync(whole);
  const script = fileURLToPath(new URL("damage.py", import.meta.url));
  const { status, stdout, stderr } = capture(livePython(), [script, whole]);
  if (status !== 0) throw new Error(`damage.py failed:\n${stderr}`);
  attributesOf = JSON.parse(stdout);
}, HANG);

interface Answer {
  readonly outcomes: readonly { readonly what: string; readonly code: string; readonly message: string }[];
  readonly memory: number;
}

/** A process that reads what it is told to, and another one when that has ended. */
class Reader {
  #child: ChildProcess | undefined;
  #lines: AsyncIterator<string> | undefined;
  #ended = "";

  /** What it found; a text that says how it ended, or that it hangs. */
  async read(uri: string): Promise<Answer | string> {
    if (this.#child === undefined) this.#start();
    const child = this.#child!;
    child.stdin!.write(`${JSON.stringify({ uri, attributes: attributesOf[basename(uri)] })}\n`);
    let hangs = false;
    const timer = setTimeout(() => {
      hangs = true;
      child.kill("SIGKILL");
    }, ONE);
    const { value, done } = await this.#lines!.next();
    clearTimeout(timer);
    if (done !== true) return JSON.parse(value) as Answer;
    await new Promise((resolve) =>
      (child.exitCode ?? child.signalCode) === null ? child.once("exit", resolve) : resolve(0),
    );
    this.#child = undefined;
    return hangs ? "hangs" : `ended by ${child.signalCode ?? child.exitCode} ${this.#ended.slice(-500)}`;
  }

  #start(): void {
    const script = fileURLToPath(new URL("damage-reader.mjs", import.meta.url));
    const child = spawn(process.execPath, [script], { stdio: ["pipe", "pipe", "pipe"] });
    this.#ended = "";
    child.stdin!.on("error", () => {});
    child.stderr!.on("data", (data: Buffer) => {
      this.#ended += data.toString();
    });
    this.#lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    this.#child = child;
  }

  stop(): void {
    this.#child?.kill();
    this.#child = undefined;
  }
}

const reader = new Reader();
afterAll(() => reader.stop());

/** Makes a copy of an array with one file of it changed, or deleted where there are no bytes. */
function damaged(name: string, file: string, bytes: Uint8Array | undefined): string {
  rmSync(at, { recursive: true, force: true });
  cpSync(join(whole, name), join(at, name), { recursive: true });
  const path = join(at, name, file);
  if (bytes === undefined) rmSync(path);
  else writeFileSync(path, bytes);
  return join(at, name);
}

function filesOf(name: string): string[] {
  const all = readdirSync(join(whole, name), { recursive: true, encoding: "utf8" });
  return all.filter((file) => statSync(join(whole, name, file)).isFile());
}

/** What is wrong with what was found of a damaged array; nothing, if all is as it has to be. */
async function faults(uri: string, title: string): Promise<string[]> {
  const found = await reader.read(uri);
  if (typeof found === "string") return [`${title}: ${found}`];
  if (found.memory > MEMORY) {
    reader.stop(); // The next one begins anew.
    return [`${title}: took ${found.memory} bytes`];
  }
  return found.outcomes
    .filter(({ code, message }) => code !== "ok" && (!/^[A-Z_]+$/.test(code) || !message.includes(uri)))
    .map(({ what, code, message }) => `${title}: ${what}: ${code}: ${message}`);
}

/**
 * A schema as a later version of TileDB might write it: one tile (https://github.com/TileDB-Inc/TileDB/blob/main/format_spec) of
 * one chunk, which begins with the version of the format, compressed.
 */
function laterVersion(bytes: Buffer): Buffer {
  const chunk = 34 + bytes.readUInt32LE(30) + 8;
  const [filtered, about] = [bytes.readUInt32LE(chunk + 4), bytes.readUInt32LE(chunk + 8)];
  const start = chunk + 12 + about;
  const schema = inflateSync(bytes.subarray(start, start + filtered));
  schema.writeUInt32LE(schema.readUInt32LE(0) + 1000, 0);
  const compressed = deflateSync(schema);
  const head = Buffer.from(bytes.subarray(0, start));
  head.writeBigUInt64LE(BigInt(8 + 12 + about + compressed.length), 4);
  head.writeUInt32LE(compressed.length, chunk + 4);
  head.writeUInt32LE(compressed.length, start - 4);
  return Buffer.concat([head, compressed]);
}

describe("damaged TileDB arrays give values or typed errors", () => {
  it("as they are, they can be read", { timeout: HANG }, async () => {
    for (const name of readdirSync(whole)) {
      const found = await reader.read(join(whole, name));
      expect(typeof found === "string" ? found : found.outcomes.filter(({ code }) => code !== "ok")).toEqual([]);
    }
  });

  it("with each file deleted or cut off", { timeout: HANG }, async () => {
    const wrong: string[] = [];
    for (const name of ["dense-none", "sparse-zstd", "dense-md5", "sparse-md5"]) {
      for (const file of filesOf(name)) {
        const bytes = readFileSync(join(whole, name, file));
        wrong.push(...(await faults(damaged(name, file, undefined), `${name}/${file} deleted`)));
        const lengths = new Set([0, 1, 8, bytes.length >> 1, bytes.length - 9, bytes.length - 1]);
        for (const length of lengths) {
          if (length < 0 || length >= bytes.length) continue;
          const uri = damaged(name, file, bytes.subarray(0, length));
          wrong.push(...(await faults(uri, `${name}/${file} cut off at ${length}`)));
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it(`with bytes changed, ${MUTANTS} times`, { timeout: HANG }, async () => {
    const { pick, below, chance } = random(SEED, 3);
    const names = readdirSync(whole);
    const wrong: string[] = [];
    for (let i = 0; i < MUTANTS; i++) {
      const name = pick(names);
      const file = pick(filesOf(name));
      const bytes = readFileSync(join(whole, name, file));
      if (bytes.length === 0) continue;
      let what = "";
      for (let changes = chance(0.7) ? 1 : 3; changes > 0; changes--) {
        const place = chance(0.3) ? Math.max(0, bytes.length - 1 - below(400)) : below(bytes.length);
        bytes[place]! ^= 1 + below(255);
        what += ` ${place}`;
      }
      wrong.push(...(await faults(damaged(name, file, bytes), `${name}/${file} changed at${what}`)));
    }
    expect(wrong).toEqual([]);
  });

  it("with the heads of tiles changed", { timeout: HANG }, async () => {
    const wrong: string[] = [];
    for (const name of ["dense-none", "sparse-md5", "texts-dense-bits-lz4"]) {
      for (const file of filesOf(name).filter((one) => /__2_2_.*[ad]\d(_var|_validity)?\.tdb$/.test(one))) {
        for (const place of HEADS) {
          const bytes = readFileSync(join(whole, name, file));
          if (place >= bytes.length) break;
          bytes[place]! ^= 0x10;
          wrong.push(...(await faults(damaged(name, file, bytes), `${name}/${file} changed at ${place}`)));
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it("of which the schema is of a later version of TileDB", async () => {
    const name = "sparse-none";
    rmSync(at, { recursive: true, force: true });
    const file = filesOf(name).find((one) => /^__schema.[^_]*__\d/.test(one))!;
    const bytes = laterVersion(readFileSync(join(whole, name, file)));
    const uri = damaged(name, file, bytes);
    await expect(TileDbArray.open(uri)).rejects.toMatchObject({
      code: "UNSUPPORTED_FEATURE",
      message: expect.stringContaining(uri),
    });
  });

  it("that vanish while they are open", async () => {
    const uri = join(at, "dense-zstd");
    cpSync(join(whole, "dense-zstd"), uri, { recursive: true });
    await using array = await TileDbArray.open(uri);
    renameSync(uri, join(folder, "elsewhere"));
    await expect(array.toDense()).rejects.toMatchObject({ code: "NOT_FOUND", message: `${uri} is not there any more` });
  });
});
