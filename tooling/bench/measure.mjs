// One case: the values first, then the times, this project and its peers in turn.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../process.mjs";
import { compareResults } from "./compare.mjs";

/**
 * @typedef {{ name: string, seconds: number[] }} Times
 * @param {import("./cases.mjs").Case} one
 * @param {Record<string, import("./worker.mjs").Worker>} workers
 * @param {{ rounds: number, scratch: string }} settings `scratch` is a folder for results, removed afterwards
 * @returns {Promise<Times[]>} one for each side, in order
 */
export async function measureCase(one, workers, { rounds, scratch }) {
  const checked = await checkValues(one, workers, scratch);
  const times = one.sides.map(({ name }) => ({ name, seconds: [] }));
  const forwards = one.sides.map((_, index) => index);
  for (let round = 0; round < rounds; round++) {
    // There and back again, so that nobody always follows the same neighbour.
    for (const index of round % 2 === 0 ? forwards : forwards.toReversed()) {
      const side = one.sides[index];
      const answer = await perform(one, side, workers);
      compareAgain(one, side, checked[index], answer);
      times[index].seconds.push(answer.seconds);
    }
  }
  return times;
}

/** Everybody performs the task once, untimed: that is the warm-up, too. All results must equal those of this project. */
async function checkValues(one, workers, scratch) {
  const answers = [];
  for (const [index, side] of one.sides.entries()) {
    const folder = join(scratch, `${one.id}-${index}`);
    mkdirSync(folder, { recursive: true });
    answers.push(await perform(one, side, workers, folder));
    if (index > 0) compareResults(one.agreement, [one.sides[0].name, answers[0]], [side.name, answers[index]]);
  }
  rmSync(scratch, { recursive: true, force: true });
  return answers;
}

/** A timed run must give what the checked one gave: whole arrays by their digest, single numbers as they agree. */
function compareAgain(one, side, checked, answer) {
  if (answer.digest === checked.digest) return;
  if (one.agreement !== "relative")
    throw new Failure(`${side.name}: a timed run gave other values than the checked one`);
  compareResults(one.agreement, [`${side.name}, timed,`, answer], ["checked", checked]);
}

function perform(one, side, workers, folder) {
  return workers[side.worker].perform(side.task, one.options, folder);
}
