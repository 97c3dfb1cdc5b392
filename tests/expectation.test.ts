import { describe, expect, test } from "vitest";
import { type Json } from "#core/json";
import { OBJECT_TYPES } from "#core/operation";
import { headerOf, historyFrom } from "../checkers/testing/operations.ts";
import { judgeHistory } from "../harness/cli/judge-history.ts";
import { exitCodeOf } from "../harness/cli/exit-code.ts";
import { parseHistory } from "../harness/history/read-history.ts";
import { renderText } from "../reports/text.ts";

interface Line {
  readonly process?: number;
  readonly f: string;
  readonly key?: string;
  /** Of the invocation and of the completion. */
  readonly value?: readonly [Json, Json];
  readonly level?: string;
  readonly node?: string;
  readonly final?: true;
  readonly result?: boolean;
  readonly version?: Json;
  readonly observed?: Json;
}

/** One operation after the other, all successful. */
function history(lines: readonly Line[], header?: object): ReturnType<typeof parseHistory> {
  const events = lines.flatMap(({ process = 0, f, key, value = [null, null], level, ...rest }, i) =>
    (["invoke", "ok"] as const).map((type, j) =>
      JSON.stringify({
        index: 2 * i + j,
        time: (2 * i + j) * 1000,
        process,
        type,
        f,
        ...(key === undefined ? {} : { key }),
        value: value[j],
        ...(level === undefined || j === 1 ? {} : { level }),
        ...(j === 1 ? rest : {}),
      }),
    ),
  );
  const head = header === undefined ? [] : [JSON.stringify({ riftcheck: 1, ...header })];
  return parseHistory(`${[...head, ...events].join("\n")}\n`, "h.jsonl", { format: "jsonl" });
}

const check = (lines: readonly Line[], header?: object): ReturnType<typeof judgeHistory> =>
  judgeHistory(history(lines, header), { expectations: undefined });

const wrote = (value: number, key = "x", process = 0): Line => ({
  f: "write",
  key,
  value: [value, value],
  process,
});
const read = (value: Json, more: Partial<Line> = {}): Line => ({
  f: "read",
  key: "x",
  value: [null, value],
  ...more,
});
const did = (f: string, value: Json, more: Partial<Line> = {}): Line => ({
  f,
  value: [value, value],
  ...more,
});
const got = (f: string, value: Json, more: Partial<Line> = {}): Line => ({
  f,
  value: [null, value],
  ...more,
});

