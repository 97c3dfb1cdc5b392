import type { Json } from "#core/json";
import { noSuchOperation } from "./arguments.ts";
import type { Datatype } from "./datatype.ts";
import { type Elements, hasElement, union, withElement } from "./elements.ts";

export type TwoPhases = { readonly added: Elements; readonly removed: Elements };

const EMPTY: TwoPhases = { added: [], removed: [] };

/**
 * A set whose elements can be removed once and for all: one that was removed stays away, even if it is added again. A remove that
 * finds nothing has the result false. Shapiro et al. 2011, specification 12.
 */
export const twoPhaseSet: Datatype<TwoPhases> = {
  update: (state = EMPTY, action) => {
    const { f, value } = action;
    if (f === "add") return { state: { ...state, added: withElement(state.added, value) } };
    if (f === "contains") return { state, result: contains(state, value) };
    if (f !== "remove") throw noSuchOperation("two-phase set", action);
    if (!contains(state, value)) return { state, result: false };
    return { state: { ...state, removed: withElement(state.removed, value) } };
  },
  merge: (a, b) => ({ added: union(a.added, b.added), removed: union(a.removed, b.removed) }),
  read: ({ added, removed } = EMPTY) => added.filter((element) => !hasElement(removed, element)),
};

const contains = ({ added, removed }: TwoPhases, element: Json): boolean =>
  hasElement(added, element) && !hasElement(removed, element);
