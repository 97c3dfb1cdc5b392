import type { Json } from "#core/json";
import { noSuchOperation } from "../arguments.ts";
import type { PlainType } from "../datatype.ts";

/** First in, first out. An empty queue gives null. */
export const queue: PlainType<readonly Json[]> = {
  initial: [],
  apply: (elements, action) => {
    if (action.f === "enqueue") return { state: [...elements, action.value] };
    if (action.f === "drain") return { state: elements.length === 0 ? elements : [], value: elements };
    if (action.f !== "dequeue") throw noSuchOperation("queue", action);
    const [first] = elements;
    return first === undefined
      ? { state: elements, value: null }
      : { state: elements.slice(1), value: first };
  },
  read: (elements) => elements,
};
