import { type ChildProcess, spawn } from "node:child_process";
import { type AddressInfo, createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ndarray, type Seed, slice } from "delayedarray";
import { listTileDb, openSomaMatrix, TileDbArray, writeTileDbArray } from "tiledbarray";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pythonEnvironment } from "../python.mjs";

let server: ChildProcess;
let lines: AsyncIterator<string>;
let config: Record<string, string>;

async function nextLine(): Promise<string> {
  const { value, done } = await lines.next();
  if (done === true) throw new Error("the server of S3 has ended");
  return value;
}

beforeAll(async () => {
  const python = pythonEnvironment("python-s3", ["numpy", "tiledb", "boto3", "moto[server]"]);
  server = spawn(python, [fileURLToPath(new URL("s3.py", import.meta.url))], { stdio: ["pipe", "pipe", "ignore"] });
  lines = createInterface({ input: server.stdout! })[Symbol.asyncIterator]();
  const { port, id, secret } = JSON.parse(await nextLine());
  config = {
    "vfs.s3.endpoint_override": `127.0.0.1:${port}`,
    "vfs.s3.scheme": "http",
    "vfs.s3.use_virtual_addressing": "false",
    "vfs.s3.region": "us-east-1",
    "vfs.s3.aws_access_key_id": id,
    "vfs.s3.aws_secret_access_key": secret,
    "vfs.s3.connect_max_tries": "1",
  };
}, 300_000);

afterAll(() => {
  server?.stdin?.end();
});

