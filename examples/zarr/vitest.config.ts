import { preset } from "../../tooling/vitest.mjs";

export default preset();
