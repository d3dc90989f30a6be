/**
 * What the sibling packages share with this one. Not for users: it may change in any release.
 *
 * @module
 */
export { abortable, onAbort } from "./base/abort.js";
export { brand, hasBrand } from "./base/brand.js";
export { castInto, checkCast } from "./base/cast.js";
export { checkOptions, type OptionNames, READ_OPTIONS } from "./base/check-options.js";
export {
  allocate,
  checkDType,
  dtypeFacts,
  isBigDType,
  isDType,
  isFloatDType,
  isIntegerDType,
  itemSize,
} from "./base/dtype.js";
export { endingProgress } from "./base/ending-progress.js";
export { mapLimited } from "./base/map-limited.js";
export { nearestName } from "./base/nearest-name.js";
export { nextTurn, Pacer } from "./base/pause.js";
export {
  checkAxis,
  checkShape,
  cStrides,
  type Shape,
  sameShape,
  settleShape,
  shapeText,
  sizeOf,
} from "./base/shape.js";
export { shown } from "./base/shown.js";
export { type BlockStream, isBlockStream, type StreamedBlock, streamedBlock } from "./blocks/block-stream.js";
export { maxGap } from "./grid/ticks.js";
export { checkRequest } from "./seed/check-request.js";
export { type EntryBatch, type EntryOptions, type EntryReader, READ_ENTRIES } from "./seed/entry-source.js";
export { type AxisSelection, selectionAt, selectionIndices } from "./subset/axis-selection.js";
export { isIndexRange, seedEntryLength, seedEntrySelection } from "./subset/seed-subset.js";
