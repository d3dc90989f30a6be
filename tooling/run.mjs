// The root scripts: `node tooling/run.mjs <task>`, each of which first does the set-up that it needs, so that it works
// straight after a clone. Node built-ins only at the top: the dependencies may not be there yet.
import { resolve } from "node:path";
import { Failure, root, run, runTool, say } from "./process.mjs";
import { pnpm, setup } from "./setup.mjs";

const tasks = {
  start() {
    setup();
    build();
    say("running examples/chapter");
    pnpm(["--silent", "--dir", resolve(root, "examples", "chapter"), "run", "start"]);
  },

  async test(suites) {
    setup();
    build();
    const { test } = await import("./test.mjs");
    await test(suites);
  },

  build(options) {
    setup();
    build(options);
  },

  async check(names) {
    setup();
    build();
    const { check } = await import("./check.mjs");
    await check(names);
  },

  bench(options) {
    setup();
    build();
    run(process.execPath, [resolve(root, "tooling", "bench", "run.mjs"), ...options]);
  },

  async live() {
    const { live } = await import("./test.mjs");
    await tasks.test(live);
  },

  fuzz(options) {
    setup();
    run(process.execPath, [resolve(root, "tooling", "fuzz", "run.mjs"), ...options]);
  },

  async pack([folder]) {
    if (folder === undefined) throw new Failure("where to? npm run pack -- DIR");
    setup();
    build();
    const { pack } = await import("./pack.mjs");
    // npm changes to the root before it starts us: a relative folder is meant from where the user is.
    pack(resolve(process.env.INIT_CWD ?? process.cwd(), folder));
  },

  // For the release workflow: the next versions from the changesets, and what to do once they are merged.
  version() {
    setup();
    runTool("@changesets/cli", ["version"]);
    pnpm(["install", "--lockfile-only"]);
  },

  publish() {
    setup();
    run(process.execPath, [resolve(root, "tooling", "libtiledb", "fetch.mjs"), "--platform", "all"]);
    build();
    runTool("@changesets/cli", ["publish"]);
  },
};

function build(options = []) {
  say("building the packages (turbo: what is unchanged comes from its cache)");
  runTool("turbo", ["run", "build", "--output-logs=new-only", ...options]);
}

const [name, ...rest] = process.argv.slice(2);
try {
  const task = Object.hasOwn(tasks, name ?? "") ? tasks[name] : undefined;
  if (task === undefined) throw new Failure(`unknown task ${name}: expected one of ${Object.keys(tasks).join(", ")}`);
  await task(rest);
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  process.stderr.write(`\nfailed: ${error.message}\n`);
  process.exitCode = 1;
}
