import { DelayedArrayError } from "delayedarray";
import type { ByteSource, SourceOptions, SourceReadOptions } from "./byte-source.js";
import { checkRange } from "./check-range.js";
import { type ContentRange, parseContentRange } from "./content-range.js";
import { checkVersion, type FileVersion, versionOf } from "./file-version.js";
import { HttpFile } from "./http-file.js";
import { memorySource } from "./memory-source.js";
import { readBody, readWholeBody } from "./response-body.js";
import { Passing } from "./retry.js";

/** Bytes that the first request asks for: they hold most of the metadata of most files. */
const FIRST_BYTES = 2 ** 19;

const DEFAULT_MAX_DOWNLOAD = 2 ** 28;
const DEFAULT_RETRIES = 3;

/**
 * A file behind an `http:` or `https:` URL, read by ranges of bytes. The first request asks for the file's beginning, and
 * its answer tells how long the file is and whether the server gives ranges.
 *
 * @throws `NOT_FOUND` for 404 and 410, `IO` for other failures; where the server gives no ranges, `UNSUPPORTED_FEATURE`
 * for `range: "require"` and `LIMIT_EXCEEDED` for a file that is too large to be downloaded whole
 */
export async function urlSource(url: URL, options: SourceOptions): Promise<ByteSource> {
  const { signal, range = "auto", maxDownload = DEFAULT_MAX_DOWNLOAD } = options;
  const file = httpFile(url, options);
  const limit = range === "never" ? Number.POSITIVE_INFINITY : maxDownload;
  try {
    if (range === "never") return await download(file, limit, undefined, signal);
    const probed = await file.request(
      () => ({ start: 0, end: FIRST_BYTES }),
      signal,
      (response, current) => probe(file, response, current, limit, range === "require"),
    );
    if (typeof probed !== "string") return probed;
    return await download(file, limit, probed, signal);
  } catch (error) {
    file.close();
    throw error;
  }
}

function httpFile(url: URL, options: SourceOptions): HttpFile {
  const { fetch = globalThis.fetch, headers, credentials, retries = DEFAULT_RETRIES } = options;
  const { range = "auto", maxDownload = DEFAULT_MAX_DOWNLOAD } = options;
  const invalid = (message: string) => new DelayedArrayError("INVALID_ARGUMENT", `${url.href}: ${message}`);
  if (range !== "auto" && range !== "never" && range !== "require")
    throw invalid(`range ${JSON.stringify(range)}: expected "auto", "require" or "never"`);
  if (typeof maxDownload !== "number" || !(maxDownload >= 0))
    throw invalid(`maxDownload ${String(maxDownload)}: expected a number of bytes`);
  if (!Number.isInteger(retries) || retries < 0)
    throw invalid(`retries ${String(retries)}: expected a whole number, not negative`);
  if (typeof fetch !== "function") throw invalid("there is no fetch function; give one in the options");
  try {
    return new HttpFile(url, { fetch, headers, credentials, retries });
  } catch (cause) {
    throw new DelayedArrayError("INVALID_ARGUMENT", `${url.href}: headers: ${(cause as Error).message}`, { cause });
  }
}

/** What the answer to the first request makes of the file, or the reason why it cannot be read by ranges. */
async function probe(
  file: HttpFile,
  response: Response,
  signal: AbortSignal,
  limit: number,
  required: boolean,
): Promise<ByteSource | string> {
  const { status, headers } = response;
  const range = parseContentRange(headers.get("content-range") ?? "");
  const empty = status === 416 ? range?.size === 0 : status === 200 && headers.get("content-length") === "0";
  if (empty) return memorySource(file.name, new Uint8Array(0));
  const reason = refusalOf(response, range);
  if (reason !== undefined) {
    if (required) {
      throw new DelayedArrayError(
        "UNSUPPORTED_FEATURE",
        `${file.name}: range: "require" cannot be kept, because ${reason}`,
      );
    }
    // Then this is the whole file already.
    if (status === 200) return memorySource(file.name, await downloadBody(file, response, signal, limit, reason));
    return reason;
  }
  const { end, size } = range as { end: number; size: number };
  const beginning = new Uint8Array(Math.min(end, FIRST_BYTES));
  const got = await fill(file, response, signal, end, beginning);
  if (got < beginning.length) throw new Passing(endedEarly(file, got, beginning.length));
  if (beginning.length === size) return memorySource(file.name, beginning);
  return new RangeSource(file, versionOf(response, size), size, beginning, limit);
}

