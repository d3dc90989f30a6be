import type { Inflater } from "./inflater.js";

/** The runtime's stream for decompression: slow, but there where WebAssembly is not. */
export const streamInflater: Inflater = {
  takes: () => false,
  async inflate(stream, most) {
    const bytes = new Uint8Array(stream) as Uint8Array<ArrayBuffer>;
    const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
    const out = new Uint8Array(most + 1);
    let length = 0;
    try {
      while (length <= most) {
        const { done, value } = await reader.read();
        if (done) break;
        const taken = value.subarray(0, out.length - length);
        out.set(taken, length);
        length += taken.length;
      }
    } finally {
      reader.cancel().catch(() => {});
    }
    return { bytes: out.subarray(0, length), release: () => {} };
  },
};
