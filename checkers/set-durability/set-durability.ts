import type { Budget } from "#core/budget";
import { type Checker, type CheckResult, MAX_ANOMALIES } from "#core/checker";
import { FLAG, type History, NEVER, NONE, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/operation";
import type { SetStats } from "#core/run";
import { formatDuration } from "#core/units";
import type { Anomaly, ModelResult } from "#core/verdict";
import { type LastRound, lastRounds } from "../last-round.ts";
import { quantilesOf } from "../quantiles.ts";
import { faultWords } from "../words.ts";

const ADD = FUNCTIONS.indexOf("add");
const REMOVE = FUNCTIONS.indexOf("remove");
const READ = FUNCTIONS.indexOf("read");
/** Lost elements that the statistics name one by one. */
const MAX_LOST_LISTED = 1_000;

/**
 * Elements of sets. An element is *known* once its add was acknowledged or a read contained it; *lost* if every last-round
 * read on every node lacks it although no remove may have taken it away; *stale* in a read that began after it was known
 * and lacks it. An element on some nodes only has diverged, which `convergence` judges.
 * Source: Jepsen's set-full, with the quantifiers over nodes that replicated stores need. O(operations + elements read).
 */
export const setDurability: Checker = {
  name: "set-durability",
  summary: "elements of sets: lost, stale, never read, unexpected",
  models: ["no-lost-writes", "linearizable"],
  partition: "key",
  applies: (history) => history.keys.some((_, key) => history.objectOf(key).type === "set"),
  check: (history, budget) => new SetCheck(history, budget).run(),
};

/** One element: what was done to it, and who saw it. */
interface Element {
  readonly id: number;
  /** Row of its add: the first acknowledged one, else the first that may have happened; NONE: never added. */
  add: number;
  /** The row whose return made it known: an acknowledged add or a read that contained it. */
  knownBy: number;
  removable: boolean;
  /** Last-round reads that contain it. */
  present: number;
  /** Latest invocation among reads that should have contained it and do not. */
  lastAbsent: number;
  everRead: boolean;
}

/** A read that lacks elements known before it began; `element` is the one known for longest. */
interface StaleRead {
  readonly row: number;
  readonly element: Element;
  /** Nanoseconds from when the element was known to the beginning of the read. */
  readonly behind: number;
  readonly missing: number;
}

/** Known, and nothing may have taken it away. */
const isDurable = (element: Element): boolean => element.knownBy !== NONE && !element.removable;

class SetCheck {
  readonly #history: History;
  readonly #budget: Budget;
  readonly #isSet: readonly boolean[];
  readonly #elements = new Map<number, Element>();
  readonly #byKey = new Map<number, Element[]>();
  readonly #rounds: ReadonlyMap<number, LastRound>;
  readonly #unexpected: { row: number; element: number }[] = [];
  readonly #staleReads: StaleRead[] = [];

  constructor(history: History, budget: Budget) {
    this.#history = history;
    this.#budget = budget;
    this.#isSet = history.keys.map((_, key) => history.objectOf(key).type === "set");
    this.#rounds = lastRounds(history);
  }

  run(): CheckResult {
    this.#collectUpdates();
    this.#collectReads();
    this.#findStale();
    this.#countPresence();
    const lost = this.#lost();
    const anomalies = [
      ...lost.slice(0, MAX_ANOMALIES).map((element) => this.#lostAnomaly(element)),
      ...this.#unexpected.slice(0, MAX_ANOMALIES).map((one) => this.#unexpectedAnomaly(one)),
      ...this.#worstStale().map((one) => this.#staleAnomaly(one)),
    ];
    return {
      results: [this.#durabilityResult(lost), ...this.#linearizableResult()],
      anomalies,
      counts: {
        "lost-element": lost.length,
        "unexpected-element": this.#unexpected.length,
        "stale-read": this.#staleReads.length,
      },
      stats: { set: this.#stats(lost) },
    };
  }

  #element(id: number): Element {
    let element = this.#elements.get(id);
    if (element === undefined) {
      element = {
        id,
        add: NONE,
        knownBy: NONE,
        removable: false,
        present: 0,
        lastAbsent: Number.NEGATIVE_INFINITY,
        everRead: false,
      };
      this.#elements.set(id, element);
      const key = this.#history.keyOfValue(id);
      const siblings = this.#byKey.get(key);
      if (siblings === undefined) this.#byKey.set(key, [element]);
      else siblings.push(element);
    }
    return element;
  }

  /** Adds and removes that happened or may happen. */
  #collectUpdates(): void {
    const { f, key, status, value, length } = this.#history;
    for (let row = 0; row < length; row++) {
      this.#budget.tick();
      if (this.#isSet[key[row] ?? NONE] !== true || status[row] === STATUS.fail) continue;
      const id = value[row] ?? NONE;
      if (id === NONE) continue;
      if (f[row] === REMOVE) this.#element(id).removable = true;
      if (f[row] !== ADD) continue;
      const element = this.#element(id);
      const acknowledged = status[row] === STATUS.ok;
      if (element.add === NONE || (acknowledged && status[element.add] !== STATUS.ok)) element.add = row;
      if (acknowledged) this.#becomesKnown(element, row);
    }
  }

  #becomesKnown(element: Element, row: number): void {
    const returned = this.#history.retRank[row] ?? NEVER;
    if (element.knownBy === NONE || returned < this.#knownAt(element)) element.knownBy = row;
  }

  /** What reads contained: it is known from then on, and must have been added. */
  #collectReads(): void {
    const { invRank, retRank } = this.#history;
    for (const row of this.#reads()) {
      for (const id of this.#history.elementsOf(row)) {
        this.#budget.tick();
        const element = this.#element(id);
        element.everRead = true;
        const added = element.add !== NONE && (invRank[element.add] ?? NEVER) < (retRank[row] ?? NEVER);
        if (added) this.#becomesKnown(element, row);
        else this.#unexpected.push({ row, element: id });
      }
    }
  }

  *#reads(): Generator<number> {
    const { f, key, status, length } = this.#history;
    for (let row = 0; row < length; row++) {
      if (f[row] === READ && status[row] === STATUS.ok && this.#isSet[key[row] ?? NONE] === true) yield row;
    }
  }

  /** Reads that lack an element known before they began. */
  #findStale(): void {
    const { flags, invRank, key, invTime } = this.#history;
    const durableOf = this.#durableByKey();
    const seenIn = new Map<number, number>();
    for (const row of this.#reads()) {
      const durable = durableOf.get(key[row] ?? NONE) ?? [];
      const expected = this.#knownBefore(durable, invRank[row] ?? 0);
      if (this.#markSeen(row, seenIn) === expected) continue;
      const missing = durable.slice(0, expected).filter((element) => seenIn.get(element.id) !== row);
      const [oldest] = missing;
      if (oldest === undefined) continue;
      const began = invTime[row] ?? 0;
      for (const element of missing) element.lastAbsent = Math.max(element.lastAbsent, began);
      if (((flags[row] ?? 0) & FLAG.final) !== 0) continue;
      this.#staleReads.push({
        row,
        element: oldest,
        behind: began - this.#knownTime(oldest),
        missing: missing.length,
      });
    }
  }

  /** The durable elements of each key in the order they became known. */
  #durableByKey(): Map<number, Element[]> {
    return new Map(
      [...this.#byKey].map(([key, elements]) => [
        key,
        elements.filter(isDurable).sort((a, b) => this.#knownAt(a) - this.#knownAt(b)),
      ]),
    );
  }

  #knownAt(element: Element): number {
    return this.#history.retRank[element.knownBy] ?? NEVER;
  }

  /** How many of `durable`, sorted by when they were known, were known before `rank`. */
  #knownBefore(durable: readonly Element[], rank: number): number {
    let low = 0;
    let high = durable.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#knownAt(durable[middle] as Element) < rank) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Marks the elements of a read. @returns how many of them had to be there */
  #markSeen(row: number, seenIn: Map<number, number>): number {
    const began = this.#history.invRank[row] ?? 0;
    let count = 0;
    for (const id of this.#history.elementsOf(row)) {
      this.#budget.tick();
      if (seenIn.get(id) === row) continue;
      seenIn.set(id, row);
      const element = this.#element(id);
      if (isDurable(element) && this.#knownAt(element) < began) count++;
    }
    return count;
  }

  #knownTime(element: Element): number {
    return this.#history.retTime[element.knownBy] ?? 0;
  }

  #countPresence(): void {
    for (const [key, { rows }] of this.#rounds) {
      if (this.#isSet[key] !== true) continue;
      for (const row of rows) {
        for (const id of new Set(this.#history.elementsOf(row))) this.#element(id).present++;
      }
    }
  }

  #isComplete(key: number): boolean {
    const round = this.#rounds.get(key);
    return round !== undefined && round.rows.length > 0 && round.missing.length === 0;
  }

  /** In order of acknowledgement. */
  #lost(): Element[] {
    return [...this.#durable()]
      .filter((element) => element.present === 0 && this.#isComplete(this.#keyOf(element)))
      .sort((a, b) => this.#knownAt(a) - this.#knownAt(b));
  }

  /** Elements that must be there at the end. */
  *#durable(): Generator<Element> {
    for (const element of this.#elements.values()) {
      if (isDurable(element)) yield element;
    }
  }

  #keyOf(element: Element): number {
    return this.#history.keyOfValue(element.id);
  }

  #durabilityResult(lost: readonly Element[]): ModelResult {
    const result = { model: "no-lost-writes", objects: "set" } as const;
    if (lost.length > 0) return { ...result, verdict: "violated" };
    const durable = [...this.#durable()];
    if (durable.length === 0)
      return { ...result, verdict: "not-applicable", reason: "no add was acknowledged" };
    const unread = durable.find((element) => !this.#isComplete(this.#keyOf(element)));
    if (unread === undefined) return { ...result, verdict: "satisfied" };
    const key = this.#keyOf(unread);
    const missing = this.#rounds.get(key)?.missing ?? [];
    const nodes =
      missing.length === 0
        ? "no node was"
        : `${missing.join(", ")} ${missing.length === 1 ? "was" : "were"} not`;
    return { ...result, verdict: "unknown", reason: `${nodes} read at the end (${this.#nameOf(key)})` };
  }

  /** A stale or unexpected read shows that a set is not linearizable; their absence does not show that it is. */
  #linearizableResult(): ModelResult[] {
    if (this.#staleReads.length === 0 && this.#unexpected.length === 0) return [];
    return [{ model: "linearizable", objects: "set", verdict: "violated" }];
  }

  #worstStale() {
    return this.#staleReads.sort((a, b) => b.behind - a.behind).slice(0, MAX_ANOMALIES);
  }

  #nameOf(key: number): string {
    return this.#history.keys[key] ?? "the set";
  }

  #lostAnomaly(element: Element): Anomaly {
    const history = this.#history;
    const key = this.#keyOf(element);
    const rows = this.#rounds.get(key)?.rows ?? [];
    const known = history.operation(element.knownBy);
    const at = this.#knownTime(element);
    const by = known.node === undefined ? "" : ` by ${known.node}`;
    const how =
      known.f === "read" ? `read by process ${known.process}` : `acknowledged to process ${known.process}`;
    const nodes = rows.map((row) => history.operation(row).node ?? "a node");
    return {
      type: "lost-element",
      model: "no-lost-writes",
      key: this.#nameOf(key),
      witness: this.#indexes([element.add, element.knownBy, ...rows]),
      explanation: `element ${JSON.stringify(history.valueOf(element.id))} of ${this.#nameOf(key)}, ${how}${by} at ${formatDuration(at)}${faultWords(history, at)}, is on no node at the end (${nodes.join(", ")})`,
    };
  }

  #unexpectedAnomaly({ row, element }: { row: number; element: number }): Anomaly {
    const history = this.#history;
    const read = history.operation(row);
    const { add } = this.#element(element);
    const why =
      add === NONE ? "which no operation added, or only one that certainly failed" : "before its add began";
    return {
      type: "unexpected-element",
      model: "linearizable",
      key: this.#nameOf(this.#history.keyOfValue(element)),
      witness: this.#indexes([add, row]),
      explanation: `process ${read.process} read ${JSON.stringify(history.valueOf(element))} in ${this.#nameOf(history.keyOfValue(element))} from ${read.node ?? "a node"} at ${formatDuration(read.end ?? read.start)}, ${why}`,
    };
  }

  #staleAnomaly({ row, element, behind, missing }: StaleRead): Anomaly {
    const history = this.#history;
    const read = history.operation(row);
    const others = missing > 1 ? ` and ${missing - 1} more` : "";
    return {
      type: "stale-read",
      model: "linearizable",
      key: this.#nameOf(this.#keyOf(element)),
      witness: this.#indexes([element.add, element.knownBy, row]),
      explanation: `process ${read.process} read ${this.#nameOf(this.#keyOf(element))} from ${read.node ?? "a node"} at ${formatDuration(read.start)} without element ${JSON.stringify(history.valueOf(element.id))}${others}, known ${formatDuration(behind)} before${faultWords(history, read.start)}`,
    };
  }

  #indexes(rows: readonly number[]): number[] {
    const known = rows.filter((row) => row !== NONE);
    return [...new Set(known)].sort((a, b) => a - b).map((row) => this.#history.invRank[row] ?? 0);
  }

  #stats(lost: readonly Element[]): SetStats {
    const history = this.#history;
    let attempts = 0;
    let acknowledged = 0;
    for (let row = 0; row < history.length; row++) {
      if (history.f[row] !== ADD || this.#isSet[history.key[row] ?? NONE] !== true) continue;
      attempts++;
      if (history.status[row] === STATUS.ok) acknowledged++;
    }
    const durable = [...this.#durable()];
    const isLost = new Set(lost);
    const stale = durable.filter(
      (element) => !isLost.has(element) && element.lastAbsent >= this.#knownTime(element),
    );
    const copies = (element: Element): number => this.#rounds.get(this.#keyOf(element))?.rows.length ?? 0;
    return {
      attempts,
      acknowledged,
      lost: lost.length,
      diverged: durable.filter((element) => element.present > 0 && element.present < copies(element)).length,
      stale: stale.length,
      neverRead: durable.filter((element) => !element.everRead && copies(element) === 0).length,
      recovered: durable.filter((element) => history.status[element.add] !== STATUS.ok).length,
      unexpected: this.#unexpected.length,
      staleLatency: quantilesOf(stale.map((element) => element.lastAbsent - this.#knownTime(element))),
      lostElements: lost.slice(0, MAX_LOST_LISTED).map((element) => {
        const known = history.operation(element.knownBy);
        return {
          key: this.#nameOf(this.#keyOf(element)),
          element: history.valueOf(element.id),
          acknowledgedAt: this.#knownTime(element),
          node: known.node ?? null,
          process: known.process,
        };
      }),
    };
  }
}
