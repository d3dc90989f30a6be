import { beforeAll, describe, expect, it } from "vitest";
import { makeProject, type Project } from "./project.js";

// An application and a backend may each come with a delayedarray of their own. An array of one copy must be an array
// to the other.
describe("two copies of delayedarray", () => {
  let project: Project;

  beforeAll(() => {
    const dependencies = { delayedarray: "tarball:delayedarray", "second-copy": "tarball:delayedarray" };
    project = makeProject([], { dependencies });
  });

  /** Runs a program that has the copies as `one` and `two`, and returns the values that it passes to `show`. */
  function run(body: string): unknown[] {
    const program = `
      import * as one from "delayedarray";
      import * as two from "second-copy";
      const shown = [];
      const show = (value) => shown.push(value);
      const array = two.wrap(two.ndarray([[0, 1, 2], [3, 4, 5]]));
      ${body}
      console.log(JSON.stringify(shown));`;
    project.write("program.js", program);
    return JSON.parse(project.node("program.js"));
  }

  it("are two indeed", () => {
    expect(run("show(one.DelayedArray === two.DelayedArray);")).toEqual([false]);
  });

  it("share instanceof", () => {
    const program = `
      show(array instanceof one.DelayedArray);
      show(two.ndarray([1]) instanceof one.NdArray);
      show(two.SparseNdarray.fromDense(two.ndarray([[0, 1]])) instanceof one.SparseNdarray);
      show(two.ndarray([1]) instanceof one.DelayedArray);
      show({} instanceof one.DelayedArray);`;
    expect(run(program)).toEqual([true, true, true, false, false]);
  });

  it("compute on the arrays of each other", () => {
    const program = `
      show((await one.log1p(array).toDense()).toNested());
      show((await one.add(array, one.wrap(one.ndarray([[1, 1, 1], [1, 1, 1]]))).toDense()).toNested());
      show((await one.wrap(two.ndarray([1, 2])).multiply(two.ndarray([3, 4])).toDense()).toNested());`;
    const [logs, sums, products] = run(program);
    expect(logs).toEqual([0, 1].map((i) => [0, 1, 2].map((j) => Math.log1p(3 * i + j))));
    expect(sums).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(products).toEqual([3, 8]);
  });

  it("combine the arrays of each other", () => {
    const program = `
      const both = one.concatenate([array, one.wrap(one.ndarray([[6, 7, 8]]))], 0);
      show(both instanceof two.DelayedArray);
      show((await both.toDense()).toNested());`;
    expect(run(program)).toEqual([
      true,
      [
        [0, 1, 2],
        [3, 4, 5],
        [6, 7, 8],
      ],
    ]);
  });

  it("recognise the errors of each other", () => {
    const program = `
      try { array.subset([5]); } catch (error) { show(error instanceof one.DelayedArrayError); show(error.code); }`;
    expect(run(program)).toEqual([true, "INDEX_OUT_OF_RANGE"]);
  });
});
