import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["*.test.ts"], globalSetup: ["./peers.ts", "./trees.ts", "./large.ts"] },
});
