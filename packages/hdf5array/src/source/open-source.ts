import { DelayedArrayError } from "delayedarray";
import type { ByteSource, Hdf5Source, RandomAccess, SourceOptions } from "./byte-source.js";
import { handleSource, syncHandleSource } from "./handle-source.js";
import { memorySource } from "./memory-source.js";
import { pathOfUrl, pathSource } from "./path-source.js";
import { blobSource, readerSource } from "./reader-source.js";
import { urlSource } from "./url-source.js";

/**
 * Opens whatever was given as the source of a file.
 *
 * @throws `INVALID_ARGUMENT` for anything else than a source; `NOT_FOUND`, `IO` when it cannot be opened
 */
export async function openSource(source: Hdf5Source, options: SourceOptions): Promise<ByteSource> {
  options.signal?.throwIfAborted();
  if (typeof source === "string") {
    if (source === "") throw new DelayedArrayError("INVALID_ARGUMENT", "source: the path is empty");
    // A single letter before the colon is a Windows drive.
    if (/^[a-z][a-z0-9+.-]+:\/\//i.test(source)) {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `source: ${JSON.stringify(source)} is taken for a path; for a URL give new URL(${JSON.stringify(source)})`,
      );
    }
    return pathSource(source);
  }
  // By tag and by form, not by instanceof: each may come from another realm or from a polyfill.
  const tag = Object.prototype.toString.call(source).slice(8, -1);
  if (tag === "URL") return openUrl(source as URL, options);
  if (ArrayBuffer.isView(source)) {
    return memorySource("<bytes>", new Uint8Array(source.buffer, source.byteOffset, source.byteLength));
  }
  if (tag === "ArrayBuffer" || tag === "SharedArrayBuffer")
    return memorySource("<bytes>", new Uint8Array(source as ArrayBuffer));
  if (tag === "Blob" || tag === "File") return blobSource(source as Blob);
  if (typeof source === "object" && source !== null) {
    if ("getFile" in source && typeof source.getFile === "function") return handleSource(source, options);
    if ("read" in source && typeof source.read === "function") {
      if ("getSize" in source && typeof source.getSize === "function") return syncHandleSource(source);
      if ("size" in source) return readerSource("<reader>", source as RandomAccess);
    }
  }
  throw new DelayedArrayError(
    "INVALID_ARGUMENT",
    `source: got ${source === null ? "null" : typeof source === "object" ? `an object of type ${tag}` : String(source)}, ` +
      "expected a path, a URL, a Blob or File, a file handle, bytes, or an object with size and read",
  );
}

async function openUrl(url: URL, options: SourceOptions): Promise<ByteSource> {
  if (url.protocol === "file:") return pathSource(pathOfUrl(url));
  if (url.protocol === "http:" || url.protocol === "https:") return urlSource(url, options);
  throw new DelayedArrayError(
    "INVALID_ARGUMENT",
    `${url.href}: protocol ${url.protocol} is not known, expected http:, https: or file:`,
  );
}
