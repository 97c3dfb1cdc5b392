import type { Acknowledgement } from "./acknowledgement.ts";

/**
 * Semi-synchronous: acknowledged once a majority has it on disk (Raft): every later leader has it. Followers apply it when they
 * hear that it is committed, which may be after the acknowledgement.
 */
export const acknowledgeMajority: Acknowledgement = {
  appliesAt: "commit",
  acknowledged: ({ applied }) => applied,
  obstacle: () => undefined,
};
