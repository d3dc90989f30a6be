// `npm test`: every suite, one after the other, then their counts against the committed minimums. A suite is a folder
// with a vitest configuration.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { checkCounts, readMinimums, readSuite } from "./check-test-counts.mjs";
import { root, say, timed, tool } from "./process.mjs";
import { workspacePackages } from "./workspace.mjs";

/** Suites that need the Python libraries, and so are left to `npm run live`. */
export const live = ["tooling/live", "packages/hdf5array/test/corpus"];

const results = join(root, ".tools", "test-results");

/** Runs all suites, or only the named ones (folders such as `packages/libtiledb`). The last line is the total. */
export async function test(only = []) {
  const minimums = readMinimums();
  const suites = only.length > 0 ? only.map((folder) => folder.replace(/\/$/, "")) : findSuites();
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  const outcomes = [];
  for (const suite of suites) {
    say(`testing ${suite}`);
    const { value, seconds } = await timed(() => runSuite(suite));
    outcomes.push({ ...value, suite, seconds });
  }
  const all = Object.keys(minimums).filter((suite) => !live.includes(suite));
  const expected = pick(minimums, only.length > 0 ? suites : all);
  const { lines, ok } = checkCounts(outcomes, expected, { strict: Boolean(process.env.CI) });
  process.stdout.write(`\n${lines.join("\n")}\n`);
  if (!ok) process.exitCode = 1;
}

function findSuites() {
  const folders = [...workspacePackages().map(({ folder }) => folder), "tooling/consumer"];
  return folders.filter((folder) => readdirSync(join(root, folder)).some((name) => name.startsWith("vitest.config.")));
}

function runSuite(suite) {
  const file = join(results, `${suite.replaceAll("/", "-")}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  // `.only` would leave tests out without a trace in the counts of a suite that has grown past its minimum.
  const { status } = spawnSync(process.execPath, [tool("vitest"), "run", "--allowOnly=false", ...reporters], {
    cwd: join(root, suite),
    stdio: "inherit",
  });
  return readSuite(file, status);
}

function pick(minimums, suites) {
  return Object.fromEntries(Object.entries(minimums).filter(([suite]) => suites.includes(suite)));
}
