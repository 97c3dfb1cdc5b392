import type { Datatype } from "../datatypes/datatype.ts";
import { EMPTY_TREE, latestFirst, readTree, rga, type SiblingOrder, type Tree } from "../datatypes/rga.ts";
import type { Bug } from "./bug.ts";

const byNode: SiblingOrder = (a, b) => (a.node === b.node ? latestFirst(a, b) : a.node < b.node ? 1 : -1);

const ordered: Datatype<Tree> = {
  ...rga,
  read: (state = EMPTY_TREE) => readTree(state, byNode),
};

export const rgaByNode: Bug = {
  name: "rga-by-node",
  mistake:
    "Characters inserted at one place stand in the order of their nodes' names; time decides only within one node.",
  effect:
    "All replicas agree, but what somebody types at the beginning of a text lands behind what was there before.",
  expected: { model: "crdt-semantics", anomaly: "text-order-conflict" },
  shownBy: { options: { preset: "crdt", stampedReads: true }, workload: "shared-document", faults: [] },
  datatypes: (datatypes) => ({ ...datatypes, text: ordered as Datatype }),
};
