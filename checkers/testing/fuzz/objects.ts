import type fc from "fast-check";
import type { Checker } from "#core/checker";
import type { Json } from "#core/json";
import type { ObjectType } from "#core/operation";
import { linearizableCounters } from "../../counters/linearizable-counters.ts";
import { linearizable } from "../../linearizable/linearizable.ts";
import { linearizableLists } from "../../lists/linearizable-lists.ts";
import { linearizableLocks } from "../../locks/linearizable-locks.ts";
import { linearizableQueues } from "../../queues/linearizable-queues.ts";
import { linearizableSets } from "../../sets/linearizable-sets.ts";
import { linearizableStacks } from "../../stacks/linearizable-stacks.ts";
import {
  counterRuns,
  drainedQueuesOf,
  growingSets,
  listsOf,
  locksOf,
  type ObjectRuns,
  objectRuns,
  queuesOf,
  setsOf,
  stacksOf,
  textRuns,
} from "../arbitrary-objects.ts";
import { headerOf, type Operation } from "../operations.ts";
import {
  counterEffect,
  type Effect,
  isLinearizableObject,
  listEffect,
  lockEffect,
  queueEffect,
  setEffect,
  stackEffect,
  textEffect,
} from "../oracles/linearizable-object.ts";
import { type FuzzCase, verdictCase } from "./fuzz-case.ts";

/** An object that is not a register: who judges it, and what its operations do. */
interface ObjectOracle {
  readonly type: ObjectType;
  readonly checker: Checker;
  readonly effect: Effect;
  readonly initial: Json;
}

const sets: ObjectOracle = { type: "set", checker: linearizableSets, effect: setEffect, initial: [] };
const queues: ObjectOracle = { type: "queue", checker: linearizableQueues, effect: queueEffect, initial: [] };
const lists: ObjectOracle = { type: "list", checker: linearizableLists, effect: listEffect, initial: [] };
const stacks: ObjectOracle = { type: "stack", checker: linearizableStacks, effect: stackEffect, initial: [] };
const counters: ObjectOracle = {
  type: "counter",
  checker: linearizableCounters,
  effect: counterEffect,
  initial: 0,
};
const locks: ObjectOracle = {
  type: "lock",
  checker: linearizableLocks,
  effect: lockEffect,
  initial: [null, -1],
};

/** Registers that are appended to. */
const texts: ObjectOracle = { type: "register", checker: linearizable, effect: textEffect, initial: "" };

/** So many operations of three sessions, and so many of 100 answers falsified. */
const runsOf = <S>(kind: ObjectRuns<S>, operations: number, lies: number): fc.Arbitrary<Operation[]> =>
  objectRuns(kind, { sessions: 3, operations, lies });

/** Runs in which every drain ended: what one of unknown outcome took nobody could judge. */
const ended = (runs: fc.Arbitrary<Operation[]>): fc.Arbitrary<Operation[]> =>
  runs.map((run) =>
    run.map((one) => (one.f === "drain" && one.status === "info" ? { ...one, f: "dequeue" } : one)),
  );

const cases: readonly (readonly [string, ObjectOracle, fc.Arbitrary<Operation[]>])[] = [
  ["elements of sets", sets, runsOf(setsOf(2, 0), 8, 50)],
  ["sets with whole reads", sets, runsOf(setsOf(3, 25), 8, 25)],
  ["growing sets", sets, runsOf(growingSets, 8, 55)],
  ["lists", lists, runsOf(listsOf(true), 10, 30)],
  ["lists with repeated elements", lists, runsOf(listsOf(false), 10, 40)],
  ["queues", queues, runsOf(queuesOf(true), 10, 60)],
  ["queues with repeated values", queues, runsOf(queuesOf(false), 10, 75)],
  ["queues that are drained", queues, ended(runsOf(drainedQueuesOf(true), 10, 75))],
  ["queues with repeated values that are drained", queues, ended(runsOf(drainedQueuesOf(false), 9, 90))],
  ["stacks", stacks, runsOf(stacksOf(true), 10, 60)],
  ["stacks with repeated values", stacks, runsOf(stacksOf(false), 10, 75)],
  ["counters", counters, runsOf(counterRuns, 8, 35)],
  ["locks", locks, runsOf(locksOf(false, false), 8, 25)],
  ["locks with refusals", locks, runsOf(locksOf(false, true), 8, 30)],
  ["locks with tokens", locks, runsOf(locksOf(true, false), 8, 25)],
  ["locks with both", locks, runsOf(locksOf(true, true), 8, 30)],
  ["texts", texts, runsOf(textRuns, 8, 30)],
];

/** Operations that never tell of the state. */
const UPDATES: readonly string[] = ["write", "append", "add", "remove", "increment"];
const isUpdate = ({ f, result }: Operation): boolean => UPDATES.includes(f) && result === undefined;

/** An order of all elements holds for any choice of them too, so long as all that was done to each is chosen. */
const sharesElement = (one: Operation, witness: readonly Operation[]): boolean =>
  (one.status === "info" && one.value === null) ||
  witness.some((other) => elementsOf(other).some((element) => elementsOf(one).includes(element)));

const elementsOf = ({ value }: Operation): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : value === null ? [] : [value];

/** Sets, lists, queues, stacks, counters and locks. */
export const objectCases: readonly FuzzCase[] = cases.map(
  ([title, { type, checker, effect, initial }, runs]) =>
    verdictCase({
      title,
      checker,
      model: "linearizable",
      header: headerOf({ type, ...(type === "register" ? { initial } : {}) }),
      runs,
      holds: (operations) => isLinearizableObject(operations, effect, initial),
      open: "nothing",
      mayExplain: type === "queue" || type === "stack" ? sharesElement : isUpdate,
    }),
);
