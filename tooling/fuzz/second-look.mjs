// A finding that may not be is looked at again, in other processes: a mutant before it may have damaged the memory of
// h5py's library, and what that gives may be memory that was never written.
import { judge } from "./judge.mjs";

/** Fillings of memory that was not written. */
const POISONS = [0x55, 0xaa];

export class SecondLook {
  #setting;
  #oracles;
  #reader;
  #last = Promise.resolve();

  /** @param {import("./prepare.mjs").Setting} setting */
  constructor(setting) {
    this.#setting = setting;
    this.#oracles = POISONS.map((poison) => setting.oracle(poison));
    this.#reader = setting.reader(setting.patience);
  }

  /**
   * One after the other, whoever asks.
   *
   * @param {number[]} suspects which probes
   * @param {import("./worker.mjs").Answer} first what h5py found the first time
   */
  at(job, suspects, first) {
    const looked = this.#last.then(() => this.#look(job, suspects, first));
    this.#last = looked.catch(() => {});
    return looked;
  }

  async #look(job, suspects, first) {
    const { probes } = this.#setting.bases[job.base];
    const look = async (worker) => (await worker.perform([job], () => probes.length))[0].outcomes;
    const [ours, ...theirs] = await Promise.all([this.#reader, ...this.#oracles].map(look));
    const failures = [];
    const others = [];
    for (const i of suspects) {
      let [one, ...rest] = theirs.map((outcomes) => outcomes[i]);
      const random = rest.some((other) => other !== one);
      // Whoever has failed to read damaged parts may die of the next one, be it whole: it is asked about that one alone.
      if (!random && one.startsWith("*")) one = await this.#oracles[0].alone(job, i);
      const { verdict, reason } = random ? { verdict: "random" } : judge(probes[i], one, ours[i]);
      if (verdict === "failure") failures.push({ probe: probes[i], theirs: one, ours: ours[i] });
      // Right now, wrong before: then it was the first of h5py's findings that came about by accident.
      else others.push({ verdict: one === first.outcomes[i] ? verdict : "random", outcome: ours[i], reason });
    }
    return { failures, others };
  }

  close() {
    for (const one of [this.#reader, ...this.#oracles]) one.close();
  }
}
