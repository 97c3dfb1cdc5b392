import type { ObjectSpec } from "#core/operation";

/** Registers that one process writes, or that are written once. */
export const OWNED_REGISTERS: readonly ObjectSpec[] = [
  { keys: "*", type: "register", initial: null, order: "single-writer", uniqueWrites: true, siblings: false },
];

/** Registers that anybody writes, no value twice. */
export const SHARED_REGISTERS: readonly ObjectSpec[] = [
  { keys: "*", type: "register", initial: null, order: "unknown", uniqueWrites: true, siblings: false },
];
