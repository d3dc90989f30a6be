import { preset } from "../../tooling/tsup.mjs";

export default preset({ main: "src/main.ts" }, { platform: "node", skipNodeModulesBundle: true });
