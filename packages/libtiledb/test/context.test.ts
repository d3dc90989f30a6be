import { describe, expect, it, vi } from "vitest";
import { ArrayHandle, ArraySchema, Context, Query } from "../src/index.js";
import { native } from "../src/native.js";
import { liveResources } from "../src/resource.js";
import { place } from "./place.js";

const schema = new ArraySchema({
  arrayType: "dense",
  dimensions: [{ name: "x", datatype: "int32", domain: [0, 99], tile: 10 }],
  attributes: [{ name: "a", datatype: "int32" }],
});
const values = Int32Array.from({ length: 100 }, (_, i) => 3 * i);

async function make(uri: string, context: Context): Promise<string> {
  await schema.create(uri, { context });
  await using array = await ArrayHandle.open(uri, "write", { context });
  using query = new Query(array).setDataBuffer("a", values);
  await query.submit();
  return uri;
}

async function read(array: ArrayHandle): Promise<Int32Array> {
  const data = new Int32Array(100);
  using query = new Query(array).setDataBuffer("a", data);
  expect(await query.submit()).toBe("completed");
  return data;
}

describe("a query that keeps memory", () => {
  it("reads the same, under the settings of its context", async () => {
    using context = new Context();
    const uri = await make(place(), context);
    await using array = await ArrayHandle.open(uri, "read", { context });
    const data = new Int32Array(100);
    using query = new Query(array).keepMemory().setDataBuffer("a", data);
    expect(await query.submit()).toBe("completed");
    expect(data).toEqual(values);
    using narrow = new Context({ "sm.query.dense.reader": "legacy", "sm.memory_budget": "2" });
    await using other = await ArrayHandle.open(uri, "read", { context: narrow });
    using refused = new Query(other).keepMemory().setDataBuffer("a", data);
    await expect(refused.submit()).rejects.toThrow(/memory budget/);
  });
});

describe("a context that is used for long", () => {
  it("goes on with a new C object, and arrays that were open before can be read and closed", async () => {
    using context = new Context({ "sm.io_concurrency_level": 1 });
    const uri = await make(place(), context);
    const before = liveResources();
    const first = context.pointer;
    const old = await ArrayHandle.open(uri, "read", { context });
    const pointers = new Set([first]);
    for (let i = 0; i < 1100; i++) {
      expect(await read(old)).toEqual(values);
      pointers.add(context.pointer);
    }
    expect(pointers.size).toBeGreaterThan(1);
    await using young = await ArrayHandle.open(uri, "read", { context });
    expect(await read(young)).toEqual(values);
    expect(await old.nonEmptyDomain()).toEqual([[0, 99]]);
    await old.reopen();
    expect(await read(old)).toEqual(values);
    await old.close();
    await young.close();
    expect(liveResources()).toBe(before);
  });

  it("keeps its settings", async () => {
    using context = new Context({ "sm.query.dense.reader": "legacy", "sm.memory_budget": "2" });
    const uri = await make(place(), context);
    await using array = await ArrayHandle.open(uri, "read", { context });
    const first = context.pointer;
    while (context.pointer === first) new Query(array).close();
    await expect(read(array)).rejects.toThrow(/memory budget/);
  });

  it("frees the C objects that nothing uses any more", async () => {
    const free = vi.spyOn(native(), "tiledb_ctx_free");
    using context = new Context();
    const uri = await make(place(), context);
    for (let i = 0; i < 1100; i++) await (await ArrayHandle.open(uri, "read", { context })).close();
    expect(free.mock.calls.length).toBeGreaterThan(1);
    free.mockRestore();
  });

  it("has few C objects, also when arrays stay open", async () => {
    using context = new Context({ "sm.io_concurrency_level": 1, "sm.compute_concurrency_level": 1 });
    const uri = await make(place(), context);
    const pointers = new Set<bigint>([context.pointer]);
    const arrays: ArrayHandle[] = [];
    for (let i = 0; i < 12; i++) {
      const array = await ArrayHandle.open(uri, "read", { context });
      arrays.push(array);
      for (let j = 0; j < 500; j++) new Query(array).close();
      pointers.add(context.pointer);
    }
    expect(pointers.size).toBe(5);
    for (const array of arrays) expect(await read(array)).toEqual(values);
    await Promise.all(arrays.map((array) => array.close()));
  });

  it("keeps its C object when arrays are in its memory", async () => {
    using context = new Context();
    const uri = await make("mem://array", context);
    const { pointer } = context;
    for (let i = 0; i < 1100; i++) {
      await using array = await ArrayHandle.open(uri, "read", { context });
      expect(await read(array)).toEqual(values);
    }
    expect(context.pointer).toBe(pointer);
  });
});
