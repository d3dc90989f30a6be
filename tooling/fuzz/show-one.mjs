// One mutant again, with every finding.
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Failure } from "../process.mjs";
import { judge } from "./judge.mjs";
import { mutantOf } from "./mutate.mjs";
import { apply, difference } from "./patches.mjs";
import { SecondLook } from "./second-look.mjs";

export async function showOne(setting, { seed, only, file, all, remember }) {
  const { bases } = setting;
  const job = file === undefined ? mutantOf(bases, seed, Number(only)) : jobOf(setting, file);
  const base = bases[job.base];
  if (remember !== undefined) addKnown({ base: base.name, how: remember, length: job.length, patches: job.patches });
  const path = join(setting.folder, "failures", `${file === undefined ? `${seed}-${job.id}` : "file"}.h5`);
  writeFileSync(path, apply(base.content, job));
  process.stdout.write(
    `${path}: a mutant of ${base.name} (${job.how}), ${job.length} bytes of ${base.content.length}\n`,
  );
  for (const [at, hex] of job.patches.slice(0, 20)) {
    const old = Buffer.from(base.content.subarray(at, at + hex.length / 2)).toString("hex");
    process.stdout.write(`  at ${at}: ${hex.slice(0, 80)} instead of ${old.slice(0, 80)}\n`);
  }
  const count = () => base.probes.length;
  const workers = [setting.oracle(), setting.reader()];
  const [[theirs], [ours]] = await Promise.all(workers.map((worker) => worker.perform([job], count)));
  for (const worker of workers) worker.close();
  const suspects = [];
  base.probes.forEach((probe, i) => {
    const { verdict, reason } = judge(probe, theirs.outcomes[i], ours.outcomes[i]);
    if (verdict === "failure") suspects.push(i);
    if (verdict === "equal" && !all) return;
    const lines = [`${verdict}${reason ? ` (${reason})` : ""}: ${JSON.stringify(probe)}`];
    lines.push(`    h5py ${theirs.outcomes[i]}`, `    ours ${ours.outcomes[i]}`);
    process.stdout.write(`${lines.join("\n")}\n`);
  });
  process.stdout.write(`${JSON.stringify(ours.facts)} ${[...theirs.notes, ...ours.notes].join("; ")}\n`);
  if (suspects.length === 0) return;
  const second = new SecondLook(setting);
  const { failures, others } = await second.at(job, suspects, theirs);
  second.close();
  process.stdout.write(`looked at again: ${failures.length} failures, ${others.length} are none\n`);
  if (failures.length > 0) throw new Failure(`${failures.length} findings`);
}

function addKnown(mutant) {
  const path = new URL("known-mutants.json", import.meta.url);
  const known = JSON.parse(readFileSync(path, "utf8"));
  const lines = [...known, mutant].map((one) => `  ${JSON.stringify(one)}`);
  writeFileSync(path, `[\n${lines.join(",\n")}\n]\n`);
}

function jobOf({ bases, only }, file) {
  const number = bases.findIndex(({ name }) => name === only);
  if (number < 0) throw new Failure("--file needs --base: which probes to look up");
  const content = new Uint8Array(readFileSync(resolve(process.env.INIT_CWD ?? process.cwd(), file)));
  return { id: 0, base: number, how: file, ...difference(bases[number].content, content) };
}
