import { describe, expect, it } from "vitest";
import { fixture } from "../../../tooling/fixtures/read.mjs";
import { ArrayHandle, readEnumeration, readGroup } from "../src/index.js";

describe("groups", () => {
  it("have members by name and URI, and metadata", async () => {
    const { members, metadata } = await readGroup(fixture("tiledb-texts", "group.tiledb"));
    expect(members.map(({ name, type }) => ({ name, type }))).toEqual(
      expect.arrayContaining([
        { name: "inner", type: "group" },
        { name: "the matrix", type: "array" },
      ]),
    );
    for (const { uri } of members) expect(uri).toMatch(/^file:.*group\.tiledb\/(inner|matrix)$/);
    expect(metadata).toEqual(new Map([["about", "a group"]]));
  });

  it("that are not there are NOT_FOUND or FILE_INVALID", async () => {
    await expect(readGroup(fixture("tiledb-texts", "none.tiledb"))).rejects.toMatchObject({ name: "TileDbError" });
  });
});

describe("enumerations", () => {
  it("are texts or numbers in the order of their codes", async () => {
    await using array = await ArrayHandle.open(fixture("tiledb-texts", "enumeration-dense.tiledb"));
    expect(await readEnumeration(array, "colours")).toEqual({
      datatype: "string_utf8",
      values: ["red", "green", "bleu é"],
    });
    expect(await readEnumeration(array, "numbers")).toEqual({ datatype: "int64", values: [10n, 20n, 30n] });
    await expect(readEnumeration(array, "none")).rejects.toMatchObject({ name: "TileDbError" });
  });
});
