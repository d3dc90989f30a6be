import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ndarray, slice } from "delayedarray";
import { TileDbArray, writeTileDbArray } from "tiledbarray";
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
  config = {
    "vfs.s3.endpoint_override": `127.0.0.1:${await nextLine()}`,
    "vfs.s3.scheme": "http",
    "vfs.s3.use_virtual_addressing": "false",
    "vfs.s3.region": "us-east-1",
    "vfs.s3.aws_access_key_id": "key",
    "vfs.s3.aws_secret_access_key": "secret",
    "vfs.s3.connect_max_tries": "1",
  };
}, 300_000);

afterAll(() => {
  server?.stdin?.end();
});

describe("arrays on a server that speaks S3", { timeout: 120_000 }, () => {
  const values = Float64Array.from({ length: 60 }, (_, i) => i / 4 - 5);

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
    server.stdin!.write(`${uri}\n`);
    expect(JSON.parse(await nextLine())).toEqual({ shape: [12, 5], values: Array.from(values) });
  });

  it("that are not there are NOT_FOUND", async () => {
    await expect(TileDbArray.open("s3://arrays/none", { config })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("of a bucket that is not there, or a server that does not answer, are errors with a code", async () => {
    const code = expect.stringMatching(/^(NOT_FOUND|IO)$/);
    await expect(TileDbArray.open("s3://vanished/dense", { config })).rejects.toMatchObject({ code });
    const nowhere = { ...config, "vfs.s3.endpoint_override": "127.0.0.1:9" };
    await expect(TileDbArray.open("s3://arrays/dense", { config: nowhere })).rejects.toMatchObject({ code });
    const x = ndarray(values, [12, 5]);
    await expect(writeTileDbArray(x, "s3://vanished/new", { config })).rejects.toMatchObject({ code });
  });
});
