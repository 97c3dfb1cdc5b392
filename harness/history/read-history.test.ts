import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ABSENT, FLAG, NEVER, NONE, STATUS, UNENDED } from "#core/history";
import type { Json } from "#core/json";
import { completionLine, faultLine, headerLine, invocationLine } from "#core/line";
import { FUNCTIONS } from "#core/functions";
import { type HistoryHeader, headerSchema } from "#core/operation";
import { parseHistory, readHistory } from "./read-history.ts";

const header: HistoryHeader = headerSchema.parse({
  riftcheck: 1,
  objects: [
    { keys: "set-*", type: "set" },
    { keys: "*", type: "register", order: "single-writer", uniqueWrites: true },
  ],
  nodes: ["n1", "n2"],
});
const HEADER = headerLine(header);
const write = { f: "write", key: "x", value: 1, node: "n1" } as const;
const read = { f: "read", key: "x", value: null, node: "n2" } as const;
const W1 = invocationLine(0, 10, 3, write);
const W1_OK = completionLine(1, 20, 3, "ok", write);

describe("a history", () => {
  test("has one row per operation, with its columns", () => {
    const history = parseHistory(
      HEADER +
        W1 +
        invocationLine(1, 12, 4, read) +
        completionLine(2, 20, 3, "ok", write, { node: "n2" }) +
        faultLine(3, 25, { id: 1, fault: "partition", phase: "started", nodes: ["n1"] }) +
        completionLine(4, 30, 4, "ok", read, { value: 1, version: 7 }),
    );
    expect(history.length).toBe(2);
    expect(history.events).toBe(5);
    expect([...history.invRank]).toEqual([0, 1]);
    expect([...history.retRank]).toEqual([2, 4]);
    expect([...history.retTime]).toEqual([20, 30]);
    expect([...history.status]).toEqual([STATUS.ok, STATUS.ok]);
    expect(history.nodeNames).toEqual(["n1", "n2"]);
    expect(history.node[0]).toBe(1);
    expect(history.value[0]).toBe(history.value[1]);
    expect(history.versionOf(1)).toBe(7);
    expect(history.versionOf(0)).toBeUndefined();
    expect(history.faults).toMatchObject([{ index: 3, time: 25, fault: "partition" }]);
    expect(history.headerGiven).toBe(true);
    expect(history.warnings).toEqual([]);
    expect(history.objectOf(history.key[0] as number).order).toBe("single-writer");
    expect(history.operation(1)).toEqual({
      index: 1,
      process: 4,
      session: "4",
      f: "read",
      key: "x",
      value: 1,
      status: "ok",
      node: "n2",
      start: 12,
      end: 30,
      final: false,
      error: undefined,
    });
  });

  test("keeps whole sets as elements that share the ids of their adds", () => {
    const add = { f: "add", key: "set-1", value: 5 } as const;
    const get = { f: "read", key: "set-1", value: null, final: true } as const;
    const history = parseHistory(
      HEADER +
        invocationLine(0, 0, 0, add) +
        invocationLine(1, 1, 1, get) +
        completionLine(2, 2, 1, "ok", get, { value: [4, 5, "x"], node: "n1" }) +
        completionLine(3, 3, 0, "info", add, undefined, { code: "timeout", message: 'no "reply"' }),
    );
    expect([...history.elementsOf(1)].map((id) => history.valueOf(id))).toEqual([4, 5, "x"]);
    expect(history.elementsOf(1)[1]).toBe(history.value[0]);
    expect(history.flags[1]).toBe(FLAG.final | FLAG.list);
    expect(history.retRank[0]).toBe(NEVER);
    expect(history.retTime[0]).toBe(3);
    expect(history.operation(0).error).toBe("timeout");
  });

  test('tells 1 from "1", and values of different keys apart', () => {
    const values: [string, Json][] = [
      ["x", 1],
      ["x", "1"],
      ["y", 1],
      ["x", 1],
      ["x", { b: 1, a: 2 }],
      ["x", { a: 2, b: 1 }],
    ]; // prettier-ignore
    const lines = values.map(([key, value], i) => invocationLine(i, 0, i, { f: "write", key, value }));
    const { value } = parseHistory(HEADER + lines.join(""));
    expect(new Set(value).size).toBe(4);
    expect(value[0]).toBe(value[3]);
    expect(value[4]).toBe(value[5]);
  });

  test("keeps what a compare-and-set expected, observed and resulted in", () => {
    const cas = { f: "cas", key: "x", value: [null, 2] } as const;
    const { expectedOf, ...history } = parseHistory("");
    expect(expectedOf).toBeDefined();
    expect(history.length).toBe(0);
    const table = parseHistory(
      HEADER +
        invocationLine(0, 0, 0, cas) +
        completionLine(1, 1, 0, "ok", cas, { result: false, observed: 9 }) +
        W1.replace('"index":0,"time":10', '"index":2,"time":10'),
    ); // prettier-ignore
    expect(table.expectedOf(0)).toBe(NONE);
    expect(table.valueOf(table.value[0] as number)).toBe(2);
    expect(table.valueOf(table.observedOf(0))).toBe(9);
    expect(table.flags[0]).toBe(FLAG.resultFalse);
    expect(table.expectedOf(1)).toBe(ABSENT);
  });

  test("selects rows and finds them by event index", () => {
    const history = parseHistory(
      HEADER +
        W1 +
        W1_OK +
        invocationLine(2, 30, 3, read) +
        completionLine(3, 40, 3, "ok", read, { value: 1 }),
    );
    const part = history.select([1]);
    expect(part.length).toBe(1);
    expect(part.rowOf(2)).toBe(0);
    expect(part.rowOf(0)).toBe(NONE);
    expect(part.operation(0)).toEqual(history.operation(1));
    expect(history.rowOf(2)).toBe(1);
  });

  test("without a header says what it inferred", () => {
    const history = parseHistory(W1 + W1_OK + invocationLine(2, 20, 1, { f: "add", key: "s", value: 1 }));
    expect(history.headerGiven).toBe(false);
    expect(history.objectOf(0)).toMatchObject({ type: "register", order: "unknown" });
    expect(history.objectOf(1)).toMatchObject({ type: "set" });
    expect(history.warnings.join()).toContain("inferred");
  });

  test("takes an array read from a register for a plain value", () => {
    const pair = { f: "write", key: "x", value: [1, 2] } as const;
    const history = parseHistory(
      invocationLine(0, 0, 0, pair) +
        completionLine(1, 1, 0, "ok", pair) +
        invocationLine(2, 2, 0, read) +
        completionLine(3, 3, 0, "ok", read, { value: [1, 2] }),
    );
    expect(history.value[1]).toBe(history.value[0]);
    expect(history.flags[1]).toBe(0);
  });

  test("leaves an operation that never completed open", () => {
    const history = parseHistory(HEADER + W1);
    expect(history.status[0]).toBe(STATUS.info);
    expect(history.operation(0).end).toBeUndefined();
  });

  test("an operation may end at any nanosecond", () => {
    const time = 2_147_483_647;
    const error = { code: "timeout", message: "no reply" };
    const history = parseHistory(HEADER + W1 + completionLine(1, time, 3, "info", write, {}, error));
    expect(history.retRank[0]).toBe(NEVER);
    expect(history.operation(0)).toMatchObject({ status: "info", end: time });
    expect(parseHistory(HEADER + W1).retTime[0]).toBe(UNENDED);
  });

  test.each([
    ['"s1"', "s1"],
    ["7", "7"],
    ["-1", "-1"],
  ])("takes the session %s from the invocation", (text, name) => {
    const line = W1.replace('"type"', `"session":${text},"type"`);
    const history = parseHistory(HEADER + line + W1_OK);
    expect(history.operation(0)).toMatchObject({ session: name, process: 3 });
    expect(parseHistory(HEADER + line.replace("{", "{ ") + W1_OK).operation(0)).toEqual(history.operation(0));
  });

  test("reads spaces, escapes and unknown fields like any JSON", () => {
    const line = JSON.stringify({ ...JSON.parse(W1), key: 'a"é', note: 1 }, null, 1).replaceAll("\n", " ");
    expect(parseHistory(`${HEADER.trim()}\r\n${line}\r\n\r\n`).keys).toEqual(['a"é']);
  });
});

