// Where this project may find something although h5py fails. Each with its reason; counted and printed in each run.

/** @type {Record<string, (probe: any, theirs: string, ours: string) => boolean>} */
export const EXCEPTIONS = {
  // Which messages an object's header has says what the object is; h5py tells it only of objects that it can open, or of
  // which it can sum up the sizes of all parts. What depends on these parts is a finding of its own.
  "the kind of an object that cannot be opened": (probe, theirs, ours) =>
    probe.what === "kind" && /^[!*]/.test(theirs) && ours.startsWith("="),
};
