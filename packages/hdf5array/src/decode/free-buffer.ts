/** The part of `ArrayBuffer` that runtimes from 2024 on have. */
interface Transferable {
  transfer?(length: number): ArrayBuffer;
}

let drain: MessagePort | undefined;

/**
 * Gives a buffer's memory back at once; all views of it are empty afterwards. Left to the garbage collector, many large
 * buffers make it stop the program for long.
 *
 * @param bytes - the buffer's length, if nothing else lives in it: buffers of another length are let be
 */
export function freeBuffer(buffer: ArrayBufferLike, bytes: number): void {
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength !== bytes) return;
  const { transfer } = buffer as Transferable;
  if (transfer !== undefined) transfer.call(buffer, 0);
  else if (typeof MessageChannel === "function") {
    // What is transferred to nobody is gone.
    drain ??= closedPort();
    drain.postMessage(null, [buffer]);
  }
}

function closedPort(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  return port1;
}
