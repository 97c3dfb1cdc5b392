import type { Budget } from "#core/budget";
import { ABSENT, type History, NONE } from "#core/history";
import { readBy, writtenBy } from "../registers/access.ts";
import {
  isAmbiguousNull,
  isTraced,
  type RegisterValues,
  registerValues,
  SOURCE,
} from "../registers/register-values.ts";
import type { GuessedOrder } from "./guessed-order.ts";

export type ReadGuarantee = "read-your-writes" | "monotonic-reads";

/** Operations of one key that no version order reconciles with a guarantee. */
export interface Impossibility {
  readonly guarantee: ReadGuarantee;
  readonly key: number;
  /** What the sessions did: pairs of an operation and a later read of the same session. */
  readonly rows: readonly number[];
}

/**
 * Takes demands on the version order of one key. Nodes are value ids and, below 0, groups: the first so many writes of a
 * session. Each comes with its place in the guessed order, a group with that of its last member.
 */
export interface Demands {
  /** A version or group comes before a version, because of these operations (`first` may be NONE). */
  add(from: number, fromPlace: number, to: number, toPlace: number, first: number, second: number): void;
  /** A version or smaller group is part of a group, because of this operation or by definition (NONE). */
  addToGroup(from: number, fromPlace: number, group: number, place: number, row: number): void;
}

/** What walks over the keys of one history remember of their values, by value id. */
export class WalkMemory {
  /** Which write of its session wrote it, or NONE. */
  readonly place: Int32Array;
  /** How many writes of its session are known to come before it, because the session read it again; 0: it did not. */
  readonly linked: Int32Array;

  constructor(history: History) {
    this.place = new Int32Array(history.valueCount).fill(NONE);
    this.linked = new Int32Array(history.valueCount);
  }

  /** Before these operations are walked over again. */
  forget(history: History, rows: Int32Array): void {
    for (const row of rows) {
      const written = writtenBy(history, row);
      if (written < 0) continue;
      this.place[written] = NONE;
      this.linked[written] = 0;
    }
  }
}

/** What a session has done on the key so far. */
interface Past {
  /** Rows of its writes in order, and with each the group of it and all before it. */
  readonly writes: number[];
  readonly groups: number[];
  /** How many of `writes` had returned, those before them included. */
  returned: number;
  /** Its last read, and the version read. */
  read: number;
  version: number;
}

/** Walks the operations of one key and says what each session demands of the version order. */
export class KeyWalk {
  readonly judged: Record<ReadGuarantee, number> = { "read-your-writes": 0, "monotonic-reads": 0 };
  /** Reads of null that may have seen a deletion. */
  ambiguous = 0;
  /** Reads of null after the key held something: no order needs to be known for them. */
  readonly nulls: Impossibility[] = [];
  readonly #history: History;
  readonly #values: RegisterValues;
  readonly #key: number;
  readonly #guess: GuessedOrder;
  readonly #own: Demands;
  readonly #reads: Demands;
  readonly #memory: WalkMemory;
  readonly #pasts = new Map<number, Past>();
  /** By number of the group: its place in the guessed order. */
  readonly #groupPlaces: number[] = [];

  constructor(
    history: History,
    key: number,
    guess: GuessedOrder,
    demands: { readonly own: Demands; readonly reads: Demands },
    memory: WalkMemory,
  ) {
    this.#history = history;
    this.#values = registerValues(history);
    this.#key = key;
    this.#guess = guess;
    this.#own = demands.own;
    this.#reads = demands.reads;
    this.#memory = memory;
  }

  /** `rows` in order of invocation. */
  rows(rows: Int32Array, budget: Budget): void {
    for (const row of rows) {
      budget.tick();
      const past = this.#pastOf(this.#history.session[row]!);
      const version = this.#versionRead(row);
      if (version !== ABSENT) {
        this.#readAfterWrites(past, row, version);
        this.#readAfterRead(past, row, version);
      }
      const written = writtenBy(this.#history, row);
      if (written >= 0) this.#write(past, row, written);
    }
  }

  #pastOf(session: number): Past {
    let past = this.#pasts.get(session);
    if (past === undefined) {
      past = { writes: [], groups: [], returned: 0, read: NONE, version: NONE };
      this.#pasts.set(session, past);
    }
    return past;
  }

