import type { Json } from "#core/json";
import { SpecMatcher } from "#core/object-specs";
import { HISTORY_FORMAT } from "#core/operation";
import type { ScriptedCase } from "../case.ts";
import type { Pass } from "./pass.ts";

const LETTERS = ["x", "y", "z", "u", "v", "w"];

/** Keys become x, y, …, where the header says the same of these. */
export const shortKeys: Pass = {
  name: "keys",
  *candidates(one) {
    const { operations, finalReads } = one.load;
    const keys = [...new Set([...operations, ...finalReads].flatMap(({ key }) => key ?? []))];
    const names = new Map(keys.map((key, i) => [key, LETTERS[i] ?? `k${i + 1}`]));
    const matcher = new SpecMatcher({ riftcheck: HISTORY_FORMAT, objects: one.objects });
    const isPossible = [...names].every(([before, after]) => matcher.match(before) === matcher.match(after));
    if (!isPossible || [...names].every(([before, after]) => before === after)) return;
    const renamed = <T extends { readonly key?: string | undefined }>(some: T): T =>
      some.key === undefined ? some : { ...some, key: names.get(some.key)! };
    yield {
      ...one,
      load: { ...one.load, operations: operations.map(renamed), finalReads: finalReads.map(renamed) },
    };
  },
};

/** Functions whose value is one value of the key. */
const WRITES: ReadonlySet<string> = new Set([
  "write",
  "add",
  "remove",
  "append",
  "enqueue",
  "push",
  "send",
  "contains",
]);

/** The values of each key become 1, 2, …: numbers in their order, texts as they come. */
export const smallValues: Pass = {
  name: "values",
  *candidates(one) {
    const ranks = ranksOf(one);
    if (ranks === undefined) return;
    const rank = (key: string, value: Json): Json => ranks.get(key)?.get(value) ?? value;
    const operations = one.load.operations.map((operation) => {
      const { f, key = "", value } = operation;
      if (WRITES.has(f)) return { ...operation, value: rank(key, value) };
      if (f === "cas" && Array.isArray(value))
        return { ...operation, value: (value as Json[]).map((part) => rank(key, part)) };
      return operation;
    });
    if (JSON.stringify(operations) === JSON.stringify(one.load.operations)) return;
    yield { ...one, load: { ...one.load, operations } };
  },
};

/** By key: each of its values and its rank, from 1. Undefined where a value is neither number nor text. */
function ranksOf({ load, objects }: ScriptedCase): Map<string, Map<Json, number>> | undefined {
  const values = new Map<string, Set<number | string>>();
  for (const { f, key = "", value } of load.operations) {
    const parts = WRITES.has(f) ? [value] : f === "cas" && Array.isArray(value) ? (value as Json[]) : [];
    for (const part of parts) {
      if (part === null) continue;
      if (typeof part !== "number" && typeof part !== "string") return undefined;
      const known = values.get(key) ?? new Set();
      values.set(key, known.add(part));
    }
  }
  const all = [...values.values()].flatMap((known) => [...known]);
  const areNumbers = all.every((value) => typeof value === "number");
  // Texts get the order in which they come, which says nothing where values tell their order.
  if (!areNumbers && objects.some(({ order }) => order === "value")) return undefined;
  const ranked = (known: ReadonlySet<number | string>): (number | string)[] =>
    areNumbers ? [...known].sort((a, b) => Number(a) - Number(b)) : [...known];
  return new Map(
    [...values].map(([key, known]) => [key, new Map(ranked(known).map((value, i) => [value, i + 1]))]),
  );
}
