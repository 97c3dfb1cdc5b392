import type { Json } from "#core/json";
import { canonicalJson } from "#core/value-table";
import { noSuchOperation } from "../arguments.ts";
import type { PlainType } from "../datatype.ts";

/** A list that is appended to. Two lists join as the first, then what only the second has. */
export const list: PlainType<readonly Json[]> = {
  initial: [],
  apply: (elements, action) => {
    if (action.f !== "append") throw noSuchOperation("list", action);
    return { state: [...elements, action.value] };
  },
  read: (elements) => elements,
  join: (a, b) => {
    const known = new Set(a.map(canonicalJson));
    return [...a, ...b.filter((element) => !known.has(canonicalJson(element)))];
  },
};