describe("a torn end", () => {
  test.each([W1_OK.slice(0, 30), '{"index"', `${W1_OK.slice(0, 40)}\n`, "\0\0\0\0"])(
    "%j is left out with a warning",
    (end) => {
      const history = parseHistory(HEADER + W1 + end);
      expect(history.length).toBe(1);
      expect(history.warnings).toEqual([expect.stringContaining("line 3, the last one, is torn")]);
    },
  );

  test("a torn line leaves no key, node or session behind", () => {
    const torn = invocationLine(2, 30, 4, { f: "read", key: "y", value: null, node: "n9" });
    const history = parseHistory(HEADER + W1 + W1_OK + torn.slice(0, -3));
    expect(history.keys).toEqual(["x"]);
    expect(history.nodeNames).toEqual(["n1", "n2"]);
    expect(history.warnings.join()).toContain("torn");
    const twice = parseHistory(HEADER + W1.replace('"key":"x"', '"key":"y","key":"x"') + W1_OK);
    expect(twice.keys).toEqual(["x"]);
  });

  test("a last line without newline counts if it is whole", () => {
    const history = parseHistory(HEADER + W1 + W1_OK.trimEnd());
    expect(history.status[0]).toBe(STATUS.ok);
    expect(history.warnings).toEqual([]);
  });
});

