import { DelayedArrayError } from "delayedarray";
import { abortable, onAbort } from "delayedarray/internal";
import { closedError } from "./closed-error.js";
import { Passing, retry } from "./retry.js";
import { Slots } from "./slots.js";

/** As many as browsers allow per host anyway. */
const REQUESTS_AT_ONCE = 6;

/** Waits that a server asks for beyond this are not kept, in milliseconds. */
const LONGEST_WAIT = 60_000;

/** Milliseconds before the first further try. */
const FIRST_WAIT = 200;

/** How requests are made. */
export interface HttpOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly headers: HeadersInit | undefined;
  readonly credentials: RequestCredentials | undefined;
  /** Further tries after one that failed in a way that may pass. */
  readonly retries: number;
}

/** Bytes of a file, as a request names them. */
export interface RequestedRange {
  readonly start: number;
  /** The byte after the last. */
  readonly end: number;
}

/** The requests for one file behind an `http:` or `https:` URL. */
export class HttpFile {
  readonly name: string;
  readonly #url: URL;
  readonly #options: HttpOptions;
  readonly #slots = new Slots(REQUESTS_AT_ONCE);
  /** What stops the requests under way. */
  readonly #underWay = new Set<AbortController>();
  /** Where requests go: to the end of the redirects that the URL led to. */
  #target: URL;
  #closed = false;