/** Why a server's first answer does not allow to read the file by ranges. */
function refusalOf({ status, headers }: Response, range: ContentRange | undefined): string | undefined {
  if (status === 200) {
    const type = headers.get("content-type");
    return `the server ignores Range headers: it answered 200 with the whole file${type === null ? "" : ` (${type})`}`;
  }
  if (status === 416) return "the server answered 416 when asked for the file's first bytes";
  const encoding = encodingOf(headers);
  if (encoding !== undefined) return `the server sends ranges of the file's ${encoding} encoding, not of the file`;
  if (/^multipart\//i.test(headers.get("content-type") ?? ""))
    return "the server answered a request for one range with several parts (multipart)";
  if (!headers.has("content-range")) {
    return (
      "the server's answer shows no Content-Range header; one of another origin than the page has to list it in " +
      "Access-Control-Expose-Headers"
    );
  }
  if (range?.start === undefined)
    return `the server's Content-Range cannot be understood: ${headers.get("content-range")}`;
  if (range.start !== 0) return `the server answered with bytes from ${range.start} on when asked for the first ones`;
  if (range.size === undefined) return "the server does not say how long the file is (Content-Range ends with /*)";
  return undefined;
}

/** How a body is encoded, where it is. */
function encodingOf(headers: Headers): string | undefined {
  const encoding = headers.get("content-encoding")?.trim().toLowerCase() ?? "";
  return encoding === "" || encoding === "identity" ? undefined : encoding;
}

async function download(
  file: HttpFile,
  limit: number,
  reason: string | undefined,
  signal: AbortSignal | undefined,
): Promise<ByteSource> {
  return file.request(
    () => undefined,
    signal,
    async (response, current) => {
      if (response.status !== 200) {
        throw new DelayedArrayError(
          "IO",
          `${file.name}: the server answered ${response.status} when asked for the whole file`,
        );
      }
      return memorySource(file.name, await downloadBody(file, response, current, limit, reason));
    },
  );
}

function downloadBody(
  file: HttpFile,
  response: Response,
  signal: AbortSignal,
  limit: number,
  reason: string | undefined,
): Promise<Uint8Array> {
  const header = response.headers.get("content-length");
  const plain = encodingOf(response.headers) === undefined;
  const length = header !== null && /^\d{1,15}$/.test(header) && plain ? Number(header) : undefined;
  return readWholeBody(response, signal, length, limit, (cause) => {
    const what = length === undefined ? "the file" : `the file of ${length} bytes`;
    return cause === undefined
      ? new DelayedArrayError(
          "LIMIT_EXCEEDED",
          `${file.name}: ${what} is larger than maxDownload, which is ${limit} bytes, and can only be downloaded whole, ` +
            `because ${reason}; raise maxDownload, or use range: "never", which has no limit`,
        )
      : new DelayedArrayError("LIMIT_EXCEEDED", `${file.name}: ${what} does not fit in memory`, { cause });
  });
}

function endedEarly(file: HttpFile, got: number, expected: number): DelayedArrayError {
  return new DelayedArrayError(
    "IO",
    `${file.name}: cannot be downloaded: the answer ended after ${got} of ${expected} bytes`,
  );
}

/**
 * Reads the body of a ranged answer into a target.
 *
 * @param length - bytes that the body holds; what the target has no room for is not read
 * @returns how many bytes came, which are fewer when the connection broke
 * @throws `IO` for a body that is longer than the answer's headers say
 */
async function fill(
  file: HttpFile,
  response: Response,
  signal: AbortSignal,
  length: number,
  target: Uint8Array,
): Promise<number> {
  let done = 0;
  try {
    await readBody(response, signal, (part) => {
      if (done + part.length > length) {
        throw new DelayedArrayError(
          "IO",
          `${file.name}: the server sent more bytes than the ${length} of its Content-Range; is the answer compressed?`,
        );
      }
      target.set(part.subarray(0, target.length - done), done);
      done = Math.min(done + part.length, target.length);
      return done < target.length || length === target.length;
    });
  } catch (error) {
    if (error instanceof DelayedArrayError) throw error;
    // What arrived before the connection broke is good.
  }
  return done;
}

class RangeSource implements ByteSource {
  readonly name: string;
  readonly size: number;
  readonly distance = "remote";
  readonly beginning: Uint8Array;
  readonly wholeLimit: number;
  readonly #file: HttpFile;
  readonly #version: FileVersion;

  constructor(file: HttpFile, version: FileVersion, size: number, beginning: Uint8Array, wholeLimit: number) {
    this.name = file.name;
    this.size = size;
    this.beginning = beginning;
    this.wholeLimit = wholeLimit;
    this.#file = file;
    this.#version = version;
  }

  async read(offset: number, length: number, options: SourceReadOptions): Promise<Uint8Array> {
    checkRange(this, offset, length);
    const target = new Uint8Array(length);
    await this.readInto(offset, target, options);
    return target;
  }

  async readInto(offset: number, target: Uint8Array, { signal }: SourceReadOptions): Promise<void> {
    signal?.throwIfAborted();
    checkRange(this, offset, target.length);
    const end = offset + target.length;
    // More than once where the server sends less than it was asked for, and after a connection broke: then only what is
    // missing is asked for.
    for (let start = offset; start < end; ) {
      await this.#file.request(
        () => ({ start, end }),
        signal,
        async (response, current) => {
          const length = this.#lengthOf(response, start, end);
          const wanted = Math.min(length, end - start);
          const got = await fill(
            this.#file,
            response,
            current,
            length,
            target.subarray(start - offset, start - offset + wanted),
          );
          start += got;
          if (got < wanted) throw new Passing(endedEarly(this.#file, got, wanted));
        },
      );
    }
  }

  close(): void {
    this.#file.close();
  }

  /** Checks an answer to a request for bytes from `start` to `end`. @returns how many bytes its body holds */
  #lengthOf(response: Response, start: number, end: number): number {
    const { name } = this;
    const { status, headers } = response;
    const asked = `bytes ${start} to ${end - 1}`;
    const header = headers.get("content-range");
    const range = parseContentRange(header ?? "");
    if (status === 200) {
      const length = headers.get("content-length");
      const size = length === null || encodingOf(headers) !== undefined ? undefined : Number(length);
      checkVersion(name, this.#version, versionOf(response, size));
      // As some networks do where they have no copy yet.
      throw new Passing(ioError(`the server answered with the whole file when asked for ${asked}, not so before`));
    }
    checkVersion(name, this.#version, versionOf(response, range?.size));
    if (status === 416) throw ioError(`the server answered 416: it has no ${asked}; has the file changed?`);
    const encoding = encodingOf(headers);
    if (encoding !== undefined) throw ioError(`the server answered ${encoding}-encoded when asked for ${asked}`);
    if (range?.start !== start || range.end === undefined) {
      throw ioError(
        `the server answered with ${header ?? "no Content-Range"} (${headers.get("content-type") ?? "no type"}) when ` +
          `asked for ${asked}`,
      );
    }
    return range.end - start;

    function ioError(message: string): DelayedArrayError {
      return new DelayedArrayError("IO", `${name}: ${message}`);
    }
  }
}
