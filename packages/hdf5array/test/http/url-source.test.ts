import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { ByteSource, SourceOptions } from "../../src/source/byte-source.js";
import { urlSource } from "../../src/source/url-source.js";
import { errorOf } from "../helpers.js";
import { type Answer, fileAnswer, TestServer } from "./test-server.js";

const size = 1_000_003;
const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 2654435761) >>> 24);
const other = bytes.map((byte) => byte ^ 1);

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
beforeEach(() => server.forget());
afterEach(() => server.idle());
afterAll(() => server.close());

const open = (answer: Answer, options: SourceOptions = {}, path = "/file") =>
  urlSource(server.serve(path, answer), { retries: 1, ...options });

async function expectBytes(source: ByteSource, offset: number, length: number): Promise<void> {
  expect(Buffer.compare(await source.read(offset, length, {}), bytes.subarray(offset, offset + length))).toBe(0);
}

const ranges = () => server.seen.map(({ headers }) => headers.range);

/** The first answer as it should be, the later ones as given. */
function later(answer: Answer, first = fileAnswer(bytes)): Answer {
  return (exchange) => (exchange.earlier === 0 ? first(exchange) : answer(exchange));
}

describe("a server that gives ranges", () => {
  test("is asked for the beginning first, and then for what is read", async () => {
    const source = await open(fileAnswer(bytes));
    expect(source).toMatchObject({ name: `${server.origin}/file`, size, distance: "remote" });
    expect(source.readSync).toBeUndefined();
    expect(source.beginning?.length).toBe(2 ** 19);
    expect(Buffer.compare(source.beginning!, bytes.subarray(0, 2 ** 19))).toBe(0);
    await expectBytes(source, 500_000, 7);
    await expectBytes(source, size - 1, 1);
    await expectBytes(source, 0, size);
    const target = new Uint8Array(10);
    await source.readInto?.(99, target, {});
    expect(target).toEqual(bytes.subarray(99, 109));
    expect(ranges()).toEqual([
      "bytes=0-524287",
      "bytes=500000-500006",
      `bytes=${size - 1}-${size - 1}`,
      `bytes=0-${size - 1}`,
      "bytes=99-108",
    ]);
    expect(server.seen.every(({ method }) => method === "GET")).toBe(true);
    expect((await errorOf(source.read(size - 1, 2, {}))).code).toBe("FILE_TRUNCATED");
  });

  test("gives a small file with the first answer", async () => {
    const source = await open(fileAnswer(bytes.subarray(0, 1000)));
    expect(source.distance).toBe("memory");
    expect(await source.read(3, 4, {})).toEqual(bytes.subarray(3, 7));
    expect(server.seen.length).toBe(1);
  });

  test("is asked for ranges only of the bytes as they are", async () => {
    const source = await open(fileAnswer(bytes));
    await source.read(1, 1, {});
    for (const { headers } of server.seen) expect(headers["accept-encoding"]).toBe("identity");
  });

  test("gets the headers of the options, and a user and password from the URL", async () => {
    const source = await open(fileAnswer(bytes), { headers: { authorization: "Bearer x", range: "bytes=5-" } });
    await expectBytes(source, 10, 10);
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(["Bearer x", "Bearer x"]);
    expect(ranges()).toEqual(["bytes=0-524287", "bytes=10-19"]);

    const url = server.serve("/mine", fileAnswer(bytes));
    url.username = "user";
    url.password = "p%C3%A4ss:word";
    const mine = await urlSource(url, {});
    expect(mine.name).toBe(`${server.origin}/mine`);
    expect(server.seen.at(-1)?.headers.authorization).toBe(`Basic ${Buffer.from("user:päss:word").toString("base64")}`);
  });

  test("is asked through a fetch of the user's own, with the credentials of the options", async () => {
    const asked: unknown[] = [];
    const own: typeof fetch = (input, init) => {
      asked.push([String(input), init?.credentials, new Headers(init?.headers).get("range")]);
      return fetch(input, init);
    };
    const source = await open(fileAnswer(bytes), { fetch: own, credentials: "include" });
    await expectBytes(source, 10, 10);
    expect(asked).toEqual([
      [source.name, "include", "bytes=0-524287"],
      [source.name, "include", "bytes=10-19"],
    ]);
  });

  test.each([
    ["206 without Content-Length", fileAnswer(bytes, { chunked: true })],
    ["without ETag and Last-Modified", fileAnswer(bytes, { headers: { etag: undefined } })],
    ["in small pieces", pieces(bytes, 60_000)],
    [
      "with /* for the length in later answers",
      later(async (exchange) => {
        const { start, end } = exchange.range(size)!;
        await fileAnswer(bytes, { headers: { "content-range": `bytes ${start}-${end - 1}/*` } })(exchange);
      }),
    ],
    [
      "with more than was asked for",
      (async ({ range, response, send }) => {
        const { start } = range(size)!;
        response.writeHead(206, { "content-range": `bytes ${start}-${size - 1}/${size}` });
        await send(bytes.subarray(start));
        response.end();
      }) satisfies Answer,
    ],
    ["with an ETag that a proxy makes weak on its way", later(fileAnswer(bytes, { headers: { etag: 'W/"1"' } }))],
    [
      "with the same ETag and another time from each of several machines",
      later(
        fileAnswer(bytes, { headers: { "last-modified": "Thu, 01 Jan 2026 00:00:01 GMT" } }),
        fileAnswer(bytes, { headers: { "last-modified": "Thu, 01 Jan 2026 00:00:00 GMT" } }),
      ),
    ],
  ])("%s", async (_, answer) => {
    const source = await open(answer);
    expect(source.size).toBe(size);
    await expectBytes(source, 400_000, 300_000);
  });

  /** At most so many bytes per answer. */
  function pieces(from: Uint8Array, most: number): Answer {
    return async ({ range, response, send }) => {
      const { start, end } = range(from.length)!;
      const cut = Math.min(end, start + most);
      response.writeHead(206, { "content-range": `bytes ${start}-${cut - 1}/${from.length}` });
      await send(from.subarray(start, cut));
      response.end();
    };
  }

  test("is asked for six ranges at once at most", async () => {
    let most = 0;
    let now = 0;
    const source = await open(async (exchange) => {
      most = Math.max(most, ++now);
      await fileAnswer(bytes, { delay: 5 })(exchange);
      now--;
    });
    await Promise.all(Array.from({ length: 30 }, (_, i) => expectBytes(source, i * 1000, 10)));
    expect(most).toBe(6);
  });
});

