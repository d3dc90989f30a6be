// Where the checksums of a file are, so that a mutant's can be made right again: behind a wrong one nothing else would
// be looked at.
import { lookup3 } from "./lookup3.mjs";

/**
 * @typedef {object} Seal a checksum
 * @property {number} start of what it is of
 * @property {number} end of what it is of
 * @property {number} at where it is; within start and end it counts as 0
 */

const LONGEST = 9000;
const SIGNATURES = new Set([
  "\x89HDF",
  ..."OHDR OCHK BTHD BTIN BTLF FRHP FHIB FHDB FSHD FSSE SMTB SMLI FAHD FADB EAHD EAIB EASB EADB".split(" "),
]);

/**
 * Finds them by trying: behind each signature, which stretch has a sum that is stored after it.
 *
 * @param {Uint8Array} bytes
 * @returns {Seal[]}
 */
export function findSeals(bytes) {
  const seals = [];
  for (let start = 0; start + 8 <= bytes.length; start++) {
    const signature = String.fromCharCode(...bytes.subarray(start, start + 4));
    if (!SIGNATURES.has(signature)) continue;
    let seal = signature === "FHDB" ? sealWithin(bytes, start) : sealAfter(bytes, start, start + 5);
    // Pages of array elements follow, without signatures.
    const paged = signature === "FADB" || signature === "EADB";
    while (seal !== undefined) {
      seals.push(seal);
      seal = paged ? sealAfter(bytes, seal.at + 4, seal.at + 5) : undefined;
    }
  }
  return seals;
}

/** Corrects the checksums of everything that has changed. */
export function sealAgain(bytes, base, seals) {
  for (const { start, end, at } of seals) {
    if (at + 4 > bytes.length || end > bytes.length) continue;
    if (equal(bytes, base, start, Math.max(end, at + 4))) continue;
    const within = at < end;
    if (within) bytes.fill(0, at, at + 4);
    new DataView(bytes.buffer, bytes.byteOffset).setUint32(at, lookup3(bytes, start, end), true);
  }
}

function sealAfter(bytes, start, from) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let end = from; end + 4 <= bytes.length && end - start < LONGEST; end++) {
    if (view.getUint32(end, true) === lookup3(bytes, start, end)) return { start, end, at: end };
  }
  return undefined;
}

/** The sum of a block of a fractal heap is in its head, and of the whole block. */
function sealWithin(bytes, start) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = start + 5; at < start + 24 && at + 4 <= bytes.length; at++) {
    for (let length = 64; length <= 2 ** 16 && start + length <= bytes.length; length *= 2) {
      const block = bytes.slice(start, start + length);
      block.fill(0, at - start, at - start + 4);
      if (view.getUint32(at, true) === lookup3(block, 0, length)) return { start, end: start + length, at };
    }
  }
  return undefined;
}

function equal(a, b, start, end) {
  for (let i = start; i < end; i++) if (a[i] !== b[i]) return false;
  return true;
}
