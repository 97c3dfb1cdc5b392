import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { HarnessError } from "#core/errors";
import type { History } from "#core/history";
import type { Json } from "#core/json";
import { completionLine, faultLine, headerLine, invocationLine } from "#core/line";
import { headerSchema, type Invocation } from "#core/operation";
import { HistoryBuilder } from "#core/history-builder";
import { RawEvent } from "#core/raw-event";
import { CarriedText } from "./carried-text.ts";
import { LineReader } from "./line-reader.ts";
import { LineScanner } from "./line-scanner.ts";
import { Names } from "./names.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const HEADER = headerLine(
  headerSchema.parse({
    riftcheck: 1,
    objects: [
      { keys: "s*", type: "set" },
      { keys: "x*", type: "register" },
    ],
  }),
);

/** Everything that was read, or what is wrong with it. */
function outcomeOf(read: () => History): unknown {
  try {
    const history = read();
    const { keys, sessionNames, nodeNames, errorCodes, faults, warnings, header, events, valueCount } =
      history;
    const rows = Array.from({ length: history.length }, (_, row) => [
      history.operation(row),
      history.retRank[row],
      history.value[row],
      history.flags[row],
      history.expectedOf(row),
      history.observedOf(row),
      history.versionOf(row),
      history.levelOf(row),
    ]);
    return { rows, keys, sessionNames, nodeNames, errorCodes, faults, warnings, header, events, valueCount };
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    return error.message;
  }
}

/** Reads the bytes in pieces of these sizes, each behind so much free room. */
function inPieces(
  bytes: Buffer,
  pieces: readonly { readonly size: number; readonly room: number }[],
): History {
  const text = new CarriedText("h", new LineReader("h", bytes.length));
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const { size, room } = pieces[i % pieces.length]!;
    const end = Math.min(bytes.length, at + size);
    // Not all of the memory is text: what is beyond the piece must not be looked at.
    const memory = Buffer.alloc(room + end - at + 3, '"k');
    bytes.copy(memory, room, at, end);
    text.take(memory, room, room + end - at);
    memory.fill("}");
    at = end;
  }
  return text.finish();
}

