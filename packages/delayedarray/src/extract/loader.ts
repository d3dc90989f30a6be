import { castInto } from "../base/cast.js";
import type { TypedArray } from "../base/dtype.js";
import { cStrides, isCContiguous, sizeOf } from "../base/shape.js";
import { type AnyRegister, isRegisterDType, makeRegister, type Register } from "../kernels/register.js";
import { gather } from "../values/gather.js";
import type { NdArrayParts } from "../values/nd-array-parts.js";
import { stringLoader } from "./string-loader.js";

/** Gives the register that holds a tile of one source. */
export interface Loader {
  /** Values at positions `start` to `start + n` of the block, in C order. */
  load(start: number, n: number): AnyRegister;
}

/** A block's values placed along the axes of a larger one: stride 0 where they do not vary. */
export function placedStrides(block: NdArrayParts, axes: readonly number[]): number[] {
  return axes.map((axis) => (axis < 0 ? 0 : block.stride[axis]!));
}

/**
 * A loader for a source's values, seen along the axes of the block.
 *
 * @param tile - positions in the largest tile that will be asked for
 */
export function makeLoader(
  block: NdArrayParts,
  axes: readonly number[],
  shape: readonly number[],
  tile: number,
): Loader {
  const stride = placedStrides(block, axes);
  if (block.dtype === "string") return stringLoader(block, stride, shape, tile);
  const varies = shape.map((extent, k) => axes[k]! >= 0 && extent > 1);
  if (!varies.includes(true)) return constantLoader(block, tile);
  if (varies.every((does, k) => does || shape[k] === 1)) {
    const data = isCContiguous(shape, stride)
      ? (block.data as TypedArray).subarray(block.offset, block.offset + sizeOf(shape))
      : (gather({ ...block, shape, stride }, []).data as TypedArray);
    return isRegisterDType(block.dtype) ? directLoader(data as Register) : convertingLoader(data, block, tile);
  }
  return broadcastLoader(block, stride, varies, shape, tile);
}

function constantLoader(block: NdArrayParts, tile: number): Loader {
  const register = makeRegister(block.dtype, tile);
  register.fill(block.data[block.offset]! as never);
  return { load: (_, n) => (n === register.length ? register : (register.subarray(0, n) as Register)) };
}

function directLoader(data: Register): Loader {
  return { load: (start, n) => data.subarray(start, start + n) as Register };
}

function convertingLoader(data: TypedArray, block: NdArrayParts, tile: number): Loader {
  const register = makeRegister(block.dtype, tile);
  return {
    load(start, n) {
      register.set(data.subarray(start, start + n) as never);
      return register;
    },
  };
}

/** Values that repeat along some axes: rows of them are copied, or filled, into place. */
function broadcastLoader(
  block: NdArrayParts,
  stride: readonly number[],
  varies: readonly boolean[],
  shape: readonly number[],
  tile: number,
): Loader {
  // Only the axes along which the values vary are kept, in C order, as a register.
  const own = shape.map((extent, k) => (varies[k] ? extent : 1));
  const packed = gather({ ...block, shape: own, stride }, []);
  const values = makeRegister(block.dtype, sizeOf(own));
  castInto(
    packed.data as TypedArray,
    block.dtype,
    values,
    block.dtype === "int64" || block.dtype === "uint64" ? block.dtype : "float64",
  );
  const steps = cStrides(own).map((step, k) => (varies[k] ? step : 0));
  const ndim = shape.length;
  const rowLength = shape[ndim - 1]!;
  const along = steps[ndim - 1]!;
  const register = makeRegister(block.dtype, tile);
  const onlyLast = varies.every((does, k) => does === (k === ndim - 1));
  let filled = -1;

  const rowBase = (row: number): number => {
    let base = 0;
    let rest = row;
    for (let k = ndim - 2; k >= 0; k--) {
      const extent = shape[k]!;
      base += (rest % extent) * steps[k]!;
      rest = Math.floor(rest / extent);
    }
    return base;
  };

  return {
    load(start, n) {
      const phase = start % rowLength;
      // A vector along the last axis looks the same in every tile that begins at the same column.
      if (onlyLast && filled === phase) return register;
      let row = Math.floor(start / rowLength);
      let column = phase;
      for (let at = 0; at < n; ) {
        const count = Math.min(n - at, rowLength - column);
        const base = rowBase(row);
        if (along === 0) register.fill(values[base]! as never, at, at + count);
        else if (count < 16) for (let i = 0; i < count; i++) register[at + i] = values[base + column + i]!;
        else register.set(values.subarray(base + column, base + column + count) as never, at);
        at += count;
        column = 0;
        row++;
      }
      filled = n === tile ? phase : -1;
      return register;
    },
  };
}
