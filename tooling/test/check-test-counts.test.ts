import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { checkCounts, readSuite } from "../check-test-counts.mjs";
import { root } from "../process.mjs";

const folder = mkdtempSync(join(tmpdir(), "counts-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A report as vitest writes it: tests by status, in one file. */
function reportOf(tests: [title: string, status: string][], file = "passed") {
  const path = join(folder, "report.json");
  const failureMessages = ["expected 1 to be 2\n    at a.test.ts:3:1"];
  const assertionResults = tests.map(([fullName, status]) => ({ fullName, status, failureMessages }));
  writeFileSync(
    path,
    JSON.stringify({ testResults: [{ name: join(root, "a.test.ts"), status: file, message: "", assertionResults }] }),
  );
  return path;
}

function check(tests: [string, string][], minimum: number, { strict = true, status = 0, file = "passed" } = {}) {
  const outcome = { ...readSuite(reportOf(tests, file), status), suite: "one", seconds: 1 };
  const { lines, ok } = checkCounts([outcome], { one: minimum }, { strict });
  return { total: lines.at(-1), problems: lines.filter((line) => line.startsWith("problem")), ok };
}

const two: [string, string][] = [
  ["adds", "passed"],
  ["divides", "passed"],
];

describe("counts", () => {
  it("passes a suite with enough tests", () => {
    expect(check(two, 2)).toEqual({ total: "Tests: 2 passed, 0 failed", problems: [], ok: true });
  });

  it("fails a suite with fewer tests than the minimum", () => {
    expect(check(two, 3)).toEqual({
      total: "Tests: 2 passed, 1 failed",
      problems: ["problem: one: 2 tests ran, expected at least 3"],
      ok: false,
    });
  });

  it.each(["skipped", "pending", "todo"])("fails a suite with a test that is %s", (status) => {
    const { total, ok } = check([...two, ["is left out", status]], 2);
    expect({ total, ok }).toEqual({ total: "Tests: 2 passed, 1 failed", ok: false });
  });

  it("excuses a test that needs a missing program, but not on CI", () => {
    const tests: [string, string][] = [...two, ["opens a page (needs Chromium)", "skipped"]];
    expect(check(tests, 3, { strict: false }).total).toBe("Tests: 2 passed, 0 failed, 1 skipped");
    expect(check(tests, 3, { strict: false }).ok).toBe(true);
    expect(check(tests, 3, { strict: true }).ok).toBe(false);
  });

  it("fails with a failed test, a file that does not load, and an unexplained exit code", () => {
    const { total, problems } = check([...two, ["fails", "failed"]], 2, { status: 1 });
    expect(total).toBe("Tests: 2 passed, 1 failed");
    expect(problems).toEqual(["problem: one: failed: a.test.ts: fails: expected 1 to be 2"]);
    expect(check([], 0, { file: "failed", status: 1 }).total).toBe("Tests: 0 passed, 1 failed");
    expect(check(two, 2, { status: 1 }).total).toBe("Tests: 2 passed, 1 failed");
  });

  it("fails when there is no report, no minimum, or a suite that did not run", () => {
    expect(readSuite(join(folder, "none.json"), 0).failed).toBe(1);
    const outcome = { passed: 1, failed: 0, skipped: [], notes: [], suite: "one", seconds: 1 };
    expect(checkCounts([outcome], {}, { strict: true }).ok).toBe(false);
    expect(checkCounts([], { two: 1 }, { strict: true }).ok).toBe(false);
  });
});
