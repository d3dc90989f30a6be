import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ArrayHandle, getAllMetadata, Query, Subarray } from "../src/index.js";

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}.tiledb`, import.meta.url));

describe("arrays that TileDB-Py wrote", () => {
  it("are read: dense", async () => {
    await using array = await ArrayHandle.open(fixture("dense"));
    const { domain, attributes } = array.schema;
    expect(domain.dimensions.map(({ name, datatype, domain: range, tile }) => [name, datatype, range, tile])).toEqual([
      ["row", "int64", [1n, 4n], 2n],
      ["column", "int64", [-5n, -3n], 2n],
    ]);
    expect(attributes.map(({ name, datatype }) => [name, datatype])).toEqual([
      ["f", "float32"],
      ["i", "uint64"],
    ]);
    expect(array.schema.attribute("f").filters.filters).toEqual([{ type: "byteshuffle" }, { type: "zstd", level: 3 }]);
    expect(Object.fromEntries(await getAllMetadata(array))).toEqual({ note: "written by TileDB-Py" });
    using subarray = new Subarray(array).addRange("row", 2, 3).addPoints("column", [-5, -3]);
    const f = new Float32Array(4);
    const i = new BigUint64Array(4);
    using query = new Query(array).setLayout("row-major").setSubarray(subarray);
    expect(await query.setDataBuffer("f", f).setDataBuffer("i", i).submit()).toBe("completed");
    expect([...f]).toEqual([1.5, 2.5, 3, 4]);
    expect([...i]).toEqual([3n, 5n, 6n, 8n].map((value) => value + 2n ** 63n));
  });

  it("are read: sparse, nullable, of any length, with an enumeration", async () => {
    await using array = await ArrayHandle.open(fixture("sparse"));
    expect(array.schema.attributes.map(({ name, enumeration }) => [name, enumeration])).toEqual([
      ["n", undefined],
      ["text", undefined],
      ["colour", "colours"],
    ]);
    expect(await array.nonEmptyDomain()).toEqual([[-5, 94]]);
    const x = new Int16Array(5);
    const n = new Int32Array(5);
    const valid = new Uint8Array(5);
    const text = new Uint8Array(32);
    const offsets = new BigUint64Array(5);
    const colour = new Uint8Array(5);
    using query = new Query(array).setLayout("row-major");
    query.setDataBuffer("x", x).setDataBuffer("n", n).setValidityBuffer("n", valid);
    query.setDataBuffer("text", text).setOffsetsBuffer("text", offsets).setDataBuffer("colour", colour);
    expect(await query.submit()).toBe("completed");
    expect(query.resultElements("text")).toEqual({ data: 5, offsets: 3 });
    expect([...x.subarray(0, 3)]).toEqual([-5, 3, 94]);
    expect([n[0], n[2]]).toEqual([1, 3]);
    expect([...valid.subarray(0, 3)]).toEqual([1, 0, 1]);
    expect([...offsets.subarray(0, 3)]).toEqual([0n, 0n, 2n]);
    expect(new TextDecoder().decode(text.subarray(0, 5))).toBe("éabc");
    expect([...colour.subarray(0, 3)]).toEqual([1, 0, 1]);
  });
});
