// Counts of what was found, and the failures.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { apply } from "./patches.mjs";

const SHOWN = 25;

export class Tally {
  mutants = 0;
  /** Mutants that this project read in part with h5wasm. */
  fallback = 0;
  verdicts = {};
  /** Of where h5py found something and we gave an error: by base file and code. */
  stricter = {};
  exceptions = {};
  ends = { h5py: 0, ours: 0 };
  failures = [];
  #bases;
  #peak = 0;

  constructor(bases) {
    this.#bases = bases;
  }

  add(job, verdict, outcome, reason) {
    count(this.verdicts, verdict);
    if (verdict === "stricter") count(this.stricter, `${this.#bases[job.base].name} ${outcome.match(/^!(\w+)/)?.[1]}`);
    if (reason !== undefined) count(this.exceptions, reason);
  }

  mutant(_job, _theirs, { facts }) {
    this.mutants++;
    this.fallback += facts.fallback ?? 0;
    this.#peak = Math.max(this.#peak, facts.over ?? 0);
  }

  /** @param what a sentence, or the findings that may not be */
  fail({ bases, folder }, seed, job, what, notes) {
    const base = bases[job.base];
    const path = join(folder, "failures", `${seed}-${job.id}.h5`);
    writeFileSync(path, apply(base.content, job));
    const findings = Array.isArray(what) ? what : [];
    this.failures.push({ job, what: findings.length > 0 ? findings : what });
    writeFileSync(`${path}.json`, `${JSON.stringify({ seed, base: base.name, ...job, what, notes }, null, 1)}\n`);
    if (this.failures.length > SHOWN) return;
    const lines = [`failed: mutant ${job.id} of ${base.name} (${job.how})`];
    lines.push(
      `  bytes: ${job.length} long, ${job.patches
        .slice(0, 6)
        .map(([at, hex]) => `${at}: ${hex.slice(0, 40)}`)
        .join("; ")}`,
    );
    for (const { probe, theirs, ours } of findings.slice(0, 4)) {
      lines.push(`  ${JSON.stringify(probe)}`, `    h5py ${theirs.slice(0, 220)}`, `    ours ${ours.slice(0, 400)}`);
    }
    if (findings.length > 4) lines.push(`  and ${findings.length - 4} more`);
    if (findings.length === 0) lines.push(`  ${what} ${notes.join("; ").slice(0, 400)}`);
    lines.push(`  again: npm run fuzz -- --seed ${seed} --only ${job.id}`);
    process.stdout.write(`${lines.join("\n")}\n`);
  }

  report(versions, seconds) {
    const { verdicts } = this;
    const found = (verdicts.equal ?? 0) + (verdicts.stricter ?? 0) + this.failures.length;
    const list = (counts) =>
      Object.entries(counts)
        .sort((a, b) => b[1] - a[1])
        .map(([name, times]) => `${name} ${times}`)
        .join(", ") || "none";
    return [
      `${this.mutants} mutants of ${this.#bases.length} files (${versions}) in ${seconds.toFixed(0)} s`,
      `findings: ${list(verdicts)}`,
      `stricter than h5py in ${((100 * (verdicts.stricter ?? 0)) / Math.max(1, found)).toFixed(2)} %: ${list(this.stricter)}`,
      `exceptions: ${list(this.exceptions)}`,
      `in part by the fallback: ${this.fallback}; processes that a mutant ended: h5py ${this.ends.h5py}, ours ${this.ends.ours}; peak memory ${Math.round(this.#peak)} MiB above the baseline`,
      `Fuzz: ${this.mutants} mutants, ${this.failures.length} failed`,
    ].join("\n");
  }
}

function count(counts, key) {
  counts[key] = (counts[key] ?? 0) + 1;
}
