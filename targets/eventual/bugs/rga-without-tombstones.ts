import type { Json } from "#core/json";
import { canonicalJson } from "#core/value-table";
import type { Datatype } from "../datatypes/datatype.ts";
import { EMPTY_TREE, latestFirst, readTree, rga, type Tree } from "../datatypes/rga.ts";
import type { Bug } from "./bug.ts";

/** Without the erased characters, and so without all that hangs on them alone. */
function withoutErased({ chars, erased }: Tree): Tree {
  const gone = new Set(erased.map(canonicalJson));
  return { chars: chars.filter(({ id }: { readonly id: Json }) => !gone.has(canonicalJson(id))), erased };
}

const pruned: Datatype<Tree> = {
  ...rga,
  read: (state = EMPTY_TREE) => readTree(withoutErased(state), latestFirst),
};

export const rgaWithoutTombstones: Bug = {
  name: "rga-without-tombstones",
  mistake: "An erased character leaves the tree at once, though others were inserted after it or will be.",
  effect: "Text typed after a character vanishes when somebody erases that character.",
  expected: { model: "crdt-semantics", anomaly: "vanished-char" },
  shownBy: { options: { preset: "crdt" }, workload: "shared-document", faults: [] },
  datatypes: (datatypes) => ({ ...datatypes, text: pruned as Datatype }),
};
