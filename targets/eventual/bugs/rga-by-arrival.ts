import { canonicalJson } from "#core/value-table";
import type { Datatype } from "../datatypes/datatype.ts";
import { union } from "../datatypes/elements.ts";
import { EMPTY_TREE, type Inserted, readTree, rga, type Tree } from "../datatypes/rga.ts";
import type { Bug } from "./bug.ts";

/** The characters of `others` that are new go before those that were there. */
function arrived(chars: readonly Inserted[], others: readonly Inserted[]): readonly Inserted[] {
  const known = new Set(chars.map(({ id }) => canonicalJson(id)));
  return [...others.filter(({ id }) => !known.has(canonicalJson(id))), ...chars];
}

const byArrival: Datatype<Tree> = {
  ...rga,
  update: (state = EMPTY_TREE, action, stamp) => {
    const { chars, erased } = rga.update({ ...EMPTY_TREE, erased: state.erased }, action, stamp).state;
    return { state: { chars: arrived(state.chars, chars), erased } };
  },
  merge: (own, arriving) => ({
    chars: arrived(own.chars, arriving.chars),
    erased: union(own.erased, arriving.erased),
  }),
  read: (state = EMPTY_TREE) => readTree(state, () => 0),
};

export const rgaByArrival: Bug = {
  name: "rga-by-arrival",
  mistake:
    "Characters inserted at one place stand in the order in which they arrived, not by their timestamps.",
  effect: "Replicas show the same characters in different orders, for good.",
  expected: { model: "crdt-semantics", anomaly: "text-order-conflict" },
  shownBy: { options: { preset: "crdt" }, workload: "shared-document", faults: [] },
  datatypes: (datatypes) => ({ ...datatypes, text: byArrival as Datatype }),
};
