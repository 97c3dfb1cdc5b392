import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { expect } from "vitest";
import type { Json } from "#core/json";
import { canonicalJson } from "#core/value-table";
import type { Action } from "../../protocol.ts";
import type { Datatype } from "../datatype.ts";
import { Replicas, type Step } from "./replicas.ts";

const REPLICAS = 3;
const CLIENTS = 2;

/** Histories of three replicas with clocks that differ. */
export const stepsOf = (actions: fc.Arbitrary<Action>): fc.Arbitrary<Step[]> => {
  const replica = fc.integer({ min: 0, max: REPLICAS - 1 });
  const client = fc.integer({ min: 0, max: CLIENTS - 1 });
  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant("update" as const), replica, client, action: actions }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("read" as const), replica, client }) },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant("send" as const), from: replica, to: replica }),
    },
  );
  // Not the small sizes that are usual: laws break where many updates meet.
  return fc.array(step, { minLength: 1, maxLength: 40, size: "max" });
};

export const SKEWS = fc.tuple(
  ...Array.from({ length: REPLICAS }, () => fc.constantFrom(-200, -15, 0, 0, 200)),
);

export interface LawOptions {
  readonly runs: number;
  readonly seed: number;
}

/** Holds a data type to what replication without a leader needs of it. Throws with the shortest history that breaks a law. */
export function assertLaws(
  datatype: Datatype,
  actions: fc.Arbitrary<Action>,
  { runs, seed }: LawOptions,
): void {
  const property = fc.property(
    stepsOf(actions),
    SKEWS,
    fc.array(fc.nat(), { minLength: 9, maxLength: 9 }),
    (steps, skews, picks) => {
      const replicas = new Replicas(datatype, skews).run(steps);
      for (const state of replicas.states) expectPlainJson(state);
      for (const { before, after } of replicas.taken)
        if (before !== undefined) same(datatype.merge(before, after), after, "an update adds to the state");
      for (let i = 0; i + 2 < picks.length && replicas.states.length > 0; i += 3)
        mergeLaws(
          datatype,
          picks.slice(i, i + 3).map((pick) => replicas.states[pick % replicas.states.length]!),
        );
      contextLaws(datatype, replicas.contexts);
      replicas.settle();
      for (let replica = 1; replica < REPLICAS; replica++) {
        same(replicas.stateOf(replica) ?? null, replicas.stateOf(0) ?? null, "replicas converge");
        same(replicas.readOf(replica), replicas.readOf(0), "replicas read the same");
      }
      expectPlainJson(replicas.readOf(0));
    },
  );
  fc.assert(property, { numRuns: runs, seed });
}

function mergeLaws(datatype: Datatype, states: readonly Json[]): void {
  const [a, b, c] = states as [Json, Json, Json];
  const merge = (x: Json, y: Json): Json => datatype.merge(x, y);
  same(merge(a, b), merge(b, a), "merge is commutative");
  same(merge(merge(a, b), c), merge(a, merge(b, c)), "merge is associative");
  same(merge(a, a), a, "merge is idempotent");
  same(merge(a, merge(a, b)), merge(a, b), "merging again changes nothing");
}

function contextLaws({ mergeContexts }: Datatype, contexts: readonly Json[]): void {
  const [a, b] = [contexts.at(0), contexts.at(-1)];
  if (a === undefined || b === undefined) return;
  expectPlainJson(a);
  same(mergeContexts!(a, b), mergeContexts!(b, a), "contexts merge commutatively");
  same(mergeContexts!(a, a), a, "contexts merge idempotently");
}

/** An expectation costs much more than finding that it holds. */
function same(a: Json, b: Json, law: string): void {
  const [x, y] = [canonicalJson(a), canonicalJson(b)];
  if (x !== y) expect(x, law).toBe(y);
}

function expectPlainJson(value: Json): void {
  const copy: unknown = JSON.parse(JSON.stringify(value));
  if (!isDeepStrictEqual(copy, value)) expect(copy, "states are JSON").toStrictEqual(value);
}
