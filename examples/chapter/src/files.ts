import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

// From src/ and from dist/ alike, the repository is three folders up.
const fixtures = new URL("../../../tooling/fixtures/", import.meta.url);

/** Path of a file or TileDB array that comes with the repository. */
export function fixture(path: string): string {
  return fileURLToPath(new URL(path, fixtures));
}

/** Size factors, one for each of the 50 columns of `whee.h5`. */
export function readScaling(): number[] {
  const { scaling } = JSON.parse(readFileSync(fixture("chapter/expected.json"), "utf8"));
  return scaling.values;
}
