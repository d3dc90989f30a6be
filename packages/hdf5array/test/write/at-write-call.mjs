// Does something in the middle of a write: at the Nth call by which files are made, written, flushed or renamed.
import fs from "node:fs";

/** @type {import("./at-write-call.mjs").atWriteCall} */
export async function atWriteCall({ at = 0, deletes = false, act = () => {} }) {
  // What all file handles inherit.
  const opened = await fs.promises.open(new URL(import.meta.url));
  await opened.close();
  const handles = Object.getPrototypeOf(opened);
  let count = 0;
  const undo = [];
  const replace = (owner, name, { counts = () => true, before = () => {}, instead } = {}) => {
    const original = owner[name];
    owner[name] = function (...args) {
      if (counts(args) && ++count === at) {
        before(original, args);
        act();
      }
      return (instead ?? original).apply(this, args);
    };
    undo.push(() => {
      owner[name] = original;
    });
  };
  const toWrite = { counts: ([, flags]) => /[wa+]/.test(String(flags)) };
  replace(fs, "openSync", toWrite);
  replace(fs.promises, "open", toWrite);
  replace(fs.promises, "copyFile");
  replace(fs, "writeSync", {
    before(write, [descriptor, bytes, offset, length, position]) {
      if (length > 1) write(descriptor, bytes, offset, length >> 1, position);
    },
  });
  replace(handles, "write");
  for (const name of ["ftruncateSync", "renameSync"]) replace(fs, name);
  replace(fs, "fsyncSync", { instead() {} });
  if (deletes) replace(fs.promises, "unlink");
  return {
    count: () => count,
    restore() {
      for (const one of undo) one();
    },
  };
}
