// `npm run check`: everything that can be said about the code without running it. All steps run even if one fails.
// `npm run check -- types lint` runs the named steps only.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkRepository } from "./check-repository.mjs";
import { capture, Failure, root, run, runTool, say, timed, tool } from "./process.mjs";
import { pnpm, pnpmProgram } from "./setup.mjs";
import { isPlatformPackage, publicPackages } from "./workspace.mjs";

const steps = {
  layers: {
    what: "imports go in one direction",
    run: () => run(process.execPath, [join(root, "tooling", "check-layers.mjs")]),
  },
  repository: {
    what: "no registry addresses, no paths of one machine, no other lockfile",
    run: () => fail(checkRepository()),
  },
  lockfile: {
    what: "the lockfile agrees with every package.json",
    run: () => pnpm(["install", "--frozen-lockfile", "--lockfile-only"]),
  },
  lint: {
    what: "format and lint (biome)",
    run: () => runTool("@biomejs/biome", ["check", "--error-on-warnings", "."]),
  },
  types: {
    what: "types of every package and its tests (tsc)",
    run: () => runTool("turbo", ["run", "typecheck", "--output-logs=errors-only", "--continue"]),
  },
  unused: {
    what: "no unused files, exports or dependencies (knip)",
    run: () => runTool("knip", ["--no-progress", "--no-config-hints"]),
  },
  declarations: {
    what: "libtiledb declares TileDB's functions as its headers do",
    run: () => pnpm(["--silent", "--dir", join(root, "packages", "libtiledb"), "run", "check:declarations"]),
  },
  wasm: {
    what: "the WebAssembly in the packages is what tooling/wasm compiles to",
    run: async () => {
      const { checkModules } = await import("./wasm/compile.mjs");
      fail(await checkModules());
    },
  },
  tarballs: { what: "the packed packages (publint, attw)", run: checkTarballs },
  publish: { what: "pnpm publish --dry-run of every public package", run: dryRuns },
  changesets: { what: "the changesets name packages of this workspace", run: checkChangesets },
};

export async function check(names = []) {
  const unknown = names.filter((name) => !Object.hasOwn(steps, name));
  if (unknown.length > 0)
    throw new Failure(`unknown check ${unknown.join(", ")}: expected ${Object.keys(steps).join(", ")}`);
  const failures = [];
  for (const name of names.length > 0 ? names : Object.keys(steps)) {
    const { what, run: step } = steps[name];
    say(`${name}: ${what}`);
    const { value: error, seconds } = await timed(() => attempt(step));
    if (error) failures.push(`${name} (${error.message})`);
    say(`${name}: ${error ? `FAILED: ${error.message}` : "ok"} (${seconds.toFixed(1)} s)`);
  }
  if (failures.length > 0) throw new Failure(failures.join("\nfailed: "));
  say("all checks passed");
}

async function attempt(step) {
  try {
    await step();
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

function fail(problems) {
  if (problems.length > 0) throw new Failure(`${problems.length} problems:\n${problems.join("\n")}`);
}

async function checkTarballs() {
  const folder = mkdtempSync(join(tmpdir(), "packed-"));
  try {
    const { pack } = await import("./pack.mjs");
    const tarballs = pack(folder);
    for (const one of publicPackages()) {
      const tarball = tarballs[one.manifest.name];
      if (tarball === undefined) continue; // The TileDB library of another platform.
      quietly(tool("publint"), ["run", tarball, "--strict"]);
      // A platform package has no code, and so no types to look at. `@types` packages are not asked for over the net.
      if (!isPlatformPackage(one))
        quietly(tool("@arethetypeswrong/cli"), [tarball, "--profile", "esm-only", "--no-definitely-typed"]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function dryRuns() {
  for (const { folder } of publicPackages())
    quietly(pnpmProgram(), ["publish", "--dry-run", "--no-git-checks"], { cwd: join(root, folder) });
}

/** Runs a program with this Node; what it says is shown only if it fails. */
function quietly(program, args, options = {}) {
  const { status, stdout, stderr } = capture(process.execPath, [program, ...args], options);
  if (status !== 0) throw new Failure(`${args.join(" ")}\n${stdout}\n${stderr}`.trim());
}

/**
 * That changed packages have a changeset is for a review to see, and a clone may have no `main` to compare with; here
 * only that the changesets which exist can be applied.
 */
function checkChangesets() {
  const { status, stdout, stderr } = capture(process.execPath, [tool("@changesets/cli"), "status"]);
  const other = /no changesets were found|Failed to find where HEAD diverged/;
  if (status !== 0 && !other.test(stdout + stderr)) throw new Failure((stdout + stderr).trim());
}
