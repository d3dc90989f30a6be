// A run over many mutants.
import { Failure, say } from "../process.mjs";
import { judge } from "./judge.mjs";
import { mutantOf } from "./mutate.mjs";
import { SecondLook } from "./second-look.mjs";
import { Tally } from "./tally.mjs";

const BATCH = 200;
/** Mebibytes above what the reader holds after it has read every base file. */
const MEMORY = 256;
/** Bytes of one array: far more than any base file or what is read of it. */
const ALLOCATION = 64 * 2 ** 20;
/** Failures that are looked into; beyond that something is broken altogether. */
const ENOUGH = 300;

/**
 * @param {import("./prepare.mjs").Setting} setting
 * @throws {Failure} when a finding may not be, or there were too few mutants
 */
export async function campaign(setting, { mutants, seed, lanes }) {
  const { bases } = setting;
  const tally = new Tally(bases);
  const number = setting.only === undefined ? undefined : bases.findIndex(({ name }) => name === setting.only);
  let next = 0;
  let told = Date.now();
  const begin = Date.now();

  function* batches() {
    while (next < mutants && tally.failures.length < ENOUGH) {
      const jobs = [];
      for (; jobs.length < BATCH && next < mutants; next++) {
        jobs.push(mutantOf(bases, seed, number === undefined ? next : alone(bases.length, number, next)));
      }
      yield jobs;
    }
  }
  const queue = batches();
  const second = new SecondLook(setting);

  const lane = async () => {
    const oracle = setting.oracle();
    const reader = setting.reader();
    try {
      for (const jobs of queue) {
        const count = (job) => bases[job.base].probes.length;
        const [theirs, ours] = await Promise.all([oracle.perform(jobs, count), reader.perform(jobs, count)]);
        // A peak stays: what comes next gets a process of its own.
        if (ours.some(({ facts }) => facts.over > MEMORY)) reader.close();
        for (const [i, job] of jobs.entries()) await compare(job, theirs[i], ours[i]);
        if (Date.now() - told > 30_000) {
          told = Date.now();
          say(`${tally.mutants} mutants, ${tally.failures.length} failed`);
        }
      }
      tally.ends.h5py += oracle.ends;
      tally.ends.ours += reader.ends;
    } finally {
      for (const one of [oracle, reader]) one.close();
    }
  };

  async function compare(job, theirs, ours) {
    const base = bases[job.base];
    const suspects = [];
    base.probes.forEach((probe, i) => {
      const { verdict, reason } = judge(probe, theirs.outcomes[i], ours.outcomes[i]);
      if (verdict === "failure") suspects.push(i);
      else tally.add(job, verdict, ours.outcomes[i], reason);
    });
    tally.mutant(job, theirs, ours);
    const { over = 0, grown = 0, largest = 0, stray = 0 } = ours.facts;
    if (over > MEMORY && grown > 1)
      tally.fail(setting, seed, job, `memory: ${Math.round(over)} MiB above the baseline`, ours.notes);
    if (largest > ALLOCATION) tally.fail(setting, seed, job, `an array of ${largest} bytes was made`, []);
    if (stray > 0) tally.fail(setting, seed, job, "rejections that nobody waited for", ours.notes);
    if (ours.notes.length > 0 && stray === 0) tally.fail(setting, seed, job, "after the last probe", ours.notes);
    if (suspects.length === 0) return;
    const { failures, others } = await second.at(job, suspects, theirs);
    for (const { verdict, outcome, reason } of others) tally.add(job, verdict, outcome, reason);
    if (failures.length > 0) tally.fail(setting, seed, job, failures, ours.notes);
  }

  try {
    await Promise.all(Array.from({ length: lanes }, lane));
  } finally {
    second.close();
  }
  process.stdout.write(`\n${tally.report(setting.versions, (Date.now() - begin) / 1000)}\n`);
  if (tally.failures.length > 0)
    throw new Failure(`${tally.failures.length} mutants of ${tally.mutants} (FUZZ_SEED=${seed})`);
  if (tally.mutants < mutants) throw new Failure(`${tally.mutants} mutants were tried, expected ${mutants}`);
}

/** The indices of one base file's mutants, behind those of the known ones; a multiple of 4 turns suits the fallback's. */
function alone(count, number, i) {
  return (1000 + 4 * i) * count + number;
}
