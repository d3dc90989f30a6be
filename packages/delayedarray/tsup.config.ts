import { preset } from "../../tooling/tsup.mjs";

export default preset({ index: "src/index.ts", internal: "src/internal.ts", "testing/index": "src/testing/index.ts" });
