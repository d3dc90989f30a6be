import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import {
  ArrayHandle,
  ArraySchema,
  Config,
  Context,
  getAllMetadata,
  getMetadata,
  Query,
  Subarray,
  TileDbError,
} from "../src/index.js";
import { type NativeFunction, native } from "../src/native.js";
import { liveResources } from "../src/resource.js";
import { built, program, run } from "./child.js";
import { place } from "./place.js";

const small = place();
const large = place();
const side = 1500;

beforeAll(async () => {
  for (const [uri, extent] of [[small, 10] as const, [large, side] as const]) {
    await new ArraySchema({
      arrayType: "dense",
      dimensions: ["x", "y"].map((name) => ({ name, datatype: "int32", domain: [0, extent - 1] as const, tile: 10 })),
      attributes: [{ name: "a", datatype: "int32", filters: [{ type: "zstd" }] }],
    }).create(uri);
    await using array = await ArrayHandle.open(uri, "write");
    using query = new Query(array).setLayout("row-major");
    query.setDataBuffer(
      "a",
      Int32Array.from({ length: extent * extent }, (_, i) => i),
    );
    await query.submit();
  }
});

afterEach(() => vi.restoreAllMocks());

const prelude = `
  import { ArrayHandle, Config, Context, defaultContext, Query, Subarray } from ${JSON.stringify(built())};
  const small = ${JSON.stringify(small)}, large = ${JSON.stringify(large)}, side = ${side};
  async function read(uri, length) {
    const array = await ArrayHandle.open(uri);
    const data = new Int32Array(length);
    const query = new Query(array).setLayout("row-major").setDataBuffer("a", data);
    return { array, query, data };
  }
`;

/** The C functions that are called on other threads from now on, in the order in which the calls start and end. */
function watchCalls(): string[] {
  const calls: string[] = [];
  const names = ["close", "reopen", "get_non_empty_domain_from_index", "get_metadata", "get_metadata_num"] as const;
  const functions = [
    "query_submit",
    "query_get_est_result_size",
    ...names.map((name) => `array_${name}` as const),
  ] as const;
  for (const name of functions) {
    const target = native()[`tiledb_${name}`] as unknown as NativeFunction<readonly unknown[], number>;
    const { async: start } = target;
    vi.spyOn(target, "async").mockImplementation((...args) => {
      const done = args.pop() as (error: Error | null, result: number) => void;
      calls.push(`${name} starts`);
      start(...args, (error: Error | null, result: number) => {
        calls.push(`${name} ends`);
        done(error, result);
      });
    });
  }
  return calls;
}

