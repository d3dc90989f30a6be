/** Which bytes a response holds, and of how many. */
export interface ContentRange {
  /** The first byte and the one after the last; `undefined` in an answer to a range that the file does not have. */
  readonly start: number | undefined;
  readonly end: number | undefined;
  /** The whole file's length in bytes; `undefined` where the server does not say. */
  readonly size: number | undefined;
}

/**
 * Reads a `Content-Range` header: `bytes 0-99/1000`, `bytes 0-99/*`, and `*` instead of `0-99`.
 *
 * @returns `undefined` for anything else, and for numbers that contradict one another
 * @see RFC 9110, section 14.4
 */
export function parseContentRange(header: string): ContentRange | undefined {
  const match = /^\s*bytes[ =]+(?:(\d{1,16})-(\d{1,16})|\*)\/(\d{1,16}|\*)\s*$/i.exec(header);
  if (match === null) return undefined;
  const [, first, last, total] = match;
  const start = first === undefined ? undefined : Number(first);
  const end = last === undefined ? undefined : Number(last) + 1;
  const size = total === undefined || total === "*" ? undefined : Number(total);
  if (size !== undefined && !Number.isSafeInteger(size)) return undefined;
  if (start !== undefined && end !== undefined) {
    if (!Number.isSafeInteger(end) || start >= end || (size !== undefined && end > size)) return undefined;
  }
  return { start, end, size };
}
