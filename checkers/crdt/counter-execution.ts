import type { Budget } from "#core/budget";
import type { History } from "#core/history";
import { type Counts, sumOf } from "./counts.ts";
import { type CrdtObject, isAcknowledged, isEarlierInSession, maySee } from "./crdt-objects.ts";

/** More indefinite increments than this are tried in their order only. */
const MAX_CHOICES = 16;

/**
 * Whether a simple causal execution explains every read: one order of all updates of which each read sees as many as it
 * must, beside all that its session did itself. Found, it is a proof; not found, it says nothing.
 */
export function hasExecution(history: History, object: CrdtObject, counts: Counts, budget: Budget): boolean {
  const happened = whichHappened(object, counts);
  if (happened === undefined) return false;
  const inOrder = [...counts.acknowledged, ...happened].sort((a, b) => a - b);
  const lateLast = [...counts.acknowledged, ...happened];
  return [inOrder, lateLast].some((order) => new Attempt(history, object, counts, order, budget).succeeds());
}

/** The indefinite increments that happened, judging by the last reads; undefined if those do not agree, or nobody knows. */
function whichHappened(
  { last }: CrdtObject,
  { acknowledged, indefinite, by, shown }: Counts,
): readonly number[] | undefined {
  const [value, ...others] = new Set([...last].map(shown));
  if (value === undefined || others.length > 0) return undefined;
  const rest = value - sumOf(acknowledged, by);
  if (indefinite.length <= MAX_CHOICES) return choose(indefinite, by, rest);
  let sum = 0;
  const end = indefinite.findIndex((row) => (sum += by(row)) === rest);
  return rest === 0 ? [] : end < 0 ? undefined : indefinite.slice(0, end + 1);
}

function choose(
  rows: readonly number[],
  by: (row: number) => number,
  sum: number,
): readonly number[] | undefined {
  if (sum === 0) return [];
  const [first, ...rest] = rows;
  if (first === undefined) return undefined;
  const without = choose(rest, by, sum - by(first));
  return without === undefined ? choose(rest, by, sum) : [first, ...without];
}

/** What a session has seen: the first `prefix` updates of the order, and its own. */
interface View {
  prefix: number;
  /** Places in the order of what it did itself and has returned. */
  own: number[];
}

class Attempt {
  readonly #history: History;
  readonly #object: CrdtObject;
  readonly #counts: Counts;
  readonly #order: readonly number[];
  readonly #budget: Budget;
  readonly #views = new Map<number, View>();

  constructor(
    history: History,
    object: CrdtObject,
    counts: Counts,
    order: readonly number[],
    budget: Budget,
  ) {
    this.#history = history;
    this.#object = object;
    this.#counts = counts;
    this.#order = order;
    this.#budget = budget;
  }

  /**
   * What is seen of the order is all that was begun before something: whoever sees an update sees what its session had seen,
   * which was begun before it. Indefinite updates at the end of the order are seen by none that goes on to acknowledged ones.
   */
  succeeds(): boolean {
    const { retRank, session } = this.#history;
    const reads = this.#object.reads.toSorted((a, b) => retRank[a]! - retRank[b]!);
    const bySession = Map.groupBy(this.#order.keys(), (place) => session[this.#order[place]!]!);
    return reads.every((read) => this.#extend(read, this.#viewOf(read, bySession.get(session[read]!) ?? [])));
  }

  #viewOf(read: number, places: readonly number[]): View {
    const view = this.#views.get(this.#history.session[read]!) ?? { prefix: 0, own: [] };
    this.#views.set(this.#history.session[read]!, view);
    view.own = places.filter((place) => {
      const row = this.#order[place]!;
      return isAcknowledged(this.#history, row) && isEarlierInSession(this.#history, row, read);
    });
    return view;
  }

  /** Sees more of the order until it shows what the read showed. */
  #extend(read: number, view: View): boolean {
    const all = this.#object.last.has(read);
    const own = new Set(view.own);
    let sum = sumOf(this.#order.slice(0, view.prefix), this.#counts.by);
    for (const place of own) if (place >= view.prefix) sum += this.#counts.by(this.#order[place]!);
    const value = this.#counts.shown(read);
    for (;;) {
      this.#budget.tick();
      const isEnough = all ? view.prefix === this.#order.length : sum === value;
      if (isEnough) return sum === value;
      const next = this.#order[view.prefix];
      if (next === undefined || !maySee(this.#history, read, next)) return false;
      if (!own.has(view.prefix)) sum += this.#counts.by(next);
      view.prefix++;
    }
  }
}
