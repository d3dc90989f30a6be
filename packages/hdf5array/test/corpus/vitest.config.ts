import { preset } from "../../../../tooling/vitest.mjs";

export default preset({
  include: ["*.test.ts"],
  globalSetup: ["./written.ts", "./formats-written.ts"],
  testTimeout: 600_000,
  hookTimeout: 600_000,
});
