import { preset } from "../../tooling/tsup.mjs";

export default preset(["src/index.ts"]);
