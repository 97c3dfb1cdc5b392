import type { Budget } from "#core/budget";
import { ABSENT, type History, NONE, STATUS } from "#core/history";
import { groupRows, rowsWhere } from "../groups.ts";
import { isFinal, readBy, writtenBy } from "../registers/access.ts";
import {
  isAmbiguousNull,
  isTraced,
  type RegisterValues,
  registerValues,
  SOURCE,
} from "../registers/register-values.ts";
import { versionOrders } from "../registers/version-order.ts";
import { ConstraintGraph } from "./constraint-graph.ts";

type ReadGuarantee = "read-your-writes" | "monotonic-reads";

/** Operations of one key that no version order reconciles with a guarantee. */
export interface Impossibility {
  readonly guarantee: ReadGuarantee;
  readonly key: number;
  /** What the sessions did: pairs of an operation and a later read of the same session. */
  readonly rows: readonly number[];
}

export interface SomeOrderFindings {
  readonly judged: Record<ReadGuarantee, number>;
  /** Reads of null that may have seen a deletion, by key id. */
  readonly ambiguous: ReadonlyMap<number, number>;
}

/**
 * Keys whose version order is not known: a guarantee is broken if no order of the versions, the initial one first, fits what
 * the sessions saw. Each session demands that its versions come in the order it touched them; demands that go round in a
 * circle cannot be met. One finding per circle. Linear, but for sessions that read old values of their own.
 */
export function findImpossibilities(
  history: History,
  budget: Budget,
  report: (found: Impossibility) => void,
): SomeOrderFindings {
  const search = new Search(history, report);
  const rows = rowsWhere(history.length, (row) => isRelevant(history, row));
  const byKey = groupRows(rows, history.key, history.keys.length);
  for (let key = 0; key < history.keys.length; key++) {
    const ofKey = byKey.rows.subarray(byKey.start[key], byKey.start[key + 1]);
    if (ofKey.length > 0) search.key(key, ofKey, budget);
  }
  return search;
}

function isRelevant(history: History, row: number): boolean {
  const key = history.key[row]!;
  return (
    key !== NONE &&
    versionOrders(history).orderless.has(key) &&
    history.status[row] === STATUS.ok &&
    !isFinal(history, row)
  );
}

interface Access {
  readonly row: number;
  readonly value: number;
}

/** What a session has done on a key so far. */
interface Past {
  /** Its writes in order, with the helper node that stands for each and all before it. */
  readonly writes: (Access & { readonly helper: number })[];
  /** By value: its place in `writes`. */
  readonly places: Map<number, number>;
  /** By value of its own that it read: how many of `writes` are known to come before it. */
  readonly linked: Map<number, number>;
  /** How many of `writes` had returned, those before them included. */
  returned: number;
  read: Access | undefined;
}

class Search implements SomeOrderFindings {
  readonly judged = { "read-your-writes": 0, "monotonic-reads": 0 };
  readonly ambiguous = new Map<number, number>();
  readonly #history: History;
  readonly #values: RegisterValues;
  readonly #report: (found: Impossibility) => void;
  #helpers = 0;

  constructor(history: History, report: (found: Impossibility) => void) {
    this.#history = history;
    this.#values = registerValues(history);
    this.#report = report;
  }

  key(key: number, rows: Int32Array, budget: Budget): void {
    const own = new ConstraintGraph();
    const reads = new ConstraintGraph();
    const pasts = new Map<number, Past>();
    for (const row of rows) {
      budget.tick();
      const session = this.#history.session[row]!;
      const past = pasts.get(session) ?? newPast();
      pasts.set(session, past);
      const value = this.#versionRead(row, key);
      if (value !== ABSENT) {
        this.#readAfterWrites(own, key, past, { row, value });
        this.#readAfterRead(reads, key, past, { row, value });
      }
      const written = writtenBy(this.#history, row);
      if (written >= 0) this.#write(own, past, { row, value: written });
    }
    for (const found of own.cycles()) this.#report({ guarantee: "read-your-writes", key, rows: found });
    for (const found of reads.cycles()) this.#report({ guarantee: "monotonic-reads", key, rows: found });
  }

  /** The version that an operation read: a value id, NONE for the initial one; ABSENT: none that can be told. */
  #versionRead(row: number, key: number): number {
    const value = readBy(this.#history, row);
    if (value === ABSENT) return ABSENT;
    if (value === NONE && isAmbiguousNull(this.#history, this.#values, row)) {
      this.ambiguous.set(key, (this.ambiguous.get(key) ?? 0) + 1);
      return ABSENT;
    }
    if (value === NONE || this.#values.writer[value] === SOURCE.initial) return NONE;
    return isTraced(this.#history, this.#values, row, value) ? value : ABSENT;
  }

  #write(own: ConstraintGraph, past: Past, write: Access): void {
    // Helpers are negative, so that they are no value ids.
    const helper = -2 - this.#helpers++;
    const before = past.writes.at(-1);
    if (before !== undefined) own.add(before.helper, helper, []);
    own.add(write.value, helper, [write.row]);
    past.places.set(write.value, past.writes.length);
    past.writes.push({ ...write, helper });
  }

  #readAfterWrites(own: ConstraintGraph, key: number, past: Past, read: Access): void {
    const { writes } = past;
    const began = this.#history.invRank[read.row]!;
    while (past.returned < writes.length && this.#history.retRank[writes[past.returned]!.row]! < began)
      past.returned++;
    const last = writes[past.returned - 1];
    if (last === undefined) return;
    this.judged["read-your-writes"]++;
    const itself = past.places.get(read.value);
    if (read.value === NONE) this.#report({ guarantee: "read-your-writes", key, rows: [last.row, read.row] });
    else if (itself === undefined) own.add(last.helper, read.value, [read.row]);
    else this.#readOwn(own, past, read, itself);
  }

  /** A session read its own write number `itself`: its other writes come before that one. */
  #readOwn(own: ConstraintGraph, past: Past, { row, value }: Access, itself: number): void {
    const before = past.writes[Math.min(itself, past.returned) - 1];
    if (before !== undefined) own.add(before.helper, value, [row]);
    for (let i = past.linked.get(value) ?? itself + 1; i < past.returned; i++) {
      own.add(past.writes[i]!.value, value, [past.writes[i]!.row, row]);
    }
    past.linked.set(value, Math.max(itself + 1, past.returned));
  }

  #readAfterRead(reads: ConstraintGraph, key: number, past: Past, read: Access): void {
    const before = past.read;
    const { retRank, invRank } = this.#history;
    const follows = before !== undefined && retRank[before.row]! < invRank[read.row]!;
    if (follows) {
      this.judged["monotonic-reads"]++;
      if (read.value === NONE && before.value !== NONE) {
        this.#report({ guarantee: "monotonic-reads", key, rows: [before.row, read.row] });
      } else if (before.value !== NONE && before.value !== read.value) {
        reads.add(before.value, read.value, [before.row, read.row]);
      }
    }
    // What came before a null stays: later reads are held against it as well.
    if (read.value !== NONE || before === undefined) past.read = read;
  }
}

const newPast = (): Past => ({
  writes: [],
  places: new Map(),
  linked: new Map(),
  returned: 0,
  read: undefined,
});
