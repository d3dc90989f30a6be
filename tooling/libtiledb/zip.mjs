import { inflateRawSync } from "node:zlib";

// Just enough of the ZIP format to read a wheel: the central directory, stored and deflated entries, no ZIP64.

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const STORED = 0;
const DEFLATED = 8;

/** Gives a function that reads an entry of a ZIP file by name, or undefined when there is none. */
export function openZip(bytes) {
  const entries = new Map();
  let at = endOfDirectory(bytes);
  const count = bytes.readUInt16LE(at + 10);
  at = bytes.readUInt32LE(at + 16);
  for (let i = 0; i < count; i++) {
    if (bytes.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error(`no ZIP directory entry at byte ${at}`);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    entries.set(bytes.toString("utf8", at + 46, at + 46 + nameLength), {
      method: bytes.readUInt16LE(at + 10),
      compressed: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
      header: bytes.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + extraLength + commentLength;
  }
  return (name) => {
    const entry = entries.get(name);
    if (entry === undefined) return undefined;
    const start = entry.header + 30 + bytes.readUInt16LE(entry.header + 26) + bytes.readUInt16LE(entry.header + 28);
    const raw = bytes.subarray(start, start + entry.compressed);
    if (entry.method !== STORED && entry.method !== DEFLATED) throw new Error(`${name}: ZIP method ${entry.method}`);
    const content = entry.method === STORED ? raw : inflateRawSync(raw);
    if (content.length !== entry.size) throw new Error(`${name}: ${content.length} bytes instead of ${entry.size}`);
    return content;
  };
}

function endOfDirectory(bytes) {
  for (let at = bytes.length - 22; at >= 0; at--) if (bytes.readUInt32LE(at) === END_OF_DIRECTORY) return at;
  throw new Error("not a ZIP file");
}
