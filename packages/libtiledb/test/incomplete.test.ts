import { beforeAll, describe, expect, it } from "vitest";
import { ArrayHandle, ArraySchema, Query, Subarray } from "../src/index.js";
import { place } from "./place.js";

const sparse = place();
const dense = place();
const count = 5000;

beforeAll(async () => {
  await new ArraySchema({
    arrayType: "sparse",
    dimensions: [{ name: "i", datatype: "int64", domain: [-10_000n, 10_000n], tile: 100n }],
    attributes: [
      { name: "v", datatype: "int32" },
      { name: "s", datatype: "string_ascii", cellValNum: "var", nullable: true },
    ],
    capacity: 64,
  }).create(sparse);
  await using array = await ArrayHandle.open(sparse, "write");
  using query = new Query(array).setLayout("unordered");
  query
    .setDataBuffer(
      "i",
      BigInt64Array.from({ length: count }, (_, i) => BigInt(i - 2500)),
    )
    .setDataBuffer(
      "v",
      Int32Array.from({ length: count }, (_, i) => i),
    )
    .setDataBuffer("s", new Uint8Array(2 * count).fill(65))
    .setOffsetsBuffer(
      "s",
      BigUint64Array.from({ length: count }, (_, i) => BigInt(2 * i)),
    )
    .setValidityBuffer(
      "s",
      Uint8Array.from({ length: count }, (_, i) => i % 2),
    );
  expect(await query.submit()).toBe("completed");

  await new ArraySchema({
    arrayType: "dense",
    dimensions: ["x", "y"].map((name) => ({ name, datatype: "uint32", domain: [0, 99] as const, tile: 10 })),
    attributes: [{ name: "v", datatype: "uint16" }],
  }).create(dense);
  await using other = await ArrayHandle.open(dense, "write");
  using write = new Query(other).setLayout("row-major");
  await write
    .setDataBuffer(
      "v",
      Uint16Array.from({ length: 10_000 }, (_, i) => i),
    )
    .submit();
});

describe("a query whose buffers are too small for all results", () => {
  it("of a sparse array is continued until it is complete", async () => {
    await using array = await ArrayHandle.open(sparse);
    using query = new Query(array).setLayout("row-major");
    const room = 333;
    const i = new BigInt64Array(room);
    const v = new Int32Array(room);
    const s = new Uint8Array(3 * room);
    const offsets = new BigUint64Array(room);
    const validity = new Uint8Array(room);
    query.setDataBuffer("i", i).setDataBuffer("v", v);
    query.setDataBuffer("s", s).setOffsetsBuffer("s", offsets).setValidityBuffer("s", validity);
    const seen: number[] = [];
    let rounds = 0;
    for (;;) {
      const status = await query.submit();
      const cells = query.resultElements("v").data;
      expect(query.resultElements("i")).toEqual({ data: cells });
      expect(query.resultElements("s")).toEqual({ data: 2 * cells, offsets: cells, validity: cells });
      for (let k = 0; k < cells; k++) {
        expect(i[k]).toBe(BigInt((v[k] as number) - 2500));
        expect(validity[k]).toBe((v[k] as number) % 2);
        seen.push(v[k] as number);
      }
      rounds++;
      if (status === "completed") break;
      expect(status).toBe("incomplete");
      expect(query.status).toBe("incomplete");
      expect(query.incompleteReason).toBe("buffer-size");
      expect(query.hasResults).toBe(true);
    }
    expect(rounds).toBeGreaterThan(count / room);
    expect(seen).toEqual(Array.from({ length: count }, (_, k) => k));
  });

  it("of a dense array is continued until it is complete", async () => {
    await using array = await ArrayHandle.open(dense);
    using subarray = new Subarray(array).addRange("x", 5, 74).addRange("y", 20, 49);
    using query = new Query(array).setLayout("row-major").setSubarray(subarray);
    const data = new Uint16Array(400);
    query.setDataBuffer("v", data);
    const seen: number[] = [];
    for (;;) {
      const status = await query.submit();
      const cells = query.resultElements("v").data;
      expect(cells).toBeGreaterThan(0);
      seen.push(...data.subarray(0, cells));
      if (status === "completed") break;
    }
    const expected: number[] = [];
    for (let x = 5; x <= 74; x++) for (let y = 20; y <= 49; y++) expected.push(100 * x + y);
    expect(seen.sort((a, b) => a - b)).toEqual(expected);
  });

  it("says so when not even one cell fits, and goes on with larger ones", async () => {
    await using array = await ArrayHandle.open(sparse);
    using subarray = new Subarray(array).addPoints("i", BigInt64Array.of(7n));
    using query = new Query(array).setSubarray(subarray).setLayout("row-major");
    query.setDataBuffer("s", new Uint8Array(1)).setOffsetsBuffer("s", new BigUint64Array(1));
    query.setValidityBuffer("s", new Uint8Array(1));
    expect(await query.submit()).toBe("incomplete");
    expect(query.incompleteReason).toBe("buffer-size");
    expect(query.resultElements("s").offsets).toBe(0);
    query.setDataBuffer("s", new Uint8Array(8));
    expect(await query.submit()).toBe("completed");
    expect(query.resultElements("s")).toEqual({ data: 2, offsets: 1, validity: 1 });
  });

  it("is estimated before it is run", async () => {
    await using array = await ArrayHandle.open(sparse);
    using query = new Query(array).setLayout("unordered");
    const v = await query.estimateSizes("v");
    const s = await query.estimateSizes("s");
    expect(v.data).toBeGreaterThanOrEqual(BigInt(4 * count));
    expect([s.data > 0n, (s.offsets ?? 0n) > 0n, (s.validity ?? 0n) > 0n]).toEqual([true, true, true]);
    await using denseArray = await ArrayHandle.open(dense);
    using whole = new Query(denseArray);
    expect(await whole.estimateSizes("v")).toEqual({ data: 20_000n });
  });

  it("writes in global order in several steps", async () => {
    const uri = place();
    await new ArraySchema({
      arrayType: "dense",
      dimensions: [{ name: "i", datatype: "int32", domain: [1, 100], tile: 10 }],
      attributes: [{ name: "v", datatype: "float32" }],
    }).create(uri);
    {
      await using array = await ArrayHandle.open(uri, "write");
      using query = new Query(array).setLayout("global-order");
      for (let start = 0; start < 80; start += 20) {
        query.setDataBuffer(
          "v",
          Float32Array.from({ length: 20 }, (_, k) => start + k),
        );
        await query.submit();
      }
      query.setDataBuffer(
        "v",
        Float32Array.from({ length: 20 }, (_, k) => 80 + k),
      );
      await query.submitAndFinalize();
    }
    await using array = await ArrayHandle.open(uri);
    const data = new Float32Array(100);
    using query = new Query(array).setDataBuffer("v", data);
    await query.submit();
    expect([...data]).toEqual(Array.from({ length: 100 }, (_, k) => k));
  });
});