const name = fc.constantFrom(
  "x",
  "x1",
  "s",
  "",
  "n1",
  "a long name of twenty-odd bytes",
  "é",
  'q"',
  "b\\",
  "7",
);
const value: fc.Arbitrary<Json> = fc.oneof(
  fc.integer({ min: -20, max: 20 }),
  fc.maxSafeInteger(),
  fc.nat().map((digits) => digits * 10_000),
  fc.constantFrom<Json>(null, true, 0.5, -0, 1e300, "text", "", "4", [], [1, 22, 333], ["a"], { a: [1] }),
);
const step = fc.record({
  process: fc.constantFrom(0, 1, 7, 1234, 99_999),
  gap: fc.constantFrom(1, 1, 1, 9, 9_999_990),
  time: fc.constantFrom(0, 1, 7_777, 123_456_789, 2_147_483_648),
  type: fc.constantFrom("ok", "ok", "ok", "fail", "info"),
  f: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom("read", "write") },
    { weight: 2, arbitrary: fc.constantFrom("cas", "add", "delete", "enqueue", "txn", "fault") },
  ),
  key: fc.option(name, { nil: undefined }),
  node: fc.option(name, { nil: undefined }),
  level: fc.option(name, { nil: undefined }),
  final: fc.boolean(),
  value,
  returned: value,
  version: fc.option(value, { nil: undefined }),
  result: fc.option(fc.boolean(), { nil: undefined }),
  observed: fc.option(value, { nil: undefined }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Lines of a run, as a recorder writes them: each process completes what it invoked. */
function linesOf(steps: readonly Step[]): string[] {
  const open = new Map<number, Invocation>();
  let [index, time] = [0, 0];
  return steps.map(({ process, gap, type, ...drawn }) => {
    index += gap;
    time += drawn.time;
    const pending = open.get(process);
    if (drawn.f === "fault")
      return faultLine(index, time, { id: 1, fault: "kill", phase: "started", nodes: [] });
    if (pending !== undefined) {
      open.delete(process);
      const { node, version, result, observed } = drawn;
      const reply = {
        value: pending.f === "read" ? drawn.returned : pending.value,
        ...(node === undefined ? {} : { node }),
        ...(version === undefined ? {} : { version }),
        ...(result === undefined ? {} : { result }),
        ...(observed === undefined ? {} : { observed }),
      };
      const error = type === "ok" ? undefined : { code: "timeout", message: "no reply" };
      return completionLine(index, time, process, type as "ok", pending, reply, error);
    }
    const operation = {
      f: drawn.f,
      value: drawn.f === "read" ? null : drawn.f === "cas" ? [drawn.value, drawn.returned] : drawn.value,
      ...(drawn.key === undefined ? {} : { key: drawn.key }),
      ...(drawn.node === undefined ? {} : { node: drawn.node }),
      ...(drawn.level === undefined ? {} : { level: drawn.level }),
      ...(drawn.final ? { final: true } : {}),
    } as Invocation;
    open.set(process, operation);
    return invocationLine(index, time, process, operation);
  });
}

/** What goes wrong with a line, and what other recorders write differently. */
const change = fc.oneof(
  { weight: 60, arbitrary: fc.constant((line: string) => line) },
  {
    weight: 1,
    arbitrary: fc
      .record({
        at: fc.nat(120),
        cut: fc.nat(3),
        piece: fc.constantFrom("", ...Array.from('0159- \t",:{}[]\\é\0nx\r'), "1e1", "00"),
      })
      .map(
        ({ at, cut, piece }) =>
          (line: string) =>
            `${(line.slice(0, at) + piece + line.slice(at + cut)).replace(/\n$/, "")}\n`,
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
      .map((order) => (line: string) => reordered(line, order)),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(
        '"session":"s1"',
        '"session":12',
        '"index":3',
        '"time":5',
        '"key":"x"',
        '"value":8',
        '"extra":[]',
        '"type":"ok"',
      )
      .map((field) => (line: string) => line.replace(/\}\n$/, `,${field}}\n`)),
  },
  { weight: 1, arbitrary: fc.constant((line: string) => `${line}\n`) },
); // prettier-ignore

/** The fields in another order, some left out. */
function reordered(line: string, order: readonly number[]): string {
  const fields = Object.entries(JSON.parse(line) as object);
  return `${JSON.stringify(Object.fromEntries(order.flatMap((i) => (fields[i] === undefined ? [] : [fields[i]]))))}\n`;
}

test("lines read from their bytes, in pieces of any size, are read as their JSON is", () => {
  let [read, refused, scanned] = [0, 0, 0];
  const pieces = fc.array(
    fc.record({ size: fc.integer({ min: 1, max: 300 }), room: fc.constantFrom(0, 5, 400) }),
    {
      minLength: 1,
      maxLength: 5,
    },
  );
  const lines = fc.array(fc.tuple(step, change), { minLength: 1, maxLength: 14, size: "max" });
  fc.assert(
    fc.property(fc.boolean(), lines, pieces, fc.boolean(), (hasHeader, drawn, sizes, isTorn) => {
      const run = linesOf(drawn.map(([one]) => one)).map((line, i) => drawn[i]![1](line));
      const text = (hasHeader ? HEADER : "") + run.join("");
      const bytes = Buffer.from(isTorn ? text.slice(0, -9) : text, "utf8");
      const scan = vi.spyOn(LineScanner.prototype, "scan");
      const fast = outcomeOf(() => inPieces(bytes, sizes));
      scanned += scan.mock.results.filter((result) => result.type === "return" && result.value > 0).length;
      scan.mockReturnValue(-1);
      expect(fast).toEqual(outcomeOf(() => inPieces(bytes, [{ size: bytes.length, room: 0 }])));
      scan.mockRestore();
      if (typeof fast === "string") refused++;
      else read++;
    }),
    { numRuns: 2_000 },
  );
  expect(read).toBeGreaterThan(300);
  expect(refused).toBeGreaterThan(300);
  expect(scanned).toBeGreaterThan(2_000);
});

test.each(["value", "node", "version", "result", "final", "session", "level", "error"])(
  "needs no JSON for a line with %s",
  (field) => {
    const fields = {
      value: ["7", '"text"', "null", "[1,2]", "-3"],
      node: ['"n1"'],
      version: ["7", '"v7"', "null"],
      result: ["true", "false"],
      final: ["true"],
      session: ["4", '"four"'],
      level: ['"quorum"'],
      error: ['{"code":"timeout","message":"no reply"}'],
    }[field]!;
    const event = new RawEvent();
    const scanner = new LineScanner(event, new Names(new HistoryBuilder({ source: "h" })));
    for (const value of fields) {
      const line = `{"index":0,"time":1,"process":2,"type":"ok","f":"read","key":"x","${field}":${value}}\n`;
      scanner.bytes = Buffer.from(`${line}${" ".repeat(64)}`);
      expect([value, scanner.scan(0)]).toEqual([value, line.length]);
    }
  },
);
