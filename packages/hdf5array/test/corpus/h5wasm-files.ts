// Files as h5wasm writes them.
import { join } from "node:path";
import { File, type Group, ready } from "h5wasm/node";
import { random } from "../helpers.js";

const COUNT = 80;

const KINDS = {
  "<b": Int8Array,
  "<B": Uint8Array,
  "<h": Int16Array,
  "<H": Uint16Array,
  "<i": Int32Array,
  "<I": Uint32Array,
  "<q": BigInt64Array,
  "<Q": BigUint64Array,
  "<f": Float32Array,
  "<d": Float64Array,
} as const;

/** Writes files to a folder and returns their names. */
export async function writeH5wasmFiles(folder: string, seed: number): Promise<string[]> {
  await ready;
  const names: string[] = [];
  for (let i = 0; i < COUNT; i++) {
    const name = `h5wasm-${String(i).padStart(2, "0")}.h5`;
    writeFile(join(folder, name), random(seed + i));
    names.push(name);
  }
  return names;
}

function writeFile(path: string, next: () => number): void {
  const below = (limit: number) => Math.floor(next() * limit);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)]!;
  const file = new File(path, "w");
  const groups: (File | Group)[] = [file, file.create_group("group", next() < 0.5)];
  for (let i = 0; i < 2 + below(6); i++) {
    const group = pick(groups);
    const name = `x${i}`;
    const shape = Array.from({ length: 1 + below(3) }, () => 1 + below(9));
    const count = shape.reduce((product, extent) => product * extent, 1);
    const what = pick(["numbers", "numbers", "chunks", "chunks", "texts", "fixed", "scalar", "group"]);
    if (what === "group") {
      groups.push(file.create_group(name, next() < 0.5));
      continue;
    }
    if (what === "texts") {
      const data = Array.from({ length: count }, (_, k) => `tëxt ${k}`.repeat(below(3)));
      group.create_dataset({ name, data, shape });
    } else if (what === "fixed") {
      const data = Array.from({ length: count }, (_, k) => `word ${k}`);
      group.create_dataset({ name, data, shape, dtype: "S9" });
    } else if (what === "scalar") {
      group.create_dataset({ name, data: below(100), shape: [], dtype: pick(["<i", "<d", "<f"]) });
    } else {
      const dtype = pick(Object.keys(KINDS) as (keyof typeof KINDS)[]);
      const numbers = Array.from({ length: count }, () => Math.floor(next() * 100));
      const data =
        dtype === "<q" || dtype === "<Q" ? KINDS[dtype].from(numbers.map(BigInt)) : KINDS[dtype].from(numbers);
      const chunked = {
        chunks: shape.map((extent) => 1 + below(extent)),
        maxshape: shape.map((extent) => pick([extent, extent + 3, null])),
        ...(next() < 0.7 ? { compression: "gzip" as const, compression_opts: 1 + below(9) } : {}),
      };
      group.create_dataset({ name, data, shape, dtype, ...(what === "chunks" ? chunked : {}) });
    }
    const made = group.get(name);
    if (made !== null && "create_attribute" in made) {
      made.create_attribute("units", pick(["m", "°C", ""]));
      made.create_attribute("range", [0, below(100)], null, "<d");
      made.create_attribute("names", ["a", "bé"]);
    }
  }
  file.create_soft_link("/group", "soft");
  file.create_hard_link("/group", "hard");
  file.create_soft_link("/nowhere", "dangling");
  file.create_external_link("other.h5", "/x", "external");
  file.close();
}
