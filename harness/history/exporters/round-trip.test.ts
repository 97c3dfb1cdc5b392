import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { History } from "#core/history";
import type { Json } from "#core/json";
import { completionLine, faultLine, headerLine, invocationLine } from "#core/line";
import { headerSchema, type Invocation } from "#core/operation";
import { parseHistory } from "../read-history.ts";
import { exportJepsen } from "./jepsen-export.ts";
import { exportJsonl } from "./jsonl-export.ts";

const jsonl = (history: History): string => [...exportJsonl(history)].join("");
const viaEdn = (history: History): History =>
  parseHistory([...exportJepsen(history)].join(""), "edn", { format: "jepsen-edn" });

const HEADER = headerSchema.parse({
  riftcheck: 1,
  nodes: ["n1", "n2"],
  objects: [
    { keys: "set*", type: "set" },
    { keys: "siblings*", type: "register", siblings: true },
    { keys: "*", type: "register", initial: 0, order: "single-writer", uniqueWrites: true },
  ],
});

/** What happens to the next operation of a process. */
interface Step {
  readonly process: number;
  readonly operation: Invocation;
  readonly outcome: "ok" | "fail" | "info" | "open";
  readonly returned: Json;
  readonly gap: number;
  readonly delay: number;
}

const text = fc.constantFrom("x", "a b", 'q"\\', "é", "1", "[1 2]", "");
const value: fc.Arbitrary<Json> = fc.oneof(
  fc.integer(),
  text,
  fc.boolean(),
  fc.tuple(fc.integer(), fc.integer()),
  fc.record({ a: fc.integer(), "1": text }),
);
const invocation: fc.Arbitrary<Invocation> = fc.oneof(
  fc.record({ f: fc.constant("write" as const), key: text, value }),
  fc.record({
    f: fc.constant("read" as const),
    key: text,
    value: fc.constant(null),
    node: fc.constantFrom("n1", "n2"),
  }),
  fc.record({
    f: fc.constant("read" as const),
    key: fc.constant("set1"),
    value: fc.constant(null),
    final: fc.constant(true as const),
  }),
  fc.record({
    f: fc.constant("read" as const),
    key: fc.constant("siblings"),
    value: fc.constant(null),
    level: text,
  }),
  fc.record({ f: fc.constant("cas" as const), key: text, value: fc.tuple(value, value) }),
  fc.record({ f: fc.constant("delete" as const), key: text, value: fc.constant(null) }),
  fc.record({ f: fc.constant("add" as const), key: fc.constant("set1"), value: fc.integer() }),
  fc.record({ f: fc.constant("increment" as const), key: fc.constant("c"), value: fc.integer() }),
  fc.record({ f: fc.constant("dequeue" as const), key: fc.constant("q"), value: fc.constant(null) }),
  fc.record({ f: fc.constant("acquire" as const), key: fc.constant("lock"), value: fc.constant(null) }),
  fc.record({ f: fc.constant("broadcast" as const), value }),
  fc.record({
    f: fc.constant("txn" as const),
    value: fc.array(fc.tuple(fc.constantFrom("append", "w"), text, fc.integer())),
  }),
); // prettier-ignore
const step: fc.Arbitrary<Step> = fc.record({
  process: fc.nat(3),
  operation: invocation,
  outcome: fc.constantFrom("ok", "ok", "fail", "info", "open"),
  returned: value,
  gap: fc.nat(2),
  delay: fc.nat(3),
});

