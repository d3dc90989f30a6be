type Decompress = (bytes: Uint8Array, size: number) => Uint8Array;

let loading: Promise<Decompress> | undefined;

/** Zstandard itself, compiled to WebAssembly, loaded on first use. What it gives for bytes that are no frame has another size. */
export function loadZstd(): Promise<Decompress> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Decompress> {
  const { ZSTDDecoder } = await import("zstddec");
  const decoder = new ZSTDDecoder();
  await decoder.init();
  return (bytes, size) => decoder.decode(bytes, size);
}
