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

export const nameOf = ({ element }: Added): string => canonicalJson(element);

/**
 * A set whose removes take away the adds that they saw: an add wins over a concurrent remove. What was seen and is not
 * there was removed, so no tombstones are needed. Bieniusa et al. 2012, "An optimized conflict-free replicated set".
 */
export const orSet: Datatype<ObservedSet> = {
  update: (state = EMPTY, action, { dot }) => {
    const { f, value } = action;
    const isIt = (added: Added): boolean => nameOf(added) === canonicalJson(value);
    if (f === "contains") return { state, result: state.elements.some(isIt) };
    if (f === "remove")
      return { state: { ...state, elements: state.elements.filter((added) => !isIt(added)) } };
    if (f !== "add") throw noSuchOperation("set", action);
    return { state: withAdd(state, value, dot) };
  },
  merge: (a, b) => ({
    elements: mergeByName(a.elements, b.elements, nameOf, {
      both: ({ element, adds }, other) =>
        addedBy(element, { ...remaining(adds, other.adds, b.seen), ...remaining(other.adds, adds, a.seen) }),
      alone: ({ element, adds }, side) =>
        addedBy(element, remaining(adds, {}, side === "a" ? b.seen : a.seen)),
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

/** Undefined: no add is left. */
function addedBy(element: Json, adds: Adds): Added | undefined {
  const entries = Object.entries(adds).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? undefined : { element, adds: Object.fromEntries(entries) };
}
