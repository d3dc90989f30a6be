// `npm run bench`: this project beside its Python peers, on the same files, in the same run.
//
//   npm run bench                     the sizes of docs/benchmarks.md
//   npm run bench -- --quick          smaller ones, 3 rounds, still with every peer: for CI
//   npm run bench -- --write          also records the table in docs/benchmarks.md
//   npm run bench -- --only hdf5-sum  one case (or several, with commas)
//
// It fails when values differ or a peer did not run; never because of a time.
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Failure, say, timed } from "../process.mjs";
import { pythonEnvironment } from "../python.mjs";
import { casesFor } from "./cases.mjs";
import { dataFolder } from "./data.mjs";
import { LONG_READ, longRead } from "./long-read.mjs";
import { measureCase } from "./measure.mjs";
import { record } from "./record.mjs";
import * as allSizes from "./sizes.mjs";
import { timesTable, versionList } from "./table.mjs";
import { startWorkers } from "./workers.mjs";

const packages = ["delayedarray", "hdf5array", "tiledbarray", "numpy", "scipy", "h5py", "tiledb"];

async function bench({ quick, write, only }) {
  if (write && (quick || only)) throw new Failure("--write records all cases in full: without --quick and --only");
  const sizes = quick ? allSizes.quick : allSizes.full;
  const rounds = quick ? 3 : 5;
  const python = pythonEnvironment("python-bench", packages);
  const folder = dataFolder(quick ? "quick" : "full", sizes, python);
  const cases = chosen(casesFor(sizes, folder), only);
  const workers = await startWorkers(python);
  try {
    const { outcomes, failures } = await measureAll(cases, workers, rounds);
    const parts = [setting(workers, rounds), timesTable(outcomes)];
    if (only === undefined || only.split(",").includes(LONG_READ)) parts.push(await longRead(workers, folder, sizes));
    const report = parts.join("\n\n");
    process.stdout.write(`\n${report}\n`);
    if (failures.length > 0) throw new Failure(failures.join("\nfailed: "));
    if (write) record(report);
  } finally {
    for (const worker of Object.values(workers)) worker.close();
  }
}

function chosen(cases, only) {
  if (only === undefined) return cases;
  const ids = only.split(",").filter((id) => id !== LONG_READ);
  const unknown = ids.filter((id) => !cases.some((one) => one.id === id));
  if (unknown.length > 0)
    throw new Failure(`no case ${unknown.join(", ")}; there are ${cases.map((one) => one.id).join(", ")}`);
  return cases.filter((one) => ids.includes(one.id));
}

/** All cases are tried, even if one fails. */
async function measureAll(cases, workers, rounds) {
  const outcomes = [];
  const failures = [];
  const scratch = mkdtempSync(join(tmpdir(), "bench-"));
  for (const one of cases) {
    say(`${one.title}: ${one.sides.map(({ name }) => name).join(", ")}`);
    try {
      const { value, seconds } = await timed(() => measureCase(one, workers, { rounds, scratch }));
      outcomes.push({ one, times: value });
      say(`values are equal; ${rounds} rounds (${seconds.toFixed(1)} s)`);
    } catch (error) {
      failures.push(`${one.id}: ${error instanceof Failure ? error.message : error.stack}`);
      say("FAILED");
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }
  return { outcomes, failures };
}

/** What the times depend on; no date, so that a run on the same machine changes times alone. */
function setting(workers, rounds) {
  const { ours, biocpy, h5py_alone, tiledb_alone } = workers;
  const [{ model }] = cpus();
  return [
    `- ${process.platform} ${process.arch}, ${model.trim()}, ${availableParallelism()} cores`,
    `- this project: ${versionList(ours.versions)}`,
    `- BiocPy: ${versionList(biocpy.versions)}`,
    `- alone: ${versionList({ ...h5py_alone.versions, ...tiledb_alone.versions })}`,
    `- best / median of ${rounds} rounds in milliseconds, everybody in turn in each round, after one untimed run of each`,
    "  whose values were found equal; the files are opened anew each time, and are in the system's cache",
  ].join("\n");
}

try {
  const { values } = parseArgs({
    options: { quick: { type: "boolean" }, write: { type: "boolean" }, only: { type: "string" } },
  });
  await bench(values);
} catch (error) {
  const expected = error instanceof Failure || String(error?.code).startsWith("ERR_PARSE_ARGS");
  if (!expected) throw error;
  process.stderr.write(`\nfailed: ${error.message}\n`);
  process.exitCode = 1;
}