describe("arrays on a server that speaks S3", { timeout: 120_000 }, () => {
  const values = Float64Array.from({ length: 60 }, (_, i) => i / 4 - 5);
  const x = ndarray(values, [12, 5]);

  it("are written and read, by TileDB-Py as well", async () => {
    const uri = "s3://arrays/dense";
    await using written = await writeTileDbArray(ndarray(values, [12, 5]), uri, { config, tile: [5, 5] });
    expect((await written.toDense()).data).toEqual(values);
    await using again = await TileDbArray.open(uri, { config });
    const part = await again.subset([slice(3, 5), [4, 0]]).toDense();
    expect(part.toNested()).toEqual([
      [values[19], values[15]],
      [values[24], values[20]],
    ]);
    expect(await askPython(uri)).toEqual({ shape: [12, 5], values: Array.from(values) });
  });

  /** What TileDB-Py reads at a URI, or the keys that have a name in them, by `list NAME`. */
  async function askPython(line: string): Promise<unknown> {
    server.stdin!.write(`${line}\n`);
    return JSON.parse(await nextLine());
  }

  it.each([false, true])("are added to, replaced, and texts (sparse: %s)", async (sparse) => {
    const uri = `s3://arrays/growing-${sparse}`;
    const x = ndarray(values.map(Math.abs), [12, 5]);
    await (await writeTileDbArray(x, uri, { config, sparse, tile: [5, 5], maxShape: [40, 5] })).close();
    await (await writeTileDbArray(x, uri, { config, mode: "append", bufferSize: 800 })).close();
    await using grown = await TileDbArray.open(uri, { config });
    expect((await grown.toDense()).data).toEqual(Float64Array.of(...x.data, ...x.data));
    const texts = ndarray(["", "gène", "c"]);
    await using replaced = await writeTileDbArray(texts, uri, { config, sparse, mode: "replace" });
    expect((await replaced.toDense()).data).toEqual(["", "gène", "c"]);
    const found = await askPython(uri);
    expect(found).toMatchObject({ values: sparse ? ["gène", "c"] : ["", "gène", "c"] });
  });

  it("are joined on request", async () => {
    for (const sparse of [false, true]) {
      const uri = `s3://arrays/joined-${sparse}`;
      const options = { config, sparse, tile: [5, 5], bufferSize: 400, consolidate: true };
      await using array = await writeTileDbArray(ndarray(values, [12, 5]), uri, options);
      expect((await array.toDense()).data).toEqual(values);
      const keys = (await askPython(`list joined-${sparse}`)) as string[];
      expect(new Set(keys.flatMap((key) => /__fragments\/[^/]+/.exec(key) ?? [])).size).toBe(1);
    }
  });

  it("are as they were when writing them fails: what was written is removed", async () => {
    const uri = "s3://arrays/undone";
    const broken: Seed = {
      shape: [12, 5],
      dtype: "float64",
      isSparse: false,
      isMasked: false,
      chunkGrid: () => x.chunkGrid(),
      extractDense(subset) {
        if ((subset[0] as { stop: number }).stop > 8) throw new Error("broken");
        return x.extractDense(subset);
      },
    };
    const options = { config, tile: [2, 5], bufferSize: 400, concurrency: 1 };
    await expect(writeTileDbArray(broken, uri, options)).rejects.toThrow("broken");
    expect(await askPython("list undone")).toEqual([]);
    await (await writeTileDbArray(x, uri, { ...options, maxShape: [40, 5] })).close();
    const before = await askPython("list undone");
    const append = { config, mode: "append", bufferSize: 400, concurrency: 1 } as const;
    await expect(writeTileDbArray(broken, uri, append)).rejects.toThrow("broken");
    const stop = new AbortController();
    const aborted = writeTileDbArray(x, uri, {
      ...append,
      signal: stop.signal,
      onProgress: () => stop.abort(new Error("enough")),
    });
    await expect(aborted).rejects.toThrow("enough");
    await expect(writeTileDbArray(broken, uri, { ...options, mode: "replace" })).rejects.toThrow("broken");
    expect(await askPython("list undone")).toEqual(before);
    await using again = await TileDbArray.open(uri, { config });
    expect((await again.toDense()).data).toEqual(values);
  });

  it("that are not there are NOT_FOUND", async () => {
    await expect(TileDbArray.open("s3://arrays/none", { config })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("of a bucket that is not there are NOT_FOUND", async () => {
    const missing = { code: "NOT_FOUND", message: expect.stringContaining("s3://vanished/dense") };
    await expect(TileDbArray.open("s3://vanished/dense", { config })).rejects.toMatchObject(missing);
    const code = expect.stringMatching(/^(NOT_FOUND|IO)$/);
    await expect(writeTileDbArray(x, "s3://vanished/new", { config })).rejects.toMatchObject({ code });
  });

  it("of a bucket that vanishes while they are open are NOT_FOUND when they are read", async () => {
    const uri = "s3://short-lived/dense";
    await using array = await writeTileDbArray(x, uri, { config });
    await askPython("remove short-lived");
    const gone = { code: "NOT_FOUND", message: `${uri} is not there any more` };
    await expect(array.toDense()).rejects.toMatchObject(gone);
    await expect(array.sum()).rejects.toMatchObject(gone);
    await expect(TileDbArray.open(uri, { config })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it.each([
    ["the id of a key that there is not", { "vfs.s3.aws_access_key_id": "AKIAUNKNOWN" }],
    ["the wrong key", { "vfs.s3.aws_secret_access_key": "wrong" }],
  ])("with %s are IO, and say which settings to look at", async (_, wrong) => {
    const refused = {
      code: "IO",
      message: expect.stringMatching(/s3:\/\/arrays\/.*access denied: check "vfs.s3.aws_access_key_id"/s),
    };
    const keys = { config: { ...config, ...wrong } };
    await expect(TileDbArray.open("s3://arrays/dense", keys)).rejects.toMatchObject(refused);
    await expect(listTileDb("s3://arrays/dense", keys)).rejects.toMatchObject(refused);
    await expect(openSomaMatrix("s3://arrays/dense", keys)).rejects.toMatchObject(refused);
    await expect(writeTileDbArray(x, "s3://arrays/new", keys)).rejects.toMatchObject(refused);
  });

  it("of a server that does not answer, or that says nothing, are IO, after as many tries as are allowed", async () => {
    const silent = createServer(() => {});
    await new Promise<void>((listening) => silent.listen(0, "127.0.0.1", listening));
    const { port } = silent.address() as AddressInfo;
    for (const endpoint of ["127.0.0.1:9", `127.0.0.1:${port}`]) {
      const nowhere = { ...config, "vfs.s3.endpoint_override": endpoint, "vfs.s3.request_timeout_ms": "1000" };
      await expect(TileDbArray.open("s3://arrays/dense", { config: nowhere })).rejects.toMatchObject({
        code: "IO",
        message: expect.stringContaining("the server did not answer"),
      });
    }
    silent.close();
  });
});