describe("handles", () => {
  it("can be closed twice, and refuse to be used afterwards", async () => {
    const before = liveResources();
    const context = new Context();
    const config = new Config();
    const array = await ArrayHandle.open(small, "read", { context });
    const subarray = new Subarray(array);
    const query = new Query(array);
    const handles = [config, subarray, query, array, context];
    expect(liveResources()).toBe(before + handles.length);
    for (const handle of handles) {
      expect(handle.closed).toBe(false);
      await handle.close();
      await handle.close();
      expect(handle.closed).toBe(true);
    }
    expect(liveResources()).toBe(before);
    const uses = [
      () => config.get("sm.memory_budget"),
      () => subarray.addRange(0, 0, 1),
      () => query.status,
      () => new Query(array),
      () => array.timestamp,
      () => new Context().close() ?? context.call("tiledb_object_remove", "nothing"),
    ];
    for (const use of uses) {
      expect(use).toThrow(
        expect.objectContaining({ code: "INVALID_ARGUMENT", message: expect.stringMatching(/closed/) }),
      );
    }
    await expect(array.nonEmptyDomain()).rejects.toThrow(TileDbError);
  });

  it("are closed at the end of a block", async () => {
    const before = liveResources();
    {
      await using array = await ArrayHandle.open(small);
      using config = new Config({ "sm.tile_cache_size": 0 });
      using query = new Query(array).setConfig(config);
      expect(query.closed).toBe(false);
      expect(liveResources()).toBeGreaterThan(before);
    }
    // The shared context may have been made here, and stays.
    expect(liveResources()).toBeLessThanOrEqual(before + 1);
  });

  it("can be closed in any order, also while a query runs, without a fault", async () => {
    const context = new Context();
    const array = await ArrayHandle.open(large, "read", { context });
    const data = new Int32Array(side * side);
    const query = new Query(array).setLayout("row-major").setDataBuffer("a", data);
    const before = liveResources();
    const done = query.submit();
    context.close();
    const closed = array.close();
    query.close();
    expect(liveResources()).toBe(before);
    expect(await done).toBe("completed");
    await closed;
    expect(liveResources()).toBe(before - 3);
    expect(data.every((value, i) => value === i)).toBe(true);
  });

  it("refuse to be changed while a query runs", async () => {
    await using array = await ArrayHandle.open(large);
    const data = new Int32Array(side * side);
    using query = new Query(array).setDataBuffer("a", data);
    const done = query.submit();
    expect(() => query.setDataBuffer("a", data)).toThrow(/running/);
    await expect(query.submit()).rejects.toThrow(/running/);
    expect(await done).toBe("completed");
  });

  it("of a query refuse to be used while an estimate runs", async () => {
    await using array = await ArrayHandle.open(small);
    using query = new Query(array).setDataBuffer("a", new Int32Array(100));
    const estimate = query.estimateSizes("a");
    expect(() => query.setLayout("row-major")).toThrow(/running/);
    await expect(query.submit()).rejects.toThrow(/running/);
    expect(await estimate).toEqual({ data: 400n });
    expect(await query.submit()).toBe("completed");
  });

  it("of an array are closed after all that was asked of it has ended", async () => {
    const array = await ArrayHandle.open(small);
    using query = new Query(array);
    const calls = watchCalls();
    const tasks = [query.estimateSizes("a"), array.nonEmptyDomain(), getMetadata(array, "none"), getAllMetadata(array)];
    await array.close();
    expect(await Promise.all(tasks)).toEqual([{ data: 400n }, Array(2).fill([0, 9]), undefined, new Map()]);
    expect(calls.slice(-2)).toEqual(["array_close starts", "array_close ends"]);
    expect(calls.length).toBeGreaterThan(2 * tasks.length);
  });

  it("of an array are reopened after all that was asked of it has ended, and are left alone meanwhile", async () => {
    const array = await ArrayHandle.open(small);
    using query = new Query(array).setDataBuffer("a", new Int32Array(100));
    using other = new Query(array).setSubarray(Subarray.whole(array)).setDataBuffer("a", new Int32Array(100));
    const calls = watchCalls();
    const tasks = [query.submit(), array.nonEmptyDomain(), getMetadata(array, "none")];
    const reopened = array.reopen();
    expect(() => new Query(array)).toThrow(/being reopened/);
    const refused = [other.submit(), array.nonEmptyDomain(), getAllMetadata(array), array.reopen()];
    const closed = array.close();
    for (const outcome of await Promise.allSettled(refused)) {
      expect(outcome).toMatchObject({ reason: { message: expect.stringMatching(/being reopened/) } });
    }
    await reopened;
    await closed;
    expect(await Promise.all(tasks)).toEqual(["completed", Array(2).fill([0, 9]), undefined]);
    expect(calls.slice(-4)).toEqual([
      ...["array_reopen starts", "array_reopen ends"],
      ...["array_close starts", "array_close ends"],
    ]);
    expect(calls.length).toBeGreaterThan(2 * tasks.length);
  });

  it("of an array load one thing at a time", async () => {
    await using array = await ArrayHandle.open(small);
    const calls = watchCalls();
    const domains = await Promise.all(Array.from({ length: 8 }, () => array.nonEmptyDomain()));
    expect(domains).toEqual(Array(8).fill(Array(2).fill([0, 9])));
    expect(calls).toHaveLength(8 * 2 * 2);
    expect(calls.every((call, i) => call.endsWith(i % 2 === 0 ? "starts" : "ends"))).toBe(true);
  });

  it("of an array that is being closed leave its queries nothing to do", async () => {
    const array = await ArrayHandle.open(small);
    using query = new Query(array).setSubarray(Subarray.whole(array)).setDataBuffer("a", new Int32Array(100));
    const first = query.submit();
    const closed = array.close();
    expect(await first).toBe("completed");
    await expect(query.submit()).rejects.toThrow(/closed/);
    await expect(query.estimateSizes("a")).rejects.toThrow(/closed/);
    await closed;
  });

  it("refuse buffers that were detached after they were set", async () => {
    await using array = await ArrayHandle.open(small);
    const data = new Int32Array(100);
    using query = new Query(array).setDataBuffer("a", data);
    structuredClone(data, { transfer: [data.buffer] });
    await expect(query.submit()).rejects.toThrow(/detached/);
  });
});

