import { preset } from "../../tooling/vitest.mjs";

// The corpus is a suite of its own, which needs Python: `npm run live`.
export default preset({ exclude: ["**/node_modules/**", "test/corpus/**"] });
