import { DelayedArrayError } from "delayedarray";

/** What a read says after `close`. */
export function closedError(name: string): DelayedArrayError {
  return new DelayedArrayError("INVALID_ARGUMENT", `${name}: the file is closed; open it again to read from it`);
}
