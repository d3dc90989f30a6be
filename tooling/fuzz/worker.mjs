// A child process that looks mutants up, one after another, and may die of any.
//
// It is given a list of jobs as one JSON line: [{ id, base, length, patches, from }, …], `from` being the first probe
// wanted. Its answer is one line per probe, `o <outcome>`, and `e <JSON>` at the end of a job; `n <text>` in between is a
// note. A worker that has workers of its own tells the end of one as `x <how>`, and is ready again.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/**
 * @typedef {object} Answer
 * @property {string[]} outcomes one per probe
 * @property {string[]} notes
 * @property {Record<string, number>} facts what the worker says of the job as a whole
 */

const DONE = Symbol("all jobs are done");

export class Worker {
  #command;
  #options;
  #silence;
  #child;
  #receive;
  #ended;
  #hung = false;
  /** How often a mutant ended it. */
  ends = 0;

  /**
   * @param {[string, string[]]} command
   * @param {object} options of spawn
   * @param {number} silence milliseconds without a line after which it hangs
   */
  constructor(command, options, silence) {
    this.#command = command;
    this.#options = options;
    this.#silence = silence;
  }

  /**
   * @param {object[]} jobs
   * @param {(job: object) => number} probeCount
   * @returns {Promise<Answer[]>}
   */
  async perform(jobs, probeCount) {
    const answers = jobs.map(() => ({ outcomes: [], notes: [], facts: {} }));
    let at = 0;
    while (at < jobs.length) {
      const answer = answers[at];
      if (answer.outcomes.length >= probeCount(jobs[at]) || isHopeless(answer)) {
        fill(answer, probeCount(jobs[at]), "*unknown: others before ended the process");
        at++;
        continue;
      }
      const rest = jobs.slice(at).map((job, i) => ({ ...job, from: i === 0 ? answer.outcomes.length : 0 }));
      const end = await this.#run(rest, (tag, text) => {
        const current = answers[at];
        if (tag === "x") return text;
        if (tag === "o") current.outcomes.push(text);
        else if (tag === "n") current.notes.push(text);
        else if (tag === "e") {
          if (text !== "") current.facts = JSON.parse(text);
          at++;
        }
        return at === jobs.length ? DONE : undefined;
      });
      if (end === DONE) continue;
      this.ends++;
      const { outcomes, notes } = answers[at];
      // After its last probe it is the closing of the file that it died of.
      if (outcomes.length === probeCount(jobs[at])) {
        notes.push(end);
        at++;
      } else outcomes.push(`*${end}`);
    }
    return answers;
  }

  /** The outcome of one probe, with none before it, in a new process. */
  async alone(job, probe) {
    this.close();
    const end = await this.#run([{ ...job, from: probe }], (tag, text) => ("ox".includes(tag) ? text : undefined));
    this.close();
    return /^[=!?]/.test(end) ? end : `*${end}`;
  }

  /** Sends jobs and hands lines on until `receive` returns something, or the child has ended; returns that, or how. */
  #run(jobs, receive) {
    if (this.#child === undefined) this.#start();
    return new Promise((resolve) => {
      let timer;
      const settle = (value) => {
        clearTimeout(timer);
        this.#receive = undefined;
        this.#ended = undefined;
        resolve(value);
      };
      const wait = () => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          this.#hung = true;
          this.#child.kill("SIGKILL");
        }, this.#silence);
      };
      this.#receive = (line) => {
        wait();
        const result = receive(line[0], line.slice(2));
        if (result !== undefined) settle(result);
      };
      this.#ended = settle;
      wait();
      this.#child.stdin.write(`${JSON.stringify(jobs)}\n`);
    });
  }

  #start() {
    this.#hung = false;
    const child = spawn(...this.#command, { stdio: ["pipe", "pipe", "ignore"], ...this.#options });
    child.stdin.on("error", () => {}); // Its end says it.
    const lines = createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY });
    lines.on("line", (line) => {
      if (this.#child === child) this.#receive?.(line);
    });
    let exit;
    const closed = new Promise((resolve) => lines.on("close", resolve));
    child.on("error", (error) => {
      exit = error.message;
    });
    child.on("exit", (code, signal) => {
      exit = signal === "SIGPROF" || this.#hung ? "hang" : `crash (${signal ?? `exit code ${code}`})`;
    });
    child.on("close", async () => {
      await closed; // What it said before it ended has been received.
      if (this.#child !== child) return;
      this.#child = undefined;
      this.#ended?.(exit ?? "crash");
    });
    this.#child = child;
  }

  close() {
    const child = this.#child;
    this.#child = undefined;
    child?.stdin.end();
    child?.kill();
  }
}

/** Where one probe hangs others do; where some crash others may do anything. */
function isHopeless({ outcomes }) {
  return outcomes.includes("*hang") || outcomes.filter((one) => one.startsWith("*")).length >= 3;
}

function fill({ outcomes }, count, text) {
  while (outcomes.length < count) outcomes.push(text);
}
