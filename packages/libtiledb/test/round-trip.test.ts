import { describe, expect, it } from "vitest";
import { ArrayHandle, ArraySchema, allocate, type Datatype, Query, type Scalar, Subarray } from "../src/index.js";
import { place } from "./place.js";

const integerTypes = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"] as const;
const valueTypes = [...integerTypes, "float32", "float64", "bool"] as const;

/** A value of a datatype made from a small integer. */
function scalar(datatype: Datatype, value: number): Scalar {
  return datatype === "int64" || datatype === "uint64" ? BigInt(value) : value;
}

function filled(datatype: Datatype, values: readonly number[]) {
  const array = allocate(datatype, values.length);
  values.forEach((value, i) => {
    array[i] = scalar(datatype, value);
  });
  return array;
}

describe.each(integerTypes)("a dense array with dimensions of %s", (datatype) => {
  const starts = datatype.startsWith("u") ? [0, 1] : [0, 1, -5];
  it.each(starts.flatMap((start) => [1, 2, 3].map((rank) => [start, rank] as const)))(
    "from %i, rank %i, gives back what was written, whole and in part",
    async (start, rank) => {
      const uri = place();
      const shape = [4, 3, 2].slice(0, rank);
      const size = shape.reduce((a, b) => a * b, 1);
      const schema = new ArraySchema({
        arrayType: "dense",
        dimensions: shape.map((extent, i) => ({
          name: `d${i}`,
          datatype,
          domain: [scalar(datatype, start), scalar(datatype, start + extent - 1)] as const,
          tile: scalar(datatype, 2),
        })),
        attributes: [{ name: "", datatype: "int32" }],
      });
      await schema.create(uri);
      const values = Int32Array.from({ length: size }, (_, i) => i + 1);
      await write(uri, new Map([["", values]]), "row-major");

      const array = await ArrayHandle.open(uri);
      expect(array.schema.domain.dimensions.map((dimension) => dimension.domain)).toEqual(
        shape.map((extent) => [scalar(datatype, start), scalar(datatype, start + extent - 1)]),
      );
      expect(array.schema.domain.dimensions.map(({ tile }) => tile)).toEqual(shape.map(() => scalar(datatype, 2)));
      expect(await array.nonEmptyDomain()).toEqual(
        shape.map((extent) => [scalar(datatype, start), scalar(datatype, start + extent - 1)]),
      );
      const whole = new Int32Array(size);
      using all = new Query(array).setLayout("row-major").setSubarray(new Subarray(array)).setDataBuffer("", whole);
      expect(await all.submit()).toBe("completed");
      expect(whole).toEqual(values);
      expect(all.resultElements("")).toEqual({ data: size });

      // Coordinates 1 and 3 of the first axis, counted from its start, and all of the others.
      using part = new Subarray(array).addPoints(
        "d0",
        [1, 3].map((i) => scalar(datatype, start + i)),
      );
      expect(part.rangeCount(0)).toBe(2n);
      const rows = new Int32Array((size / 4) * 2);
      using some = new Query(array).setLayout("row-major").setSubarray(part).setDataBuffer("", rows);
      expect(await some.submit()).toBe("completed");
      const stride = size / 4;
      expect([...rows]).toEqual([...values.subarray(stride, 2 * stride), ...values.subarray(3 * stride, 4 * stride)]);
      await array.close();
    },
  );
});

