import { describe, expect, it } from "vitest";
import {
  ArrayHandle,
  ArraySchema,
  Attribute,
  Config,
  Context,
  consolidate,
  type Datatype,
  Dimension,
  type DimensionLabel,
  Domain,
  datatypeSize,
  decodeScalars,
  deleteMetadata,
  encodeScalars,
  type Filter,
  FilterList,
  getAllMetadata,
  getMetadata,
  moveObject,
  objectType,
  putMetadata,
  Query,
  removeObject,
  storageOf,
  TileDbError,
  Vfs,
  vacuum,
} from "../src/index.js";
import { place } from "./place.js";

const line = [{ name: "i", datatype: "int32", domain: [0, 3], tile: 2 }] as const;

describe("a schema", () => {
  it("comes back from storage as it was made", async () => {
    const uri = place();
    const filters: Filter[] = [{ type: "byteshuffle" }, { type: "zstd", level: 7 }, { type: "checksum-md5" }];
    const made = new ArraySchema({
      arrayType: "sparse",
      dimensions: [
        {
          name: "a",
          datatype: "uint64",
          domain: [0n, 2n ** 64n - 1_000n],
          tile: 100n,
          filters: [{ type: "gzip", level: 3 }],
        },
        { name: "b", datatype: "float64", domain: [-1.5, 2.5], tile: 0.5 },
        { name: "c", datatype: "datetime_ns", domain: [-(2n ** 62n), 2n ** 62n], tile: 10n },
        { name: "d", datatype: "string_ascii" },
      ],
      attributes: [
        { name: "x", datatype: "int32", cellValNum: 3, filters },
        { name: "y", datatype: "float32", filters: [{ type: "scale-float", byteWidth: 2, factor: 0.5, offset: 1 }] },
        { name: "z", datatype: "string_utf8", cellValNum: "var", filters: new FilterList([], { maxChunkSize: 1024 }) },
        { name: "w", datatype: "uint8", nullable: true, fillValue: Uint8Array.of(7), fillValid: false },
        { name: "t", datatype: "datetime_ms", filters: [{ type: "double-delta", level: 1, reinterpretAs: "any" }] },
        { name: "p", datatype: "int16", filters: [{ type: "positive-delta", maxWindow: 512 }] },
        { name: "q", datatype: "int16", filters: [{ type: "bit-width-reduction", maxWindow: 128 }] },
      ],
      cellOrder: "column-major",
      tileOrder: "column-major",
      capacity: 77,
      allowsDuplicates: true,
      coordinateFilters: [{ type: "lz4", level: 2 }],
      offsetsFilters: [{ type: "rle" }],
      validityFilters: [{ type: "bzip2", level: 9 }],
    });
    await made.create(uri);
    for (const read of [
      await ArraySchema.load(uri),
      await ArraySchema.load(uri, { config: { "sm.tile_cache_size": 0 } }),
    ]) {
      expect(read.arrayType).toBe("sparse");
      expect([read.cellOrder, read.tileOrder, read.capacity, read.allowsDuplicates]).toEqual([
        "column-major",
        "column-major",
        77n,
        true,
      ]);
      expect(read.currentDomain).toBeUndefined();
      expect(read.formatVersion).toBeGreaterThan(20);
      expect(read.domain.rank).toBe(4);
      expect(
        read.domain.dimensions.map(({ name, datatype, domain, tile }) => ({ name, datatype, domain, tile })),
      ).toEqual(made.domain.dimensions.map(({ name, datatype, domain, tile }) => ({ name, datatype, domain, tile })));
      expect(read.domain.dimension("a").filters.filters).toEqual([{ type: "gzip", level: 3 }]);
      expect(read.domain.indexOf("c")).toBe(2);
      expect(
        read.attributes.map(({ name, datatype, cellValNum, nullable }) => [name, datatype, cellValNum, nullable]),
      ).toEqual(
        made.attributes.map(({ name, datatype, cellValNum, nullable }) => [name, datatype, cellValNum, nullable]),
      );
      expect(read.attribute("x").filters.filters).toEqual(
        filters.map((filter) => (filter.type === "zstd" ? filter : { type: filter.type })),
      );
      expect(read.attribute("y").filters.filters).toEqual(made.attribute("y").filters.filters);
      expect(read.attribute("w").fillValue).toEqual(Uint8Array.of(7));
      expect(read.attribute("t").filters.filters).toEqual(made.attribute("t").filters.filters);
      expect(read.attribute("p").filters.filters).toEqual(made.attribute("p").filters.filters);
      expect(read.attribute("q").filters.filters).toEqual(made.attribute("q").filters.filters);
      expect(read.coordinateFilters.filters).toEqual([{ type: "lz4", level: 2 }]);
      expect(read.offsetsFilters.filters[0]?.type).toBe("rle");
      expect(read.validityFilters.filters).toEqual([{ type: "bzip2", level: 9 }]);
      expect(read.hasAttribute("z") && !read.hasAttribute("zz")).toBe(true);
      expect(read.attribute("z").enumeration).toBeUndefined();
    }
  });

  it("has labels of dimensions, which are arrays of their own", async () => {
    const uri = place();
    const labels = [
      { name: "gene", dimension: 0, datatype: "string_ascii", order: "increasing" },
      { name: "depth", dimension: 1, datatype: "float64", order: "decreasing" },
    ] as const;
    const schema = new ArraySchema({
      arrayType: "dense",
      dimensions: [
        { name: "i", datatype: "int32", domain: [1, 4], tile: 2 },
        { name: "j", datatype: "int32", domain: [0, 2], tile: 3 },
      ],
      attributes: [{ name: "", datatype: "int32" }],
      dimensionLabels: labels,
    });
    expect(schema.dimensionLabels).toEqual(labels);
    await schema.create(uri);
    const { dimensionLabels } = await ArraySchema.load(uri);
    expect(dimensionLabels).toMatchObject([...labels]);
    for (const label of dimensionLabels as readonly DimensionLabel[]) {
      const { domain, attributes } = await ArraySchema.load(label.uri);
      expect(domain.dimensions[0]!.domain).toEqual(schema.domain.dimensions[label.dimension]!.domain);
      expect(attributes.map(({ name, datatype }) => [name, datatype])).toEqual([[label.attributeName, label.datatype]]);
    }
    const twice = new ArraySchema({
      arrayType: "dense",
      dimensions: schema.domain,
      attributes: schema.attributes,
      dimensionLabels: [labels[0], labels[0]],
    });
    expect(() => twice.check()).toThrow(/gene/);
  });

  it("has a current domain, which is what is read when nothing else is asked for", async () => {
    const uri = place();
    await new ArraySchema({
      arrayType: "dense",
      dimensions: [
        { name: "i", datatype: "int64", domain: [-(2n ** 40n), 2n ** 40n], tile: 4n },
        { name: "j", datatype: "int64", domain: [0n, 99n], tile: 10n },
      ],
      attributes: [{ name: "a", datatype: "int32", fillValue: new Uint8Array(Int32Array.of(5).buffer) }],
      currentDomain: [
        [-2n, 1n],
        [0n, 2n],
      ],
    }).create(uri);
    await using array = await ArrayHandle.open(uri);
    expect(array.schema.currentDomain).toEqual([
      [-2n, 1n],
      [0n, 2n],
    ]);
    expect(await array.nonEmptyDomain()).toBeUndefined();
    const data = new Int32Array(20);
    using query = new Query(array).setDataBuffer("a", data);
    expect(await query.submit()).toBe("completed");
    expect(query.resultElements("a")).toEqual({ data: 12 });
    expect([...data.subarray(0, 13)]).toEqual([...new Array(12).fill(5), 0]);
  });

  it("refuses what cannot be, before TileDB sees it", () => {
    expect(() => new Dimension({ name: "i", datatype: "int8", domain: [0, 200] })).toThrow(/200.*int8/);
    expect(() => new Dimension({ name: "i", datatype: "uint64", domain: [-1n, 3n] })).toThrow(/-1.*uint64/);
    expect(() => new Dimension({ name: "i", datatype: "int64", domain: [0, 2 ** 60] })).toThrow(/int64/);
    expect(() => new Dimension({ name: "i", datatype: "int32" })).toThrow(/needs a domain/);
    expect(() => new Dimension({ name: "s", datatype: "string_ascii", tile: 3 })).toThrow(/no domain and no tile/);
    expect(() => new Attribute({ name: "a", datatype: "int32", fillValue: new Uint8Array(2) })).toThrow(/2 bytes.*4/);
    expect(() => new Attribute({ name: "a", datatype: "complex64" as Datatype })).toThrow(
      expect.objectContaining({ code: "DTYPE_UNSUPPORTED" }),
    );
    const wrongOption = new ArraySchema({
      arrayType: "dense",
      dimensions: line,
      attributes: [{ name: "a", datatype: "int32", filters: [{ type: "byteshuffle", level: 3 }] }],
    });
    expect(() => wrongOption.check()).toThrow(/byteshuffle.*level/);
    expect(() => new Domain(line).indexOf(1)).toThrow(TileDbError);
    const ranges = new ArraySchema({
      arrayType: "sparse",
      dimensions: line,
      attributes: [{ name: "a", datatype: "int32" }],
      currentDomain: [],
    });
    expect(() => ranges.check()).toThrow(/0 ranges for 1/);
  });
});

