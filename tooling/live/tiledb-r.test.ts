import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ndarray, wrap } from "delayedarray";
import { TileDbArray, writeTileDbArray } from "tiledbarray";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readJson } from "../fixtures/read.mjs";
import { capture } from "../process.mjs";
import { livePython } from "./environment.js";

/*
 * The layout of R's TileDBArray, both ways: TileDB-Py writes it with the names that R has packed, and finds the same schema in
 * what is written here; R unpacks the names.
 */

const folder = mkdtempSync(join(tmpdir(), "tiledb-r-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const script = fileURLToPath(new URL("tiledb-r.py", import.meta.url));

function python(...args: string[]): string {
  const { status, stdout, stderr } = capture(livePython(), [script, ...args]);
  if (status !== 0) throw new Error(`tiledb-r.py failed:\n${stderr}`);
  return stdout;
}

const packed = readJson<{ name: string; packed: number[]; dimnames: (string[] | null)[] }[]>("tiledb-dimnames.json");
const named = packed.find(({ name }) => name === "named")!;

const TYPES = { double: "float64", integer: "int32", logical: "bool" } as const;
const cases = (Object.keys(TYPES) as (keyof typeof TYPES)[]).flatMap((type) =>
  [false, true].flatMap((sparse) =>
    [[2, 3], [150, 7], [3, 110, 2], [5]].map((shape) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const values = Array.from({ length: size }, (_, i) => {
        if (type === "logical") return [true, false, null][i % 3]!;
        return i % 4 === 0 ? 0 : type === "double" ? i / 8 : i;
      });
      const uri = join(folder, `${type}-${sparse ? "sparse" : "dense"}-${shape.join("x")}`);
      return { uri, type, sparse, shape, values, packed: size === 6 ? named.packed : null };
    }),
  ),
);

beforeAll(() => {
  writeFileSync(join(folder, "cases.json"), JSON.stringify(cases));
  python("make", folder);
}, 300_000);

describe("the layout of R's TileDBArray", { timeout: 300_000 }, () => {
  it.each(cases)(
    "is read: $type, sparse $sparse, $shape",
    async ({ uri, type, sparse, shape, values, packed: names }) => {
      await using array = await TileDbArray.open(uri);
      expect([array.dtype, array.shape, array.isSparse]).toEqual([TYPES[type], shape, sparse]);
      expect(((await array.toDense()).toNested() as unknown[]).flat(shape.length - 1)).toEqual(values);
      expect(array.dimnames).toEqual(names === null ? null : named.dimnames);
      expect((await array.metadata()).type).toBe(type === "logical" ? type : undefined);
    },
  );

  it("is written: the schema, the values, and names that R unpacks", async () => {
    const numbers = cases.filter(({ type }) => type !== "logical");
    const ours: string[] = [];
    for (const { uri, type, sparse, shape, values, packed: names } of numbers) {
      const x = wrap(ndarray(values as number[], shape, TYPES[type]));
      const options = {
        sparse,
        tile: 100,
        domainStart: 1,
        cellOrder: "column-major",
        tileOrder: "column-major",
      } as const;
      const again = `${uri}-ours`;
      const dimnames = names === null ? null : named.dimnames;
      await (await writeTileDbArray(x, again, { ...options, dimnames })).close();
      ours.push(again);
    }
    const [theirs, found] = [numbers.map(({ uri }) => uri), ours].map(
      (uris) => JSON.parse(python("show", ...uris)) as { packed: number[] | null }[],
    );
    const bare = (all: { packed: number[] | null }[]) =>
      all.map(({ packed: names, ...one }) => ({ ...one, hasNames: names !== null }));
    expect(bare(found!)).toEqual(bare(theirs!));
    // On CI R has to be there.
    if (process.env.CI === undefined && spawnSync("Rscript", ["--version"]).status !== 0) return;
    const code =
      'x <- unserialize(memDecompress(as.raw(scan(file("stdin"), quiet = TRUE)), "gzip")); ' +
      'for (one in x) writeLines(paste(enc2utf8(one), collapse = ","), useBytes = TRUE)';
    for (const { packed: names } of found!) {
      if (names === null) continue;
      const { stdout } = spawnSync("Rscript", ["-e", code], { input: names.join(" "), encoding: "utf8" });
      expect(stdout.trim().split("\n")).toEqual(named.dimnames.map((one) => one!.join(",")));
    }
  });
});