  /** The version that an operation read: a value id, NONE for the initial one; ABSENT: none that can be told. */
  #versionRead(row: number): number {
    const value = readBy(this.#history, row);
    if (value === ABSENT) return ABSENT;
    if (value === NONE && isAmbiguousNull(this.#history, this.#values, row)) {
      this.ambiguous++;
      return ABSENT;
    }
    if (value === NONE || this.#values.writer[value] === SOURCE.initial) return NONE;
    return isTraced(this.#history, this.#values, row, value) ? value : ABSENT;
  }

  #write(past: Past, row: number, value: number): void {
    // Groups are negative, so that they are no value ids.
    const group = -2 - this.#groupPlaces.length;
    const ownPlace = this.#guess.placeOf(value);
    const before = past.groups.at(-1);
    const placeBefore = before === undefined ? NONE : this.#placeOfGroup(before);
    const place = Math.max(ownPlace, placeBefore);
    this.#groupPlaces.push(place);
    if (before !== undefined) this.#own.addToGroup(before, placeBefore, group, place, NONE);
    this.#own.addToGroup(value, ownPlace, group, place, row);
    this.#memory.place[value] = past.writes.length;
    past.writes.push(row);
    past.groups.push(group);
  }

  #placeOfGroup(group: number): number {
    return this.#groupPlaces[-2 - group]!;
  }

  #readAfterWrites(past: Past, row: number, version: number): void {
    const { writes } = past;
    const { retRank, invRank, session } = this.#history;
    const began = invRank[row]!;
    while (past.returned < writes.length && retRank[writes[past.returned]!]! < began) past.returned++;
    if (past.returned === 0) return;
    this.judged["read-your-writes"]++;
    if (version === NONE) {
      const last = writes[past.returned - 1]!;
      this.nulls.push({ guarantee: "read-your-writes", key: this.#key, rows: [last, row] });
      return;
    }
    const isOwn = session[this.#values.writer[version]!] === session[row];
    const itself = isOwn ? this.#memory.place[version]! : NONE;
    if (itself === NONE) this.#after(past.groups[past.returned - 1]!, version, row);
    else this.#readOwn(past, row, version, itself);
  }

  /** The writes of a group come before a version, because `row` read it. */
  #after(group: number, version: number, row: number): void {
    this.#own.add(group, this.#placeOfGroup(group), version, this.#guess.placeOf(version), NONE, row);
  }

  /** A session read its own write number `itself`: its other writes come before that one. */
  #readOwn(past: Past, row: number, version: number, itself: number): void {
    const before = past.groups[Math.min(itself, past.returned) - 1];
    if (before !== undefined) this.#after(before, version, row);
    const { linked } = this.#memory;
    const place = this.#guess.placeOf(version);
    for (let i = linked[version]! || itself + 1; i < past.returned; i++) {
      const write = past.writes[i]!;
      const other = writtenBy(this.#history, write);
      this.#own.add(other, this.#guess.placeOf(other), version, place, write, row);
    }
    linked[version] = Math.max(itself + 1, past.returned);
  }

  #readAfterRead(past: Past, row: number, version: number): void {
    const { retRank, invRank } = this.#history;
    const before = past.read;
    if (before !== NONE && retRank[before]! < invRank[row]!) {
      this.judged["monotonic-reads"]++;
      if (version === NONE && past.version !== NONE) {
        this.nulls.push({ guarantee: "monotonic-reads", key: this.#key, rows: [before, row] });
      } else if (past.version !== NONE && past.version !== version) {
        const [from, to] = [this.#guess.placeOf(past.version), this.#guess.placeOf(version)];
        this.#reads.add(past.version, from, version, to, before, row);
      }
    }
    // What came before a null stays: later reads are held against it as well.
    if (version === NONE && before !== NONE) return;
    past.read = row;
    past.version = version;
  }
}
