import { DTYPES, type NumericDType } from "../src/base/dtype.js";

/** All dtypes of numbers: what holds for strings is in tests of their own. */
export const NUMERIC_DTYPES = DTYPES.filter((dtype): dtype is NumericDType => dtype !== "string");
