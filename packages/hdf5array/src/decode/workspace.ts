import { BYTE_KERNELS } from "./byte-kernels.js";
import { INFLATE_KERNEL } from "./inflate-kernel.js";

/** Loops over bytes in a workspace's memory, by address; their source is tooling/wasm/byte-kernels.ts. */
export interface ByteKernels {
  unshuffle2(from: number, to: number, count: number): void;
  unshuffle4(from: number, to: number, count: number): void;
  unshuffle8(from: number, to: number, count: number): void;
  unshuffle(from: number, to: number, count: number, size: number): void;
  swap2(at: number, count: number): void;
  swap4(at: number, count: number): void;
  swap8(at: number, count: number): void;
  /** The checksum as a signed number. */
  fletcher32(at: number, length: number): number;
  float16(from: number, to: number, count: number): void;
  bfloat16(from: number, to: number, count: number): void;
  int64ToFloat64(at: number, count: number): void;
  uint64ToFloat64(at: number, count: number): void;
  truth(at: number, count: number): void;
}

/** Inflates zlib streams in a workspace's memory; the source is tooling/wasm/inflate.ts. */
interface InflateKernel {
  inflate(from: number, length: number, to: number, room: number): number;
}

/** Bytes that kernels may read or write after what they are given, since words and vectors stick out. */
const SLACK = 320;

/** Address of the stage; the tables of the inflater lie below. */
export const STAGE = 16384;

/** Bytes that are brought to the stage at once: few enough to stay in the processor's cache. */
export const STAGE_BYTES = 65536;

/** Address of the first region. */
const REGIONS = STAGE + 2 * STAGE_BYTES + SLACK - (SLACK % 16);

/** Bytes of a page of WebAssembly memory. */
const PAGE = 65536;

/** Most bytes that are taken. What needs more is done without, in JavaScript or by the runtime. */
const MOST_BYTES = 2 ** 28;

/** Most bytes that are kept for the next use. */
const KEPT_BYTES = 2 ** 26;

/**
 * Memory in which WebAssembly works on bytes. It is used again and again, so that the collector of garbage has nothing to
 * do with the buffers of steps in between, nor with results that are copied from at once.
 *
 * - the stage: twice {@link STAGE_BYTES}, for work that goes through bytes piece by piece
 * - one or two regions, for whole chunks: a step reads one and writes the other
 */
export class Workspace {
  readonly kernels: ByteKernels;
  readonly #inflate: InflateKernel["inflate"];
  readonly #memory = new WebAssembly.Memory({ initial: Math.ceil(REGIONS / PAGE) });
  #bytes = new Uint8Array(this.#memory.buffer);
  #regionBytes = 0;

  constructor() {
    const imports = { env: { memory: this.#memory } };
    this.kernels = instantiate<ByteKernels>(BYTE_KERNELS, imports);
    this.#inflate = instantiate<InflateKernel>(INFLATE_KERNEL, imports).inflate;
  }

  /** All of its memory. It is void once more is reserved. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Bytes that it takes to have regions of so many bytes. */
  static sizeFor(bytes: number, regions: number): number {
    return REGIONS + regions * roundedUp(bytes);
  }

  /** Makes regions of so many bytes; what was in them is lost. */
  reserve(bytes: number, regions: number): void {
    const missing = Workspace.sizeFor(bytes, regions) - this.#bytes.length;
    if (missing > 0) {
      this.#memory.grow(Math.ceil(missing / PAGE));
      this.#bytes = new Uint8Array(this.#memory.buffer);
    }
    this.#regionBytes = roundedUp(bytes);
  }

  /** Address of region 0 or 1. */
  regionAt(region: number): number {
    return REGIONS + region * this.#regionBytes;
  }

  /** The first bytes of a region. */
  region(region: number, length: number): Uint8Array {
    const at = this.regionAt(region);
    return this.#bytes.subarray(at, at + length);
  }

  /** The region that bytes lie in, if it is one of this workspace. */
  regionOf(bytes: Uint8Array): number | undefined {
    if (bytes.buffer !== this.#bytes.buffer) return undefined;
    return bytes.byteOffset === REGIONS ? 0 : 1;
  }

  /**
   * Inflates a zlib stream into the region that it does not lie in.
   *
   * @param room - most bytes of output
   * @returns the output's region and length; a negative length says what went wrong
   */
  inflate(stream: Uint8Array, room: number): { readonly region: number; readonly length: number } {
    let from = this.regionOf(stream);
    if (from === undefined) {
      from = 0;
      this.#bytes.set(stream, REGIONS);
    }
    const region = 1 - from;
    return { region, length: this.#inflate(this.regionAt(from), stream.length, this.regionAt(region), room) };
  }
}

function roundedUp(bytes: number): number {
  return Math.ceil((bytes + SLACK) / 16) * 16;
}

const modules = new Map<string, WebAssembly.Module>();

/** A module of base64, compiled once. */
export function compiled(base64: string): WebAssembly.Module {
  let module = modules.get(base64);
  if (module === undefined) {
    module = new WebAssembly.Module(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
    modules.set(base64, module);
  }
  return module;
}

function instantiate<Exports>(base64: string, imports: WebAssembly.Imports): Exports {
  return new WebAssembly.Instance(compiled(base64), imports).exports as unknown as Exports;
}

/** Whether typed arrays hold the low byte first, as WebAssembly's memory does and all machines that run it. */
export const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

let shared: Workspace | undefined;
let canMake = LITTLE_ENDIAN;

/**
 * The workspace, which all share: work in it is done in one go, without a wait in between.
 *
 * @param bytes - bytes of a region
 * @returns `null` where WebAssembly or its SIMD is missing, where the page's security policy forbids it, and where that
 * would take too much memory
 */
export function workspace(bytes = 0, regions = 0): Workspace | null {
  if (!canMake || Workspace.sizeFor(bytes, regions) > MOST_BYTES) return null;
  if (shared === undefined) {
    try {
      shared = new Workspace();
    } catch {
      canMake = false;
      return null;
    }
  }
  try {
    if (regions > 0) shared.reserve(bytes, regions);
  } catch {
    return null; // There is no memory left to grow into.
  }
  return shared;
}

/** Lets the workspace go if it has become large. */
export function releaseWorkspace(): void {
  if (shared !== undefined && shared.bytes.length > KEPT_BYTES) shared = undefined;
}
