import type { Json } from "#core/json";
import type { Crdt, Visibility } from "#core/operation";
import type { Operation } from "../operations.ts";
import { lastRoundOf } from "./final-phase.ts";
import { subsetsOf } from "./subsets.ts";

/** What updates an operation sees, by operation. */
export type Sight = ReadonlyMap<Operation, ReadonlySet<Operation>>;

/** What a type makes of the updates that a read sees. */
export interface CrdtDefinition {
  /** What an operation must see of the updates before it; undefined: it cannot come here. */
  readonly needs?: (operation: Operation, before: readonly Operation[]) => readonly Operation[] | undefined;
  /** Whether what an update sees matters under eventual visibility. */
  readonly matters: (update: Operation) => boolean;
  /** Whether one choice of everything that the type leaves open explains all of these reads. */
  readonly explains: (reads: readonly Operation[], sight: Sight, isCausal: boolean) => boolean;
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
      return definition.explains(placed.filter(isRead), sight, isCausal);
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
    const needs = definition.needs?.(next, before) ?? [];
    if (definition.needs !== undefined && definition.needs(next, before) === undefined) return [];
    if (!isRead(next) && !isCausal && !definition.matters(next)) return [new Set(needs)];
    const must = new Set<Operation>(needs);
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

/** Whether `accepts` one of the orders of some operations. */
function someOrder(
  items: readonly Operation[],
  accepts: (order: readonly Operation[]) => boolean,
  order: readonly Operation[] = [],
): boolean {
  if (order.length === items.length) return accepts(order);
  return items.some((item) => !order.includes(item) && someOrder(items, accepts, [...order, item]));
}

/** Whether an order keeps causes before effects. */
const keepsCauses = (order: readonly Operation[], sight: Sight): boolean =>
  order.every((write, i) => order.slice(i + 1).every((later) => !sight.get(write)!.has(later)));

/** The latest write seen, in one order of all: of the timestamps where they are told, else causes first. */
const lww: CrdtDefinition = {
  matters: () => false,
  mayShow: (read, sight) => {
    const seen = [...sight.get(read)!];
    return read.value === null ? seen.length === 0 : seen.some(({ value }) => value === read.value);
  },
  explains: (reads, sight, isCausal) => {
    const writes = [...new Set(reads.flatMap((read) => [...sight.get(read)!]))];
    const told = (write: Operation): number | undefined =>
      (write.version ?? reads.find(({ value }) => value === write.value)?.version) as number | undefined;
    const hasVersions = [...sight.keys()].some(({ version }) => version !== undefined);
    return someOrder(writes, (order) => {
      if (isCausal && !hasVersions && !keepsCauses(order, sight)) return false;
      const versions = order.map(told).filter((version) => version !== undefined);
      if (versions.some((version, i) => i > 0 && version < versions[i - 1]!)) return false;
      return reads.every((read) => {
        const latest = order.findLast((write) => sight.get(read)!.has(write));
        return (latest?.value ?? null) === read.value;
      });
    });
  },
};

type Inserted = Operation & {
  readonly value: { readonly id: Json; readonly after: Json; readonly char: Json };
};

const insertsIn = (seen: Iterable<Operation>): Inserted[] =>
  [...seen].filter(({ f }) => f === "insert") as Inserted[];

const erasedIn = (seen: ReadonlySet<Operation>): Json[] =>
  [...seen].filter(({ f }) => f === "erase").map(({ value }) => (value as { readonly id: Json }).id);

/** Roh et al. 2011: the tree of the inserts seen, later siblings first, without what is erased. */
function textOf(seen: ReadonlySet<Operation>, order: readonly Operation[]): Json[] {
  const erased = erasedIn(seen);
  const below = (after: Json): Json[] =>
    (order as readonly Inserted[])
      .filter((insert) => seen.has(insert) && insert.value.after === after)
      .toReversed()
      .flatMap(({ value: { id, char } }) => [...(erased.includes(id) ? [] : [{ id, char }]), ...below(id)]);
  return below(null);
}

const anchorOf = (insert: Inserted, before: Iterable<Operation>): Inserted | undefined =>
  insertsIn(before).find(({ value: { id } }) => id === insert.value.after);

/** Some order of all inserts gives every text: causes first under causal visibility. */
const rga: CrdtDefinition = {
  matters: () => false,
  needs: (operation, before) => {
    if (operation.f !== "insert" || (operation as Inserted).value.after === null) return [];
    const anchor = anchorOf(operation as Inserted, before);
    return anchor === undefined ? undefined : [anchor];
  },
  mayShow: (read, sight) => {
    const seen = sight.get(read)!;
    const inserts = insertsIn(seen);
    if (!inserts.every((insert) => insert.value.after === null || anchorOf(insert, seen) !== undefined))
      return false;
    const erased = erasedIn(seen);
    const left = inserts.filter(({ value: { id } }) => !erased.includes(id)).map(({ value: { id } }) => id);
    const shown = ((read.value ?? []) as readonly { readonly id: Json }[]).map(({ id }) => id);
    return shown.length === left.length && left.every((id) => shown.includes(id));
  },
  explains: (reads, sight, isCausal) => {
    const inserts = insertsIn(new Set(reads.flatMap((read) => [...sight.get(read)!])));
    return someOrder(
      inserts,
      (order) =>
        (!isCausal || keepsCauses(order, sight)) &&
        reads.every(
          (read) => JSON.stringify(textOf(sight.get(read)!, order)) === JSON.stringify(read.value ?? []),
        ),
    );
  },
};

export const CRDT_DEFINITIONS: Readonly<Record<Crdt, CrdtDefinition>> = {
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
  lww,
  rga,
};
