import { DelayedArrayError } from "delayedarray";
import { abortable } from "delayedarray/internal";
import type { ByteSource, SourceOptions } from "./byte-source.js";
import { memorySource } from "./memory-source.js";

/**
 * A file behind an `http:` or `https:` URL, downloaded whole.
 *
 * @throws `NOT_FOUND` for 404 and 410, `IO` for other failures, `UNSUPPORTED_FEATURE` for `range: "require"`
 */
export async function urlSource(url: URL, options: SourceOptions): Promise<ByteSource> {
  const { fetch = globalThis.fetch, headers, range = "auto", signal } = options;
  const name = url.href;
  if (range !== "auto" && range !== "never" && range !== "require") {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${name}: range ${JSON.stringify(range)}: expected "auto", "require" or "never"`,
    );
  }
  if (range === "require") {
    throw new DelayedArrayError(
      "UNSUPPORTED_FEATURE",
      `${name}: remote files are downloaded whole for now, so range: "require" cannot be kept`,
    );
  }
  if (typeof fetch !== "function") {
    throw new DelayedArrayError("INVALID_ARGUMENT", `${name}: there is no fetch function; give one in the options`);
  }
  let response: Response;
  let bytes: ArrayBuffer;
  try {
    const request = fetch(url, {
      ...(headers === undefined ? {} : { headers }),
      ...(signal === undefined ? {} : { signal }),
    });
    response = await abortable(request, signal);
    if (!response.ok) {
      const code = response.status === 404 || response.status === 410 ? "NOT_FOUND" : "IO";
      throw new DelayedArrayError(
        code,
        `${name}: the server answered ${response.status} ${response.statusText}`.trimEnd(),
      );
    }
    bytes = await abortable(response.arrayBuffer(), signal);
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof DelayedArrayError) throw cause;
    throw new DelayedArrayError(
      "IO",
      `${name}: cannot be downloaded: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
  return memorySource(name, new Uint8Array(bytes));
}
