import { BitReader } from "./bit-reader.js";
import type { CodecRequest } from "./codec.js";
import { becomesTooMuch, CodecFault, ENDS_EARLY } from "./codec-fault.js";

/** Bytes before the packed values: how many bits each has, the smallest value's length and bytes, and room. */
const HEAD = 21;

/** Parameters that there are always, with room for the fill value. */
const PARAMETERS = 20;

const FLOATS = 1;
const DECIMAL_SCALE = 0;
const BIG_ENDIAN = 1;
/** Where the bytes of the fill value begin among the parameters. */
const FILL = 8;

/**
 * Undoes scale-offset (6): values less the smallest of them, in as few bits as they need; floats as multiples of a power of ten.
 * Its parameters are kind and factor of the scale, elements, class, size, sign, order, whether there is a fill value, and it.
 *
 * @see HDF5, H5Zscaleoffset.c
 */
export function scaleOffset(stored: Uint8Array, { parameters, most }: CodecRequest): Uint8Array {
  const [scale = -1, factor = 0, count = 0, kind = -1, size = 0, , order = 0, hasFill = 0] = parameters;
  const isFloat = kind === FLOATS;
  const impossible = isFloat ? size < 4 || scale !== DECIMAL_SCALE : (factor | 0) > 8 * size;
  if (parameters.length !== PARAMETERS || ![1, 2, 4, 8].includes(size) || impossible)
    throw new CodecFault(`its parameters are ${parameters.join(", ")}`);
  if (count * size > most) throw becomesTooMuch(most);
  // Integers of which all bits are wanted are stored as they are, with nothing before them.
  if (!isFloat && factor === 8 * size) {
    if (stored.length > most) throw becomesTooMuch(most);
    return stored.slice();
  }
  if (stored.length < HEAD) throw new CodecFault(ENDS_EARLY);
  const head = new DataView(stored.buffer, stored.byteOffset, HEAD);
  const bits = head.getUint32(0, true);
  if (bits > 8 * size) throw new CodecFault(`its values have ${bits} bits, at most ${8 * size} can be`);
  let least = 0n;
  for (let i = Math.min(8, stored[4]!) - 1; i >= 0; i--) least = least * 256n + BigInt(stored[5 + i]!);
  const input = new BitReader(stored.subarray(HEAD));
  const out = new Uint8Array(count * size);
  const view = new DataView(out.buffer);
  const littleEndian = order !== BIG_ENDIAN;
  if (bits === 8 * size) {
    if (stored.length < HEAD + out.length) throw new CodecFault(ENDS_EARLY);
    for (let i = 0; i < out.length; i++) {
      const within = i % size;
      out[littleEndian ? i : i - within + size - 1 - within] = stored[HEAD + i]!;
    }
    return out;
  }
  const fill = hasFill === 1 ? fillOf(parameters) : undefined;
  const value = isFloat ? floatValue(least, factor | 0, size, fill, bits) : integerValue(least, fill, bits);
  for (let i = 0; i < count; i++) {
    const packed = takeWide(input, bits);
    const one = BigInt.asUintN(8 * size, value(packed));
    if (size === 8) view.setBigUint64(8 * i, one, littleEndian);
    else if (size === 4) view.setUint32(4 * i, Number(one), littleEndian);
    else if (size === 2) view.setUint16(2 * i, Number(one), littleEndian);
    else out[i] = Number(one);
  }
  return out;
}

function takeWide(input: BitReader, bits: number): bigint {
  if (bits <= 32) return BigInt(input.read(bits));
  return (BigInt(input.read(bits - 32)) << 32n) | BigInt(input.read(32));
}

/** The fill value's bits, in words of 32. */
function fillOf(parameters: readonly number[]): bigint {
  return (BigInt(parameters[FILL + 1] ?? 0) << 32n) | BigInt((parameters[FILL] ?? 0) >>> 0);
}

/** The largest packed value stands for the fill value. */
function integerValue(least: bigint, fill: bigint | undefined, bits: number): (packed: bigint) => bigint {
  const mark = (1n << BigInt(bits)) - 1n;
  return (packed) => (fill !== undefined && packed === mark ? fill : packed + least);
}

/** Bits of a float, computed in its own precision. */
function floatValue(
  least: bigint,
  digits: number,
  size: number,
  fill: bigint | undefined,
  bits: number,
): (packed: bigint) => bigint {
  const scratch = new DataView(new ArrayBuffer(8));
  const mark = (1n << BigInt(bits)) - 1n;
  const power = Number(`1e${digits}`);
  if (size === 8) {
    scratch.setBigUint64(0, least);
    const smallest = scratch.getFloat64(0);
    return (packed) => {
      if (fill !== undefined && packed === mark) return fill;
      scratch.setFloat64(0, Number(packed) / power + smallest);
      return scratch.getBigUint64(0);
    };
  }
  scratch.setUint32(0, Number(BigInt.asUintN(32, least)));
  const smallest = scratch.getFloat32(0);
  const divisor = Math.fround(power);
  return (packed) => {
    if (fill !== undefined && packed === mark) return fill;
    scratch.setFloat32(0, Math.fround(Math.fround(Number(packed)) / divisor) + smallest);
    return BigInt(scratch.getUint32(0));
  };
}
