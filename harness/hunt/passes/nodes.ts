import type { ScriptedCase } from "../case.ts";
import type { Pass } from "./pass.ts";

/** Leaves out one node, the last first. */
export const fewerNodes: Pass = {
  name: "nodes",
  *candidates(one) {
    if (one.nodes.length === 1) return;
    for (const node of one.nodes.toReversed()) yield withoutNode(one, node);
  },
};

function withoutNode(one: ScriptedCase, gone: string): ScriptedCase {
  const stays = ({ node }: { readonly node?: string | undefined }): boolean => node !== gone;
  return {
    ...one,
    nodes: one.nodes.filter((node) => node !== gone),
    schedule: one.schedule
      .map((fault) => ({ ...fault, on: fault.on.filter((node) => node !== gone) }))
      .filter(({ on }, i) => on.length > 0 || one.schedule[i]!.on.length === 0),
    load: {
      ...one.load,
      operations: one.load.operations.filter(stays),
      finalReads: one.load.finalReads.filter(stays),
    },
  };
}

/** Names nodes n1, n2, … again where some were left out. */
export const renamedNodes: Pass = {
  name: "names of nodes",
  *candidates(one) {
    const names = new Map(one.nodes.map((node, i) => [node, `n${i + 1}`]));
    if ([...names].every(([before, after]) => before === after)) return;
    yield JSON.parse(JSON.stringify(one), (_key, value: unknown) =>
      typeof value === "string" ? (names.get(value) ?? value) : value,
    ) as ScriptedCase;
  },
};
