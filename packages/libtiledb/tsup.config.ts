import { preset } from "../../tooling/tsup.mjs";

// Names are kept because handles say what they are when they are printed.
export default preset(["src/index.ts"], { keepNames: true });
