// A suite that did not run, skipped tests, or tests that vanished look like success in a test runner's exit code. So
// the counts are compared with committed minimums (test-minimums.json: passing tests per suite).
//
// `node tooling/check-test-counts.mjs --write` raises the minimums to the counts of the last `npm test`.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { argv } from "node:process";
import { pathToFileURL } from "node:url";
import { root } from "./process.mjs";

const minimumsFile = join(root, "tooling", "test-minimums.json");

/** A test may be skipped only for a program that the machine lacks, named in the test's title, and never on CI. */
const excusable = /\(needs (Chromium|Python|R)\)$/;

export function readMinimums() {
  return JSON.parse(readFileSync(minimumsFile, "utf8"));
}

/** What vitest's JSON report says about a suite; `status` is the exit code of that run. */
export function readSuite(file, status) {
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: [], notes: ["vitest wrote no report"] };
  const { testResults } = JSON.parse(readFileSync(file, "utf8"));
  const tests = testResults.flatMap((one) => one.assertionResults);
  const passed = tests.filter((one) => one.status === "passed").length;
  const failedTests = tests.filter((one) => one.status === "failed").length;
  const skipped = tests.filter((one) => !["passed", "failed"].includes(one.status)).map((one) => one.fullName);
  // The end of a long log is what is looked at first, and all that some services keep.
  const notes = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.filter((one) => one.status === "failed").map((one) => failureNote(name, one)),
  );
  // A file that could not be loaded, or whose hooks failed, has no failed test of its own.
  const broken = testResults.filter(
    (one) => one.status === "failed" && !one.assertionResults.some((result) => result.status === "failed"),
  );
  for (const one of broken) notes.push(`${one.name}: ${one.message || "failed outside its tests"}`);
  let failed = failedTests + broken.length;
  if (failed === 0 && status !== 0) {
    failed = 1;
    notes.push(`vitest ended with exit code ${status}`);
  }
  return { passed, failed, skipped, notes };
}

function failureNote(file, { fullName, failureMessages }) {
  const [message = ""] = failureMessages.flatMap((text) => text.split("\n"));
  return `failed: ${relative(root, file)}: ${fullName}: ${message.slice(0, 500)}`;
}

/**
 * Compares the outcomes of suites with the minimums. `strict` (CI) excuses no skipped test. Returns the lines of a
 * summary, the last of which is the total.
 */
export function checkCounts(outcomes, minimums, { strict }) {
  const problems = [];
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  const width = Math.max(
    ...Object.keys(minimums).map((name) => name.length),
    ...outcomes.map((one) => one.suite.length),
  );
  const lines = [];
  for (const one of outcomes) {
    const { suite } = one;
    const excused = strict ? [] : one.skipped.filter((name) => excusable.test(name));
    const unexcused = one.skipped.filter((name) => !excused.includes(name));
    for (const note of one.notes) problems.push(`${suite}: ${note}`);
    for (const name of unexcused) problems.push(`${suite}: skipped: ${name}`);
    for (const name of excused) lines.push(`not run on this machine: ${name}`);
    const minimum = minimums[suite];
    if (minimum === undefined) problems.push(`${suite}: no minimum in tooling/test-minimums.json`);
    else if (one.passed + one.failed + excused.length < minimum)
      problems.push(`${suite}: ${one.passed + one.failed} tests ran, expected at least ${minimum}`);
    passed += one.passed;
    failed += one.failed + unexcused.length;
    skipped += excused.length;
    const counts = `${String(one.passed).padStart(6)} passed, ${one.failed} failed, ${one.skipped.length} skipped`;
    lines.push(`${suite.padEnd(width)} ${counts}, at least ${minimum ?? "?"} expected (${one.seconds.toFixed(1)} s)`);
  }
  const ran = new Set(outcomes.map((one) => one.suite));
  for (const suite of Object.keys(minimums)) if (!ran.has(suite)) problems.push(`${suite}: this suite did not run`);
  lines.push(...problems.map((problem) => `problem: ${problem}`));
  // Too few tests is a failure like any other: the total must not read as success.
  if (problems.length > 0 && failed === 0) failed = problems.length;
  lines.push(`Tests: ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  return { lines, ok: failed === 0 };
}

function writeMinimums() {
  const minimums = readMinimums();
  for (const suite of Object.keys(minimums)) {
    const file = join(root, ".tools", "test-results", `${suite.replaceAll("/", "-")}.json`);
    if (existsSync(file)) minimums[suite] = Math.max(minimums[suite], readSuite(file, 0).passed);
  }
  writeFileSync(minimumsFile, `${JSON.stringify(minimums, null, 2)}\n`);
}

if (pathToFileURL(argv[1] ?? "").href === import.meta.url && argv.includes("--write")) writeMinimums();
