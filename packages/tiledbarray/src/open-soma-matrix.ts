import { DelayedArrayError, type DType } from "delayedarray";
import { checkOptions } from "delayedarray/internal";
import { type Context, type Group, readGroup } from "libtiledb";
import { checkConfig, contextFor } from "./config.js";
import { explain } from "./explain.js";
import { absoluteUri } from "./local-path.js";
import { checkUri, type TileDbArrayOptions, timestampsOf } from "./open-options.js";
import { TileDbArraySeed } from "./seed.js";
import { readIds } from "./soma-ids.js";
import { TileDbArray } from "./tiledb-array.js";

/** How a matrix of TileDB-SOMA is opened. */
export interface OpenSomaMatrixOptions extends Pick<TileDbArrayOptions, "timestamp" | "config" | "signal"> {
  /** Name of the measurement of an experiment; by default the only one, or `RNA`. */
  readonly measurement?: string | undefined;
  /** Name of the layer in `X`; by default the only one, or `data`. */
  readonly layer?: string | undefined;
  /** Number of cells and of variables; by default what the array says, or else the box of what was written. */
  readonly shape?: readonly [number, number] | undefined;
}

const WHAT = "openSomaMatrix";
const NAMES = ["measurement", "layer", "shape", "timestamp", "config", "signal"] as const;

const VALUES = "soma_data";
const ROWS = "soma_dim_0";
/** Arrays of before TileDB-SOMA 1.15, which have no current domain, say how large they are by what they have written. */
const USED = "_domain_upper";

/**
 * Opens a layer of `X` in a TileDB-SOMA experiment, or in a measurement of one: cells along the first axis, variables along
 * the second, with the columns `obs_id` and `var_id` of `obs` and `var`, by `soma_joinid`, as the names of the indices (`null`
 * for an axis without them, `""` where a frame has no row). The URI of the layer itself can be given, too: it has no names then.
 *
 * @see https://github.com/single-cell-data/SOMA/blob/main/abstract_specification.md
 * @param uri - a path, or a URI that TileDB knows (`file://`, `s3://` …)
 * @throws `NOT_FOUND` (nothing there; no such measurement or layer, the message lists those there are), `FILE_INVALID` (no
 * experiment, measurement or matrix of TileDB-SOMA), and what `TileDbArray.open` throws
 */
export async function openSomaMatrix<D extends DType = DType>(
  uri: string,
  options: OpenSomaMatrixOptions = {},
): Promise<TileDbArray<D>> {
  const { config, signal, timestamp, shape } = checkOptions(WHAT, options, NAMES);
  checkUri(uri, WHAT);
  checkConfig(config, WHAT);
  signal?.throwIfAborted();
  const context = contextFor(config, `${WHAT} ${uri}`);
  const { obs, measurement, layer } = await locate(uri, options, context);
  const shared = { config, signal, timestamp };
  const values = { ...shared, attributeName: VALUES };
  const given = shape ?? (await writtenShape(layer, values));
  const bare = await TileDbArraySeed.open<D>(layer, { ...values, shape: given });
  try {
    if (bare.dimensionNames[0] !== ROWS || bare.shape.length !== 2) {
      throw new DelayedArrayError(
        "FILE_INVALID",
        `${layer} has the dimensions ${bare.dimensionNames.join(", ")}, expected those of a matrix of TileDB-SOMA: soma_dim_0, soma_dim_1`,
      );
    }
    const [rows = 0, columns = 0] = bare.shape;
    const names = [
      await namesOf(obs, "obs_id", rows, shared),
      await namesOf(measurement?.get("var"), "var_id", columns, shared),
    ];
    const hasNames = names.some((one) => one !== null);
    return new TileDbArray<D>(hasNames ? bare.withDimnames(Object.freeze(names)) : bare);
  } catch (error) {
    bare.close().catch(() => {});
    throw error;
  }
}

interface Place {
  readonly obs?: string | undefined;
  readonly measurement?: ReadonlyMap<string, string>;
  readonly layer: string;
}

/** Where the parts of an experiment are: its groups say so. */
async function locate(uri: string, options: OpenSomaMatrixOptions, context: Context): Promise<Place> {
  const { timestamp, signal } = options;
  const { timestamp: until } = timestampsOf(timestamp);
  const config = until === undefined ? {} : { config: { "sm.group.timestamp_end": until } };
  const read = async (place: string): Promise<Group> => {
    signal?.throwIfAborted();
    try {
      return await readGroup(absoluteUri(place), { context, ...config });
    } catch (error) {
      throw await explain(error, place, context, "array or group");
    }
  };
  let members: ReadonlyMap<string, string>;
  try {
    members = membersOf(await read(uri));
  } catch (error) {
    if (options.layer !== undefined || options.measurement !== undefined) throw error;
    // It may be the layer itself; if it is nothing, opening it says so.
    return { layer: uri };
  }
  const obs = members.get("obs");
  const all = members.get("ms");
  let where = uri;
  if (all !== undefined) {
    where = choose(membersOf(await read(all)), options.measurement, "RNA", "measurement", `in ${uri}`);
    members = membersOf(await read(where));
  }
  const layers = members.get("X");
  if (layers === undefined) {
    throw new DelayedArrayError(
      "FILE_INVALID",
      `${where} has no X: expected an experiment or a measurement of TileDB-SOMA; there are ${quoted(members.keys())}`,
    );
  }
  const layer = choose(membersOf(await read(layers)), options.layer, "data", "layer", `of X in ${where}`);
  return { obs, measurement: members, layer };
}

function membersOf({ members }: Group): ReadonlyMap<string, string> {
  return new Map(members.map(({ name, uri }) => [name ?? uri, uri]));
}

/** @throws `NOT_FOUND` naming those there are */
function choose(
  members: ReadonlyMap<string, string>,
  name: string | undefined,
  usual: string,
  option: "measurement" | "layer",
  where: string,
): string {
  const chosen = members.get(name ?? (members.size === 1 ? ([...members.keys()][0] ?? usual) : usual));
  if (chosen !== undefined) return chosen;
  const missing = JSON.stringify(name ?? usual);
  const advice = name === undefined && members.size > 1 ? `: choose one by the option ${option}` : "";
  throw new DelayedArrayError(
    "NOT_FOUND",
    `there is no ${option} named ${missing} ${where}: there are ${quoted(members.keys())}${advice}`,
  );
}

function quoted(names: Iterable<string>): string {
  return (
    [...names]
      .sort()
      .map((name) => JSON.stringify(name))
      .join(", ") || "none"
  );
}

/** Extents for an array whose domain says nothing: what its writer noted, or the box of the cells. */
async function writtenShape(uri: string, options: TileDbArrayOptions): Promise<readonly number[] | undefined> {
  const seed = await TileDbArraySeed.open(uri, { ...options, shape: "written" });
  try {
    return await seed.usedExtents(USED);
  } finally {
    await seed.close();
  }
}

/** The ids of a data frame, if there is one. */
async function namesOf(
  uri: string | undefined,
  column: string,
  count: number,
  options: TileDbArrayOptions,
): Promise<readonly string[] | null> {
  return uri === undefined || count === 0 ? null : readIds(uri, column, count, options);
}
