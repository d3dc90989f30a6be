import { fixture, readJson } from "../../../../tooling/fixtures/read.mjs";
import { describeFormats, describeR, type ExpectedFormats, type RCase } from "./check-formats.js";

/* Files that anndata, h5py, PyTables, pandas and R wrote, and what those say of them. */

describeFormats(fixture("formats"), readJson<ExpectedFormats>("formats", "expected.json"));
describeFormats(fixture("formats"), readJson<ExpectedFormats>("formats", "anndata-0.13.json"));
describeR(fixture("formats"), readJson<{ cases: RCase[] }>("formats", "r.json").cases);
