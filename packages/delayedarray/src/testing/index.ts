/**
 * Helpers for those who write seeds, bound to no test runner.
 *
 * @module
 */
export { checkSeed, type SeedReport } from "./check-seed.js";
export { type CountingSeed, countingSeed, type SeedCounts } from "./counting-seed.js";
