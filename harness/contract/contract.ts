import type { Subject } from "./subject.ts";

/** One promise of a target or of its clients, tried against a running cluster. */
export interface ContractCheck {
  /** What is promised, as a sentence that is true of a good target. */
  readonly promise: string;
  /**
   * Tries it, and leaves the cluster as it found it.
   * @returns why it could not be tried; undefined: the promise is kept. @throws ContractBroken
   */
  try(subject: Subject): Promise<string | undefined>;
}

/** A promise that the target does not keep: what happened, in one line. */
export class ContractBroken extends Error {
  override readonly name = "ContractBroken";
}

export function broken(message: string): never {
  throw new ContractBroken(message);
}