describe("without a claim, check expects the strongest model of every kind of object", () => {
  const RIGHT: Readonly<Record<string, readonly Line[]>> = {
    register: [wrote(1), read(1)],
    set: [did("add", 1), got("read", [1])],
    queue: [did("enqueue", 1), got("dequeue", 1)],
    counter: [did("increment", 2), got("read", 2)],
    lock: [got("acquire", null), got("release", null)],
    list: [did("append", 1), got("read", [1])],
    stack: [did("push", 1), got("pop", 1)],
    log: [did("send", 1, { version: 0 }), got("poll", [[0, 1]], { version: 0 })],
  };
  const WRONG: Readonly<Record<string, readonly Line[]>> = {
    register: [wrote(1), read(null)],
    set: [did("add", 1), got("read", [])],
    queue: [did("enqueue", 1), did("enqueue", 2), got("dequeue", 2)],
    counter: [did("increment", 2), got("read", 1)],
    lock: [got("acquire", null), got("acquire", null, { process: 1 })],
    list: [did("append", 1), got("read", [])],
    stack: [did("push", 1), did("push", 2), got("pop", 1)],
    log: [did("send", 1, { version: 0 }), got("poll", [[0, 2]], { version: 0 })],
  };

  test.each(OBJECT_TYPES)("%s", (type) => {
    const header = { objects: [{ keys: "*", type }] };
    const [right, wrong] = [RIGHT[type], WRONG[type]];
    if (right === undefined || wrong === undefined) {
      const verdict = check([did(type === "text" ? "erase" : "append", { id: 1 })], header);
      expect(verdict).toMatchObject({ valid: "unknown", expectations: [{ model: "linearizable" }] });
      expect(exitCodeOf(verdict)).toBe(2);
      return;
    }
    const model = type === "log" ? "log-order" : "linearizable";
    expect(check(right, header)).toMatchObject({ valid: true, expectations: [{ model }] });
    const verdict = check(wrong, header);
    expect(verdict).toMatchObject({ valid: false, expectations: [{ outcome: "broken" }] });
    expect(exitCodeOf(verdict)).toBe(1);
  });

  test("of queues and stacks together, for one verdict tells of both", () => {
    const header = {
      objects: [
        { keys: "q*", type: "queue" },
        { keys: "k*", type: "stack" },
      ],
    };
    const lines = [
      did("enqueue", 1, { key: "q" }),
      did("push", 1, { key: "k" }),
      got("pop", 1, { key: "k" }),
      got("pop", null, { key: "k", final: true }),
    ];
    const drained = (value: Json): Line => got("drain", value, { key: "q", final: true });
    expect(check([...lines, drained([1])], header)).toMatchObject({ valid: true });
    expect(check([...lines, drained([])], header)).toMatchObject({ valid: false });
  });

  test("accuses no queue that was filled at first", () => {
    const header = { objects: [{ keys: "*", type: "queue", initial: [9] }] };
    const verdict = check([did("enqueue", 1), got("dequeue", 9)], header);
    expect(verdict).toMatchObject({ valid: "unknown", anomalies: [] });
  });

  test("whatever is expected, of operations that no checker judges nothing holds", () => {
    const expectations = [{ model: "linearizable", is: "holds" }] as const;
    const lines = [wrote(1), read(1), did("broadcast", 1), did("broadcast", 1, { process: 1 })];
    expect(judgeHistory(history(lines), { expectations }).valid).toBe("unknown");
    expect(judgeHistory(history(lines), { expectations: [] }).valid).toBe(true);
  });

  test("of several kinds each one, by its keys or by its type", () => {
    const lines = [wrote(1), read(1), did("add", 1, { key: "s" }), got("read", [], { key: "s" })];
    const header = {
      objects: [
        { keys: "x", type: "register" },
        { keys: "s*", type: "set" },
      ],
    };
    for (const [given, names] of [
      [header, ["x", "s*"]],
      [undefined, ["registers", "sets"]],
    ] as const) {
      const verdict = check(lines, given);
      expect(verdict.expectations.map(({ objects, outcome }) => [objects, outcome])).toEqual([
        [names[0], "met"],
        [names[1], "broken"],
      ]);
      expect(verdict.contradictions).toBeUndefined();
      expect(verdict.valid).toBe(false);
    }
  });

  test("what holds of each kind by itself is not said of all together, unless linearizability holds of all", () => {
    const stale = [wrote(1), wrote(2), read(1, { process: 1 }), did("add", 1, { key: "s" })];
    const header = {
      objects: [
        { keys: "x", type: "register" },
        { keys: "s*", type: "set" },
      ],
    };
    const verdict = judgeHistory(history(stale, header), {
      expectations: [
        { model: "sequential", is: "holds" },
        { model: "sequential", objects: "x", is: "holds" },
      ],
    });
    expect(verdict.expectations.map(({ outcome }) => outcome)).toEqual(["undecided", "met"]);
    const fine = judgeHistory(history([wrote(1), read(1), did("add", 1, { key: "s" })], header), {
      expectations: [{ model: "sequential", is: "holds" }],
    });
    expect(fine.valid).toBe(true);
    expect(renderText(verdict)).toMatch(/\? unknown +sequential +must hold, undecided: each kind of object/);
  });

  test("losses, where there are final reads that tell", () => {
    const final = { final: true, node: "n1", key: "x" } as const;
    const set = check([did("add", 1, { key: "x" }), got("read", [], final)]);
    expect(set.expectations.map(({ model, outcome }) => [model, outcome])).toContainEqual([
      "no-lost-writes",
      "broken",
    ]);
    const registers = (lines: readonly Line[], spec: object): ReturnType<typeof check> =>
      check(lines, { objects: [{ keys: "*", type: "register", ...spec }] });
    const lost = [wrote(1), read(1), read(null, final)];
    for (const order of ["unknown", "single-writer"]) {
      expect(registers(lost, { order })).toMatchObject({
        valid: false,
        expectations: [{ model: "linearizable" }, { model: "no-lost-writes", outcome: "broken" }],
      });
    }
    expect(registers([wrote(1), wrote(1), read(1), read(1, final)], {})).toMatchObject({
      valid: true,
      expectations: [{ model: "linearizable" }],
    });
    const lww = registers(lost, { crdt: "lww" });
    expect(lww.expectations.map(({ model }) => model)).toEqual(["crdt-semantics"]);
  });

  test("that no final read shows what nobody put there", () => {
    const final = { final: true, node: "n1", key: "x" } as const;
    const strange = check([wrote(1), read(1), read(7, final)]);
    expect(strange.valid).toBe(false);
    expect(strange.results.find(({ model }) => model === "linearizable")?.verdict).toBe("satisfied");
    expect(strange.anomalies.map(({ type, model }) => [type, model])).toEqual([
      ["unexplained-final-read", "convergence"],
    ]);
  });

  test("says plainly when nothing could be expected, and is never valid then", () => {
    const txn = did("txn", [["w", "x", 1]]);
    for (const [lines, says] of [
      [[txn], "nothing proved: no checker judges transactions yet"],
      [[wrote(1), read(1), txn], "nothing proved: no checker judges transactions yet"],
      [[did("broadcast", 7)], "nothing proved: no checker judges broadcasts yet"],
      [[], "nothing proved: the history holds no operation"],
    ] as const) {
      const verdict = check(lines);
      expect(verdict).toMatchObject({ valid: "unknown", summary: says });
    }
    expect(check([wrote(1), read(null), txn]).valid).toBe(false);
  });

  test("expects nothing only when told so", () => {
    const verdict = judgeHistory(history([wrote(1), read(null)]), { expectations: [] });
    expect(verdict.valid).toBe(true);
    expect(verdict.summary).toContain("nothing was expected; found: 1 ");
  });
});

