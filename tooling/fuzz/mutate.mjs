// Mutants of the base files.
import { readFileSync } from "node:fs";
import { difference } from "./patches.mjs";
import { random } from "./random.mjs";
import { sealAgain } from "./seals.mjs";

/** Mutants that once had a finding that may not be, in each run again. */
const known = JSON.parse(readFileSync(new URL("known-mutants.json", import.meta.url), "utf8"));

/**
 * @typedef {object} Base
 * @property {string} name
 * @property {Uint8Array} content
 * @property {import("./seals.mjs").Seal[]} seals
 * @property {number[]} hot offsets at or just after bytes that are not 0, where something is stored
 * @property {number[]} pointers offsets at which an address within the file may be
 * @property {object[]} probes
 */

/** What mutants are made from: a base file with what is known about its bytes. */
export function describeBase(name, content, seals, probes) {
  const hot = [];
  for (let i = 0; i < content.length; i++)
    if (content.subarray(Math.max(0, i - 3), i + 1).some((byte) => byte !== 0)) hot.push(i);
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const pointers = [];
  for (let i = 0; i + 8 <= content.length; i++) {
    const value = view.getBigUint64(i, true);
    if (value >= 32n && value <= BigInt(content.length)) pointers.push(i);
  }
  return { name, content, seals, probes, hot, pointers };
}

/**
 * Mutant number `index` of a run. The first ones are the base files themselves, in which nothing may fail, and the known
 * mutants.
 *
 * @param {Base[]} bases
 */
export function mutantOf(bases, seed, index) {
  const number = whose(bases, index);
  const base = bases[number];
  if (index < bases.length)
    return { id: index, base: number, how: "unchanged", length: base.content.length, patches: [] };
  if (index < bases.length + known.length) {
    const { base: name, how, length, patches } = known[index - bases.length];
    return { id: index, base: bases.findIndex((one) => one.name === name), how: `known: ${how}`, length, patches };
  }
  const dice = random(seed, index);
  let bytes = base.content.slice();
  const how = [];
  const steps = Number(dice.weighted({ 1: 62, 2: 20, 3: 10, 5: 6, 9: 2 }));
  for (let i = 0; i < steps; i++) {
    const name = dice.weighted(WEIGHTS);
    how.push(name);
    bytes = OPERATORS[name](bytes, base, dice, bases) ?? bytes;
  }
  if (dice.chance(0.8)) {
    how.push("sealed");
    sealAgain(bytes, base.content, base.seals);
  }
  return { id: index, base: number, how: how.join(" "), ...difference(base.content, bytes) };
}

/** The base files take turns, but those that the fallback reads, which takes long, leave out most of theirs. */
function whose(bases, index) {
  const number = index % bases.length;
  const turn = Math.floor(index / bases.length);
  return bases[number].name.includes("fallback") && turn % 4 !== 0 ? turn % number : number;
}

const WEIGHTS = {
  flip: 14,
  extreme: 12,
  byte: 12,
  small: 12,
  nudge: 16,
  telling: 10,
  redirect: 10,
  swap: 4,
  copy: 8,
  splice: 6,
  blank: 4,
  truncate: 3,
  shift: 2,
};