/** A history as a recorder would have written it: completions come some events after their invocations. */
function recorded(steps: readonly Step[]): string {
  const lines: string[] = [];
  const due: { at: number; process: number; line: (index: number, time: number) => string }[] = [];
  const busy = new Set<number>();
  let time = 0;
  const complete = (upTo: number): void => {
    due.sort((a, b) => a.at - b.at);
    while (due.length > 0 && due[0]!.at <= upTo) {
      const { line, process } = due.shift()!;
      lines.push(line(lines.length, time));
      busy.delete(process);
    }
  };
  steps.forEach(({ process, operation, outcome, returned, gap, delay }, at) => {
    complete(at);
    time += gap;
    if (busy.has(process)) return;
    busy.add(process);
    lines.push(invocationLine(lines.length, time, process, operation));
    if (at % 5 === 4) {
      lines.push(
        faultLine(lines.length, time, {
          id: at,
          fault: "kill",
          phase: "started",
          nodes: ["n1"],
          effect: { a: 1 },
        }),
      );
    }
    if (outcome === "open") return;
    due.push({
      at: at + delay,
      process,
      line: (index, now) =>
        outcome === "ok"
          ? completionLine(index, now, process, "ok", operation, replyTo(operation, returned))
          : completionLine(index, now, process, outcome, operation, {}, { code: "timeout", message: "" }),
    });
  });
  complete(Number.POSITIVE_INFINITY);
  return headerLine(HEADER) + lines.join("");
}

function replyTo({ f, key, value: asked }: Invocation, returned: Json) {
  if (f === "read" && key === "set1") return { value: [1, 2] };
  if (f === "read" && key === "siblings") return { value: { siblings: ["a", "b"] } };
  if (f === "read" || f === "dequeue") return { value: returned, version: returned };
  return f === "cas" ? { value: asked, result: false, observed: returned } : {};
}

/** Everything that checkers and reports see. */
const contents = (history: History) => ({
  header: history.header,
  given: history.headerGiven,
  events: history.events,
  faults: history.faults,
  operations: Array.from({ length: history.length }, (_, row) => ({
    ...history.operation(row),
    rank: history.retRank[row],
    flags: history.flags[row],
    expected:
      history.expectedOf(row) >= 0 ? history.valueOf(history.expectedOf(row)) : history.expectedOf(row),
    observed:
      history.observedOf(row) >= 0 ? history.valueOf(history.observedOf(row)) : history.observedOf(row),
    version: history.versionOf(row),
    level: history.levelOf(row),
  })),
});

describe("a history survives", () => {
  test("the way to Jepsen's EDN and back, and to JSONL", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const original = parseHistory(recorded(steps));
        const returned = viaEdn(original);
        expect(contents(returned)).toEqual(contents(original));
        expect(jsonl(returned)).toBe(jsonl(original));
        expect(contents(parseHistory(jsonl(original)))).toEqual(contents(original));
      }),
      { numRuns: 500 },
    );
  });

  test("in one line of a single object without a key", () => {
    const write = { f: "write", value: 1 } as const;
    const text = invocationLine(0, 5, 3, write) + completionLine(1, 9, 3, "ok", write);
    const lines = [...exportJepsen(parseHistory(text))];
    expect(lines).toEqual([
      "; riftcheck null\n",
      "{:process 3, :type :invoke, :f :write, :value 1, :time 5, :index 0}\n",
      "{:process 3, :type :ok, :f :write, :value 1, :time 9, :index 1}\n",
    ]);
    expect(jsonl(viaEdn(parseHistory(text)))).toBe(text.replaceAll(/,"f":"write"/g, ',"f":"write"'));
  });

  test("with an operation given up at any nanosecond", () => {
    const write = { f: "write", key: "x", value: 1 } as const;
    const error = { code: "timeout", message: "no reply" };
    const text =
      invocationLine(0, 5, 3, write) + completionLine(1, 2_147_483_647, 3, "info", write, {}, error);
    expect(contents(viaEdn(parseHistory(text)))).toEqual(contents(parseHistory(text)));
    expect(viaEdn(parseHistory(text)).operation(0).end).toBe(2_147_483_647);
  });

  test("with a session of its own and independent keys", () => {
    const line =
      '{"index":0,"time":1,"process":1,"type":"invoke","f":"write","key":"k","value":[1,2],"session":"s"}\n';
    const edn = [...exportJepsen(parseHistory(line))].join("");
    expect(edn).toContain(':value ["k" [1 2]]');
    expect(viaEdn(parseHistory(line)).operation(0)).toMatchObject({ key: "k", value: [1, 2], session: "s" });
  });
});