describe("datatypes", () => {
  it("have exact values", () => {
    const big = [-(2n ** 63n), 2n ** 63n - 1n];
    expect(decodeScalars("int64", encodeScalars("int64", big, "x"))).toEqual(big);
    expect(decodeScalars("float32", encodeScalars("float32", [0.1, Number.NaN], "x"))).toEqual([
      Math.fround(0.1),
      Number.NaN,
    ]);
    expect([datatypeSize("string_utf16"), storageOf("datetime_day"), storageOf("bool")]).toEqual([2, "int64", "uint8"]);
  });
});

describe("an array over time", () => {
  it("is read as it was, consolidated and vacuumed", async () => {
    const uri = place();
    await new ArraySchema({
      arrayType: "dense",
      dimensions: line,
      attributes: [{ name: "", datatype: "int32" }],
    }).create(uri);
    for (const timestamp of [100, 200n, new Date(300)]) {
      await using array = await ArrayHandle.open(uri, "write", { timestamp });
      using query = new Query(array).setLayout("row-major");
      await query.setDataBuffer("", new Int32Array(4).fill(Number(timestamp))).submit();
    }
    const at = async (timestamp?: number) => {
      await using array = await ArrayHandle.open(uri, "read", timestamp === undefined ? {} : { timestamp });
      const data = new Int32Array(4);
      using query = new Query(array).setDataBuffer("", data);
      await query.submit();
      return data[0];
    };
    expect([await at(100), await at(250), await at(), await at(50)]).toEqual([100, 200, 300, -(2 ** 31)]);
    await using between = await ArrayHandle.open(uri, "read", { timestampStart: 150, timestamp: 250 });
    expect([between.timestampStart, between.timestamp]).toEqual([150n, 250n]);
    await consolidate(uri);
    expect(await at(100)).toBe(100);
    await vacuum(uri, { config: { "sm.vacuum.mode": "fragments" } });
    expect([await at(), await at(100)]).toEqual([300, -(2 ** 31)]);
  });

  it("sees what was written since when it is opened again", async () => {
    const uri = place();
    await new ArraySchema({
      arrayType: "dense",
      dimensions: line,
      attributes: [{ name: "", datatype: "int32" }],
    }).create(uri);
    await using array = await ArrayHandle.open(uri);
    expect(await array.nonEmptyDomain()).toBeUndefined();
    {
      await using writer = await ArrayHandle.open(uri, "write");
      using query = new Query(writer).setLayout("row-major");
      await query.setDataBuffer("", Int32Array.of(1, 2, 3, 4)).submit();
    }
    await array.reopen();
    expect(await array.nonEmptyDomain()).toEqual([[0, 3]]);
  });
});