describe("the event loop", () => {
  it("turns while a read is running", async () => {
    await using array = await ArrayHandle.open(large);
    using query = new Query(array).setLayout("row-major").setDataBuffer("a", new Int32Array(side * side));
    let turns = 0;
    let running = true;
    const turn = () => {
      turns++;
      if (running) setTimeout(turn, 0);
    };
    setTimeout(turn, 0);
    expect(await query.submit()).toBe("completed");
    running = false;
    expect(turns).toBeGreaterThan(1);
  });

  it("serves more calls than there are threads", async () => {
    const arrays = await Promise.all(Array.from({ length: 300 }, () => ArrayHandle.open(small)));
    const sums = await Promise.all(
      arrays.map(async (array) => {
        const data = new Int32Array(100);
        using query = new Query(array).setDataBuffer("a", data);
        await query.submit();
        return data.reduce((a, b) => a + b, 0);
      }),
    );
    expect(new Set(sums)).toEqual(new Set([4950]));
    await Promise.all(arrays.map((array) => array.close()));
  });
});

describe("a process", () => {
  it("ends by itself with handles open", async () => {
    const outcome = await run(`${prelude}
      const { query, data } = await read(small, 100);
      const config = new Config();
      await query.submit();
      globalThis.kept = [query, config, new Context()];
      console.log(data[99]);
    `);
    expect(outcome).toEqual({ code: 0, signal: null, output: "99", errors: "" });
  });

  it("can exit while a query is running", async () => {
    const outcome = await run(`${prelude}
      const { query } = await read(large, side * side);
      query.submit();
      setTimeout(() => process.exit(7), 1);
    `);
    expect(outcome).toEqual({ code: 7, signal: null, output: "", errors: "" });
  });

  it("gives back what was forgotten, when it is collected, and nothing that is in use", async () => {
    const outcome = await run(
      `${prelude}
      import { liveResources } from ${JSON.stringify(built("resource.js"))};
      const wait = () => new Promise((resolve) => setTimeout(resolve, 5));
      defaultContext();
      const start = liveResources();
      async function forget() {
        for (let i = 0; i < 20; i++) {
          const context = new Context();
          const array = await ArrayHandle.open(small, "read", { context });
          new Config();
          await new Query(array).setSubarray(new Subarray(array).addRange(0, 0, 1)).setDataBuffer("a", new Int32Array(20)).submit();
        }
      }
      await forget();
      const made = liveResources() - start;
      // A query whose handle is forgotten at once must read to its end nevertheless.
      const data = new Int32Array(side * side);
      const pending = ArrayHandle.open(large).then((array) => new Query(array).setLayout("row-major").setDataBuffer("a", data).submit());
      for (let i = 0; i < 100 && liveResources() > start; i++) {
        gc();
        await wait();
      }
      const status = await pending;
      for (let i = 0; i < 100 && liveResources() > start; i++) {
        gc();
        await wait();
      }
      console.log(JSON.stringify([made > 0, status, data[side * side - 1], liveResources() - start]));
    `,
      { flags: ["--expose-gc"] },
    );
    expect(outcome).toEqual({ code: 0, signal: null, output: `[true,"completed",${side * side - 1},0]`, errors: "" });
  });
});