describe("in a page", () => {
  beforeEach(() => vi.stubGlobal("location", { origin: "https://page.example" }));
  afterEach(() => vi.unstubAllGlobals());

  test("the browser's cache is left out, since ranges wait for one another there", async () => {
    const modes: (string | undefined)[] = [];
    const own: typeof fetch = (input, init) => {
      modes.push(init?.cache);
      return fetch(input, init);
    };
    await expectBytes(await open(fileAnswer(bytes), { fetch: own }), 400_000, 10);
    expect(modes).toEqual(["no-store", "no-store"]);
    vi.unstubAllGlobals();
    await open(fileAnswer(bytes), { fetch: own });
    expect(modes[2]).toBeUndefined();
  });

  test("what fails may have been refused to the page's origin", async () => {
    const url = new URL("https://elsewhere.example/x.h5");
    const failing = () => Promise.reject(new TypeError("Failed to fetch"));
    const error = await errorOf(urlSource(url, { fetch: failing, retries: 0 }));
    expect(error.code).toBe("IO");
    expect(error.message).toMatch(/Failed to fetch; .* does not allow requests from this page's origin \(CORS\)/);
    const own = await errorOf(urlSource(new URL("https://page.example/x.h5"), { fetch: failing, retries: 0 }));
    expect(own.message).toMatch(/Failed to fetch$/);
  });
});

describe("a server that gives no ranges", () => {
  const ignoring: Answer = async ({ response, send }) => {
    response.writeHead(200, { "content-type": "application/x-hdf5", "content-length": String(size) });
    await send(bytes);
    response.end();
  };
  const encoded = gzipSync(bytes);
  const refusals: readonly [string, Answer, RegExp, requests: number][] = [
    ["200 with the whole file", ignoring, /ignores Range headers: it answered 200 .*\(application\/x-hdf5\)/, 1],
    [
      "200 in chunks",
      async ({ response, send }) => {
        response.writeHead(200);
        for (let i = 0; i < size; i += 100_000) await send(bytes.subarray(i, i + 100_000));
        response.end();
      },
      /ignores Range headers/,
      1,
    ],
    [
      "200, compressed on the way",
      async ({ response, send }) => {
        response.writeHead(200, { "content-encoding": "gzip", "content-length": String(encoded.length) });
        await send(encoded);
        response.end();
      },
      /ignores Range headers/,
      1,
    ],
    [
      "ranges of the compressed file",
      async (exchange) => {
        const { request, response, send } = exchange;
        if (request.headers.range !== undefined) {
          await fileAnswer(encoded, { headers: { "content-encoding": "gzip" } })(exchange);
          return;
        }
        response.writeHead(200, { "content-encoding": "gzip" });
        await send(encoded);
        response.end();
      },
      /ranges of the file's gzip encoding/,
      2,
    ],
    [
      "several parts",
      changed({ "content-type": "multipart/byteranges; boundary=x", "content-range": undefined }),
      /several parts \(multipart\)/,
      2,
    ],
    ["206 without Content-Range", changed({ "content-range": undefined }), /Access-Control-Expose-Headers/, 2],
    [
      "a Content-Range that is none",
      changed({ "content-range": "bytes 5-2/1" }),
      /cannot be understood: bytes 5-2\/1/,
      2,
    ],
    ["other bytes than the first", changed({ "content-range": `bytes 10-20/${size}` }), /bytes from 10 on/, 2],
    ["no length", changed({ "content-range": "bytes 0-524287/*" }), /does not say how long the file is/, 2],
    [
      "416 for the first bytes",
      async (exchange) => {
        if (exchange.request.headers.range === undefined) await fileAnswer(bytes)(exchange);
        else exchange.response.writeHead(416).end();
      },
      /answered 416/,
      2,
    ],
  ];

  function changed(headers: Record<string, string | undefined>): Answer {
    return (exchange) => fileAnswer(bytes, exchange.request.headers.range === undefined ? {} : { headers })(exchange);
  }

  describe.each(refusals)("%s", (_, answer, reason, requests) => {
    test("is downloaded whole by default", async () => {
      const source = await open(answer);
      expect(source).toMatchObject({ size, distance: "memory" });
      await expectBytes(source, 0, size);
      expect(server.seen.length).toBe(requests);
    });

    test("not if the file is larger than maxDownload", async () => {
      const error = await errorOf(open(answer, { maxDownload: size - 1 }));
      expect(error.code).toBe("LIMIT_EXCEEDED");
      expect(error.message).toMatch(reason);
      expect(error.message).toMatch(/maxDownload, which is 1000002 bytes/);
      expect(await open(answer, { maxDownload: size })).toMatchObject({ size });
    });

    test("is an error where ranges are required", async () => {
      const error = await errorOf(open(answer, { range: "require" }));
      expect(error.code).toBe("UNSUPPORTED_FEATURE");
      expect(error.message).toMatch(reason);
      expect(server.seen.length).toBe(1);
    });

    test("is not asked for ranges where they are not wanted", async () => {
      await expectBytes(await open(answer, { range: "never", maxDownload: 1 }), 0, size);
      expect(ranges()).toEqual([undefined]);
    });
  });

  const endless: Answer = async ({ response, send }) => {
    response.writeHead(200);
    while (!response.destroyed) await send(new Uint8Array(2 ** 16));
  };

  test("is not listened to any longer where ranges are required", async () => {
    expect((await errorOf(open(endless, { range: "require" }))).code).toBe("UNSUPPORTED_FEATURE");
    await server.idle();
    expect(server.bytes).toBeLessThan(2 ** 24);
  });

  test("downloads stop soon where a body of unknown length gets too large", async () => {
    expect((await errorOf(open(endless, { maxDownload: 2 ** 20 }))).code).toBe("LIMIT_EXCEEDED");
    await server.idle();
    expect(server.bytes).toBeLessThan(2 ** 25);
  });

  test("a length that no memory holds", async () => {
    const error = await errorOf(
      open(async ({ response }) => void response.writeHead(200, { "content-length": String(2 ** 49) }).flushHeaders(), {
        range: "never",
      }),
    );
    expect(error.code).toBe("LIMIT_EXCEEDED");
    expect(error.message).toMatch(/the file of 562949953421312 bytes does not fit in memory/);
  });

  test.each([["auto"], ["require"], ["never"]] as const)("an empty file (%s)", async (range) => {
    expect(await open(fileAnswer(new Uint8Array(0)), { range })).toMatchObject({ size: 0 });
    expect(
      await open(({ response }) => void response.writeHead(200, { "content-length": "0" }).end(), { range }),
    ).toMatchObject({ size: 0 });
  });
});

describe("failures that may pass are tried again", () => {
  /** Every other request fails. */
  const once = (failure: Answer, then = fileAnswer(bytes)): Answer => {
    let count = 0;
    return (exchange) => (count++ % 2 === 0 ? failure : then)(exchange);
  };
  const status = (code: number, headers: Record<string, string> = {}): Answer => {
    return ({ response }) => void response.writeHead(code, headers).end();
  };

  test.each([408, 429, 500, 502, 503, 504])("status %d, after the time that the server asks for", async (code) => {
    const source = await open(once(status(code, { "retry-after": "0" })));
    await expectBytes(source, 400_000, 10);
    expect(server.seen.length).toBe(4);
    expect(server.roundTrips).toBe(4);
  });

  test("status 503, after a date", async () => {
    const date = new Date(Date.now() + 1500).toUTCString();
    const began = performance.now();
    await open(once(status(503, { "retry-after": date })));
    // The date has whole seconds.
    expect(performance.now() - began).toBeGreaterThan(400);
  });

  test("but not after a very long time", async () => {
    const error = await errorOf(open(once(status(503, { "retry-after": "3600" }))));
    expect(error.code).toBe("IO");
    expect(error.message).toMatch(/503 Service Unavailable, and asked to wait for 3600 seconds/);
    expect(server.seen.length).toBe(1);
  });

  test("a connection that is closed without an answer", async () => {
    const source = await open(once(({ response }) => void response.destroy()));
    await expectBytes(source, 400_000, 10);
    expect(server.seen.length).toBe(4);
  });

  test.each([
    ["with Content-Length", false],
    ["without", true],
  ])("a connection that breaks within the body, %s: what came is kept", async (_, chunked) => {
    const breaking: Answer = async ({ range, response, send }) => {
      const { start, end } = range(size)!;
      response.writeHead(206, {
        "content-range": `bytes ${start}-${end - 1}/${size}`,
        ...(chunked ? {} : { "content-length": String(end - start) }),
      });
      await send(bytes.subarray(start, start + 1000));
      // Long enough for the client to have read it.
      setTimeout(() => response.destroy(), 300);
    };
    const source = await open(once(breaking));
    await expectBytes(source, 400_000, 200_000);
    expect(ranges()).toEqual(["bytes=0-524287", "bytes=0-524287", "bytes=400000-599999", "bytes=401000-599999"]);
  });

  test("a body that ends early, with a proper end", async () => {
    const source = await open(
      once(async ({ range, response, send }) => {
        const { start, end } = range(size)!;
        response.writeHead(206, { "content-range": `bytes ${start}-${end - 1}/${size}` });
        await send(bytes.subarray(start, start + 10));
        response.end();
      }),
    );
    await expectBytes(source, 400_000, 200_000);
  });

  test("a whole file of which the connection breaks", async () => {
    let tries = 0;
    const source = await open(async (exchange) => {
      const { response, send } = exchange;
      response.writeHead(200, { "content-length": String(size) });
      await send(bytes.subarray(0, 1000));
      if (tries++ === 0) response.destroy();
      else {
        await send(bytes.subarray(1000));
        response.end();
      }
    });
    await expectBytes(source, 0, size);
    expect(tries).toBe(2);
  });

  test("the whole file instead of a range, as from a cache that has not got it yet", async () => {
    const source = await open(
      later(
        once(async ({ response, send }) => {
          response.writeHead(200, { "content-length": String(size), etag: '"1"' });
          await send(bytes);
          response.end();
        }),
      ),
    );
    await expectBytes(source, 400_000, 10);
  });

  test("only so often, and with growing waits", async () => {
    const began = performance.now();
    const error = await errorOf(open(status(503), { retries: 2 }));
    // 200 and 400 ms, each by half more or less.
    expect(performance.now() - began).toBeGreaterThan(290);
    expect(error).toMatchObject({ code: "IO" });
    expect(error.message).toBe(`${server.origin}/file: the server answered 503 Service Unavailable`);
    expect(server.seen.length).toBe(3);
    await errorOf(open(status(503), { retries: 0 }));
    expect(server.seen.length).toBe(4);
  });

  test("not longer than the signal allows", async () => {
    const controller = new AbortController();
    const opening = open(status(503, { "retry-after": "30" }), { signal: controller.signal });
    await server.requests(1);
    controller.abort("enough");
    await expect(opening).rejects.toBe("enough");
    expect(server.seen.length).toBe(1);
  });
});

describe("failures that stay", () => {
  test.each([
    [400, "IO", /answered 400 Bad Request$/],
    [401, "IO", /401 Unauthorized: it wants credentials, .* headers or credentials/],
    [403, "IO", /403 Forbidden: it wants credentials, .* no such object/],
    [404, "NOT_FOUND", /answered 404 Not Found$/],
    [410, "NOT_FOUND", /answered 410 Gone$/],
    [204, "IO", /answered 204 No Content$/],
    [501, "IO", /answered 501/],
  ])("status %d", async (status, code, message) => {
    for (const range of ["auto", "require", "never"] as const) {
      server.forget();
      const error = await errorOf(open(({ response }) => void response.writeHead(status).end(), { range }));
      expect(error.code).toBe(code);
      expect(error.message).toMatch(message);
      expect(error.message.startsWith(`${server.origin}/file: `)).toBe(true);
      expect(server.seen.length).toBe(1);
    }
  });

  test("where nobody listens, tried again", async () => {
    let tries = 0;
    const error = await errorOf(
      urlSource(new URL("http://127.0.0.1:1/x.h5"), {
        retries: 1,
        fetch: (...request) => {
          tries++;
          return fetch(...request);
        },
      }),
    );
    expect(tries).toBe(2);
    expect(error.code).toBe("IO");
    expect(error.message).toMatch(/^http:\/\/127\.0\.0\.1:1\/x\.h5: cannot be downloaded: fetch failed \(.+\)$/);
    expect(error.cause).toBeInstanceOf(TypeError);
  });

  test.each<[string, Answer, RegExp]>([
    [
      "416 later",
      ({ response }) => void response.writeHead(416).end(),
      /answered 416: it has no bytes 400000 to 400009; has the file changed\?/,
    ],
    [
      "other bytes",
      async (exchange) => {
        await fileAnswer(bytes, { headers: { "content-range": `bytes 1-10/${size}` } })(exchange);
      },
      /answered with bytes 1-10\/1000003 .* when asked for bytes 400000 to 400009/,
    ],
    ["no Content-Range", fileAnswer(bytes, { headers: { "content-range": undefined } }), /no Content-Range/],
    [
      "several parts",
      fileAnswer(bytes, {
        headers: { "content-range": undefined, "content-type": "multipart/byteranges; boundary=x" },
      }),
      /no Content-Range \(multipart\/byteranges; boundary=x\)/,
    ],
    [
      "compressed",
      fileAnswer(bytes, { headers: { "content-encoding": "br" }, chunked: true }),
      /answered br-encoded when asked for bytes/,
    ],
    [
      "more bytes than announced",
      async ({ response, send }) => {
        response.writeHead(206, { "content-range": `bytes 400000-400009/${size}` });
        await send(bytes.subarray(0, 12));
        response.end();
      },
      /more bytes than the 10 of its Content-Range/,
    ],
    [
      "the whole file every time",
      async ({ response, send }) => {
        response.writeHead(200, { etag: '"1"' });
        await send(bytes);
        response.end();
      },
      /answered with the whole file when asked for bytes 400000 to 400009/,
    ],
  ])("%s", async (_, answer, message) => {
    const source = await open(later(answer));
    const error = await errorOf(source.read(400_000, 10, {}));
    expect(error.code).toBe("IO");
    expect(error.message).toMatch(message);
  });

  test.each([
    [{ range: "maybe" }, /range "maybe": expected "auto", "require" or "never"/],
    [{ maxDownload: -1 }, /maxDownload -1: expected a number of bytes/],
    [{ maxDownload: Number.NaN }, /maxDownload NaN/],
    [{ retries: 1.5 }, /retries 1.5: expected a whole number/],
    [{ fetch: 3 }, /there is no fetch function/],
    [{ headers: { "no header": "x" } }, /headers: /],
  ])("options %o", async (options, message) => {
    const error = await errorOf(urlSource(new URL("http://127.0.0.1:1/x"), options as SourceOptions));
    expect(error.code).toBe("INVALID_ARGUMENT");
    expect(error.message).toMatch(message);
  });
});

describe("a file that changes on the server", () => {
  const modified = (time: string) => ({
    headers: { etag: undefined, "last-modified": `Thu, 01 Jan 2026 00:00:${time} GMT` },
  });
  test.each<[string, Answer, RegExp]>([
    [
      "another ETag",
      later(fileAnswer(other, { headers: { etag: '"2"' } })),
      /the file has changed on the server since it was opened \(ETag "1", now "2"\); open it again/,
    ],
    ["another length", later(fileAnswer(other.subarray(1))), /changed .* \(length 1000003, now 1000002\)/],
    [
      "another time",
      later(fileAnswer(other, modified("01")), fileAnswer(bytes, modified("00"))),
      /changed .* \(last modified Thu, 01 Jan 2026 00:00:00 GMT, now Thu, 01 Jan 2026 00:00:01 GMT\)/,
    ],
    [
      "shorter than what is asked for",
      later(fileAnswer(other.subarray(0, 10))),
      /changed .* \(length 1000003, now 10\)/,
    ],
    [
      "the whole of another version",
      later(async ({ response, send }) => {
        response.writeHead(200, { etag: '"2"' });
        await send(other);
        response.end();
      }),
      /changed .* \(ETag "1", now "2"\)/,
    ],
  ])("%s", async (_, answer, message) => {
    const source = await open(answer);
    const error = await errorOf(source.read(400_000, 10, {}));
    expect(error.code).toBe("IO");
    expect(error.message).toMatch(message);
    expect(error.message.startsWith(source.name)).toBe(true);
    expect(server.seen.length).toBe(2);
  });

  test("between two tries of one read", async () => {
    const source = await open(async (exchange) => {
      const { earlier, response, send } = exchange;
      if (earlier === 0) return fileAnswer(bytes)(exchange);
      if (earlier > 1) return fileAnswer(other, { headers: { etag: '"2"' } })(exchange);
      response.writeHead(206, { "content-range": `bytes 400000-499999/${size}`, etag: '"1"' });
      await send(bytes.subarray(400_000, 410_000));
      response.end();
    });
    const error = await errorOf(source.read(400_000, 100_000, {}));
    expect(error.message).toMatch(/ETag "1", now "2"/);
  });
});

describe("redirects", () => {
  const to = (path: string, status = 302): Answer => {
    return ({ response }) => void response.writeHead(status, { location: path }).end();
  };

  test.each([301, 302, 307, 308])("%d is followed once", async (status) => {
    server.serve("/there", fileAnswer(bytes));
    const source = await open(to("/there", status), {}, "/here");
    await expectBytes(source, 400_000, 10);
    await expectBytes(source, 500_000, 10);
    expect(source.name).toBe(`${server.origin}/here`);
    expect(server.seen.map(({ path }) => path)).toEqual(["/here", "/there", "/there", "/there"]);
  });

  test("an address that expires is asked for again", async () => {
    let version = 1;
    server.serve("/there?1", (exchange) =>
      version === 1 ? fileAnswer(bytes)(exchange) : void exchange.response.writeHead(403).end(),
    );
    server.serve("/there?2", fileAnswer(bytes));
    const source = await open((exchange) => to(`/there?${version}`)(exchange), { retries: 0 }, "/here");
    version = 2;
    await expectBytes(source, 400_000, 10);
    await expectBytes(source, 500_000, 10);
    expect(server.seen.map(({ path }) => path)).toEqual([
      "/here",
      "/there?1",
      "/there?1",
      "/here",
      "/there?2",
      "/there?2",
    ]);
  });

  test("headers are not taken to another origin by us", async () => {
    const elsewhere = await TestServer.start();
    try {
      const there = elsewhere.serve("/there", fileAnswer(bytes));
      const headers = { authorization: "Bearer x" };
      const source = await open(to(there.href), { headers }, "/here");
      await expectBytes(source, 400_000, 10);
      expect(server.seen.map((request) => request.headers.authorization)).toEqual(["Bearer x", "Bearer x"]);
      expect(elsewhere.seen.map((request) => request.headers.authorization)).toEqual([undefined, undefined]);

      server.forget();
      await expectBytes(await open(to(there.href), {}, "/here"), 400_000, 10);
      expect(server.seen.length).toBe(1);
    } finally {
      await elsewhere.close();
    }
  });

  test("without end: IO", async () => {
    expect((await errorOf(open(to("/here"), { retries: 0 }, "/here"))).code).toBe("IO");
  });
});

describe("a slow server", () => {
  const silent: Answer = () => {};
  const stuck: Answer = async ({ range, response, send }) => {
    const { start, end } = range(size) ?? { start: 0, end: size };
    response.writeHead(206, { "content-range": `bytes ${start}-${end - 1}/${size}`, etag: '"1"' });
    await send(bytes.subarray(start, start + 10));
  };
  const stuckWhole: Answer = async ({ response, send }) => {
    response.writeHead(200, { "content-length": String(size) });
    await send(bytes.subarray(0, 10));
  };

  test.each<[string, Answer]>([
    ["that does not answer", silent],
    ["that stops within the body", stuck],
    ["that stops within the whole file", stuckWhole],
  ])("%s: an abort while opening ends the request", async (_, answer) => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const opening = open(answer, { signal: controller.signal });
    await server.requests(1);
    controller.abort(reason);
    await expect(opening).rejects.toBe(reason);
    await server.idle();
    expect(server.seen.map(({ dropped }) => dropped)).toEqual([true]);
  });

  test.each<[string, Answer]>([
    ["that does not answer", silent],
    ["that stops within the body", stuck],
  ])("%s: an abort while reading ends the request, and the next read is well", async (_, answer) => {
    let slow = true;
    const source = await open(later((exchange) => (slow ? answer : fileAnswer(bytes))(exchange)));
    const controller = new AbortController();
    const reading = source.read(400_000, 1000, { signal: controller.signal });
    await server.requests(2);
    controller.abort("enough");
    await expect(reading).rejects.toBe("enough");
    await server.idle();
    expect(server.seen.map(({ dropped }) => dropped)).toEqual([false, true]);
    slow = false;
    await expectBytes(source, 400_000, 1000);
  });

  test("an abort ends the wait for a turn", async () => {
    const source = await open(later(silent));
    const controller = new AbortController();
    const reads = Array.from({ length: 6 }, (_, i) => source.read(i, 1, { signal: controller.signal }));
    const last = new AbortController();
    const waiting = source.read(9, 1, { signal: last.signal });
    await server.requests(7);
    last.abort("no longer");
    await expect(waiting).rejects.toBe("no longer");
    controller.abort("enough");
    for (const read of reads) await expect(read).rejects.toBe("enough");
    expect(server.seen.length).toBe(7);
  });

  test.each([
    ["that never answers", () => new Promise<Response>(() => {})],
    [
      "whose body never ends",
      async () => {
        const headers = { "content-range": `bytes 0-524287/${size}` };
        return new Response(new ReadableStream({ pull: () => new Promise(() => {}) }), { status: 206, headers });
      },
    ],
  ])("a fetch of the user's own that does not heed the signal, %s", async (_, own) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort("enough"), 10);
    const url = new URL("https://example.invalid/");
    await expect(urlSource(url, { fetch: own, signal: controller.signal })).rejects.toBe("enough");
  });

  test("and that answers when nobody waits any more: the body is cancelled", async () => {
    const controller = new AbortController();
    const cancelled = new Promise<void>((resolve) => {
      const own = async () => {
        await new Promise((late) => setTimeout(late, 30));
        return new Response(new ReadableStream({ cancel: () => resolve() }));
      };
      setTimeout(() => controller.abort("enough"), 10);
      const opening = urlSource(new URL("https://example.invalid/"), { fetch: own, signal: controller.signal });
      opening.catch(() => {});
    });
    await cancelled;
  });

  test("closing ends what is under way, and there is no reading after it", async () => {
    const source = await open(later(stuck));
    const reading = errorOf(source.read(400_000, 1000, {}));
    await server.requests(2);
    source.close();
    source.close();
    expect((await reading).message).toMatch(/the file is closed; open it again/);
    await server.idle();
    expect(server.seen.at(-1)?.dropped).toBe(true);
    expect((await errorOf(source.read(400_000, 1000, {}))).code).toBe("INVALID_ARGUMENT");
    expect(server.seen.length).toBe(2);
  });
});
