import type { Json } from "#core/json";
import { noSuchOperation } from "../arguments.ts";
import type { PlainType } from "../datatype.ts";

/** Last in, first out. An empty stack gives null. */
export const stack: PlainType<readonly Json[]> = {
  initial: [],
  apply: (elements, action) => {
    if (action.f === "push") return { state: [...elements, action.value] };
    if (action.f !== "pop") throw noSuchOperation("stack", action);
    const last = elements.at(-1);
    return last === undefined
      ? { state: elements, value: null }
      : { state: elements.slice(0, -1), value: last };
  },
  read: (elements) => elements,
};
