import type { Acknowledgement } from "./acknowledgement.ts";

/**
 * Synchronous: acknowledged once every node has it on disk and has applied it, so that whoever reads anywhere afterwards sees
 * it. Entries are applied once a majority has them: what is read, on whichever node, is never undone. While an update is under
 * way some nodes show it and others do not yet. No update is taken while a node is silent; one that was taken before stays.
 */
export const acknowledgeAll: Acknowledgement = {
  appliesAt: "commit",
  acknowledged: ({ applied, followersApplied }) => Math.min(applied, ...followersApplied),
  obstacle: ({ silent }) =>
    silent.length === 0
      ? undefined
      : `every node must have an update, and ${silent.join(", ")} ${silent.length === 1 ? "is" : "are"} silent`,
};
