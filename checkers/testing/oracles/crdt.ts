import type { Json } from "#core/json";
import type { Crdt, Visibility } from "#core/operation";
import type { Operation } from "../operations.ts";
import { lastRoundOf } from "./final-phase.ts";

/** What updates an operation sees, by operation. */
export type Sight = ReadonlyMap<Operation, ReadonlySet<Operation>>;

/** What a type makes of the updates that a read sees. */
export interface CrdtDefinition {
  /** Whether what an update sees matters under eventual visibility. */
  readonly matters: (update: Operation) => boolean;
  /** Whether one choice of everything that the type leaves open explains all of these reads. */
  readonly explains: (reads: readonly Operation[], sight: Sight, all: readonly Operation[]) => boolean;
  /** A read that no choice explains: cuts the enumeration short. */
  readonly mayShow: (read: Operation, sight: Sight, all: readonly Operation[]) => boolean;
}

/**
 * Whether some execution of the type explains a history of one object, by trying all of them: each order of the instants at
 * which operations take effect, and for each operation each set of earlier updates that it may see. Word for word
 * Burckhardt et al. 2014 (visibility within the order of instants; arbitration left to the type), with eventual delivery: the
 * last reads see every acknowledged update.
 */
export function isCrdtHistory(
  operations: readonly Operation[],
  definition: CrdtDefinition,
  { visibility, nodes }: { visibility: Visibility; nodes: readonly string[] },
): boolean {
  const last = new Set(lastRoundOf(operations, nodes) ?? []);
  const counted = operations.filter(({ f, status, result }) =>
    status === "ok"
      ? f === "read" || f === "contains" || result !== false
      : status === "info" && f !== "read",
  );
  const isRead = ({ f }: Operation): boolean => f === "read" || f === "contains";
  const updates = counted.filter((operation) => !isRead(operation));
  const acknowledged = updates.filter(({ status }) => status === "ok");
  const isCausal = visibility === "causal";

  const search = (placed: readonly Operation[], sight: Sight): boolean => {
    const left = counted.filter((operation) => !placed.includes(operation));
    // Indefinite updates that nobody sees need not have happened.
    if (left.every(({ status }) => status !== "ok"))
      return definition.explains(placed.filter(isRead), sight, placed);
    return left.some((next) => {
      if (left.some(({ ret }) => ret < next.inv)) return false;
      return sightsOf(next, placed, sight).some((seen) => {
        const more = new Map([...sight, [next, seen]]);
        const all = [...placed, next];
        return (!isRead(next) || definition.mayShow(next, more, all)) && search(all, more);
      });
    });
  };

  const sightsOf = (
    next: Operation,
    placed: readonly Operation[],
    sight: Sight,
  ): ReadonlySet<Operation>[] => {
    const before = placed.filter((operation) => updates.includes(operation));
    if (!isRead(next) && !isCausal && !definition.matters(next)) return [new Set()];
    const must = new Set<Operation>();
    if (last.has(next)) {
      if (acknowledged.some((update) => !before.includes(update))) return [];
      for (const update of acknowledged) must.add(update);
    }
    if (isCausal) {
      for (const other of placed) {
        if (other.session !== next.session || other.ret >= next.inv) continue;
        if (updates.includes(other)) must.add(other);
        for (const seen of sight.get(other)!) must.add(seen);
      }
    }
    const found = new Map<string, ReadonlySet<Operation>>();
    for (const chosen of subsetsOf(before.filter((update) => !must.has(update)))) {
      const seen = new Set([...must, ...chosen]);
      if (isCausal) for (const one of [...seen]) for (const more of sight.get(one)!) seen.add(more);
      found.set(before.map((one) => (seen.has(one) ? 1 : 0)).join(""), seen);
    }
    return [...found.values()];
  };

  return search([], new Map());
}

export function subsetsOf<T>(items: readonly T[]): T[][] {
  return items.reduce<T[][]>((sets, item) => [...sets, ...sets.map((set) => [...set, item])], [[]]);
}

const ofF = (seen: ReadonlySet<Operation>, f: Operation["f"], value: Json): Operation[] =>
  [...seen].filter((update) => update.f === f && update.value === value);

/** A type whose reads each stand alone. */
const readByRead = (
  mayShow: CrdtDefinition["mayShow"],
  matters: CrdtDefinition["matters"] = () => false,
): CrdtDefinition => ({ matters, mayShow, explains: () => true });

const counter = readByRead((read, sight) => {
  const sum = [...sight.get(read)!].reduce((total, { value }) => total + (value as number), 0);
  return sum === (read.value ?? 0);
});

/** Whether a read of a set shows exactly the elements for which `has` holds. */
const set = (
  has: (element: Json, seen: ReadonlySet<Operation>, sight: Sight) => boolean,
  matters?: CrdtDefinition["matters"],
): CrdtDefinition =>
  readByRead((read, sight, all) => {
    const seen = sight.get(read)!;
    if (read.f === "contains") return has(read.value, seen, sight) === read.result;
    const shown = (read.value ?? []) as readonly Json[];
    const known = new Set([...all.filter(({ f }) => f === "add").map(({ value }) => value), ...shown]);
    return [...known].every((element) => has(element, seen, sight) === shown.includes(element));
  }, matters);

export const CRDT_DEFINITIONS: Readonly<Partial<Record<Crdt, CrdtDefinition>>> = {
  "g-counter": counter,
  "pn-counter": counter,
  "g-set": set((element, seen) => ofF(seen, "add", element).length > 0),
  "2p-set": set(
    (element, seen) => ofF(seen, "add", element).length > 0 && ofF(seen, "remove", element).length === 0,
  ),
  "or-set": set(
    (element, seen, sight) =>
      ofF(seen, "add", element).some(
        (add) => !ofF(seen, "remove", element).some((remove) => sight.get(remove)!.has(add)),
      ),
    ({ f }) => f === "remove",
  ),
};
