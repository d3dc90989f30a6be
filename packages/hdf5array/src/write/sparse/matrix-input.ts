import {
  type AnyArray,
  blocks,
  type DelayedArray,
  DelayedArrayError,
  type DType,
  isNdArray,
  isSparseNdarray,
  type Progress,
  wrap,
} from "delayedarray";
import { type BlockStream, checkDType, isBlockStream, itemSize, shapeText } from "delayedarray/internal";
import { checkBlock, type MatrixBlock } from "./check-block.js";
import { mostEntries, planReading } from "./read-order.js";

/** A matrix as it is written: its shape and dtype, and its blocks in an order that suits the reader. */
export interface MatrixInput {
  readonly shape: readonly [number, number];
  readonly dtype: DType;
  /** Entries that there can be at most. */
  readonly mostEntries: number;
  /** Names of rows and columns, where the array has them. */
  readonly dimnames: readonly (readonly string[] | null)[] | null;
  /** The array itself, unless blocks are given. */
  readonly array: DelayedArray | undefined;
  /** Starts to read. */
  blocks(options: MatrixReadOptions): AsyncIterable<MatrixBlock>;
  /** Says that no more blocks are wanted. */
  close(): Promise<void>;
}

export interface MatrixReadOptions {
  /** Memory for blocks, in bytes. */
  readonly memory: number;
  readonly fibreAxis: 0 | 1;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export interface InputOptions {
  readonly dtype?: DType | undefined;
  /** Rows and columns of a matrix whose blocks are given. */
  readonly shape?: readonly number[] | undefined;
}

/**
 * What is to be written.
 *
 * @throws `INVALID_ARGUMENT` for something else than an array or blocks, or blocks without a shape; `SHAPE_MISMATCH` for
 * an array of other than two dimensions, `DTYPE_UNSUPPORTED`
 */
export async function matrixInput(
  x: AnyArray | BlockStream,
  { dtype, shape }: InputOptions,
  what: string,
): Promise<MatrixInput> {
  if (dtype !== undefined) checkNumbers(checkDType(dtype), what);
  if (isBlockStream(x)) return blocksInput(x, dtype, shape, what);
  const wrapped = wrap(x);
  const array = dtype === undefined || dtype === wrapped.dtype ? wrapped : wrapped.astype(dtype);
  checkNumbers(array.dtype, what);
  if (array.shape.length !== 2) throw noMatrix(array.shape, what);
  if (shape !== undefined) {
    throw new DelayedArrayError("INVALID_ARGUMENT", `${what}: shape is given for blocks only; an array has its own`);
  }
  return {
    shape: array.shape as unknown as readonly [number, number],
    dtype: array.dtype,
    mostEntries: mostEntries(array),
    dimnames: array.dimnames,
    array,
    async *blocks({ memory, fibreAxis, signal, onProgress }) {
      let number = 0;
      const extents = array.shape as unknown as readonly [number, number];
      const plan = planReading(array, fibreAxis, memory);
      for await (const block of blocks(array, { ...plan, signal, onProgress })) {
        yield checkBlock(block, extents, 0, number++);
      }
    },
    async close() {},
  };
}

async function blocksInput(
  given: BlockStream,
  dtype: DType | undefined,
  shape: readonly number[] | undefined,
  what: string,
): Promise<MatrixInput> {
  if (shape === undefined) {
    throw new DelayedArrayError("INVALID_ARGUMENT", `${what}: blocks do not say how large the matrix is; pass shape`);
  }
  if (!Array.isArray(shape) || shape.length !== 2 || !shape.every((one) => Number.isSafeInteger(one) && one >= 0)) {
    throw noMatrix(shape, what);
  }
  const extents = shape as unknown as readonly [number, number];
  const iterator = given[Symbol.asyncIterator]();
  // The first block tells the dtype, and is needed again.
  const first = await iterator.next();
  if (first.done && dtype === undefined) {
    await iterator.return?.();
    throw new DelayedArrayError("INVALID_ARGUMENT", `${what}: there are no blocks to tell the dtype; pass dtype`);
  }
  const type = dtype ?? dtypeOf(first.value);
  if (type === "string") await iterator.return?.();
  checkNumbers(type, what);
  return {
    shape: extents,
    dtype: type,
    mostEntries: extents[0] * extents[1],
    dimnames: null,
    array: undefined,
    async *blocks({ signal, onProgress }) {
      const total = extents[0] * extents[1];
      let [number, row, done, bytes] = [0, 0, 0, 0];
      for (let next = first; !next.done; next = await iterator.next()) {
        signal?.throwIfAborted();
        const { position, block } = checkBlock(next.value, extents, row, number);
        yield { position, block: convert(block, type, dtype !== undefined, number++) };
        row = position[0]![1];
        done += block.size;
        bytes += block.size * itemSize(type);
        onProgress?.({ done: Math.min(done, total), total, bytes });
      }
    },
    async close() {
      await iterator.return?.();
    },
  };
}

/** The dtype that the first block tells; if it is none, it is refused when its turn comes. */
function dtypeOf(first: unknown): DType {
  const { block = first } = (first ?? {}) as { block?: unknown };
  return isNdArray(block) || isSparseNdarray(block) ? block.dtype : "float64";
}

function convert(block: MatrixBlock["block"], dtype: DType, isAsked: boolean, number: number): MatrixBlock["block"] {
  if (block.dtype === dtype) return block;
  if (isAsked) return block.astype(dtype);
  throw new DelayedArrayError(
    "DTYPE_UNSUPPORTED",
    `block ${number} is of ${block.dtype}, the first one of ${dtype}; expected blocks of one dtype, or the option dtype`,
  );
}

function checkNumbers(dtype: DType, what: string): void {
  if (dtype !== "string") return;
  throw new DelayedArrayError("DTYPE_UNSUPPORTED", `${what}: a sparse matrix of strings: expected numbers or booleans`);
}

function noMatrix(shape: readonly number[], what: string): DelayedArrayError {
  return new DelayedArrayError("SHAPE_MISMATCH", `${what}: shape ${shapeText(shape)}: expected rows and columns`);
}