describe("levels", () => {
  /** A read at level `serializable` misses what a write had acknowledged; those at `linearizable` do not. */
  const lines = [
    wrote(1),
    read(1, { level: "linearizable", process: 1 }),
    wrote(2),
    read(1, { level: "serializable", process: 2 }),
    read(2, { level: "linearizable", process: 1 }),
  ];

  test("each is judged with its own reads and everybody's writes", () => {
    const verdict = check(lines);
    expect(verdict.expectations.map(({ level, outcome }) => [level, outcome])).toEqual([
      ["linearizable", "met"],
      ["serializable", "broken"],
    ]);
    const of = (level: string): unknown =>
      verdict.results.find((one) => one.model === "linearizable" && one.level === level)?.verdict;
    expect([of("linearizable"), of("serializable")]).toEqual(["satisfied", "violated"]);
    expect(new Set(verdict.anomalies.map(({ level }) => level))).toEqual(new Set(["serializable"]));
    expect(verdict.summary).toMatch(/^linearizable at level serializable: /);
    expect(verdict.contradictions).toBeUndefined();
    expect(Object.keys(verdict.stats)).toContain("staleness@serializable");
  });

  test("an expectation names one, or means all", () => {
    const outcomes = judgeHistory(history(lines), {
      expectations: [
        { model: "linearizable", level: "linearizable", is: "holds" },
        { model: "linearizable", level: "serializable", is: "breaks" },
        { model: "sequential", level: "serializable", is: "holds" },
        { model: "linearizable", level: "quorum", is: "holds" },
        { model: "linearizable", is: "holds" },
      ],
    }).expectations.map(({ outcome }) => outcome);
    expect(outcomes).toEqual(["met", "met", "met", "undecided", "broken"]);
  });

  test("reads without a level make a part of their own", () => {
    const verdict = check([...lines.slice(0, 4), read(null, { process: 3 })]);
    const linearizable = verdict.results.filter(({ model }) => model === "linearizable");
    expect(linearizable.map(({ level, verdict: found }) => [level, found])).toEqual(
      expect.arrayContaining([
        ["linearizable", "satisfied"],
        ["serializable", "violated"],
        [undefined, "violated"],
      ]),
    );
  });

  test("consistency is asked of each level, what became of the data of all together", () => {
    const verdict = check([
      did("add", 1),
      got("read", [1], { level: "quorum" }),
      got("read", [], { level: "replica", process: 1 }),
      got("read", [1], { final: true, node: "n1" }),
    ]);
    const levels = (model: string): unknown[] =>
      verdict.results.filter((one) => one.model === model).map(({ level, verdict: found }) => [level, found]);
    expect(levels("linearizable").toSorted()).toEqual([
      ["quorum", "satisfied"],
      ["replica", "violated"],
    ]);
    expect(levels("no-lost-writes")).toEqual([[undefined, "satisfied"]]);
  });

  test("of writes alone change nothing, nor do final reads belong to one", () => {
    const final = { final: true, node: "n1", level: "serializable" } as const;
    const header = { objects: [{ keys: "*", type: "register", order: "single-writer" }] };
    const verdict = check([{ ...wrote(1), level: "quorum" }, read(1), read(null, final)], header);
    expect(verdict.results.filter(({ level }) => level !== undefined)).toEqual([]);
    expect(verdict.models["no-lost-writes"]?.verdict).toBe("violated");
    const levelled = check([wrote(1), read(1, { level: "quorum" }), read(null, final)], header);
    expect(levelled.models["no-lost-writes"]?.verdict).toBe("violated");
    expect(levelled.counts["lost-write"]).toBe(1);
    expect(levelled.models["linearizable"]?.verdict).toBe("satisfied");
  });
});

