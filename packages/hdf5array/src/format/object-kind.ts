import { HEADER_MESSAGE } from "./header-message-types.js";
import { findMessage, type ObjectHeader } from "./object-header.js";

/** What an object is, by the messages in its header; `null` for one that is nothing known. */
export function objectKind(header: ObjectHeader): "group" | "dataset" | "datatype" | null {
  const has = (type: number) => findMessage(header, type) !== undefined;
  if (has(HEADER_MESSAGE.SYMBOL_TABLE) || has(HEADER_MESSAGE.LINK_INFO)) return "group";
  if (!has(HEADER_MESSAGE.DATATYPE)) return null;
  return has(HEADER_MESSAGE.DATASPACE) ? "dataset" : "datatype";
}
