import { UNLIMITED } from "#core/budget";
import { FLAG, type History, STATUS } from "#core/history";
import { KEYLESS } from "#core/object-specs";
import { FUNCTIONS, type OperationFunction } from "#core/functions";
import { CRDTS, type ObjectType } from "#core/operation";
import type { Expectation, Model, StalenessBound } from "#core/verdict";
import { unexplainedFinals } from "../../checkers/convergence/unexplained-finals.ts";
import { crdtScopeOf } from "../../checkers/crdt/crdt-checker.ts";
import { CONTAINERS } from "../../checkers/queues/contents.ts";
import { versionOrders } from "../../checkers/registers/version-order.ts";
import { objectsOf } from "../../checkers/verdicts.ts";
import { levelsOf } from "../judge/levels.ts";

export interface Expected {
  readonly expectations: readonly Expectation[];
  /** What is in the history and nothing could be expected of: sentences. Its verdict cannot be better than unknown. */
  readonly unjudged: readonly string[];
}

const REASON = "the strongest model that the data admits; say --expect to choose another";

/** Without a claim, the strongest promises that the kinds of data in the history can break. */
export function strongestExpectation(history: History): Expected {
  const types = typesOf(history);
  const expectations = types.flatMap((type) => [
    ...ofType(history, type),
    ...(hasFinalReads(history) && canTellLosses(history, type)
      ? [holds("no-lost-writes", objectsOf(history, judgedWith(type)))]
      : []),
  ]);
  const replicated = CRDTS.filter((crdt) =>
    history.keys.some((_, key) => history.objectOf(key).crdt === crdt),
  );
  // Final reads are no part of consistency: what they show out of thin air would go unheard of.
  if (unexplainedFinals(history, UNLIMITED).length > 0) expectations.push(holds("convergence", {}));
  const unjudged = [...unjudgedIn(history)];
  if (history.length === 0) unjudged.push("the history holds no operation");
  return {
    expectations: [
      ...uniqueOf(expectations),
      ...ofFunctions(history),
      ...replicated.map((crdt) => holds("crdt-semantics", crdtScopeOf(history, crdt))),
    ],
    unjudged,
  };
}

const uniqueOf = (expectations: readonly Expectation[]): Expectation[] => [
  ...new Map(expectations.map((one) => [JSON.stringify(one), one])).values(),
];

/** What an explicit expectation cannot be told of: the same as without one, where anything is expected at all. */
export const expectedOf = (history: History, given: readonly Expectation[] | undefined): Expected =>
  given === undefined
    ? strongestExpectation(history)
    : {
        expectations: given,
        unjudged: given.some(({ is }) => is === "holds") ? [...unjudgedIn(history)] : [],
      };

/** The bounds among expectations: each needs a checker of its own. */
export const boundsOf = (expectations: readonly Expectation[]): StalenessBound[] =>
  expectations.flatMap(({ bound }) => bound ?? []);

const holds = (model: Model, scope: Pick<Expectation, "objects" | "level">): Expectation => ({
  model,
  ...scope,
  is: "holds",
  reason: REASON,
});

/** Without real time, nothing stronger than sequential consistency can be told; with levels, each level promises for itself. */
function ofType(history: History, type: ObjectType): Expectation[] {
  if (type === "map" && hasTransfers(history)) return [holds("preserved-total", objectsOf(history, [type]))];
  // What a poll returns is no single state: logs have a promise of their own.
  const strongest = history.header.realTime === false ? "sequential" : "linearizable";
  const model = type === "log" ? "log-order" : strongest;
  const objects = objectsOf(history, [type]);
  const levels = levelsOf(history);
  if (levels.includes(undefined)) return [holds(model, objects)];
  return levels.flatMap((level) => (level === undefined ? [] : holds(model, { ...objects, level })));
}

const TRANSFER = FUNCTIONS.indexOf("transfer");
const hasTransfers = ({ f }: History): boolean => f.includes(TRANSFER);

/** What merges by itself is not meant to be linearizable. */
function typesOf(history: History): ObjectType[] {
  const types = new Set<ObjectType>();
  for (let key = 0; key < history.keys.length; key++) {
    const spec = history.objectOf(key);
    if (spec.crdt === undefined) types.add(spec.type);
  }
  return [...types];
}

/** Queues and stacks lose elements alike, and one verdict tells of both. */
const judgedWith = (type: ObjectType): readonly ObjectType[] =>
  CONTAINERS.includes(type) ? CONTAINERS : [type];

/** Of registers with a known order of versions, or whose reads can be traced to writes: then time tells what was overwritten. */
function canTellLosses(history: History, type: ObjectType): boolean {
  if (history.header.realTime === false) return false;
  if (type !== "register") return ["set", "list", "counter", "queue", "stack", "text", "log"].includes(type);
  const { orderless } = versionOrders(history);
  return history.keys.some((_, key) => {
    const spec = history.objectOf(key);
    if (spec.type !== "register" || spec.crdt !== undefined) return false;
    return orderless.has(key) || (spec.order !== "unknown" && spec.order !== "append");
  });
}

function hasFinalReads(history: History): boolean {
  return history.flags.some((flags, row) => (flags & FLAG.final) !== 0 && history.status[row] === STATUS.ok);
}

/** Models of operations that work on no object. */
const MODEL_OF: Readonly<Partial<Record<OperationFunction, Model>>> = {
  generate: "unique-ids",
  echo: "echo",
};

const ofFunctions = ({ f }: History): Expectation[] =>
  Object.entries(MODEL_OF).flatMap(([name, model]) =>
    f.includes(FUNCTIONS.indexOf(name as OperationFunction)) ? [holds(model, {})] : [],
  );

const NAMES: Readonly<Partial<Record<OperationFunction, string>>> = {
  txn: "transactions",
  transfer: "transfers",
  broadcast: "broadcasts",
};

/** Operations that no checker judges: sentences. */
export function unjudgedIn(history: History): Set<string> {
  const found = new Set<string>();
  for (const [id, name] of FUNCTIONS.entries()) {
    if (!KEYLESS.has(name) || MODEL_OF[name] !== undefined || !history.f.includes(id)) continue;
    // Where accounts are read all at once, their total is judged.
    if (id === TRANSFER && typesOf(history).includes("map")) continue;
    found.add(`no checker judges ${NAMES[name] ?? name} yet`);
  }
  return found;
}
