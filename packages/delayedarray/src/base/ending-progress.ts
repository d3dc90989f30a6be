import type { Progress, ReadOptions } from "./options.js";

/** Progress that comes to its end also where steps are left out, or tell nothing. */
export interface EndingProgress {
  /** What the steps are told to call; `undefined` if the caller gave nothing to call. */
  readonly onProgress: ReadOptions["onProgress"];
  /** Says that all is done, unless the last step did. @param bytes - of array values processed */
  end(bytes: number): void;
}

/** Every call that takes `onProgress` calls it a last time with all steps done. */
export function endingProgress(onProgress: ReadOptions["onProgress"]): EndingProgress {
  if (onProgress === undefined) return { onProgress: undefined, end() {} };
  let last: Progress | undefined;
  return {
    onProgress(progress) {
      last = progress;
      onProgress(progress);
    },
    end(bytes) {
      const total = last?.total ?? 1;
      if (last === undefined || last.done !== total) onProgress({ done: total, total, bytes });
    },
  };
}
