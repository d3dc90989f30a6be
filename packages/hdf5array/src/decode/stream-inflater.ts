import { type Inflater, TooLongError } from "./inflater.js";

/** The runtime's stream for decompression: slow, but there where WebAssembly is not. */
export const streamInflater: Inflater = {
  takes: () => false,
  async inflate(stream, most) {
    const bytes = new Uint8Array(stream) as Uint8Array<ArrayBuffer>;
    const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
    const out = new Uint8Array(most);
    let length = 0;
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return { bytes: out.subarray(0, length), release: () => {} };
        if (length + value.length > most) throw new TooLongError();
        out.set(value, length);
        length += value.length;
      }
    } finally {
      reader.cancel().catch(() => {});
    }
  },
};
