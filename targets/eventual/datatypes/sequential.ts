import { assert } from "#core/errors";
import type { Json } from "#core/json";
import { canonicalJson } from "#core/value-table";
import type { Datatype, PlainType } from "./datatype.ts";

/** One action after another, in the order of one log: what a key holds where a leader orders all updates. */
export const sequential = <Value extends Json>(plain: PlainType<Value>): Datatype<Value> => ({
  update: (state, action) => plain.apply(state ?? plain.initial, action),
  merge: (a, b) => {
    assert(
      canonicalJson(a) === canonicalJson(b),
      "two states of one log differ: a log orders, it never merges",
    );
    return a;
  },
  read: (state) => plain.read(state ?? plain.initial),
});