describe("metadata", () => {
  it("is stored when the array is closed", async () => {
    const uri = place();
    await new ArraySchema({
      arrayType: "dense",
      dimensions: line,
      attributes: [{ name: "", datatype: "int32" }],
    }).create(uri);
    const values = {
      name: "größe",
      count: { datatype: "int64", values: [2n ** 60n] },
      list: { datatype: "float32", values: [0.5, -1] },
    } as const;
    {
      await using array = await ArrayHandle.open(uri, "write", { timestamp: 10 });
      for (const [key, value] of Object.entries(values)) putMetadata(array, key, value);
    }
    {
      await using array = await ArrayHandle.open(uri);
      expect(Object.fromEntries(await getAllMetadata(array))).toEqual(values);
      expect(await getMetadata(array, "name")).toBe("größe");
      expect(await getMetadata(array, "nothing")).toBeUndefined();
    }
    {
      await using array = await ArrayHandle.open(uri, "write", { timestamp: 20 });
      deleteMetadata(array, "name");
      putMetadata(array, "empty", "");
    }
    await using array = await ArrayHandle.open(uri);
    expect(await getMetadata(array, "name")).toBeUndefined();
    expect(await getMetadata(array, "empty")).toBe("");
  });
});

describe("configs and contexts", () => {
  it("hold settings", () => {
    using config = new Config({ "sm.compute_concurrency_level": 1, "vfs.s3.region": "here" });
    expect(config.get("vfs.s3.region")).toBe("here");
    expect(config.set("sm.dedup_coords", true).get("sm.dedup_coords")).toBe("true");
    expect(config.unset("vfs.s3.region").get("vfs.s3.region")).not.toBe("here");
    expect(config.get("no.such.parameter")).toBeUndefined();
    expect(config.entries("sm.").compute_concurrency_level).toBe("1");
    const file = place();
    config.saveToFile(file);
    using other = new Config().loadFromFile(file);
    expect(other.get("sm.dedup_coords")).toBe("true");
    using context = new Context(other);
    expect(context.closed).toBe(false);
  });
});

