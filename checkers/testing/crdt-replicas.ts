import type { Json } from "#core/json";
import type { Operation } from "./operations.ts";

/** A replica of one object. Its state merges with that of others; `id` tells replicas apart. */
export interface Replica<S> {
  readonly start: () => S;
  /** Applies an update; false: refused. */
  readonly update: (state: S, id: number, operation: Pick<Operation, "f" | "value">) => boolean;
  /** Takes over what `other` knows. */
  readonly merge: (state: S, other: S) => void;
  readonly read: (state: S) => Json;
  /** The timestamp of what it shows. */
  readonly version?: (state: S) => number;
}

const amount = ({ value }: Pick<Operation, "value">): number => value as number;

type Counts = { up: Record<number, number>; down: Record<number, number> };

const total = (counts: Record<number, number>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Shapiro et al. 2011, specification 7. `by`: how the counts of one replica merge. */
const pnCounter = (by: (a: number, b: number) => number): Replica<Counts> => ({
  start: () => ({ up: {}, down: {} }),
  update: (state, id, operation) => {
    const side = amount(operation) >= 0 ? state.up : state.down;
    side[id] = (side[id] ?? 0) + Math.abs(amount(operation));
    return true;
  },
  merge: (state, other) => {
    for (const side of ["up", "down"] as const) {
      for (const [id, count] of Object.entries(other[side])) {
        state[side][Number(id)] = by(state[side][Number(id)] ?? 0, count);
      }
    }
  },
  read: ({ up, down }) => total(up) - total(down),
});

/** One number with a timestamp: of concurrent increments one is lost. */
const lastCount: Replica<{ count: number; at: number; by: number }> = {
  start: () => ({ count: 0, at: 0, by: 0 }),
  update: (state, id, operation) => {
    Object.assign(state, { count: state.count + amount(operation), at: state.at + 1, by: id });
    return true;
  },
  merge: (state, other) => {
    if (other.at > state.at || (other.at === state.at && other.by > state.by)) Object.assign(state, other);
  },
  read: ({ count }) => count,
};

type TwoPhase = { added: Set<Json>; removed: Set<Json> };

/** Shapiro et al. 2011, specification 12. `reAdds`: an add takes the tombstone away again. */
const twoPhaseSet = (reAdds: boolean): Replica<TwoPhase> => ({
  start: () => ({ added: new Set(), removed: new Set() }),
  update: ({ added, removed }, _, { f, value }) => {
    if (f === "add") added.add(value);
    if (f === "add" && reAdds) removed.delete(value);
    if (f !== "remove") return true;
    if (!added.has(value) || removed.has(value)) return false;
    removed.add(value);
    return true;
  },
  merge: (state, other) => {
    for (const element of other.added) state.added.add(element);
    for (const element of other.removed) state.removed.add(element);
  },
  read: ({ added, removed }) => [...added].filter((element) => !removed.has(element)),
});

/** `losesOne`: a merge forgets an element of the other that is smaller than all its own. */
const gSet = (losesOne: boolean): Replica<Set<Json>> => ({
  start: () => new Set(),
  update: (state, _, { value }) => state.add(value) !== undefined,
  merge: (state, other) => {
    const least = Math.min(...([...state] as number[]));
    for (const element of other)
      if (!losesOne || (element as number) > least || state.size === 0) state.add(element);
  },
  read: (state) => [...state],
});

type Tagged = { tags: Map<string, Json>; gone: Set<string>; next: number; removed: Set<Json> };

/** Shapiro et al. 2011, specification 15. `byValue`: a remove takes the element away whatever its tag, wherever it arrives. */
const orSet = (byValue: boolean): Replica<Tagged> => ({
  start: () => ({ tags: new Map(), gone: new Set(), next: 0, removed: new Set() }),
  update: (state, id, { f, value }) => {
    if (f === "add") {
      state.tags.set(`${id}.${state.next++}`, value);
      return true;
    }
    for (const [tag, element] of state.tags) if (element === value) state.gone.add(tag);
    state.removed.add(value);
    return true;
  },
  merge: (state, other) => {
    for (const [tag, element] of other.tags) state.tags.set(tag, element);
    for (const tag of other.gone) state.gone.add(tag);
    for (const element of other.removed) {
      if (byValue && !state.removed.has(element))
        for (const [tag, one] of state.tags) if (one === element) state.gone.add(tag);
      state.removed.add(element);
    }
  },
  read: ({ tags, gone }) => [
    ...new Set([...tags].filter(([tag]) => !gone.has(tag)).map(([, element]) => element)),
  ],
});

type Stamped = { value: Json; at: number; by: number };

/** `byArrival`: what arrives last wins. */
const lww = (byArrival: boolean): Replica<Stamped> => ({
  start: () => ({ value: null, at: 0, by: 0 }),
  update: (state, id, { value }) => {
    Object.assign(state, { value, at: state.at + 1, by: id });
    return true;
  },
  merge: (state, other) => {
    const isLater = other.at > state.at || (other.at === state.at && other.by > state.by);
    if (other.at > 0 && (byArrival || isLater)) Object.assign(state, other);
  },
  read: ({ value }) => value,
  version: ({ at, by }) => at * 10 + by,
});

interface Node {
  readonly id: Json;
  readonly char: Json;
  readonly after: Json;
  readonly at: number;
  readonly by: number;
}
type Tree = { nodes: Node[]; erased: Set<Json>; clock: number };

/** Roh et al. 2011. `byArrival`: what arrives later stands before its siblings. */
const rga = (byArrival: boolean): Replica<Tree> => ({
  start: () => ({ nodes: [], erased: new Set(), clock: 0 }),
  update: (state, id, { f, value }) => {
    const fields = value as { readonly id: Json; readonly after: Json; readonly char: Json };
    if (f === "erase") state.erased.add(fields.id);
    else state.nodes.push({ ...fields, at: ++state.clock, by: id });
    return true;
  },
  merge: (state, other) => {
    for (const node of other.nodes) if (!state.nodes.some(({ id }) => id === node.id)) state.nodes.push(node);
    for (const id of other.erased) state.erased.add(id);
    state.clock = Math.max(state.clock, other.clock);
  },
  read: ({ nodes, erased }) => {
    const ordered = byArrival ? nodes.toReversed() : nodes.toSorted((a, b) => b.at - a.at || b.by - a.by);
    const below = (parent: Json): Json[] =>
      ordered
        .filter(({ after }) => after === parent)
        .flatMap(({ id, char }) => [...(erased.has(id) ? [] : [{ id, char }]), ...below(id)]);
    return below(null);
  },
});

/** Hides the type of the state. */
const any = <S>(replica: Replica<S>): Replica<unknown> => replica as Replica<unknown>;

/** Correct replicas by type. */
export const CORRECT = {
  "g-counter": any(pnCounter(Math.max)),
  "pn-counter": any(pnCounter(Math.max)),
  "g-set": any(gSet(false)),
  "2p-set": any(twoPhaseSet(false)),
  "or-set": any(orSet(false)),
  lww: any(lww(false)),
  rga: any(rga(false)),
} as const;

/** The same with one mistake each. */
export const WRONG = {
  "pn-counter that merges by addition": ["pn-counter", any(pnCounter((a, b) => a + b))],
  "g-counter that loses increments": ["g-counter", any(lastCount)],
  "g-set that loses an element on merge": ["g-set", any(gSet(true))],
  "2p-set that re-adds": ["2p-set", any(twoPhaseSet(true))],
  "or-set that removes by value": ["or-set", any(orSet(true))],
  "lww by arrival order": ["lww", any(lww(true))],
  "rga that orders siblings by arrival": ["rga", any(rga(true))],
} as const;
