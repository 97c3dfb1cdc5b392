import type { Datatype } from "../datatypes/datatype.ts";
import { otWith } from "../datatypes/ot.ts";
import type { Bug } from "./bug.ts";

export const otUntransformed: Bug = {
  name: "ot-untransformed",
  mistake: "The leader applies an edit at the position that its client named, whatever was edited since.",
  effect: "Characters land inside other people's words, and erases hit the wrong ones.",
  expected: { model: "no-lost-writes", anomaly: "lost-char" },
  shownBy: { options: { preset: "semi-sync", texts: "ot" }, workload: "shared-document", faults: [] },
  datatypes: (datatypes) => ({ ...datatypes, text: otWith((edit) => edit) as Datatype }),
};
