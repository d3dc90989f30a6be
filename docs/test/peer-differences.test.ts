import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { pathInRoot, readPages } from "./markdown.js";

/*
 * Every row of the guide's tables of differences is what BiocPy and NumPy gave (`peers.json`), what this project gave
 * just now, and the name of the test that saw it. The tests are run here: a test that is missing, renamed, skipped or
 * failing leaves its row without an answer.
 */

interface Situation {
  readonly section: string;
  readonly name: string;
  readonly code: string;
  readonly biocpy: string;
  readonly numpy: string;
}

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly meta: { readonly here?: string };
    }[];
  }[];
}

const packages = ["delayedarray", "hdf5array", "tiledbarray"];
const folder = mkdtempSync(join(tmpdir(), "peers-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const situations = JSON.parse(
  readFileSync(pathInRoot("packages/delayedarray/test/peers/fixtures/peers.json"), "utf8"),
) as Situation[];

/** What this project gave, by the name of the test that passed. */
const here = new Map<string, string>();

test.each(packages)("the tests of %s pass, and none is skipped", (name) => {
  const file = join(folder, `${name}.json`);
  const args = ["run", "test/peers", "--allowOnly=false", "--reporter=json", `--outputFile=${file}`];
  // This process is a worker of another run, which its variables tell.
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith("VITEST")));
  const { status, stderr } = spawnSync(process.execPath, [pathInRoot("node_modules/vitest/vitest.mjs"), ...args], {
    cwd: pathInRoot(`packages/${name}`),
    encoding: "utf8",
    env,
  });
  expect(status, stderr).toBe(0);
  const { testResults } = JSON.parse(readFileSync(file, "utf8")) as Report;
  for (const { title, status, meta } of testResults.flatMap((one) => one.assertionResults)) {
    expect(status, title).toBe("passed");
    expect(here.has(title), `two tests are called "${title}"`).toBe(false);
    here.set(title, meta.here ?? "");
  }
});

test("every situation is in the guide, with what each gives and the name of its test", () => {
  expect(Array.from(here.keys()).sort()).toEqual(situations.map(({ name }) => name).sort());
  const page = readPages().find(({ path }) => path === "docs/peer-differences.md")?.text ?? "";
  expect(tablesOf(page)).toEqual(expectedTables());
});

/** The lines of the tables, with the headings above them, and one space at both ends of each cell. */
function tablesOf(text: string): string[] {
  const lines = text.split(/\r?\n/).filter((line) => /^(## |\|)/.test(line) && !/^\|[ -]+\|[ -]+\|/.test(line));
  return lines.map((line) => line.replace(/ *(?<!\\)\| */g, " | ").trim());
}

function expectedTables(): string[] {
  const lines: string[] = [];
  let section = "";
  for (const { name, code, biocpy, numpy, ...situation } of situations) {
    if (situation.section !== section) {
      section = situation.section;
      lines.push(`## ${section}`, "| situation | BiocPy | NumPy | here | test |");
    }
    const cells = [code, biocpy, numpy, here.get(name) ?? "did not run"].map((text) =>
      text === "–" ? text : `\`${text.replaceAll("|", "\\|")}\``,
    );
    lines.push(`| ${[...cells, name].join(" | ")} |`);
  }
  return lines;
}