describe.each(integerTypes)("a sparse array with dimensions of %s", (datatype) => {
  const start = datatype.startsWith("u") ? 1 : -5;
  it.each([1, 2, 3])("of rank %i gives back cells and coordinates", async (rank) => {
    const uri = place();
    const names = ["x", "y", "z"].slice(0, rank);
    await new ArraySchema({
      arrayType: "sparse",
      dimensions: names.map((name) => ({
        name,
        datatype,
        domain: [scalar(datatype, start), scalar(datatype, start + 19)] as const,
        tile: scalar(datatype, 5),
      })),
      attributes: [{ name: "v", datatype: "float64" }],
    }).create(uri);
    const coordinates = [start, start + 4, start + 5, start + 19];
    const values = Float64Array.of(0.5, 1.5, 2.5, 3.5);
    const buffers = new Map<string, ReturnType<typeof allocate>>([["v", values]]);
    for (const name of names) buffers.set(name, filled(datatype, coordinates));
    await write(uri, buffers, "unordered");

    const array = await ArrayHandle.open(uri);
    expect(array.schema.arrayType).toBe("sparse");
    using subarray = new Subarray(array).addRange("x", scalar(datatype, start + 4), scalar(datatype, start + 19));
    using query = new Query(array).setLayout("row-major").setSubarray(subarray);
    const read = new Map(names.map((name) => [name, allocate(datatype, 8)]));
    const data = new Float64Array(8);
    query.setDataBuffer("v", data);
    for (const [name, buffer] of read) query.setDataBuffer(name, buffer);
    expect(await query.submit()).toBe("completed");
    expect(query.resultElements("v")).toEqual({ data: 3 });
    expect([...data.subarray(0, 3)]).toEqual([1.5, 2.5, 3.5]);
    for (const [name, buffer] of read) {
      expect(query.resultElements(name)).toEqual({ data: 3 });
      expect(buffer.slice(0, 3)).toEqual(filled(datatype, coordinates.slice(1)));
    }
    await array.close();
  });
});

