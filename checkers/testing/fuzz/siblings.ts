import type fc from "fast-check";
import type { Json } from "#core/json";
import { lostWrites } from "../../lost-writes/lost-writes.ts";
import { withFinalReads } from "../arbitrary-final.ts";
import { registerRuns, type RunShape } from "../arbitrary.ts";
import { headerOf, type Operation } from "../operations.ts";
import { lostSiblings } from "../oracles/siblings.ts";
import { countCase, type FuzzCase } from "./fuzz-case.ts";

const TWO = ["n1", "n2"];

/** Of the reads that show a value, about every second shows other values that were written beside it. */
function withSiblings(runs: fc.Arbitrary<Operation[]>): fc.Arbitrary<Operation[]> {
  return runs.map((run) =>
    run.map((operation, i) => {
      const { f, key, value, inv } = operation;
      if (f !== "read" || operation.status !== "ok" || value === null || (inv + i) % 2 === 0)
        return operation;
      const written = run.filter((one) => one.key === key && one.f === "write").map((one) => one.value);
      const others = written.filter((one, j) => one !== value && (inv * 7 + j * 3) % 4 === 0);
      return others.length === 0
        ? operation
        : { ...operation, value: { siblings: [value, ...others] as Json[] } };
    }),
  );
}

const shapes: readonly (readonly [string, RunShape])[] = [
  ["", { sessions: 3, keys: 2, operations: 10, lies: 30 }],
  [" and deletions", { sessions: 3, keys: 2, operations: 10, lies: 30, deletes: 15 }],
  [
    ", deletions and compare-and-sets",
    { sessions: 3, keys: 2, operations: 10, lies: 20, deletes: 10, cas: 10 },
  ],
];

/** Losses of registers that keep concurrent values side by side. */
export const siblingCases: readonly FuzzCase[] = [true, false].flatMap((isClaimed) =>
  shapes.map(([with_, shape]) =>
    countCase({
      title: `siblings${with_}, ${isClaimed ? "where writes replace what was seen" : "of which no more is claimed"}`,
      checker: lostWrites,
      types: { "lost-write": "no-lost-writes" },
      header: headerOf({ siblings: true, uniqueWrites: true, ...(isClaimed && { supersedes: "seen" }) }, TWO),
      runs: withSiblings(withFinalReads(registerRuns(shape), TWO)),
      count: (operations) => ({ "lost-write": lostSiblings(operations, TWO, { isClaimed }).length }),
    }),
  ),
);
