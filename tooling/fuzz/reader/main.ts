// What this project finds in mutants: `main.mjs FOLDER`, in the protocol that ../worker.mjs describes.

import { readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { openHdf5File } from "../../../packages/hdf5array/src/file/open-file.js";
import { apply } from "../patches.mjs";
import { largestAllocation } from "./allocations.js";
import { failed, type Probe, run } from "./probe.js";

interface Job {
  readonly id: number;
  readonly base: number;
  readonly length: number;
  readonly patches: [number, string][];
  readonly from: number;
}

const [folder] = process.argv.slice(2) as [string];
const { bases } = JSON.parse(readFileSync(join(folder, "bases.json"), "utf8")) as {
  bases: { name: string; probes: Probe[] }[];
};
const contents = bases.map(({ name }) => new Uint8Array(readFileSync(join(folder, `${name}.h5`))));

// Pipes may be full for a moment.
function say(tag: string, text = ""): void {
  let rest = Buffer.from(`${tag} ${text.replace(/[\r\n]/g, " ")}\n`);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}

async function perform(
  bytes: Uint8Array,
  probes: readonly Probe[],
  asUsers: boolean,
  answer: (outcome: string) => void,
): Promise<string[]> {
  let file: Awaited<ReturnType<typeof openHdf5File>>;
  try {
    file = await openHdf5File(bytes, {});
  } catch (error) {
    for (const _ of probes) answer(failed(error));
    return [];
  }
  const readers = new Set<string>();
  for (const probe of probes) answer(await run({ bytes, file, asUsers, readers }, probe));
  file.close();
  return [...readers];
}

/** Peak of this process's memory so far, in MiB. */
const peak = () => process.resourceUsage().maxRSS / 1024;

// What is rejected without anybody waiting for it is nobody's answer.
let stray = 0;
const noteStray = (error: unknown) => {
  stray++;
  say("n", `stray ${failed(error)}`);
};
process.on("unhandledRejection", noteStray);
process.on("uncaughtException", noteStray);

// Everything has been loaded and used before memory is measured.
for (let round = 0; round < 3; round++)
  for (const [i, { probes }] of bases.entries()) await perform(contents[i]!, probes, round === 0, () => {});
largestAllocation();
const baseline = peak();
let highest = baseline;

for await (const line of createInterface({ input: process.stdin })) {
  for (const job of JSON.parse(line) as Job[]) await answer(job);
}

async function answer(job: Job): Promise<void> {
  const bytes = apply(contents[job.base]!, job);
  const probes = bases[job.base]!.probes.slice(job.from);
  stray = 0;
  const readers = await perform(bytes, probes, job.id % 4 === 0, (outcome) => say("o", outcome));
  // Rejections that nobody waits for are reported a turn later.
  await new Promise(setImmediate);
  const fallback = readers.includes("h5wasm") ? 1 : 0;
  const before = highest;
  highest = peak();
  const largest = largestAllocation();
  say("e", JSON.stringify({ over: highest - baseline, grown: highest - before, largest, fallback, stray }));
}