describe("attributes", () => {
  it.each(valueTypes)("of %s give back the extremes of the datatype", async (datatype) => {
    const uri = place();
    await new ArraySchema({
      arrayType: "dense",
      dimensions: [{ name: "i", datatype: "int32", domain: [0, 3], tile: 4 }],
      attributes: [{ name: "a", datatype }],
    }).create(uri);
    const values = allocate(datatype, 4);
    const bytes = new Uint8Array(values.buffer);
    if (datatype === "bool") bytes.set([1, 0, 1, 1]);
    else if (datatype === "float32" || datatype === "float64") {
      values[0] = Number.NaN;
      values[1] = Number.NEGATIVE_INFINITY;
      values[2] = -0;
      values[3] = 0.1;
    } else {
      bytes.fill(0xff, 0, values.BYTES_PER_ELEMENT * 2);
      // The smallest and the largest signed value, little-endian.
      bytes[values.BYTES_PER_ELEMENT * 2 - 1] = 0x7f;
      bytes[values.BYTES_PER_ELEMENT * 3 - 1] = 0x80;
    }
    await write(uri, new Map([["a", values]]), "row-major");
    const array = await ArrayHandle.open(uri);
    expect(array.schema.attribute("a").datatype).toBe(datatype);
    const read = allocate(datatype, 4);
    using query = new Query(array).setDataBuffer("a", read).setSubarray(new Subarray(array));
    await query.submit();
    expect(new Uint8Array(read.buffer)).toEqual(bytes);
    await array.close();
  });

  it("can be many, of which only some are read", async () => {
    const uri = place();
    await new ArraySchema({
      arrayType: "dense",
      dimensions: [{ name: "i", datatype: "uint64", domain: [1n, 3n], tile: 3n }],
      attributes: [
        { name: "a", datatype: "int8" },
        { name: "b", datatype: "float32" },
      ],
    }).create(uri);
    const b = Float32Array.of(0.5, 1.5, 2.5);
    await write(
      uri,
      new Map<string, ReturnType<typeof allocate>>([
        ["a", Int8Array.of(1, 2, 3)],
        ["b", b],
      ]),
      "row-major",
    );
    const array = await ArrayHandle.open(uri);
    const read = new Float32Array(3);
    using query = new Query(array).setDataBuffer("b", read).setSubarray(new Subarray(array));
    expect(await query.submit()).toBe("completed");
    expect(read).toEqual(b);
    await array.close();
  });

  it("that are nullable have a validity", async () => {
    const uri = place();
    await new ArraySchema({
      arrayType: "dense",
      dimensions: [{ name: "i", datatype: "int32", domain: [0, 3], tile: 2 }],
      attributes: [
        {
          name: "n",
          datatype: "int16",
          nullable: true,
          fillValue: new Uint8Array(Int16Array.of(-7).buffer),
          fillValid: true,
        },
      ],
    }).create(uri);
    {
      await using array = await ArrayHandle.open(uri, "write");
      using query = new Query(array)
        .setLayout("row-major")
        .setSubarray(new Subarray(array).addRange(0, 0, 1))
        .setDataBuffer("n", Int16Array.of(5, 6))
        .setValidityBuffer("n", Uint8Array.of(1, 0));
      expect(await query.submit()).toBe("completed");
    }
    const array = await ArrayHandle.open(uri);
    const { nullable, fillValue, fillValid } = array.schema.attribute("n");
    expect([nullable, fillValue, fillValid]).toEqual([true, new Uint8Array(Int16Array.of(-7).buffer), true]);
    const data = new Int16Array(4);
    const validity = new Uint8Array(4);
    using query = new Query(array).setSubarray(new Subarray(array).addRange(0, 0, 3));
    query.setDataBuffer("n", data).setValidityBuffer("n", validity);
    expect(await query.submit()).toBe("completed");
    expect([...data]).toEqual([5, 6, -7, -7]);
    expect([...validity]).toEqual([1, 0, 1, 1]);
    expect(query.resultElements("n")).toEqual({ data: 4, validity: 4 });
    await array.close();
  });

  it("and dimensions of any length have offsets", async () => {
    const uri = place();
    await new ArraySchema({
      arrayType: "sparse",
      dimensions: [{ name: "key", datatype: "string_ascii" }],
      attributes: [{ name: "text", datatype: "string_utf8", cellValNum: "var" }],
    }).create(uri);
    {
      await using array = await ArrayHandle.open(uri, "write");
      using query = new Query(array).setLayout("unordered");
      query
        .setDataBuffer("key", new TextEncoder().encode("abbccc"))
        .setOffsetsBuffer("key", BigUint64Array.of(0n, 1n, 3n));
      query
        .setDataBuffer("text", new TextEncoder().encode("größer"))
        .setOffsetsBuffer("text", BigUint64Array.of(0n, 2n, 2n));
      await query.submit();
    }
    const array = await ArrayHandle.open(uri);
    expect(await array.nonEmptyDomain()).toEqual([["a", "ccc"]]);
    expect(array.schema.domain.dimension("key").domain).toBeUndefined();
    const [keys, texts] = [new Uint8Array(32), new Uint8Array(32)];
    const [keyOffsets, textOffsets] = [new BigUint64Array(8), new BigUint64Array(8)];
    using query = new Query(array).setSubarray(new Subarray(array).addRange("key", "b", "z")).setLayout("row-major");
    query.setDataBuffer("key", keys).setOffsetsBuffer("key", keyOffsets);
    query.setDataBuffer("text", texts).setOffsetsBuffer("text", textOffsets);
    const estimate = await query.estimateSizes("text");
    expect(estimate.offsets).toBeGreaterThanOrEqual(0n);
    expect(await query.submit()).toBe("completed");
    expect(query.resultElements("key")).toEqual({ data: 5, offsets: 2 });
    expect(new TextDecoder().decode(keys.subarray(0, 5))).toBe("bbccc");
    expect([...textOffsets.subarray(0, 2)]).toEqual([0n, 0n]);
    expect(new TextDecoder().decode(texts.subarray(0, query.resultElements("text").data))).toBe("ößer");
    await array.close();
  });
});

async function write(
  uri: string,
  buffers: ReadonlyMap<string, ReturnType<typeof allocate>>,
  layout: "row-major" | "unordered",
): Promise<void> {
  await using array = await ArrayHandle.open(uri, "write");
  using query = new Query(array).setLayout(layout);
  for (const [name, buffer] of buffers) query.setDataBuffer(name, buffer);
  expect(await query.submit()).toBe("completed");
}
