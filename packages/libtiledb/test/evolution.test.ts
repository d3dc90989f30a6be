import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import {
  ArrayHandle,
  ArraySchema,
  deleteFragments,
  expandCurrentDomain,
  Query,
  Subarray,
  TileDbError,
  Vfs,
} from "../src/index.js";
import { place } from "./place.js";

const schema = new ArraySchema({
  arrayType: "sparse",
  dimensions: [{ name: "x", datatype: "int32", domain: [0, 99], tile: 10 }],
  attributes: [{ name: "v", datatype: "int32" }],
  currentDomain: [[0, 9]],
});

async function write(uri: string, x: number, v: number): Promise<string[]> {
  await using array = await ArrayHandle.open(uri, "write");
  using query = new Query(array)
    .setLayout("unordered")
    .setDataBuffer("x", Int32Array.of(x))
    .setDataBuffer("v", Int32Array.of(v));
  await query.submit();
  return query.fragmentUris;
}

async function read(uri: string): Promise<number[]> {
  await using array = await ArrayHandle.open(uri);
  const data = new Int32Array(10);
  using query = new Query(array).setLayout("row-major").setSubarray(new Subarray(array)).setDataBuffer("v", data);
  await query.submit();
  return [...data.subarray(0, query.resultElements("v").data)];
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "none",
    (error: TileDbError) => error.code,
  );

describe("a larger current domain", () => {
  it("takes cells that it did not take before", async () => {
    const uri = place();
    await schema.create(uri);
    await expect(write(uri, 10, 1)).rejects.toThrow(TileDbError);
    await expandCurrentDomain(uri, [[0, 19]]);
    await write(uri, 10, 1);
    expect(await read(uri)).toEqual([1]);
    expect((await ArraySchema.load(uri)).currentDomain).toEqual([[0, 19]]);
  });

  it("cannot be smaller, nor beyond the domain", async () => {
    const uri = place();
    await schema.create(uri);
    await expect(expandCurrentDomain(uri, [[0, 5]])).rejects.toThrow(TileDbError);
    await expect(expandCurrentDomain(uri, [[0, 100]])).rejects.toThrow(TileDbError);
    await expect(expandCurrentDomain(uri, [])).rejects.toThrow("0 ranges for 1 dimensions");
    expect((await ArraySchema.load(uri)).currentDomain).toEqual([[0, 9]]);
  });
});

describe("fragments", () => {
  it("are named by the query that wrote them, and can be deleted", async () => {
    const uri = place();
    await schema.create(uri);
    const [first] = await write(uri, 1, 11);
    const [second] = await write(uri, 2, 22);
    using vfs = new Vfs();
    const names = (await vfs.list(`${uri}/__fragments`)).map((one) => basename(one)).sort();
    expect(names).toEqual([basename(first!), basename(second!)].sort());
    await deleteFragments(uri, [second!]);
    expect(await read(uri)).toEqual([11]);
    await deleteFragments(uri, []);
    expect(await codeOf(deleteFragments(uri, [`${uri}/__fragments/none`]))).not.toBe("none");
    expect(await read(uri)).toEqual([11]);
  });
});

describe("a folder", () => {
  it("is listed", async () => {
    const uri = place();
    await schema.create(uri);
    using vfs = new Vfs();
    expect((await vfs.list(uri)).map((one) => basename(one))).toContain("__schema");
    expect(await vfs.list(place())).toEqual([]);
  });
});
