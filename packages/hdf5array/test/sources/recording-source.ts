import type { ByteSource, SourceReadOptions } from "../../src/source/byte-source.js";

/** One read of a source that does what the test says. */
export interface RecordedRead {
  readonly offset: number;
  readonly length: number;
  readonly signal: AbortSignal | undefined;
  /** Ends the read well, or with an error. */
  answer(error?: unknown): void;
}

/** A source that notes what it is asked for. */
export interface RecordingSource extends ByteSource {
  readonly reads: RecordedRead[];
  /** The reads as `offset+length`. */
  asked(): string[];
  /** Bytes that were asked for. */
  bytes(): number;
}

export interface RecordingOptions extends Partial<Pick<ByteSource, "distance" | "beginning" | "size">> {
  /** Reads wait for `answer`. */
  readonly held?: boolean;
}

/** What the file has at an offset. */
export function byteAt(offset: number): number {
  return Math.imul(offset, 2654435761) >>> 24;
}

/** The file's bytes. */
export function bytesAt(offset: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => byteAt(offset + i));
}

export function recordingSource({ held = false, size = 2 ** 24, ...rest }: RecordingOptions = {}): RecordingSource {
  const reads: RecordedRead[] = [];
  return {
    name: "recorded",
    size,
    ...rest,
    reads,
    asked: () => reads.map(({ offset, length }) => `${offset}+${length}`),
    bytes: () => reads.reduce((sum, { length }) => sum + length, 0),
    read(offset: number, length: number, { signal }: SourceReadOptions) {
      signal?.throwIfAborted();
      return new Promise((resolve, reject) => {
        const answer = (error?: unknown) => (error === undefined ? resolve(bytesAt(offset, length)) : reject(error));
        reads.push({ offset, length, signal, answer });
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
        if (!held) queueMicrotask(answer);
      });
    },
    close() {},
  };
}

/** Lets everything that need not wait for anybody come to an end. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
