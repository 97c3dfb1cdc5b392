import { describe, expect, test } from "vitest";
import type { Json } from "#core/json";
import type { OperationFunction } from "#core/functions";
import type { PlainType } from "../datatype.ts";
import { counter } from "./counter.ts";
import { list } from "./list.ts";
import { map } from "./map.ts";
import { queue } from "./queue.ts";
import { register } from "./register.ts";
import { set } from "./set.ts";
import { stack } from "./stack.ts";
import { text } from "./text.ts";

type Step = readonly [f: OperationFunction, value: Json, told?: Json];

/** What is read after some actions. Each is told what its step says: its value or its result. */
function after(plain: PlainType<never>, steps: readonly Step[]): Json {
  const type = plain as PlainType;
  let value = type.initial;
  for (const [f, argument, told] of steps) {
    const { state, ...answer } = type.apply(value, { f, value: argument });
    if (told !== undefined) expect(answer.result ?? answer.value, f).toStrictEqual(told);
    value = state;
  }
  return type.read(value);
}

const any = (plain: unknown): PlainType<never> => plain as PlainType<never>;
const a = { id: 1, char: "a" };
const b = { id: 2, char: "b" };
const CASES: readonly (readonly [string, unknown, readonly Step[], Json])[] = [
  [
    "a register",
    register,
    [
      ["write", 1],
      ["cas", [1, 2], true],
      ["cas", [1, 3], false],
    ],
    2,
  ],
  [
    "a deleted register",
    register,
    [
      ["write", 1],
      ["delete", null],
    ],
    null,
  ],
  [
    "a list",
    list,
    [
      ["append", 2],
      ["append", 1],
      ["append", 2],
    ],
    [2, 1, 2],
  ],
  [
    "a set",
    set,
    [
      ["add", 2],
      ["add", 1],
      ["contains", 2, true],
      ["remove", 2],
      ["contains", 2, false],
    ],
    [1],
  ],
  [
    "a counter",
    counter,
    [
      ["increment", 3],
      ["increment", -5],
    ],
    -2,
  ],
  [
    "a queue",
    queue,
    [
      ["dequeue", null, null as Json],
      ["enqueue", 1],
      ["enqueue", 2],
      ["dequeue", null, 1],
    ],
    [2],
  ],
  [
    "a drained queue",
    queue,
    [
      ["enqueue", 1],
      ["enqueue", 2],
      ["drain", null, [1, 2]],
    ],
    [],
  ],
  [
    "a stack",
    stack,
    [
      ["push", 1],
      ["push", 2],
      ["pop", null, 2],
    ],
    [1],
  ],
  [
    "accounts",
    map,
    [
      ["write", { x: 5, y: 5 }],
      ["transfer", { from: "x", to: "y", amount: 6 }, false],
      ["transfer", { from: "x", to: "y", amount: 5 }, true],
      ["transfer", { from: "y", to: "z", amount: 1 }, true],
      ["transfer", { from: "y", to: "y", amount: 2 }, true],
    ],
    { x: 0, y: 9, z: 1 },
  ],
  [
    "a text",
    text,
    [
      ["insert", { ...b, after: null }],
      ["insert", { ...a, after: null }],
      ["insert", { id: 3, char: "c", after: 1 }],
      ["erase", { id: 1 }],
      ["insert", { id: 4, char: "d", after: 1 }],
      ["insert", { id: 4, char: "x", after: null }, false],
    ],
    [{ id: 4, char: "d" }, { id: 3, char: "c" }, b],
  ],
];

test.each(CASES)("%s", (_, plain, steps, read) => expect(after(any(plain), steps)).toStrictEqual(read));

describe("bad requests", () => {
  test.each<[string, unknown, Step, string]>([
    ["register", register, ["append", 1], "a register has no append"],
    ["register", register, ["cas", 1], "cas 1: expected [old, new]"],
    ["counter", counter, ["increment", "1"], 'increment "1": expected an integer'],
    ["map", map, ["transfer", { from: "x", to: "y", amount: -1 }], "{from, to, amount} with a whole amount"],
    ["map", map, ["write", { x: "1" }], "an object of whole balances"],
    ["text", text, ["insert", { id: 1, char: "x", after: 7 }], "the text has no character 7"],
    ["text", text, ["erase", { id: 7 }], "the text has no character 7"],
    ["text", text, ["insert", { id: 7 }], "expected {id, after, char}"],
    ["set", set, ["append", 1], "a set has no append"],
  ])("%s", (_, plain, step, message) => expect(() => after(any(plain), [step])).toThrow(message));
});

describe("joins", () => {
  test("lists", () => expect(list.join!([1, 2], [1, 3])).toStrictEqual([1, 2, 3]));
  test("registers that hold no lists are not joined", () => expect(register.join!([1], 2)).toBeUndefined());
  test("texts keep the neighbours and what was erased", () => {
    const [x, y, z] = ["x", "y", "z"].map((id) => ({ id, char: id, erased: false }));
    expect(text.join!([x!, y!], [{ ...x!, erased: true }, z!, y!])).toStrictEqual([
      { ...x, erased: true },
      z,
      y,
    ]);
  });
});