describe("a broken history names file, line, field and expectation", () => {
  const other = (fields: object): string => `${JSON.stringify({ ...JSON.parse(W1_OK), ...fields })}\n`;
  test.each([
    ["no JSON in the middle", `${W1}oops\n${W1_OK}`, /^h:3: expected one JSON object/],
    [
      "a completion without an invocation",
      W1_OK,
      /^h:2: field "process": expected an invocation of process 3/,
    ],
    [
      "a second invocation",
      W1 + other({ type: "invoke" }),
      /^h:3: field "process": expected a completion .* at index 0/,
    ],
    ["another function", W1 + other({ f: "read" }), /^h:3: field "f": expected "write"/],
    ["an unknown function", W1 + other({ f: "frobnicate" }), /^h:3: field "f": expected one of write/],
    ["an unknown type", W1 + other({ type: "done" }), /^h:3: field "type": expected one of/],
    ["a time that goes back", W1 + other({ time: 9 }), /^h:3: field "time": expected at least 10.*monotonic/],
    ["an index that goes back", W1 + other({ index: 0 }), /^h:3: field "index": expected an integer above 0/],
    ["a missing process", W1 + other({ process: undefined }), /^h:3: field "process": /],
    ["a missing time", W1 + other({ time: undefined }), /^h:3: field "time": /],
    [
      "an inexact integer",
      other({ type: "invoke", value: 2 ** 53 }),
      /^h:2: field "value": .*decimal strings/,
    ],
    ["a write without value", other({ type: "invoke", value: undefined }), /^h:2: field "value": /],
    [
      "a set read as a number",
      invocationLine(0, 0, 0, { f: "read", key: "set-1", value: null }) +
        completionLine(1, 1, 0, "ok", { f: "read", key: "set-1", value: 3 }),
      /^h:3: field "value": expected an array: .*set/,
    ],
    [
      "a fault of an unknown phase",
      `{"index":0,"time":0,"process":"nemesis","type":"info","f":"fault","value":{"id":1,"fault":"kill","phase":"?","nodes":[]}}\n`,
      /^h:2: field "value.phase": /,
    ],
    ["an array", "[1]\n", /^h:2: expected object/],
  ])("%s", (_, text, message) => {
    expect(() => parseHistory(HEADER + text, "h")).toThrow(message);
  });

  test.each([
    [
      HEADER.replace('"riftcheck":1', '"riftcheck":2'),
      /^h:1: field "riftcheck": expected the format version 1/,
    ],
    [HEADER.replace('"register"', '"regsiter"'), /^h:1: field "objects.1.type": /],
    [
      HEADER.replace('"type":"register"', '"type":"register","crdt":"or-set"'),
      /^h:1: field "objects.1.crdt": expected a CRDT of the object's type/,
    ],
  ])("the header %#", (text, message) => {
    expect(() => parseHistory(text, "h")).toThrow(message);
  });
});

