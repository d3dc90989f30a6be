import { faultText, TOO_LONG } from "../inflate-faults.js";
import { TooLongError } from "../inflater.js";
import { streamInflater } from "../stream-inflater.js";
import { workspace } from "../workspace.js";
import { becomesTooMuch, CodecFault } from "./codec-fault.js";

/** Inflates a zlib stream into `out`, and returns how many bytes it became. */
export async function zlibBlock(stream: Uint8Array, out: Uint8Array): Promise<number> {
  const space = workspace(Math.max(stream.length, out.length), 2);
  if (space === null) return inflateByRuntime(stream, out);
  const { region, length } = space.inflate(stream, out.length);
  if (length === TOO_LONG) throw becomesTooMuch(out.length);
  if (length < 0) throw new CodecFault(faultText(length));
  out.set(space.region(region, length));
  return length;
}

async function inflateByRuntime(stream: Uint8Array, out: Uint8Array): Promise<number> {
  try {
    const { bytes } = await streamInflater.inflate(stream, out.length);
    out.set(bytes);
    return bytes.length;
  } catch (cause) {
    throw cause instanceof TooLongError ? becomesTooMuch(out.length) : new CodecFault((cause as Error).message);
  }
}
