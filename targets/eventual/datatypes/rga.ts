import type { Json } from "#core/json";
import { canonicalJson } from "#core/value-table";
import type { Datatype, Stamp } from "./datatype.ts";
import { type Elements, mergeByName, union, withElement } from "./elements.ts";
import { type Char, textActionOf } from "./text-action.ts";

/** A character below the one after which it was inserted (null: the beginning), with the Lamport time and node of its insert. */
export type Inserted = Char & { readonly after: Json; readonly at: number; readonly node: string };

/**
 * All characters ever inserted, and the ids of those erased, both in the order of the ids' canonical texts. An erased one stays:
 * others may be inserted after it. One whose left neighbour has not arrived waits unseen.
 */
export type Tree = { readonly chars: readonly Inserted[]; readonly erased: Elements };

export const EMPTY_TREE: Tree = { chars: [], erased: [] };

/** Which of two characters inserted after the same one stands first: negative if `a`. */
export type SiblingOrder = (a: Inserted, b: Inserted) => number;

export const latestFirst: SiblingOrder = (a, b) =>
  b.at - a.at || (a.node < b.node ? 1 : a.node > b.node ? -1 : 0);

const latestIn = ({ chars }: Tree = EMPTY_TREE): number =>
  chars.reduce((latest, { at }) => Math.max(latest, at), 0);

/**
 * Replicated growable array: a text that is the tree of its inserts, read from the root, later inserts of one place first.
 * Roh et al. 2011; as a tree: Attiya et al. 2016. Characters have the ids that clients gave them.
 */
export const rga: Datatype<Tree> = {
  update: (state = EMPTY_TREE, action, stamp) => {
    const change = textActionOf(action);
    if (change.f === "erase") return { state: { ...state, erased: withElement(state.erased, change.id) } };
    const { id, after, char } = change;
    const inserted = { id, after, char, at: timeOf(stamp), node: stamp.dot.node };
    const chars = withChars(state.chars, [inserted]);
    return chars.length === state.chars.length ? { state, result: false } : { state: { ...state, chars } };
  },
  merge: (a, b) => ({ chars: withChars(a.chars, b.chars), erased: union(a.erased, b.erased) }),
  read: (state = EMPTY_TREE) => readTree(state, latestFirst),
  context: (state) => latestIn(state),
  mergeContexts: (a, b) => Math.max(a as number, b as number),
  lamport: latestIn,
};

/** Later than what the client saw, too: what it inserts at one place goes before what it saw there. */
export const timeOf = ({ lamport, context }: Stamp): number =>
  Math.max(lamport, (typeof context === "number" ? context : 0) + 1);

const names = new WeakMap<Inserted, string>();

/** The id's canonical text, made once: states are never changed in place. */
function nameOf(inserted: Inserted): string {
  let name = names.get(inserted);
  if (name === undefined) names.set(inserted, (name = canonicalJson(inserted.id)));
  return name;
}

/** Of two inserts of one id the first counts. */
export const withChars = (a: readonly Inserted[], b: readonly Inserted[]): readonly Inserted[] =>
  mergeByName(a, b, nameOf, {
    both: (one, other) => (latestFirst(one, other) < 0 ? other : one),
    alone: (one) => one,
  });

/** The characters that are not erased, in pre-order. O(n log n) */
export function readTree({ chars, erased }: Tree, order: SiblingOrder): Char[] {
  const below = Map.groupBy(chars, ({ after }) => canonicalJson(after));
  for (const siblings of below.values()) siblings.sort(order);
  const hidden = new Set(erased.map(canonicalJson));
  const text: Char[] = [];
  const path = (below.get("null") ?? []).toReversed();
  for (let next = path.pop(); next !== undefined; next = path.pop()) {
    const name = nameOf(next);
    if (!hidden.has(name)) text.push({ id: next.id, char: next.char });
    path.push(...(below.get(name) ?? []).toReversed());
  }
  return text;
}
