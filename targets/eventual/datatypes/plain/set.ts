import { noSuchOperation } from "../arguments.ts";
import type { PlainType } from "../datatype.ts";
import { type Elements, hasElement, union, withElement, withoutElement } from "../elements.ts";

/** A set as one value. Two sets join as their union. */
export const set: PlainType<Elements> = {
  initial: [],
  apply: (elements, action) => {
    const { f, value } = action;
    if (f === "add") return { state: withElement(elements, value) };
    if (f === "remove") return { state: withoutElement(elements, value) };
    if (f === "contains") return { state: elements, result: hasElement(elements, value) };
    throw noSuchOperation("set", action);
  },
  read: (elements) => elements,
  join: union,
};
