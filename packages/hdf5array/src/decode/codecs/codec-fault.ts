import type { ErrorCode } from "delayedarray";

/** Why something cannot be decoded, to be put behind the name of the chunk. */
export class CodecFault extends Error {
  readonly code: ErrorCode;

  constructor(message: string, code: ErrorCode = "FILE_INVALID") {
    super(message);
    this.code = code;
  }
}

/** What is wrong with a stream that most codecs have in common. */
export const ENDS_EARLY = "it ends too early";
export const BEFORE_BEGINNING = "a distance leads to before the beginning";

/** It becomes more bytes than it may. */
export function becomesTooMuch(most: number): CodecFault {
  return new CodecFault(`it becomes more than the expected ${most} bytes`);
}
