import { noSuchOperation } from "./arguments.ts";
import type { Datatype } from "./datatype.ts";
import { type Elements, hasElement, union, withElement } from "./elements.ts";

/** A set that only grows. Shapiro et al. 2011, specification 11. */
export const gSet: Datatype<Elements> = {
  update: (elements = [], action) => {
    const { f, value } = action;
    if (f === "add") return { state: withElement(elements, value) };
    if (f === "contains") return { state: elements, result: hasElement(elements, value) };
    throw noSuchOperation("grow-only set", action);
  },
  merge: union,
  read: (elements = []) => elements,
};
