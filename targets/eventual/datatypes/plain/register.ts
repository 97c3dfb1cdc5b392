import type { Json } from "#core/json";
import { canonicalJson } from "#core/value-table";
import { badValue, noSuchOperation } from "../arguments.ts";
import type { PlainType } from "../datatype.ts";
import { type Elements, union } from "../elements.ts";

/** One value; null: never written, or deleted. Lists, the carts of stores without sets, can be joined. */
export const register: PlainType = {
  initial: null,
  apply: (current, action) => {
    const { f, value } = action;
    if (f === "write") return { state: value };
    if (f === "delete") return { state: null };
    if (f !== "cas") throw noSuchOperation("register", action);
    if (!Array.isArray(value) || value.length !== 2) throw badValue(action, "[old, new]");
    const [old, next] = value as [Json, Json];
    if (canonicalJson(old) !== canonicalJson(current))
      return { state: current, result: false, observed: current };
    return { state: next, result: true };
  },
  read: (current) => current,
  showsSiblings: true,
  join: (a, b) => (Array.isArray(a) && Array.isArray(b) ? union(sorted(a), sorted(b)) : undefined),
};

/** A list as a set. */
const sorted = (list: readonly Json[]): Elements => {
  const byName = new Map(list.map((one) => [canonicalJson(one), one]));
  return [...byName.keys()].sort().map((name) => byName.get(name)!);
};
