// `npm run fuzz`: mutants of small HDF5 files, each read by this project and by h5py, whose findings have to agree.
//
//   npm run fuzz                              50,000 mutants; FUZZ_MUTANTS and FUZZ_SEED say how many and which
//   npm run fuzz -- --mutants 1000000         more, for the night
//   npm run fuzz -- --seed 7 --only 1234      one mutant of a run again, with every finding
//   npm run fuzz -- --seed 7 --only 1234 --all  with those that are equal, and in full length
//   npm run fuzz -- --seed 7 --only 1234 --remember "what was wrong"  puts it among those that each run begins with
//   npm run fuzz -- --base texts              mutants of one base file alone
//   npm run fuzz -- --file some.h5 --base x   a file, with what is looked up in a base file
//
// It fails when a finding may not be, when a reader hangs or takes too much memory, and when there were too few mutants.
import { mkdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Failure, root, say } from "../process.mjs";
import { campaign } from "./campaign.mjs";
import { prepare } from "./prepare.mjs";
import { showOne } from "./show-one.mjs";

async function fuzz({ mutants, seed, only, base, file, lanes, all, remember }) {
  const chosen = {
    mutants: wholeNumber(mutants ?? process.env.FUZZ_MUTANTS ?? "50000", "--mutants"),
    seed: wholeNumber(seed ?? process.env.FUZZ_SEED ?? String(Math.floor(Math.random() * 2 ** 31)), "--seed"),
    lanes: wholeNumber(lanes ?? String(availableParallelism()), "--lanes"),
  };
  if (all) process.env.FUZZ_SHOWN = "100000";
  // Apart, so that a finding can be looked at while a run goes on.
  const alone = only !== undefined || file !== undefined;
  const folder = join(root, ".tools", alone ? "fuzz-one" : "fuzz");
  rmSync(join(folder, "failures"), { recursive: true, force: true });
  mkdirSync(join(folder, "failures"), { recursive: true });
  const setting = await prepare(folder, base);
  if (alone) return showOne(setting, { seed: chosen.seed, only, file, all, remember });
  say(`FUZZ_SEED=${chosen.seed} FUZZ_MUTANTS=${chosen.mutants} repeats this run`);
  await campaign(setting, chosen);
}

function wholeNumber(text, name) {
  if (/^\d+$/.test(text)) return Number(text);
  throw new Failure(`${name}: expected a whole number, got ${text}`);
}

try {
  const text = { type: "string" };
  const { values } = parseArgs({
    options: {
      mutants: text,
      seed: text,
      only: text,
      base: text,
      file: text,
      lanes: text,
      remember: text,
      all: { type: "boolean" },
    },
  });
  await fuzz(values);
} catch (error) {
  const expected = error instanceof Failure || String(error?.code).startsWith("ERR_PARSE_ARGS");
  if (!expected) throw error;
  process.stderr.write(`\nfailed: ${error.message}\n`);
  process.exitCode = 1;
}
