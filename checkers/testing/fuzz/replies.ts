import fc from "fast-check";
import type { Json } from "#core/json";
import { echo } from "../../echo/echo.ts";
import { uniqueIds } from "../../unique-ids/unique-ids.ts";
import { headerOf, type Operation } from "../operations.ts";
import { countCase, type FuzzCase } from "./fuzz-case.ts";

const MAX_OPERATIONS = 7;

/** Operations one after the other in two sessions. */
const repliesOf = (f: "generate" | "echo", values: readonly Json[]): fc.Arbitrary<Operation[]> => {
  const percent = fc.nat({ max: 99 });
  const step = fc.record({
    session: fc.nat({ max: 1 }),
    outcome: percent,
    value: fc.constantFrom(...values),
    lie: percent,
    other: fc.constantFrom(...values),
  });
  return fc.noBias(fc.array(step, { minLength: 4, maxLength: MAX_OPERATIONS })).map((steps) =>
    steps.map(({ session, outcome, value, lie, other }, i): Operation => {
      const status = outcome < 15 ? "info" : outcome < 25 ? "fail" : "ok";
      const ret = status === "info" ? Number.POSITIVE_INFINITY : 2 * i + 2;
      const isEcho = f === "echo" && status === "ok";
      const reply = isEcho ? { observed: lie < 10 ? other : value } : {};
      const given = f === "generate" && status !== "ok" ? null : value;
      return { session, f, key: "x", value: given, inv: 2 * i + 1, ret, status, ...reply };
    }),
  );
};

/** Ids alike in some way, each of them equal to itself alone. */
const IDS: readonly Json[] = [
  ...Array.from({ length: 10 }, (_, i) => i),
  "1",
  "2",
  "",
  [],
  [1],
  [1, 2],
  ["1"],
  { a: 1 },
  { a: 2 },
  { b: [1] },
  true,
  false,
  1.5,
  -1,
];

/** By the text of each id, which has at most one field. */
function repeatedIds(operations: readonly Operation[]): number {
  const ids = operations.filter(({ status }) => status === "ok").map(({ value }) => JSON.stringify(value));
  return new Set(ids.filter((id, i) => ids.indexOf(id) !== i)).size;
}

const wrongEchoes = (operations: readonly Operation[]): number =>
  operations.filter(
    ({ status, value, observed }) => status === "ok" && JSON.stringify(observed) !== JSON.stringify(value),
  ).length;

/** Checkers of single replies. */
export const replyCases: readonly FuzzCase[] = [
  countCase({
    title: "ids",
    checker: uniqueIds,
    types: { "duplicate-id": "unique-ids" },
    header: headerOf({}),
    runs: repliesOf("generate", IDS),
    count: (operations) => ({ "duplicate-id": repeatedIds(operations) }),
  }),
  countCase({
    title: "echoes",
    checker: echo,
    types: { "wrong-echo": "echo" },
    header: headerOf({}),
    runs: repliesOf("echo", IDS.slice(20)),
    count: (operations) => ({ "wrong-echo": wrongEchoes(operations) }),
  }),
];
