import type { Budget } from "#core/budget";
import { FLAG, type History, NEVER, NONE, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import type { ObjectType } from "#core/operation";
import { faultEvents } from "../fault-events.ts";
import { isFinal } from "../registers/access.ts";
import { plural } from "../words.ts";

const ENQUEUE = FUNCTIONS.indexOf("enqueue");
const DEQUEUE = FUNCTIONS.indexOf("dequeue");
const DRAIN = FUNCTIONS.indexOf("drain");
const PUSH = FUNCTIONS.indexOf("push");
const POP = FUNCTIONS.indexOf("pop");

/** Types of objects into which elements are put and out of which each comes once. */
export const CONTAINERS: readonly ObjectType[] = ["queue", "stack"];

/** What went into one queue or stack and came out. Maps are by value id. */
export interface Contents {
  readonly acknowledged: Map<number, number[]>;
  /** Enqueues that may have happened, acknowledged ones too. */
  readonly attempted: Map<number, number[]>;
  /** Enqueues that certainly did not happen. */
  readonly failed: Map<number, number>;
  /** Rows that took it out, once for each time. */
  readonly taken: Map<number, number[]>;
  /** Indefinite dequeues and drains, which may have taken anything. */
  readonly takes: number[];
  /** By node that handed out elements or nothing: the latest operation that left it empty, or NONE. */
  readonly emptied: Map<number, number>;
  /** Whether final operations take out what is left, as far as they succeed. */
  isTakenOutFinally: boolean;
  /** The latest return of an acknowledged enqueue. */
  lastEnqueue: number;
}

/** The queues and stacks of a history by key. O(operations + elements drained). */
export function contentsOf(history: History, budget: Budget): ReadonlyMap<number, Contents> {
  const all = new Map<number, Contents>();
  for (let row = 0; row < history.length; row++) {
    budget.tick();
    const key = history.key[row]!;
    if (key === NONE || !CONTAINERS.includes(history.objectOf(key).type)) continue;
    const contents = all.get(key) ?? emptyContents();
    all.set(key, contents);
    if (putsIn(history, row)) noteEnqueue(history, contents, row);
    else if (takesOut(history, row)) noteDequeue(history, contents, row);
  }
  return all;
}

export const putsIn = ({ f }: History, row: number): boolean => f[row] === ENQUEUE || f[row] === PUSH;

const takesOut = ({ f }: History, row: number): boolean =>
  f[row] === DEQUEUE || f[row] === DRAIN || f[row] === POP;

const emptyContents = (): Contents => ({
  acknowledged: new Map(),
  attempted: new Map(),
  failed: new Map(),
  taken: new Map(),
  takes: [],
  emptied: new Map(),
  isTakenOutFinally: false,
  lastEnqueue: NONE,
});

function noteEnqueue(history: History, contents: Contents, row: number): void {
  const value = history.value[row]!;
  const isOk = history.status[row] === STATUS.ok;
  if (history.status[row] === STATUS.fail) contents.failed.set(value, row);
  if (history.status[row] === STATUS.fail || (isOk && (history.flags[row]! & FLAG.resultFalse) !== 0)) return;
  push(contents.attempted, value, row);
  if (!isOk) return;
  push(contents.acknowledged, value, row);
  contents.lastEnqueue = Math.max(contents.lastEnqueue, history.retRank[row]!);
}

function noteDequeue(history: History, contents: Contents, row: number): void {
  if (isFinal(history, row) && !contents.isTakenOutFinally) {
    // What others hold and may give back is handed to nobody: nothing in the middle of a run does not show that nothing is left.
    contents.isTakenOutFinally = true;
    for (const node of contents.emptied.keys()) contents.emptied.set(node, NONE);
  }
  if (history.status[row] === STATUS.fail) return;
  if (history.status[row] !== STATUS.ok) {
    contents.takes.push(row);
    return;
  }
  const value = history.value[row]!;
  const isList = (history.flags[row]! & FLAG.list) !== 0;
  const taken = isList ? history.elementsOf(row) : value === NONE ? [] : [value];
  for (const element of taken) push(contents.taken, element, row);
  // A drain goes on until nothing is left; a dequeue that finds nothing shows the same.
  const isEmpty = history.f[row] === DRAIN || (value === NONE && !isList);
  const node = history.node[row]!;
  contents.emptied.set(node, isEmpty ? row : (contents.emptied.get(node) ?? NONE));
}

function push(map: Map<number, number[]>, value: number, row: number): void {
  const rows = map.get(value);
  if (rows === undefined) map.set(value, [row]);
  else rows.push(row);
}

/**
 * Acknowledged enqueues whose element did not come out after they had begun, each of equal ones by itself; in order. O(n log n)
 * in the operations on one value.
 */
export const missingFrom = (history: History, { acknowledged, taken }: Contents): number[] =>
  Array.from(acknowledged, ([value, rows]) => {
    const returns = (taken.get(value) ?? []).map((row) => history.retRank[row]!).sort((a, b) => b - a);
    let next = 0;
    // The later an enqueue began, the fewer can have taken out its element: it goes first.
    return rows.toReversed().filter((row) => {
      const isTaken = (returns[next] ?? NONE) > history.invRank[row]!;
      if (isTaken) next++;
      return !isTaken;
    });
  })
    .flat()
    .sort((a, b) => a - b);

/** Indefinite dequeues and drains that began before the queue was last found empty: later ones took nothing that was in it. */
export function possibleTakes(history: History, { takes, emptied }: Contents): number[] {
  const last = Math.max(
    ...Array.from(emptied.values(), (row) => (row === NONE ? NONE : history.retRank[row]!)),
  );
  return takes.filter((row) => history.invRank[row]! < last);
}

/** Why what never came out need not be lost. */
export function doubtOf(
  history: History,
  contents: Contents,
  missing: readonly number[],
): string | undefined {
  const never = `${plural(missing.length, "element")} never came out`;
  const { emptied, lastEnqueue } = contents;
  const since = Math.max(lastEnqueue, lastHealed(history));
  const full = [...emptied].filter(([, row]) => row === NONE || history.invRank[row]! < since);
  if (emptied.size === 0 || full.length > 0) {
    const names = full.flatMap(([node]) => history.nodeNames[node] ?? []);
    const where = names.length > 0 && emptied.size > 1 ? ` on ${names.join(", ")}` : "";
    return `${never}, but it was not emptied${where} at the end`;
  }
  const takes = possibleTakes(history, contents);
  const isDrain = takes.some((row) => history.f[row] === DRAIN);
  if (!isDrain && takes.length < missing.length) return undefined;
  return `${never}, but ${plural(takes.length, takeWords(history, takes))} may have taken them`;
}

/** The event at which the last fault was healed: a queue found empty before may have been only a part of it. */
function lastHealed(history: History): number {
  const inForce = new Set<number>();
  let last = NONE;
  for (const { id, phase, index } of faultEvents(history)) {
    if (phase === "started") inForce.add(id);
    if (phase === "healed") {
      inForce.delete(id);
      last = index;
    }
  }
  return inForce.size > 0 ? NEVER : last;
}

/** What operations of unknown outcome are called that may have taken something out. */
export function takeWords(history: History, takes: readonly number[]): string {
  const isDrain = takes.some((row) => history.f[row] === DRAIN);
  const isPop = takes.some((row) => history.f[row] === POP);
  return `indefinite ${isPop ? "pop" : isDrain ? "dequeue or drain" : "dequeue"}`;
}
