import type { Acknowledgement } from "./acknowledgement.ts";

/**
 * Asynchronous: acknowledged once the leader has it on disk, applied wherever it arrives. The next leader may lack it; then it is
 * cut off, and so is what was read of it.
 */
export const acknowledgeAlone: Acknowledgement = {
  appliesAt: "receipt",
  acknowledged: ({ applied }) => applied,
  obstacle: () => undefined,
};