describe("a header that says there is no real time", () => {
  const header = { objects: [{ keys: "*", type: "register" }], realTime: false };
  /** Wrong in the order of lines, right if session 1 came first. */
  const stale = [wrote(1), read(null, { process: 1 })];

  test("makes real-time models not applicable, and sequential the strongest to expect", () => {
    const verdict = check(stale, header);
    expect(verdict.models["linearizable"]).toEqual({
      verdict: "not-applicable",
      reason: "the history records sessions and no real time",
    });
    expect(verdict.expectations).toMatchObject([{ model: "sequential", outcome: "met" }]);
    expect(verdict).toMatchObject({ valid: true, anomalies: [] });
    expect(verdict.stats["staleness"]).toBeUndefined();
    expect(check(stale, { objects: header.objects }).valid).toBe(false);
  });

  test("lets a read come before the line of its write", () => {
    const future = [read(1, { process: 1 }), wrote(1)];
    expect(check(future, header)).toMatchObject({ valid: true, anomalies: [] });
    expect(check(future, { objects: header.objects }).counts["future-read"]).toBe(1);
  });

  test("does not let an indefinite write come early because of where its reader stands", () => {
    const on = { key: "x", status: "ok" } as const;
    const run = [
      { ...on, session: 0, f: "write", value: 1, inv: 1, ret: Infinity, status: "info" },
      { ...on, session: 1, f: "read", value: 1, inv: 2, ret: 3 },
      { ...on, session: 0, f: "write", value: 2, inv: 4, ret: 5 },
      { ...on, session: 0, f: "read", value: 1, inv: 6, ret: 7 },
    ] as const;
    const timed = headerOf({ order: "single-writer" });
    const judged = (given: typeof timed): unknown =>
      judgeHistory(historyFrom(run, given), { expectations: [] }).models["read-your-writes"]?.verdict;
    expect(judged(timed)).toBe("violated");
    expect(judged({ ...timed, realTime: false })).toBe("satisfied");
  });

  test("still finds what breaks the order of sessions", () => {
    const swapped = [wrote(1), wrote(2), read(2, { process: 1 }), read(1, { process: 1 })];
    const verdict = check(swapped, header);
    expect(verdict.valid).toBe(false);
    expect(verdict.models["linearizable"]?.verdict).toBe("not-applicable");
    const ownLost = check([read(2, { process: 1 }), read(1, { process: 1 }), wrote(1), wrote(2)], header);
    expect(ownLost.models["monotonic-reads"]?.verdict).not.toBe("not-applicable");
    expect(ownLost.valid).toBe(false);
  });
});

test.each([
  ["unique-ids", [got("generate", 7), got("generate", 8)], [got("generate", 7), got("generate", 7)]],
  ["echo", [did("echo", "a", { observed: "a" })], [did("echo", "a", { observed: "b" })]],
] as const)("%s is expected of operations that it is about", (model, right, wrong) => {
  expect(check(right)).toMatchObject({ valid: true, expectations: [{ model, outcome: "met" }] });
  expect(check(wrong)).toMatchObject({ valid: false, expectations: [{ model, outcome: "broken" }] });
});
