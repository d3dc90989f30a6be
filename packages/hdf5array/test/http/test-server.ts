import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as the server saw it, and what became of it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  /** Bytes of the answer's body that were handed to the network. */
  bytes: number;
  /** When it came, and when its answer had ended or its connection was gone; in milliseconds. */
  readonly began: number;
  ended: number | undefined;
  /** Whether the client went away before the answer's end. */
  dropped: boolean;
}

/** Answers one request. `log` is what the server notes of it, `body` the only way to send bytes that are counted. */
export type Answer = (exchange: Exchange) => void | Promise<void>;

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** How many requests came for this path before. */
  readonly earlier: number;
  /** The requested range, its end cut off at the end of the file, or `undefined`. */
  range(size: number): { start: number; end: number } | undefined;
  /** Sends a part of the body, and waits until the network has taken it. */
  send(bytes: Uint8Array): Promise<void>;
}

/** An HTTP server on this machine that counts what it is asked for and answers as well or badly as it is told to. */
export class TestServer {
  readonly seen: SeenRequest[] = [];
  readonly #answers = new Map<string, Answer>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#handle(request, response));
  }

  static async start(): Promise<TestServer> {
    const server = new TestServer();
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Makes a path answer so. */
  serve(path: string, answer: Answer): URL {
    this.#answers.set(path, answer);
    return new URL(path, this.origin);
  }

  forget(): void {
    this.seen.length = 0;
  }

  /** Bytes of all bodies sent since `forget`. */
  get bytes(): number {
    return this.seen.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /**
   * The most requests of which each came after the one before had ended: how often somebody had to wait for an answer
   * before going on.
   */
  get roundTrips(): number {
    const endOf = (request: SeenRequest) => request.ended ?? Number.POSITIVE_INFINITY;
    let count = 0;
    let end = Number.NEGATIVE_INFINITY;
    for (const request of this.seen.toSorted((a, b) => endOf(a) - endOf(b))) {
      if (request.began < end) continue;
      count++;
      end = endOf(request);
    }
    return count;
  }

  /** Waits until so many requests have come. */
  async requests(count: number): Promise<void> {
    while (this.seen.length < count) await new Promise((resolve) => setTimeout(resolve, 2));
  }

  /** Waits until no answer is under way. */
  async idle(): Promise<void> {
    while (this.seen.some(({ ended }) => ended === undefined)) await new Promise((resolve) => setTimeout(resolve, 2));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "/";
    const earlier = this.seen.filter((other) => other.path === path).length;
    const note: SeenRequest = {
      method: request.method ?? "",
      path,
      headers: request.headers,
      bytes: 0,
      began: performance.now(),
      ended: undefined,
      dropped: false,
    };
    this.seen.push(note);
    response.on("close", () => {
      note.ended = performance.now();
      note.dropped = !response.writableFinished;
    });
    const answer = this.#answers.get(path);
    if (answer === undefined) {
      response.writeHead(404).end();
      return;
    }
    await answer({
      request,
      response,
      earlier,
      range(size) {
        const match = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
        if (match === null) return undefined;
        const end = match[2] === "" ? size : Math.min(Number(match[2]) + 1, size);
        return { start: Number(match[1]), end };
      },
      send: (bytes) =>
        new Promise((resolve) => {
          if (response.destroyed) return resolve();
          note.bytes += bytes.length;
          const taken = () => {
            response.off("close", taken);
            resolve();
          };
          response.once("close", taken);
          response.write(bytes, taken);
        }),
    });
  }
}

/** How a well-behaved answer may differ. */
export interface Manners {
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Sends no Content-Length. */
  readonly chunked?: boolean;
  /** Milliseconds before the answer begins. */
  readonly delay?: number;
}

/** Answers as servers of files do. */
export function fileAnswer(bytes: Uint8Array, { headers = {}, chunked = false, delay = 0 }: Manners = {}): Answer {
  return async ({ range, response, send }) => {
    if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
    const wanted = range(bytes.length);
    const all: Record<string, string | undefined> = { "accept-ranges": "bytes", etag: '"1"' };
    if (wanted !== undefined && wanted.start >= bytes.length) {
      response.writeHead(416, defined({ ...all, "content-range": `bytes */${bytes.length}`, ...headers })).end();
      return;
    }
    const body = wanted === undefined ? bytes : bytes.subarray(wanted.start, wanted.end);
    if (!chunked) all["content-length"] = String(body.length);
    if (wanted !== undefined) all["content-range"] = `bytes ${wanted.start}-${wanted.end - 1}/${bytes.length}`;
    response.writeHead(wanted === undefined ? 200 : 206, defined({ ...all, ...headers }));
    await send(body);
    response.end();
  };
}

function defined(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
