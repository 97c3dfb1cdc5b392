import { describe, expect, test } from "vitest";
import { ABSENT, FLAG, type History, NONE } from "./history.ts";
import { HistoryBuilder } from "./history-builder.ts";
import { EVENT_TYPES, FUNCTIONS, type OperationFunction } from "./functions.ts";
import { headerSchema } from "./operation.ts";
import { RawEvent } from "./raw-event.ts";

interface Line {
  readonly process: number;
  readonly type: "invoke" | "ok" | "fail" | "info";
  readonly f: OperationFunction;
  readonly key?: string;
  readonly value?: Parameters<RawEvent["value"]["setJson"]>[0];
}

function build(lines: readonly Line[], header?: object): History {
  const builder = new HistoryBuilder({
    source: "test",
    header: header && headerSchema.parse({ riftcheck: 1, ...header }),
  });
  const raw = new RawEvent();
  lines.forEach(({ process, type, f, key, value }, index) => {
    raw.clear();
    Object.assign(raw, {
      process,
      index,
      time: index,
      type: EVENT_TYPES.indexOf(type),
      f: FUNCTIONS.indexOf(f),
    });
    if (key !== undefined) raw.key = builder.internKey(key);
    raw.value.setJson(value);
    builder.add(raw);
  });
  return builder.build();
}

const done = (process: number, f: OperationFunction, value: Line["value"], key = "x"): Line[] => [
  { process, type: "invoke", f, key, value: f === "read" ? null : value },
  { process, type: "ok", f, key, value },
];

describe("the builder of histories", () => {
  test("grows beyond its capacity, optional columns too", () => {
    const lines = Array.from({ length: 100 }, (_, i) =>
      i % 2 === 0 ? done(i, "cas", [i, i + 1]) : done(i, "read", [i]),
    ).flat();
    const history = build(lines, { objects: [{ keys: "*", type: "set" }] });
    expect(history.length).toBe(100);
    expect(history.valueOf(history.expectedOf(98))).toBe(98);
    expect(history.expectedOf(99)).toBe(ABSENT);
    expect([...history.elementsOf(99)].map((id) => history.valueOf(id))).toEqual([99]);
  });

  test("takes process ids of any size", () => {
    const ids = [0, 1_000, 1 << 20, 2_000_000_000];
    const history = build([
      ...ids.map((process) => done(process, "write", process)[0]!),
      ...ids.map((process) => done(process, "write", process)[1]!),
    ]);
    expect([...history.process]).toEqual(ids);
    expect(history.sessionNames).toEqual(ids.map(String));
    expect([...history.retRank]).toEqual([4, 5, 6, 7]);
  });

  test("matches keys with patterns, the first one that fits", () => {
    const objects = [
      { keys: "a.c-*", type: "set" },
      { keys: "*-x", type: "counter" },
      { keys: "*", type: "register" },
    ];
    const keys = ["a.c-x", "abc-x", "a.c", "a.c-\n"];
    const history = build(
      keys.flatMap((key, i) => done(i, "write", 1, key)),
      { objects },
    );
    expect(keys.map((_, key) => history.objectOf(key).type)).toEqual(["set", "counter", "register", "set"]);
  });

  test("the only, unnamed object has the empty key", () => {
    const history = build([{ process: 0, type: "invoke", f: "write", value: 1 }]);
    expect(history.keys).toEqual([""]);
    expect(history.key[0]).toBe(0);
  });

  test("mixed types without a header are told key by key", () => {
    const history = build([
      ...done(0, "write", 1, "r"),
      ...done(0, "add", 1, "s"),
      ...done(0, "read", [1], "only-read"),
    ]);
    expect(history.keys.map((_, key) => history.objectOf(key).type)).toEqual(["register", "set", "set"]);
    expect(history.header.objects).toEqual([]);
  });

  test("siblings of a register are elements where the header says so", () => {
    const objects = [{ keys: "*", type: "register", siblings: true }];
    const history = build([...done(0, "write", 1), ...done(0, "read", { siblings: [1, 2] })], { objects });
    expect(history.flags[1]).toBe(FLAG.list);
    expect(history.elementsOf(1)[0]).toBe(history.value[0]);
  });

  test("null elements and null adds are refused", () => {
    const objects = [{ keys: "*", type: "set" }];
    expect(() => build(done(0, "read", [1, null]), { objects })).toThrow("elements other than null");
    expect(() => build(done(0, "add", null), { objects })).toThrow("a value other than null");
    expect(() => build(done(0, "cas", [1]))).toThrow("the expected and the new value");
  });
});

describe("selecting rows", () => {
  const objects = [
    { keys: "s", type: "set" },
    { keys: "*", type: "register" },
  ];
  const history = build(
    [
      ...done(0, "write", 5, "unused"),
      ...done(0, "add", "a", "s"),
      ...done(0, "read", ["b", "a"], "s"),
      ...done(1, "cas", [7, 8], "x"),
      ...done(1, "read", null, "x"),
      ...done(1, "read", [], "s"),
    ],
    { objects },
  );

  test("keeps what the rows say, with fewer keys and values", () => {
    const part = history.select([5, 2, 3, 3]);
    expect(part.length).toBe(3);
    expect(part.keys).toEqual(["s", "x"]);
    expect(part.valueCount).toBe(4);
    for (let row = 0; row < part.length; row++) {
      expect(part.operation(row)).toEqual(history.operation(history.rowOf(part.invRank[row]!)));
    }
    expect(part.valueOf(part.expectedOf(1))).toBe(7);
    expect(part.keyOfValue(part.value[1]!)).toBe(part.key[1]);
    expect(part.objectOf(0).type).toBe("set");
    expect(part.elementsOf(2).length).toBe(0);
  });

  test("selects from a selection", () => {
    const part = history.select([1, 2, 4]).select([1]);
    expect(part.operation(0)).toEqual(history.operation(2));
    expect([...part.elementsOf(0)].map((id) => part.valueOf(id))).toEqual(["b", "a"]);
  });

  test("of nothing is empty", () => {
    const none = history.select([]);
    expect([none.length, none.keys.length, none.valueCount, none.rowOf(0)]).toEqual([0, 0, 0, NONE]);
  });
});