describe("the default of a setting with which TileDB corrupts its memory", () => {
  const name = "sm.query.sparse_global_order.preprocess_tile_merge";

  it("is another, until one is set", () => {
    using config = new Config({ "sm.dedup_coords": true });
    expect(config.get(name)).toBe("0");
    expect(config.set(name, 100).get(name)).toBe("100");
    expect(config.unset(name).get(name)).toBe("0");
    using other = new Config({ [name]: 200 });
    expect(other.get(name)).toBe("200");
  });
});

describe("storage", () => {
  it("tells what is at a URI, moves and removes it", async () => {
    const uri = place();
    const moved = place();
    await new ArraySchema({
      arrayType: "dense",
      dimensions: line,
      attributes: [{ name: "", datatype: "int32" }],
    }).create(uri);
    using vfs = new Vfs({ config: { "vfs.file.posix_file_permissions": 644 } });
    expect([await objectType(uri), await objectType(moved)]).toEqual(["array", "none"]);
    expect([await vfs.isFolder(uri), await vfs.isFile(uri), await vfs.isFolder(moved)]).toEqual([true, false, false]);
    expect(await vfs.folderSize(uri)).toBeGreaterThan(0n);
    await moveObject(uri, moved);
    expect([await objectType(uri), await objectType(moved)]).toEqual(["none", "array"]);
    await removeObject(moved);
    expect(await objectType(moved)).toBe("none");
    const folder = place();
    await vfs.createFolder(folder);
    const file = `${folder}/config.txt`;
    using config = new Config();
    config.saveToFile(file);
    expect([await vfs.isFile(file), (await vfs.fileSize(file)) > 0n]).toEqual([true, true]);
    await vfs.removeFile(file);
    await vfs.removeFolder(folder);
    expect(await new Vfs().isFolder(folder)).toBe(false);
  });
});
