import type { Json } from "#core/json";
import { canonicalJson } from "#core/value-table";
import { covers, mergeVectors, type VersionVector, withDot } from "../versioning/version-vector.ts";
import { noSuchOperation } from "./arguments.ts";
import type { Datatype, Dot } from "./datatype.ts";
import { mergeByName } from "./elements.ts";

/** An element, and of each node the last add of it that no remove saw. */
export type Added = { readonly element: Json; readonly adds: { readonly [node: string]: number } };

/** The elements in the order of their canonical texts, and the adds that were ever seen. */
export type ObservedSet = { readonly elements: readonly Added[]; readonly seen: VersionVector };

export const EMPTY: ObservedSet = { elements: [], seen: {} };

const names = new WeakMap<Added, string>();

/** The element's canonical text, made once: states are never changed in place. */
export function nameOf(added: Added): string {
  let name = names.get(added);
  if (name === undefined) names.set(added, (name = canonicalJson(added.element)));
  return name;
}

/**
 * A set whose removes take away the adds that they saw: an add wins over a concurrent remove. What was seen and is not
 * there was removed, so no tombstones are needed. Bieniusa et al. 2012, "An optimized conflict-free replicated set".
 */
export const orSet: Datatype<ObservedSet> = {
  update: (state = EMPTY, action, { dot }) => {
    const { f, value } = action;
    const name = canonicalJson(value);
    const isIt = (added: Added): boolean => nameOf(added) === name;
    if (f === "contains") return { state, result: state.elements.some(isIt) };
    if (f === "remove")
      return { state: { ...state, elements: state.elements.filter((added) => !isIt(added)) } };
    if (f !== "add") throw noSuchOperation("set", action);
    return { state: withAdd(state, value, dot) };
  },
  merge: (a, b) => ({
    elements: mergeByName(a.elements, b.elements, nameOf, {
      both: (one, other) =>
        one === other
          ? one
          : addedBy(one.element, {
              ...remaining(one.adds, other.adds, b.seen),
              ...remaining(other.adds, one.adds, a.seen),
            }),
      alone: (one, side) => withRemaining(one, remaining(one.adds, {}, side === "a" ? b.seen : a.seen)),
    }),
    seen: mergeVectors(a.seen, b.seen),
  }),
  read: ({ elements } = EMPTY) => elements.map(({ element }) => element),
};

/** The add supersedes those of the element that were there. */
function withAdd(state: ObservedSet, element: Json, dot: Dot): ObservedSet {
  const added: Added = { element, adds: { [dot.node]: dot.counter } };
  return {
    elements: mergeByName(state.elements, [added], nameOf, { both: (_, one) => one, alone: (one) => one }),
    seen: withDot(state.seen, dot),
  };
}

type Adds = Added["adds"];

/** The adds of one side that the other has as well, or never saw. */
const remaining = (adds: Adds, others: Adds, seenByOther: VersionVector): Adds =>
  Object.fromEntries(
    Object.entries(adds).filter(
      ([node, counter]) => others[node] === counter || !covers(seenByOther, { node, counter }),
    ),
  );

/** The same object where all adds remain. */
const withRemaining = (added: Added, adds: Adds): Added | undefined =>
  Object.keys(adds).length === Object.keys(added.adds).length ? added : addedBy(added.element, adds);

/** Undefined: no add is left. */
function addedBy(element: Json, adds: Adds): Added | undefined {
  const entries = Object.entries(adds).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? undefined : { element, adds: Object.fromEntries(entries) };
}