const OPERATORS = {
  flip(bytes, base, dice) {
    bytes[place(bytes, base, dice)] ^= 1 << dice.below(8);
  },

  extreme(bytes, base, dice) {
    bytes[place(bytes, base, dice)] = dice.chance(0.5) ? 0 : 255;
  },

  byte(bytes, base, dice) {
    bytes[place(bytes, base, dice)] = dice.below(256);
  },

  small(bytes, base, dice) {
    bytes[place(bytes, base, dice)] = dice.below(20);
  },

  /** An integer made a little larger or smaller. */
  nudge(bytes, base, dice) {
    const width = dice.pick([1, 1, 2, 4, 8]);
    const at = place(bytes, base, dice, width);
    const step = dice.weighted({ 1: 8, 2: 2, 4: 1, 8: 2, 16: 1, 256: 1 });
    write(bytes, at, width, read(bytes, at, width) + BigInt(step) * (dice.chance(0.5) ? 1n : -1n));
  },

  /** An integer replaced by one at which something tends to overflow, or to end. */
  telling(bytes, base, dice) {
    const width = dice.pick([1, 2, 4, 4, 8, 8]);
    const at = place(bytes, base, dice, width);
    const old = read(bytes, at, width);
    const bits = BigInt(width * 8);
    const size = BigInt(bytes.length);
    const power = 1n << BigInt(dice.below(width * 8));
    const values = [0n, 1n, power, power - 1n, (1n << bits) - 2n, size, size - 1n, size + 1n, old * 2n, old / 2n, -old];
    write(bytes, at, width, dice.pick(values));
  },

  /** An address replaced by another of the file, by one near it, or by the undefined one. */
  redirect(bytes, base, dice) {
    if (base.pointers.length === 0) return;
    const at = dice.pick(base.pointers);
    if (at + 8 > bytes.length) return;
    const other = read(base.content, dice.pick(base.pointers), 8);
    const old = read(bytes, at, 8);
    const near = old + BigInt(dice.pick([-8, -4, -1, 1, 4, 8, 16, 512]));
    const structure = base.seals.length > 0 ? BigInt(dice.pick(base.seals).start) : other;
    write(bytes, at, 8, dice.pick([other, other, structure, near, -1n]));
  },

  /** Two neighbours of the same width change places. */
  swap(bytes, base, dice) {
    const width = dice.pick([1, 2, 4, 8, 16, 24, 32]);
    if (bytes.length < 2 * width) return;
    const at = place(bytes, base, dice, width * 2);
    const first = bytes.slice(at, at + width);
    bytes.copyWithin(at, at + width, at + width * 2);
    bytes.set(first, at + width);
  },

  /** A piece of the file over another. */
  copy(bytes, base, dice) {
    const length = pieceLength(dice, bytes);
    const from = place(bytes, base, dice, length);
    bytes.copyWithin(place(bytes, base, dice, length), from, from + length);
  },

  /** A piece of another base file over one of this. */
  splice(bytes, base, dice, bases) {
    const other = dice.pick(bases);
    const length = Math.min(pieceLength(dice, bytes), other.content.length);
    const from = place(other.content, other, dice, length);
    bytes.set(other.content.subarray(from, from + length), place(bytes, base, dice, length));
  },

  blank(bytes, base, dice) {
    const length = pieceLength(dice, bytes);
    const at = place(bytes, base, dice, length);
    bytes.fill(dice.chance(0.7) ? 0 : 255, at, at + length);
  },

  /** The end is missing; often the superblock knows about it. */
  truncate(bytes, _base, dice) {
    const cut = dice.chance(0.5) ? dice.below(64) : dice.below(bytes.length);
    const short = bytes.slice(0, bytes.length - cut);
    if (dice.chance(0.7)) moveEnd(short, -cut);
    return short;
  },

  /** Bytes put in or taken out, so that everything behind them moves. */
  shift(bytes, base, dice) {
    const at = place(bytes, base, dice);
    const count = dice.pick([1, 2, 4, 8, 16]);
    if (dice.chance(0.5)) {
      const shorter = new Uint8Array([...bytes.subarray(0, at), ...bytes.subarray(at + count)]);
      moveEnd(shorter, shorter.length - bytes.length);
      return shorter;
    }
    const longer = new Uint8Array([...bytes.subarray(0, at), ...new Uint8Array(count), ...bytes.subarray(at)]);
    moveEnd(longer, count);
    return longer;
  },
};

/** Where to change something: mostly where something is stored. */
function place(bytes, base, dice, width = 1) {
  const at = dice.chance(0.85) ? dice.pick(base.hot) : dice.below(bytes.length);
  return Math.max(0, Math.min(at, bytes.length - width));
}

function pieceLength(dice, bytes) {
  const length = dice.chance(0.7) ? dice.pick([2, 4, 8, 8, 16, 24, 32, 40]) : dice.between(1, 300);
  return Math.min(length, bytes.length);
}

function read(bytes, at, width) {
  let value = 0n;
  for (let i = Math.min(width, bytes.length - at) - 1; i >= 0; i--) value = value * 256n + BigInt(bytes[at + i]);
  return value;
}

function write(bytes, at, width, value) {
  let rest = BigInt.asUintN(width * 8, value);
  for (let i = 0; i < width && at + i < bytes.length; i++) {
    bytes[at + i] = Number(rest & 255n);
    rest >>= 8n;
  }
}

/** Changes the superblock's end of the file. */
function moveEnd(bytes, by) {
  const signature = [0, 512].find((at) => bytes[at] === 0x89 && bytes[at + 1] === 0x48 && bytes[at + 2] === 0x44);
  if (signature === undefined) return;
  const version = bytes[signature + 8];
  const width = bytes[signature + (version < 2 ? 13 : 9)];
  if (width > 8) return;
  const at = signature + (version < 2 ? 24 + (version === 1 ? 4 : 0) : 12) + 2 * width;
  if (at + width <= bytes.length) write(bytes, at, width, read(bytes, at, width) + BigInt(by));
}
