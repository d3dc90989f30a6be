import { faultText, TOO_LONG } from "./inflate-faults.js";
import { INFLATE_KERNEL } from "./inflate-kernel.js";
import { costOf, type Inflated, type Inflater, TooLongError } from "./inflater.js";
import { streamInflater } from "./stream-inflater.js";
import { compiled } from "./workspace.js";

/** What a stream has to cost so that it takes less time to send it to a worker than to inflate it here. */
const WORTH = 100 * 2 ** 10;

/** Most workers; what they inflate comes together on this thread. */
const MOST_WORKERS = 4;

/** Streams that each worker has at once: the one that it works on, and the next. */
const STREAMS = 2;

/** Milliseconds without work after which the workers end. */
const IDLE = 5000;

/** A result of a worker that could not do its work. */
const FAILED = -100;

/** Most memory that is kept for what comes next, here and in each worker. */
const KEPT_BYTES = 2 ** 26;

/**
 * What a worker runs. It answers the module with a word, and a stream with what the kernel says, the buffer that the
 * stream came in and the one that holds the result. In its memory, padding follows the stream and slack the result.
 */
const PROGRAM = `
let module, instance, memory;
onmessage = ({ data }) => {
  if (data instanceof WebAssembly.Module) {
    module = data;
    start();
    postMessage("ready");
    return;
  }
  const [stream, length, result, most] = data;
  let got = ${FAILED};
  try {
    const at = 16384;
    const to = at + Math.ceil((length + 64) / 16) * 16;
    const missing = to + most + 320 - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65536));
    const bytes = new Uint8Array(memory.buffer);
    bytes.set(new Uint8Array(stream, 0, length), at);
    got = instance.exports.inflate(at, length, to, most);
    if (got > 0) new Uint8Array(result).set(bytes.subarray(to, to + got));
  } catch {}
  postMessage([got, stream, result], [stream, result]);
  if (memory.buffer.byteLength > ${KEPT_BYTES}) start();
};
function start() {
  memory = new WebAssembly.Memory({ initial: 1 });
  instance = new WebAssembly.Instance(module, { env: { memory } });
}
`;

/** What a worker sends: that it can begin, or a result and the buffers that it was given. */
type Reply = "ready" | readonly [got: number, stream: ArrayBuffer, result: ArrayBuffer];

interface Job {
  readonly stream: Uint8Array;
  readonly most: number;
  resolve(inflated: Inflated | undefined): void;
  reject(error: Error): void;
}

interface Helper {
  readonly worker: Worker;
  isReady: boolean;
  /** What it has been given, first come, first served. */
  readonly jobs: Job[];
}

/**
 * Workers that inflate by WebAssembly, made from a text, so that a page need not set anything up. They begin with the
 * first stream that is worth it, and end when there has been nothing for them to do for some seconds; until they have
 * begun, and where the page's security policy forbids them, they take nothing.
 *
 * @returns `undefined` where there are no workers
 */
export function workerInflater(): Inflater | undefined {
  if (typeof Worker !== "function" || typeof Blob !== "function" || typeof URL.createObjectURL !== "function")
    return undefined;
  let helpers: Helper[] = [];
  const waiting: Job[] = [];
  const spare = new SpareBuffers();
  let isForbidden = false;
  let idle: ReturnType<typeof setTimeout> | undefined;

  const stop = () => {
    clearTimeout(idle);
    const stopped = helpers;
    helpers = [];
    spare.clear();
    for (const { worker, jobs } of stopped) {
      worker.terminate();
      for (const { resolve } of jobs.splice(0)) resolve(undefined);
    }
    for (const { resolve } of waiting.splice(0)) resolve(undefined);
  };
  const fail = () => {
    isForbidden = true;
    stop();
  };
  const rest = () => {
    clearTimeout(idle);
    if (helpers.every(({ jobs }) => jobs.length === 0)) idle = setTimeout(stop, IDLE);
  };
  /** Gives out what waits. */
  const assign = () => {
    while (waiting.length > 0) {
      const free = helpers.filter(({ isReady, jobs }) => isReady && jobs.length < STREAMS);
      const [first, ...others] = free;
      if (first === undefined) return;
      const helper = others.reduce((best, one) => (one.jobs.length < best.jobs.length ? one : best), first);
      const job = waiting.shift()!;
      const stream = spare.take(job.stream.length);
      const result = spare.take(job.most);
      new Uint8Array(stream).set(job.stream);
      helper.jobs.push(job);
      helper.worker.postMessage([stream, job.stream.length, result, job.most], [stream, result]);
    }
  };
  const receive = (helper: Helper, reply: Reply) => {
    if (reply === "ready") {
      helper.isReady = true;
      return;
    }
    const [got, stream, result] = reply;
    const { resolve, reject } = helper.jobs.shift()!;
    spare.give(stream);
    if (got >= 0) resolve({ bytes: new Uint8Array(result, 0, got), release: () => spare.give(result) });
    else {
      spare.give(result);
      if (got === FAILED) resolve(undefined);
      else reject(got === TOO_LONG ? new TooLongError() : new Error(faultText(got)));
    }
    assign();
    rest();
  };
  const start = () => {
    try {
      const module = compiled(INFLATE_KERNEL);
      const url = URL.createObjectURL(new Blob([PROGRAM], { type: "text/javascript" }));
      const { navigator } = globalThis as { navigator?: { hardwareConcurrency?: number } };
      const count = Math.min(MOST_WORKERS, navigator?.hardwareConcurrency ?? 1);
      for (let i = 0; i < count; i++) {
        const helper: Helper = { worker: new Worker(url), isReady: false, jobs: [] };
        helpers.push(helper);
        helper.worker.onmessage = ({ data }: MessageEvent<Reply>) => receive(helper, data);
        helper.worker.onerror = (event) => {
          event.preventDefault();
          fail();
        };
        helper.worker.onmessageerror = fail;
        helper.worker.postMessage(module);
      }
      URL.revokeObjectURL(url);
      rest();
    } catch {
      fail();
    }
  };

  return {
    takes(stored, bytes) {
      if (isForbidden || costOf(stored, bytes) <= WORTH) return false;
      if (helpers.length === 0) start();
      return helpers.some(({ isReady }) => isReady);
    },
    async inflate(stream, most) {
      const inflated = await new Promise<Inflated | undefined>((resolve, reject) => {
        if (helpers.some(({ isReady }) => isReady)) {
          clearTimeout(idle);
          waiting.push({ stream, most, resolve, reject });
          assign();
        } else resolve(undefined);
      });
      return inflated ?? streamInflater.inflate(stream, most);
    },
  };
}

/** Buffers that go to and fro between threads, so that none has to be made for each stream. */
class SpareBuffers {
  readonly #buffers: ArrayBuffer[] = [];
  #bytes = 0;

  /** A buffer of at least so many bytes. */
  take(bytes: number): ArrayBuffer {
    // Not one that is far larger, which the next large stream will need.
    const at = this.#buffers.findIndex(({ byteLength }) => byteLength >= bytes && byteLength <= 4 * bytes + 65536);
    const [buffer = new ArrayBuffer(bytes)] = at < 0 ? [] : this.#buffers.splice(at, 1);
    if (at >= 0) this.#bytes -= buffer.byteLength;
    return buffer;
  }

  give(buffer: ArrayBuffer): void {
    this.#buffers.push(buffer);
    this.#bytes += buffer.byteLength;
    while (this.#bytes > KEPT_BYTES) this.#bytes -= this.#buffers.shift()!.byteLength;
  }

  clear(): void {
    this.#buffers.length = 0;
    this.#bytes = 0;
  }
}