describe("a process whose threads are short of time", () => {
  const uri = place();
  const cells = 30;

  it("reads sparse arrays without a fault", async () => {
    await new ArraySchema({
      arrayType: "sparse",
      dimensions: [{ name: "i", datatype: "int32", domain: [0, 999], tile: 10 }],
      attributes: [{ name: "a", datatype: "int32" }],
      capacity: 2,
    }).create(uri);
    for (let timestamp = 1; timestamp <= 3; timestamp++) {
      await using array = await ArrayHandle.open(uri, "write", { timestamp });
      const values = Int32Array.from({ length: cells }, (_, i) => 30 * i + timestamp);
      using query = new Query(array).setLayout("unordered").setDataBuffer("i", values).setDataBuffer("a", values);
      await query.submit();
    }
    // On Linux the threads of the context get only the time that others leave them, and what is freed is overwritten.
    const outcome = await run(
      `${prelude}
      import { existsSync, readdirSync } from "node:fs";
      import { availableParallelism, setPriority } from "node:os";
      import { Worker } from "node:worker_threads";
      const threads = () => (existsSync("/proc/self/task") ? readdirSync("/proc/self/task").map(Number) : []);
      const others = new Set(threads());
      const context = new Context({ "sm.compute_concurrency_level": 1 });
      for (const thread of threads()) if (!others.has(thread)) setPriority(thread, 19);
      for (let i = 0; i < Math.min(8, availableParallelism()); i++) new Worker("for (;;);", { eval: true });
      const array = await ArrayHandle.open(${JSON.stringify(uri)}, "read", { context });
      const end = Date.now() + 5000;
      const counts = new Set();
      async function readOn() {
        while (Date.now() < end) {
          const query = new Query(array).setLayout("unordered").setDataBuffer("a", new Int32Array(100));
          await query.submit();
          counts.add(query.resultElements("a").data);
          query.close();
        }
      }
      await Promise.all([readOn(), readOn(), readOn(), readOn()]);
      console.log([...counts].join());
      process.exit();
    `,
      { env: { MALLOC_PERTURB_: "165" } },
    );
    expect(outcome).toEqual({ code: 0, signal: null, output: String(3 * cells), errors: "" });
  });
});

describe("a worker", () => {
  const worker = `${prelude}
    import { parentPort } from "node:worker_threads";
    const { query, data } = await read(large, side * side);
    const submitted = query.submit();
    parentPort.postMessage("running");
    await submitted;
    parentPort.postMessage(data[side * side - 1]);
    setInterval(() => {}, 1000);
  `;

  it.each(["while a query runs", "after a query"])("can be terminated %s", async (when) => {
    const stop = when === "after a query" ? side * side - 1 : "running";
    const outcome = await run(`
      import { Worker } from "node:worker_threads";
      for (let i = 0; i < 5; i++) {
        const worker = new Worker(${JSON.stringify(program(worker))});
        await new Promise((resolve, reject) => {
          worker.on("error", reject);
          worker.on("message", (message) => message === ${JSON.stringify(stop)} && resolve());
        });
        await worker.terminate();
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
      console.log("alive");
    `);
    expect(outcome).toEqual({ code: 0, signal: null, output: "alive", errors: "" });
  });

  it("that ends takes the threads of its contexts with it", async () => {
    const ending = `${prelude}
      const { query, data } = await read(small, 100);
      await query.submit();
      globalThis.kept = [query, new Context()];
    `;
    // The number of threads is known on Linux; elsewhere the workers must at least end well.
    const outcome = await run(`
      import { existsSync, readdirSync } from "node:fs";
      import { Worker } from "node:worker_threads";
      const threads = () => (existsSync("/proc/self/task") ? readdirSync("/proc/self/task").length : 0);
      const counts = [];
      for (let i = 0; i < 4; i++) {
        await new Promise((resolve, reject) => {
          new Worker(${JSON.stringify(program(ending))}).on("error", reject).on("exit", resolve);
        });
        counts.push(threads());
      }
      console.log(counts.at(-1) <= counts[0]);
    `);
    expect(outcome).toEqual({ code: 0, signal: null, output: "true", errors: "" });
  });
});
