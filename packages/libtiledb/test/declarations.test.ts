import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { place } from "./place.js";

const tooling = (name: string) => fileURLToPath(new URL(`../../../tooling/libtiledb/${name}`, import.meta.url));
const signatures = readFileSync(tooling("signatures-2.30.txt"), "utf8");

function check(text: string) {
  const path = place();
  writeFileSync(path, text);
  const result = spawnSync(process.execPath, [tooling("check-declarations.mjs"), "--signatures", path], {
    encoding: "utf8",
  });
  return { status: result.status, said: result.stdout + result.stderr };
}

describe("the declarations of C functions", () => {
  it("agree with the headers, and are in the library", () => {
    const { status, said } = check(signatures);
    expect(said).toMatch(/^\d+ of 514 C functions are declared.*all are in the library/);
    expect(status).toBe(0);
  });

  it.each([
    ["a parameter's type", /(tiledb_query_set_layout\(.*), tiledb_layout_t/, "$1, uint64_t", /declared: .*set_layout/],
    ["the number of parameters", /(tiledb_query_submit\(.*)\)/, "$1, int32_t)", /declared: .*query_submit\(/],
    ["a return type", /int32_t (tiledb_query_alloc)/, "void $1", /signature: void tiledb_query_alloc/],
    ["a function that is gone", /.*tiledb_array_open\(.*/, "", /tiledb_array_open is declared, but is no function/],
    ["a new function", /# functions/, "int32_t tiledb_new(int32_t)", /tiledb_new is neither declared nor listed/],
    ["a number of an enumeration", /LAYOUT HILBERT = 4/, "LAYOUT HILBERT = 5", /LAYOUT HILBERT is 5 in C/],
  ])("are found to differ in %s", (_, pattern, replacement, message) => {
    const { status, said } = check(signatures.replace(pattern, replacement));
    expect(said).toMatch(message);
    expect(status).toBe(1);
  });
});