describe("readHistory", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "riftcheck-history-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const long =
    HEADER +
    Array.from({ length: 40_000 }, (_, i) => {
      const operation = { ...write, value: i };
      return invocationLine(2 * i, i, 3, operation) + completionLine(2 * i + 1, i, 3, "ok", operation);
    }).join(""); // prettier-ignore

  test("reads a file larger than its buffer", async () => {
    await writeFile(join(folder, "h.jsonl"), long);
    const history = await readHistory(join(folder, "h.jsonl"));
    expect(history.length).toBe(40_000);
    expect(history.operation(39_999)).toMatchObject({ value: 39_999, index: 79_998 });
  });

  test("reads one line that is larger than its buffer", async () => {
    const elements = Array.from({ length: 600_000 }, (_, i) => i);
    const get = { f: "read", key: "set-1", value: null } as const;
    await writeFile(
      join(folder, "wide.jsonl"),
      HEADER + invocationLine(0, 0, 0, get) + completionLine(1, 1, 0, "ok", get, { value: elements }),
    );
    expect((await readHistory(join(folder, "wide.jsonl"))).elementsOf(0).length).toBe(600_000);
  });

  test("reads zstd, also when it is cut off", async () => {
    const packed = zstdCompressSync(long);
    await writeFile(join(folder, "h.jsonl.zst"), packed);
    await writeFile(join(folder, "cut.jsonl.zst"), packed.subarray(0, packed.length - 1000));
    expect((await readHistory(join(folder, "h.jsonl.zst"))).length).toBe(40_000);
    const cut = await readHistory(join(folder, "cut.jsonl.zst"));
    expect(cut.length).toBeGreaterThan(1000);
    expect(cut.length).toBeLessThan(40_000);
    expect(cut.warnings.join()).toContain("cut off");
  });

  test("says why a file cannot be read", async () => {
    await writeFile(join(folder, "not.zst"), "plain");
    await writeFile(join(folder, "bad.jsonl"), `${HEADER}oops\n${W1}`);
    await expect(readHistory(join(folder, "none.jsonl"))).rejects.toThrow("cannot be read: ENOENT");
    await expect(readHistory(join(folder, "not.zst"))).rejects.toThrow("not a zstd file");
    await expect(readHistory(join(folder, "bad.jsonl"))).rejects.toMatchObject({ code: "bad-history" });
  });
});

test("the fast way and the JSON way read the same", () => {
  const text = fc.oneof(fc.string(), fc.constantFrom("x", "n1", "k\\", 'q"', "é"));
  const value = fc.oneof(
    fc.integer(),
    fc.maxSafeInteger(),
    text,
    fc.constant(null),
    fc.boolean(),
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .map((n) => n + 0)
      .filter((n) => !Number.isInteger(n) || Number.isSafeInteger(n)),
  );
  const operation = fc.record({
    f: fc.constant("read" as const),
    key: text,
    value: fc.constant(null),
    node: text,
    level: text,
  });
  fc.assert(
    fc.property(
      operation,
      fc.oneof(value, fc.array(value.filter((v) => v !== null))),
      value,
      fc.boolean(),
      (op, returned, version, result) => {
        const lines = [
          invocationLine(0, 1, 2, op),
          completionLine(1, 5, 2, "ok", op, { value: returned, version, result, node: op.key }),
        ];
        const slow = lines.map(
          (line) => `${JSON.stringify(JSON.parse(line), null, 1).replaceAll("\n", "")}\n`,
        );
        const [fast, other] = [parseHistory(lines.join("")), parseHistory(slow.join(""))];
        expect(fast.operation(0)).toEqual(other.operation(0));
        expect(fast.operation(0).value).toEqual(returned);
        expect(fast.versionOf(0)).toEqual(other.versionOf(0));
        expect(fast.levelOf(0)).toBe(op.level);
        expect(fast.flags[0]).toBe(other.flags[0]);
        expect(FUNCTIONS[fast.f[0] as number]).toBe("read");
      },
    ),
    { numRuns: 300 },
  );
});