  constructor(url: URL, options: HttpOptions) {
    const { username, password } = url;
    const headers = new Headers(options.headers);
    this.#url = new URL(url);
    if (username !== "" || password !== "") {
      // fetch refuses URLs with a user in them, and messages should not show a password.
      this.#url.username = "";
      this.#url.password = "";
      const user = new TextEncoder().encode(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
      if (!headers.has("authorization")) headers.set("authorization", `Basic ${btoa(String.fromCharCode(...user))}`);
    }
    this.name = this.#url.href;
    this.#target = this.#url;
    this.#options = { ...options, headers };
  }

  /**
   * Makes a request, and makes it again, after a while, where it fails in a way that may pass: the connection, a status
   * of 408, 429 or 5xx, or `use` throwing `Passing`.
   *
   * @param range - which bytes to ask for at the next try; the whole file where it gives `undefined`
   * @param use - takes a response of status 200, 206 or 416 and reads its body, of which it stops reading when the signal
   * aborts; what it leaves is cancelled
   * @throws `NOT_FOUND` for 404 and 410, `IO` for other statuses and when the server cannot be reached, `INVALID_ARGUMENT`
   * after `close`
   */
  request<T>(
    range: () => RequestedRange | undefined,
    signal: AbortSignal | undefined,
    use: (response: Response, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { retries } = this.#options;
    return retry(() => this.#slots.use(signal, () => this.#requestOnce(range(), signal, use)), {
      retries,
      firstWait: FIRST_WAIT,
      signal,
    });
  }

  /** Stops the requests under way, which fail, and makes no more. */
  close(): void {
    this.#closed = true;
    for (const controller of this.#underWay) controller.abort(closedError(this.name));
  }

  async #requestOnce<T>(
    range: RequestedRange | undefined,
    signal: AbortSignal | undefined,
    use: (response: Response, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (this.#closed) throw closedError(this.name);
    signal?.throwIfAborted();
    const target = this.#target;
    const controller = new AbortController();
    const leave = onAbort(signal, () => controller.abort(signal?.reason));
    this.#underWay.add(controller);
    let response: Response | undefined;
    try {
      response = await this.#fetch(target, range, controller.signal);
      const error = this.#errorOf(response);
      if (error === undefined) {
        this.#rememberTarget(response);
        return await abortable(use(response, controller.signal), controller.signal);
      }
      // An address behind a redirect may be good for some time only.
      const expired = target !== this.#url && response.status >= 400 && response.status < 500;
      if (!expired) throw error;
      if (this.#target === target) this.#target = this.#url;
    } catch (error) {
      // Not only when the caller has gone: a fetch that ended badly may have more on the way.
      if (!controller.signal.aborted) controller.abort();
      signal?.throwIfAborted();
      if (this.#closed) throw closedError(this.name);
      if (error instanceof DelayedArrayError || error instanceof Passing) throw error;
      throw new Passing(this.#unreachable(error));
    } finally {
      leave();
      this.#underWay.delete(controller);
      cancelBody(response);
    }
    return this.#requestOnce(range, signal, use);
  }

  async #fetch(target: URL, range: RequestedRange | undefined, signal: AbortSignal): Promise<Response> {
    const { fetch, headers: given, credentials } = this.#options;
    const headers = new Headers(given);
    if (range !== undefined) headers.set("range", `bytes=${range.start}-${range.end - 1}`);
    const answer = Promise.resolve(
      fetch(target, {
        headers,
        signal,
        ...(credentials === undefined ? {} : { credentials }),
        // Chromium lets the ranges of a file through its cache one after the other: twelve at once from a server that
        // takes 100 ms took 1400 ms with the cache, 250 ms without.
        ...(pageOrigin() === undefined ? {} : { cache: "no-store" }),
      }),
    );
    try {
      return await abortable(answer, signal);
    } catch (error) {
      // A fetch of the user's own may not heed the signal.
      answer.then(cancelBody, () => {});
      throw error;
    }
  }

  /**
   * Goes straight to where a redirect led from now on, which saves a round trip per request. Not with headers to another
   * origin: fetch itself drops an authorization on the way there, and so would we have to.
   */
  #rememberTarget({ redirected, url }: Response): void {
    if (!redirected || !URL.canParse(url)) return;
    const target = new URL(url);
    const anonymous = Array.from(new Headers(this.#options.headers).keys()).length === 0;
    if (target.origin === this.#url.origin || anonymous) this.#target = target;
  }

  #errorOf({ status, statusText, headers }: Response): DelayedArrayError | Passing | undefined {
    if (status === 200 || status === 206 || status === 416) return undefined;
    const answered = `${this.name}: the server answered ${status} ${statusText}`.trimEnd();
    if (status === 404 || status === 410) return new DelayedArrayError("NOT_FOUND", answered);
    if (status === 401 || status === 403) {
      return new DelayedArrayError(
        "IO",
        `${answered}: it wants credentials, or others than it got; give them by the options headers or credentials, or ` +
          `renew a signed URL${status === 403 ? " (object stores also answer 403 where there is no such object)" : ""}`,
      );
    }
    if (status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505)) {
      const wait = waitAskedFor(headers.get("retry-after"));
      const long = wait !== undefined && wait > LONGEST_WAIT;
      const error = new DelayedArrayError(
        "IO",
        long ? `${answered}, and asked to wait for ${Math.round(wait / 1000)} seconds` : answered,
      );
      return long ? error : new Passing(error, wait);
    }
    return new DelayedArrayError("IO", answered);
  }

  #unreachable(cause: unknown): DelayedArrayError {
    const page = pageOrigin();
    const elsewhere = page !== undefined && page !== this.#target.origin;
    // Browsers do not tell scripts which of the two it was.
    const hint = elsewhere
      ? "; if the server can be reached, it does not allow requests from this page's origin (CORS)"
      : "";
    return new DelayedArrayError("IO", `${this.name}: cannot be downloaded: ${reasonOf(cause)}${hint}`, { cause });
  }
}

/** Where this script belongs to, in a browser. */
function pageOrigin(): string | undefined {
  return (globalThis as { location?: { origin?: string } }).location?.origin;
}

/** Node's fetch says what happened in the cause of its error only. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && cause.message !== "" ? `${error.message} (${cause.message})` : error.message;
}

/** The milliseconds of a `Retry-After` header, which holds seconds or a date. */
function waitAskedFor(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}

function cancelBody(response: Response | undefined): void {
  // Rejects where somebody is reading it; they cancel it themselves.
  response?.body?.cancel().catch(() => {});
}
