import type { Json } from "#core/json";
import type { Operation } from "../operations.ts";
import { subsetsOf } from "./subsets.ts";
import { readValue, writtenValue } from "./version-order.ts";

export type MultiKeyModel = "causal" | "causal-convergent" | "causal-memory" | "pram" | "sequential";

/** One operation that took effect: what it read and what it wrote, if anything. */
interface Effect {
  readonly operation: Operation;
  readonly read: Json | undefined;
  readonly written: Json | undefined;
}

/** `order[i][j]`: operation i comes before operation j. */
type Relation = readonly (readonly boolean[])[];

/**
 * Whether registers of several keys keep a model, by its definition, for some choice of the indefinite operations that took
 * effect. Written values are unique; an operation of which nobody knows the end is followed by none.
 */
export function keeps(model: MultiKeyModel, operations: readonly Operation[]): boolean {
  const counted = operations.filter(
    ({ final, status, f }) => !final && status !== "fail" && (status === "ok" || f !== "read"),
  );
  const certain = counted.filter(({ status }) => status === "ok");
  const indefinite = counted.filter(({ status }) => status === "info");
  return subsetsOf(indefinite).some((happened) => JUDGES[model]([...certain, ...happened].map(effectOf)));
}

const effectOf = (operation: Operation): Effect => ({
  operation,
  read:
    operation.status === "ok"
      ? readValue(operation)?.value
      : operation.f === "cas"
        ? (operation.expected ?? null)
        : undefined,
  written: writtenValue(operation),
});

const JUDGES: Readonly<Record<MultiKeyModel, (effects: readonly Effect[]) => boolean>> = {
  causal: (effects) => {
    const co = causalOrder(effects);
    return (
      co !== undefined &&
      effects.every((_, last) => someView(effects, past(co, [last]), co, (reader) => reader === last))
    );
  },
  "causal-memory": (effects) => {
    const co = causalOrder(effects);
    return (
      co !== undefined &&
      readers(effects).every((own) => someView(effects, past(co, own), co, (reader) => own.includes(reader)))
    );
  },
  pram: (effects) => {
    const so = closure(sessionOrder(effects));
    return readers(effects).every((own) => {
      const seen = effects.flatMap((effect, i) =>
        own.includes(i) || effect.written !== undefined ? [i] : [],
      );
      return someView(effects, seen, so, (reader) => own.includes(reader));
    });
  },
  sequential: (effects) =>
    someView(
      effects,
      effects.map((_, i) => i),
      closure(sessionOrder(effects)),
      () => true,
    ),
  "causal-convergent": (effects) => {
    const co = causalOrder(effects);
    if (co === undefined) return false;
    const writes = effects.flatMap(({ written }, i) => (written === undefined ? [] : [i]));
    return permutations(writes, co).some((order) =>
      effects.every((_, i) => arbitrated(effects, order, co, i)),
    );
  },
};

/** Each read returns the write that comes last, in the order all agree on, of those in its past. */
function arbitrated(
  effects: readonly Effect[],
  order: readonly number[],
  co: Relation,
  reader: number,
): boolean {
  const { read, operation } = effects[reader]!;
  if (read === undefined) return true;
  const last = order.filter((i) => co[i]![reader]! && effects[i]!.operation.key === operation.key).at(-1);
  return last === undefined ? read === null : effects[last]!.written === read;
}

/** Sessions by their operations; an indefinite one is alone. */
function readers(effects: readonly Effect[]): number[][] {
  const sessions = Map.groupBy(
    effects.map((_, i) => i),
    (i) => (effects[i]!.operation.status === "ok" ? effects[i]!.operation.session : -1 - i),
  );
  return [...sessions.values()];
}

function sessionOrder(effects: readonly Effect[]): boolean[][] {
  return effects.map(({ operation: a }) =>
    effects.map(({ operation: b }) => a.session === b.session && a.ret < b.inv),
  );
}

/** The closure of session order and reads-from; undefined if it has a cycle or a read has no write. */
function causalOrder(effects: readonly Effect[]): Relation | undefined {
  const relation = sessionOrder(effects);
  for (const [j, { read, operation }] of effects.entries()) {
    if (read === undefined || read === null) continue;
    const from = effects.findIndex(
      (other) => other.operation.key === operation.key && other.written === read,
    );
    if (from === -1) return undefined;
    relation[from]![j] = true;
  }
  const co = closure(relation);
  return co.some((row, i) => row[i]) ? undefined : co;
}

function closure(relation: boolean[][]): Relation {
  const all = relation.map((row) => [...row]);
  for (const k of all.keys())
    for (const i of all.keys()) for (const j of all.keys()) all[i]![j] ||= all[i]![k]! && all[k]![j]!;
  return all;
}

const past = (order: Relation, of: readonly number[]): number[] =>
  order.flatMap((row, i) => (of.some((j) => i === j || row[j]) ? [i] : []));

/** Whether some order of these operations that keeps a relation explains what the readers among them read. */
function someView(
  effects: readonly Effect[],
  seen: readonly number[],
  order: Relation,
  reads: (i: number) => boolean,
): boolean {
  const dead = new Set<string>();
  const search = (left: readonly number[], state: ReadonlyMap<string, Json>): boolean => {
    if (left.length === 0) return true;
    const situation = JSON.stringify([left, [...state].sort()]);
    if (dead.has(situation)) return false;
    const found = left.some((next) => {
      if (left.some((other) => order[other]![next])) return false;
      const { read, written, operation } = effects[next]!;
      if (reads(next) && read !== undefined && (state.get(operation.key) ?? null) !== read) return false;
      const after = written === undefined ? state : new Map([...state, [operation.key, written]]);
      return search(
        left.filter((other) => other !== next),
        after,
      );
    });
    if (!found) dead.add(situation);
    return found;
  };
  return search(seen, new Map());
}

function permutations(items: readonly number[], order: Relation): number[][] {
  if (items.length === 0) return [[]];
  return items
    .filter((first) => !items.some((other) => order[other]![first]))
    .flatMap((first) =>
      permutations(
        items.filter((one) => one !== first),
        order,
      ).map((rest) => [first, ...rest]),
    );
}
